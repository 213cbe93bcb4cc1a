"""Who opened a ticket that is not in his hands: kept in its journal, and nothing else happens."""

from datetime import datetime

from storage import Unit
from tickets.events import Entry, Looked
from tickets.model import Ticket
from tickets.replay import apply
from tickets.roster import PersonId


async def note_look(unit: Unit, ticket: Ticket, person: PersonId, now: datetime) -> None:
    """Write down that somebody of the staff opened a ticket. Its handler opens it as work, which is written anyway."""
    if person == ticket.handler:
        return
    entry = Entry(now, person, Looked())
    await unit.tickets.save(ticket, apply(ticket, entry), (entry,))
