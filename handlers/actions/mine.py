"""/my: somebody's own matters, and one of them opened again in the private chat, with what may be done about it."""

from handlers.actions.adopting import adopt
from handlers.actions.deliver import can_write, language_for
from handlers.actions.people import tell
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Tap
from tickets.notices import NoticeKind, Priority


async def listed(deps: Deps, heard: Heard, _: str) -> Answer | None:
    """Show the speaker's own matters."""
    person = deps.person_of(heard.speaker.telegram)
    async with deps.store.unit(heard.cause) as unit:
        if person in deps.district.people:  # who is in the file by now may have reported before that
            await adopt(unit, heard.speaker.telegram, person, deps.now())
        await tell(deps, unit, heard, "my_tickets")
        await unit.commit()
    return None


async def opened(deps: Deps, tap: Tap) -> Answer:
    """Bring the card of one matter (`ref` is its number) to the end of the private chat; it stays up to date there."""
    telegram = tap.speaker.telegram
    person = deps.person_of(telegram)
    number = int(tap.ref) if tap.ref.isdecimal() and len(tap.ref) <= 12 else 0
    async with deps.store.unit(tap.cause) as unit:
        ticket = await unit.tickets.get(number)
        if ticket is None or ticket.reporter != person:
            return Answer.of("no_ticket", alert=True)
        if tap.chat != telegram and not await can_write(unit, telegram):
            return Answer.of("open_first", alert=True)
        await unit.outbox.mark_card(
            ticket=ticket.id,
            chat=telegram,
            template=NoticeKind.REPORTER_CARD,
            reader=ticket.reporter,
            language=language_for(deps, ticket),
            priority=Priority.TAP,
            loud=True,
            reply_to=ticket.origin.message if ticket.origin.chat == telegram else None,
        )
        await unit.commit()
    return Answer.of("shown_below")
