"""Which ticket is meant when somebody gives a command without a number."""

from handlers.deps import Deps
from handlers.heard import Heard
from tickets.commands import Action
from tickets.model import Status


async def which_ticket(deps: Deps, heard: Heard, action: Action) -> int | None:
    """Return the ticket of the card that was replied to, else the only one in the speaker's hands that fits."""
    person = deps.person_of(heard.speaker.telegram)
    async with deps.store.look() as unit:
        if heard.reply_to is not None:
            return await unit.sources.ticket_of(heard.chat, heard.reply_to)
        held = await unit.tickets.held_by(person)
    fits = [ticket for ticket in held if ticket.status is Status.FILED or action is not Action.TAKE]
    return fits[0].id if len(fits) == 1 else None
