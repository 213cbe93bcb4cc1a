"""Which ticket is meant, and whether its number may be answered with anything at all to this person."""

from datetime import datetime

from handlers.actions.act import NoTicket
from handlers.actions.circle import around_ticket
from handlers.deps import Deps
from handlers.heard import Answer, Heard
from storage import Unit
from tickets.actions import Action
from tickets.commands import (
    Advise,
    Approve,
    Ask,
    Command,
    Confirm,
    ConsultWith,
    Correct,
    Deny,
    Dispute,
    Extend,
    Finish,
    Grant,
    Hide,
    Merge,
    PassOn,
    PutOnHold,
    Rate,
    Reject,
    Resume,
    SendBack,
    Take,
    Tell,
    Withdraw,
)
from tickets.decide import Circle, Refused, decide
from tickets.lane_commands import BlowWhistle, MakeDo
from tickets.model import Status, Ticket
from tickets.outcome import Mark
from tickets.roster import PersonId
from tickets.service import DeadlineClass
from tickets.transitions import Relation, allowed_actions, relations
from tickets.visibility import Field, fields
from tickets.worktime import Span


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


async def permitted(deps: Deps, unit: Unit, number: int, person: PersonId, action: Action) -> tuple[Ticket, Circle]:
    """Return a ticket that `person` may do `action` to now, and the people around it.

    Before any prompt, picker or consultation: each of them shows what the ticket is about. Raises `Refused` as
    `decide` would, and `NoTicket` for an unknown number or a private matter that is none of this person's.
    """
    ticket = await unit.tickets.get(number)
    if ticket is None:
        raise NoTicket(number)
    now = deps.now()
    circle = await around_ticket(deps, unit, ticket, now)
    held = relations(ticket, person, circle.route, circle.grid_staff)
    if ticket.private and Field.EXISTS not in fields(ticket, person, deps.district, held):  # not even that there is one
        raise NoTicket(number)
    if action not in allowed_actions(ticket, held):
        decide(ticket, _wordless(action, person, now), now, deps.policy_for(ticket.grid, ticket.service), circle)
    return ticket, circle


async def not_permitted(deps: Deps, number: int, person: PersonId, action: Action) -> Answer | None:
    """Return why `person` may not do `action` to this ticket; None = it may be done."""
    try:
        async with deps.store.look() as unit:
            await permitted(deps, unit, number, person, action)
    except (NoTicket, Refused) as refused:
        return refusal(refused)
    return None


async def leads(deps: Deps, number: int, person: PersonId) -> bool:
    """Whether this person leads where the ticket is, or above: who says who shall do it."""
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
        if ticket is None:
            return False
        circle = await around_ticket(deps, unit, ticket, deps.now())
    return bool({Relation.LEADER, Relation.ABOVE} & relations(ticket, person, circle.route, circle.grid_staff))


def refusal(refused: Refused | NoTicket) -> Answer:
    """Return why it may not happen."""
    if isinstance(refused, NoTicket):
        return Answer.of("no_ticket", alert=True, number=str(refused.number))
    return Answer.of(refused.why, alert=True, **refused.facts)


def _wordless(action: Action, by: PersonId, now: datetime) -> Command:
    """Return a command of this kind that is refused for who gives it and when, before its words matter."""
    commands: dict[Action, Command] = {
        Action.TAKE: Take(by),
        Action.PASS_ON: PassOn(by, ""),
        Action.ASK: Ask(by, ""),
        Action.TELL: Tell(by, ""),
        Action.CONSULT: ConsultWith(by, by, ""),
        Action.ADVISE: Advise(by, ""),
        Action.HOLD: PutOnHold(by, "", now),
        Action.RESUME: Resume(by),
        Action.EXTEND: Extend(by, Span.parse("1d"), ""),
        Action.GRANT: Grant(by),
        Action.DENY: Deny(by),
        Action.FINISH: Finish(by, ""),
        Action.APPROVE: Approve(by),
        Action.SEND_BACK: SendBack(by, ""),
        Action.REJECT: Reject(by),
        Action.CORRECT: Correct(by, "", DeadlineClass.ORDINARY),
        Action.CONFIRM: Confirm(by),
        Action.DISPUTE: Dispute(by),
        Action.WITHDRAW: Withdraw(by),
        Action.RATE: Rate(by, Mark.GOOD),
        Action.WHISTLE: BlowWhistle(by),
        Action.MAKE_DO: MakeDo(by, ""),
        Action.MERGE: Merge(by, 0),
        Action.HIDE: Hide(by),
    }
    return commands[action]
