"""The tickets behind a list, in the order to show them."""

from collections.abc import Mapping
from datetime import datetime

from handlers.deps import Deps
from tickets.digest import overdue
from tickets.model import Ticket
from tickets.roster import PersonId

OWN = 20
"""How many of somebody's own matters are listed, the newest first."""


async def listed(
    deps: Deps, template: str, reader: PersonId | None, chat: int, data: Mapping[str, str], now: datetime
) -> tuple[Ticket, ...]:
    """Return the tickets of one list: `my_tickets`, `staff_tickets`, `late_list` or `open_list`."""
    person = reader or deps.person_of(chat)
    async with deps.store.look() as unit:
        if template == "my_tickets":
            return tuple(await unit.tickets.of_reporter(person, OWN))
        if template == "staff_tickets":
            return tuple(await unit.tickets.held_by(person))
        found = await unit.tickets.open_in(deps.district.within(data["area"]))
    if template == "late_list":
        found = [ticket for ticket in found if overdue(ticket, now)]
    return tuple(found)
