"""Which ticket is meant when somebody gives a command without a number."""

from handlers.deps import Deps
from handlers.heard import Heard
from storage import Unit
from tickets.commands import Action
from tickets.model import Status


async def replied_to(unit: Unit, heard: Heard) -> int | None:
    """Return the ticket whose card (or whose words) this message replies to."""
    if heard.reply_to is None:
        return None
    known = await unit.sources.ticket_of(heard.chat, heard.reply_to)
    return known if known is not None else heard.reply_number


async def which_ticket(deps: Deps, heard: Heard, action: Action) -> int | None:
    """Return the ticket of the card that was replied to, else the only one in the speaker's hands that fits."""
    person = deps.person_of(heard.speaker.telegram)
    async with deps.store.look() as unit:
        if heard.reply_to is not None:
            return await replied_to(unit, heard)
        held = await unit.tickets.held_by(person)
    fits = [ticket for ticket in held if ticket.status is Status.FILED or action is not Action.TAKE]
    return fits[0].id if len(fits) == 1 else None
