"""A reporter who does not want to be known: by words, or by the button on the own card."""

from handlers.actions.act import NoTicket, act, act_on
from handlers.actions.people import say_line
from handlers.actions.which import not_permitted, refusal
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Tap
from parsing.hiding import wants_hidden
from tickets.actions import Action
from tickets.commands import Add, Hide
from tickets.drafting import Refused
from tickets.model import Said, Ticket
from tickets.roster import PersonId

ONLY_THAT = 40
"""Words longer than this say more than that somebody wants to stay unnamed: then they are passed on as well."""


async def tapped(deps: Deps, tap: Tap) -> Answer:
    """Hide the reporter of a ticket: `ref` is its number."""
    if not tap.ref.isdecimal() or len(tap.ref) > 12:
        return Answer.of("unknown_button")
    by = deps.person_of(tap.speaker.telegram)
    if (refused := await not_permitted(deps, int(tap.ref), by, Action.HIDE)) is not None:
        return refused if refused.key == "no_ticket" else Answer.of("hide_not_yours", alert=True)
    try:
        decision = await act(deps, int(tap.ref), Hide(by), tap.cause)
    except (NoTicket, Refused) as refused_:
        return refusal(refused_)
    return Answer.of(_told(decision.ticket), alert=True)


async def asked(deps: Deps, heard: Heard, own: Ticket | None, reporter: PersonId, said: Said) -> bool:
    """Hide the reporter of the matter that is spoken of, if the words ask for it; return whether they did."""
    if own is None or own.reporter != reporter or not own.open or not wants_hidden(heard.text):
        return False
    async with deps.store.unit(heard.cause) as unit:
        fresh = await unit.tickets.get(own.id)
        if fresh is None:
            return False
        try:
            decision = await act_on(deps, unit, fresh, Hide(reporter), deps.now())
            if len(heard.text.strip()) > ONLY_THAT or heard.media:
                await act_on(deps, unit, decision.ticket, Add(reporter, said), deps.now())
        except Refused:
            return False
        await unit.sources.add(heard.chat, heard.message, own.id, heard.album, reporter, heard.pieces)
        await say_line(deps, unit, heard.speaker, f"answer:{heard.cause}", _told(decision.ticket), heard)
        await unit.commit()
    return True


def _told(ticket: Ticket) -> str:
    return "kept_hidden_seen" if any(said.chat < 0 for said in ticket.said) else "kept_hidden"
