"""The levels above and the departments of one ticket at this moment, and for whom of them somebody speaks."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.deps import Deps
from storage import Outgoing, Unit
from tickets.actions import Action
from tickets.beyond import Beyond, beyond
from tickets.commands import Command
from tickets.drafting import Circle
from tickets.lane import AREA, DEPARTMENT, Reader
from tickets.model import Ticket
from tickets.roster import PersonId
from tickets.whistling import asks_on, calls_straight, convenes, first_asked, may_name

_INSIDE = ("member", "administrator")
_OF_WHISTLES = frozenset({Action.WHISTLE, Action.CALL_IN, Action.GIVE_BACK, Action.LANE})


async def beyond_ticket(deps: Deps, unit: Unit, ticket: Ticket, by: PersonId = "", room: int | None = None) -> Beyond:
    """Return who is beyond the grid of a ticket; `room`: the group in which `by` presses."""
    district = deps.district
    up = {area.code for area in district.chain(ticket.grid)} if ticket.grid in district.areas else set()
    ids = {post.person for post in district.posts if post.department is not None or post.area in up}
    joined = {one.telegram: one.id for one in map(district.people.get, ids) if one is not None and one.telegram}
    lost = await unit.contacts.unreachable(joined.keys())
    rooms = [one.chat for one in district.departments.values()] + [district.areas[code].chat for code in up]
    closed = [chat for chat in rooms if chat is not None and not await _inside(unit, chat)]
    return beyond(
        district,
        ticket.grid,
        frozenset(joined[telegram] for telegram in lost),
        deps.now().date(),
        asked=deps.services[ticket.service].departments if ticket.service in deps.services else (),
        by=by,
        chat=None if ticket.private else room,  # in no room anybody has a right to a private matter
        closed=frozenset(closed),
    )


async def _inside(unit: Unit, chat: int) -> bool:
    """Whether the bot is in a room, as far as is known: one that it has never looked at counts."""
    state = await unit.chats.get(chat)
    return state is None or state.status in _INSIDE


async def with_beyond(
    deps: Deps, unit: Unit, ticket: Ticket, command: Command, circle: Circle, room: int | None
) -> Circle:
    """Return the circle with everybody beyond the grid, where the ticket or the command has to do with them."""
    if ticket.whistle is None and command.action not in _OF_WHISTLES:
        return circle
    return replace(circle, beyond=await beyond_ticket(deps, unit, ticket, command.by, room))


def chat_of(deps: Deps, reader: Reader) -> tuple[int | None, str]:
    """Return where a reader is written to, and in which language."""
    district = deps.district
    if reader.startswith(DEPARTMENT):
        department = district.departments.get(reader.removeprefix(DEPARTMENT))
        return (department.chat if department else None), district.language
    if reader.startswith(AREA):
        area = district.areas.get(reader.removeprefix(AREA))
        return (area.chat if area else None), district.language
    return deps.telegram_of(reader), deps.language_of(reader)


async def card_fields(deps: Deps, row: Outgoing) -> tuple[Mapping[str, Any], str | None]:
    """What the card of a level above may offer its reader: to name departments, to ask on, to do it alone."""
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(row.ticket) if row.ticket is not None else None
        if ticket is None or ticket.whistle is None:
            return {}, None
        reader = row.reader or ""
        person = "" if reader.startswith(AREA) else reader
        around = await beyond_ticket(deps, unit, ticket, person, row.chat if row.chat < 0 else None)
    area = convenes(ticket, around)
    data = dict(row.data)
    if area is not None:
        codes = [one.area for one in around.levels]
        higher = around.levels[codes.index(area) + 1 :] if area in codes else ()
        data["names"] = "1" if may_name(deps.policy, around, area) else ""
        on = asks_on(ticket, around, deps.policy) and any(one.people or one.room for one in higher)
        data["on"] = "1" if on else ""
        data["self"] = "1" if person else ""
    return {"data": data}, None


async def reach(deps: Deps, unit: Unit, ticket: Ticket, by: PersonId, leaders: tuple[PersonId, ...]) -> dict[str, str]:
    """Return whom a whistle of `by` reaches (`to`), and whether he may call departments at once (`straight`)."""
    around = await beyond_ticket(deps, unit, ticket, by)
    first = first_asked(ticket, around, by, deps.policy)
    straight = calls_straight(ticket, by, leaders, deps.policy)
    return {"to": ",".join(one.area for one in first), "straight": "1" if straight else ""}
