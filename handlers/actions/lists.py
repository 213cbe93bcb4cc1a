"""The tickets behind a list, in the order to show them."""

from collections.abc import Mapping
from datetime import datetime

from handlers.deps import Deps
from tickets.board import due_first
from tickets.digest import overdue
from tickets.model import Ticket
from tickets.roster import PersonId
from tickets.visibility import of_all

OWN = 20
"""So far back somebody's own matters are looked through for closed ones, the newest first."""

OVER = 5
"""So many of these are listed, behind everything that is open."""


async def listed(
    deps: Deps, template: str, reader: PersonId | None, chat: int, data: Mapping[str, str], now: datetime
) -> tuple[Ticket, ...]:
    """Return the tickets of one list: `my_tickets`, `staff_tickets`, `late_list` or `open_list`."""
    person = reader or deps.person_of(chat)
    async with deps.store.look() as unit:
        if template == "my_tickets":
            found = await unit.tickets.open_of(person)
            over = [ticket for ticket in await unit.tickets.of_reporter(person, OWN) if not ticket.open]
            return (*reversed(found), *over[:OVER])
        if template == "staff_tickets":
            return due_first(of_all(await unit.tickets.held_by(person), person, deps.district), now)
        found = await unit.tickets.open_in(deps.district.within(data["area"]))
    if template == "late_list":
        found = [ticket for ticket in found if overdue(ticket, now)]
    return of_all(found, reader, deps.district)
