"""What slips is found and mended: people who are gone, steps planned by a clock that was wrong, another calendar."""

import json
from datetime import date, datetime

from handlers.actions.act import NoTicket, act
from handlers.actions.bundling import let_go
from handlers.deps import Deps
from storage import Unit
from tickets.commands import Climb, Command, Miss, Recount, Relieve
from tickets.decide import Refused
from tickets.model import Status
from tickets.recounting import farthest
from tickets.worktime import WeeklyHours, Window

CALENDAR, MOVING = "calendar", "calendar.moving"
"""The working hours by which deadlines are counted; and, while they are counted anew, how they were before and since
when they are not."""


async def relieve_the_gone(deps: Deps) -> int:
    """Put back into the queue what is in the hands of people who are no longer in the district file."""
    commands: list[tuple[int, Command]] = []
    async with deps.store.look() as unit:
        for person in await unit.tickets.holders():
            if person not in deps.district.people:
                commands += [(one.id, Relieve(person)) for one in await unit.tickets.held_by(person)]
    return await _all(deps, commands)


async def go_past(deps: Deps, telegram: int) -> int:
    """Somebody of the staff has blocked the bot: of what he has in hand whoever leads learns now, and not when it is
    late; of what he was asked to take whoever is next is asked. Return how many tickets moved."""
    member = deps.district.by_telegram(telegram)
    if member is None:
        return 0
    async with deps.store.look() as unit:
        held = await unit.tickets.held_by(member.id)
    return await _all(deps, [(one.id, Miss(member.id)) for one in held])


async def mend(deps: Deps) -> int:
    """Plan anew what nothing will remind of in time; return how many tickets moved."""
    commands: list[tuple[int, Command]] = []
    async with deps.store.look() as unit:
        adrift = await unit.tickets.adrift()
        commands += [(ticket.id, Climb()) for ticket in adrift if ticket.next_due is None]
        commands += [(number, Recount()) for number in await from_afar(deps, unit)]
    return await _all(deps, commands)


async def from_afar(deps: Deps, unit: Unit) -> list[int]:
    """Return the open tickets of which the next step lies beyond all that is ever planned: a clock was wrong."""
    now, policy = deps.now(), deps.policy
    return await unit.tickets.due_after(farthest(now, policy), farthest(now, policy, Status.RESTING))


async def _all(deps: Deps, commands: list[tuple[int, Command]]) -> int:
    moved, together = 0, len(commands) > 1
    for number, command in commands:
        try:
            moved += bool((await act(deps, number, command, together=together)).entries)
        except (NoTicket, Refused):  # closed or passed on since it was looked for
            continue
    if together:
        await let_go(deps)
    return moved


async def count_anew(deps: Deps) -> int:
    """When the calendar is another one than before, move what is counted by it; return how many tickets moved.

    Each ticket once, whatever comes in between: a ticket knows by which change it was moved.
    """
    hours = as_text(deps.policy.hours)
    async with deps.store.look() as unit:
        known, moving = await unit.marks.get(CALENDAR), await unit.marks.get(MOVING)
    if known == hours and moving is None:
        return 0
    if known is None:
        await _note(deps, hours)
        return 0
    if moving is None or json.loads(moving)["to"] != hours:
        moving = json.dumps({"from": known, "to": hours, "since": deps.now().isoformat()})
        async with deps.store.unit() as unit:
            await unit.marks.set(MOVING, moving)
            await unit.commit()
    change = json.loads(moving)
    before = from_text(change["from"])
    async with deps.store.look() as unit:
        numbers = await unit.tickets.open_before(datetime.fromisoformat(change["since"]))
    moved = await _all(deps, [(number, Recount(before, change["since"])) for number in numbers])
    await _note(deps, hours)
    return moved


async def _note(deps: Deps, hours: str) -> None:
    async with deps.store.unit() as unit:
        await unit.marks.set(CALENDAR, hours)
        await unit.marks.remove(MOVING)
        await unit.commit()


def as_text(hours: WeeklyHours) -> str:
    """Return a calendar as it is kept."""
    week = [[[window.start, window.end] for window in day] for day in hours.week]
    return json.dumps(
        {"week": week, "holidays": sorted(map(str, hours.holidays)), "makeup": sorted(map(str, hours.makeup))}
    )


def from_text(text: str) -> WeeklyHours:
    """Read a calendar as it was kept."""
    kept = json.loads(text)
    week = tuple(tuple(Window(*one) for one in day) for day in kept["week"])
    holidays, makeup = (frozenset(map(date.fromisoformat, kept[name])) for name in ("holidays", "makeup"))
    return WeeklyHours(week, holidays, makeup)
