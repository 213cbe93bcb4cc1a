"""Somebody joins the staff who reported things before: the same person, by another id from now on."""

from datetime import datetime

from storage import Unit
from tickets.events import Adopted, Entry
from tickets.replay import apply
from tickets.roster import PersonId


async def adopt(unit: Unit, telegram: int, person: PersonId, now: datetime) -> int:
    """Give the matters of an account to the member of staff who has it; return how many there were.

    So they stay theirs to confirm, and nobody reviews or is offered what they reported themselves.
    """
    before = f"tg{telegram}"
    found = await unit.tickets.all_of([before])
    for ticket in found:
        entry = Entry(now, person, Adopted(person))
        await unit.tickets.save(ticket, apply(ticket, entry), [entry])
    if found:
        await unit.outbox.readdress([ticket.id for ticket in found], before, person)
    return len(found)
