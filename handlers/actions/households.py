"""/home: which household is somebody's, said freely and in private. /homes: the list that a grid's own staff keep."""

import re
from collections.abc import Mapping
from typing import Any

from handlers.actions.people import say
from handlers.actions.where import candidates
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Tap
from parsing.address import address
from storage import Outgoing, Unit
from tickets.home import grid_of
from tickets.household import Address, Household, in_order, keeps_list, own_grids
from tickets.roster import AreaCode

_STRIKE = re.compile(r"^(?:删除?|划掉|del(?:ete)?|[-－])\s*", re.IGNORECASE)
MOST_LINES = 100
"""Addresses taken from one message."""


async def home(deps: Deps, heard: Heard, text: str) -> Answer | None:
    """/home with an address: join that household. Without: show which one is known."""
    if not heard.private:
        return Answer.of("home_in_private")
    telegram = heard.speaker.telegram
    async with deps.store.unit(heard.cause) as unit:
        data: dict[str, str] = {}
        if text:
            contact = await unit.contacts.get(telegram)
            found = _address(deps, text, contact.grid if contact else None)
            if not isinstance(found, Address):
                return found
            await unit.contacts.see(telegram, heard.speaker.name, heard.speaker.language, found.grid)
            await unit.households.join(telegram, found, deps.now())
            data = {"new": "1"}
        await say(deps, unit, heard.speaker, key=f"household:{heard.cause}", template="household", data=data)
        await unit.commit()
    return None


async def left(deps: Deps, tap: Tap) -> Answer:
    """The button under /home: forget whose household it is."""
    async with deps.store.unit(tap.cause) as unit:
        gone = await unit.households.leave(tap.speaker.telegram)
        await unit.commit()
    return Answer.of("home_left" if gone else "home_none")


def _address(deps: Deps, text: str, grid: AreaCode | None) -> Address | Answer:
    """Return the household meant. Its grid: the one that the words can mean, else (one of these) the known one."""
    written = address(text, deps.places, grid)
    if written is None:
        return Answer.of("home_unread")
    meant = candidates(deps, text) or tuple(one.code for one in deps.district.grids)
    owner = grid_of(deps.district, written.area) if written.area else None
    found = meant[0] if len(meant) == 1 else next((code for code in (owner, grid) if code in meant), None)
    if found is None:
        return Answer.of("home_no_grid")
    return Address(found, written.building, written.unit, written.room)


# --- the workers' list -----------------------------------------------------------------------------------------


async def homes(deps: Deps, heard: Heard, text: str) -> Answer | None:
    """/homes: the households of the speaker's own grid; with addresses behind it, one a line, they are added."""
    if not heard.private:
        return Answer.of("homes_in_private")
    person = deps.person_of(heard.speaker.telegram)
    own = own_grids(deps.district, person)
    if not own:
        return Answer.of("homes_not_yours")
    grid = own[0]
    added, struck, unread = [], [], []
    for line in [line.strip() for line in text.splitlines() if line.strip()][:MOST_LINES]:
        plain = _STRIKE.sub("", line)
        found = _address(deps, plain, grid)
        if not isinstance(found, Address) or found.grid not in own:
            named = next((code for code in own if deps.district.areas[code].name in line), None)
            if named is None or plain != deps.district.areas[named].name:
                unread.append(line)
                continue
            grid = named
        elif plain == line:
            added.append(found)
        else:
            struck.append(found)
    async with deps.store.unit(heard.cause) as unit:
        grid = next((one.grid for one in (*added, *struck)), grid)
        data = {
            "area": grid,
            "added": str(await unit.households.record(added, person, deps.now())),
            "struck": str(await unit.households.strike(struck)),
            "unread": "、".join(unread[:5]),
        }
        newest = await unit.bulletins.latest(own)
        if newest is not None and grid in newest.areas:
            data["bulletin"] = str(newest.id)
        await say(deps, unit, heard.speaker, key=f"homes:{heard.cause}", template="homes", data=data)
        await unit.commit()
    return None


async def doors(deps: Deps, tap: Tap) -> Answer:
    """Show which households have not seen a bulletin, to the staff of exactly that grid, privately."""
    person = deps.person_of(tap.speaker.telegram)
    if not tap.ref.isdecimal() or len(tap.ref) > 15 or not keeps_list(deps.district, person, tap.arg):
        return Answer.of("homes_not_yours", alert=True)
    async with deps.store.unit(tap.cause) as unit:
        bulletin = await unit.bulletins.get(int(tap.ref))
        if bulletin is None or tap.arg not in bulletin.areas:
            return Answer.of("aged_button")
        data = {"area": tap.arg, "bulletin": str(bulletin.id)}
        await say(deps, unit, tap.speaker, key=f"doors:{tap.cause}", template="doors", data=data)
        await unit.commit()
    return Answer.of("shown_below")


# --- what the messages are made of -----------------------------------------------------------------------------


async def fields(deps: Deps, row: Outgoing) -> tuple[Mapping[str, Any], str | None]:
    """Return the fields of the scene of a row about households: addresses are read when it is sent."""
    async with deps.store.look() as unit:
        if row.template == "household":
            own = await unit.households.of(row.chat)
            return {"homes": (own,) if own else ()}, None
        grid, reader = row.data["area"], row.reader or ""
        if row.chat < 0 or not keeps_list(deps.district, reader, grid):
            return {"data": {**row.data, "known": "0"}}, "its reader keeps this list no longer"
        known = sorted(await unit.households.in_grid(grid), key=lambda one: in_order(one.address))
        if row.template == "homes":
            return {"homes": tuple(known)}, None
        return await _silent(unit, row, known), None


async def _silent(unit: Unit, row: Outgoing, known: list[Household]) -> Mapping[str, Any]:
    number = int(row.data["bulletin"])
    silent = set(await unit.bulletins.silent(number, row.data["area"]))
    return {
        "homes": tuple(one for one in known if one.address in silent),
        "data": {**row.data, "known": str(len(known))},
    }
