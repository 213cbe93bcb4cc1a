"""One command on one ticket, whoever gives it and however: read, decide, write, tell."""

from datetime import datetime

from handlers.actions.beyond import with_beyond
from handlers.actions.bundling import deliver_together
from handlers.actions.circle import around_ticket
from handlers.actions.deliver import deliver, in_group
from handlers.actions.teaching import as_corrected, learn_from
from handlers.deps import Deps
from storage import Conflict, Unit
from tickets.commands import Command, ConsultWith, PassOn
from tickets.decide import Circle, Decision, Refused, Why, decide
from tickets.model import Ticket
from tickets.notices import NoticeKind, Priority
from tickets.visibility import entitled

TRIES = 4


class NoTicket(Exception):  # noqa: N818 - an answer to a person, not an error of ours
    """There is no ticket with this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"no ticket {number}")
        self.number = number


async def act(
    deps: Deps,
    number: int,
    command: Command,
    cause: int | None = None,
    room: int | None = None,
    *,
    together: bool = False,
) -> Decision:
    """Carry out `command` on ticket `number`; raise `Refused` or `NoTicket` when it may not happen.

    `room`: the group in which it was given; whoever is in the room of a department speaks for it.
    `together`: the clock does the same to others at this moment, and whoever has to be told reads one message.

    Somebody else may have been faster: then the decision is made again on what is there now, so that the second
    presser reads who was first.
    """
    for attempt in range(TRIES):
        try:
            async with deps.store.unit(cause) as unit:
                decision = await act_within(deps, unit, number, command, deps.now(), room, together=together)
                await unit.commit()
                return decision
        except Conflict:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable: the loop returns or raises")


async def act_within(
    deps: Deps,
    unit: Unit,
    number: int,
    command: Command,
    now: datetime,
    room: int | None = None,
    *,
    together: bool = False,
) -> Decision:
    """Carry out `command` inside the caller's transaction."""
    ticket = await unit.tickets.get(number)
    if ticket is None:
        raise NoTicket(number)
    return await act_on(deps, unit, ticket, command, now, room=room, together=together)


async def act_on(
    deps: Deps,
    unit: Unit,
    ticket: Ticket,
    command: Command,
    now: datetime,
    circle: Circle | None = None,
    room: int | None = None,
    *,
    together: bool = False,
) -> Decision:
    """Carry out `command` on a ticket that was read in this transaction.

    `circle`: where the command asks for nobody around it.
    """
    meant = as_corrected(ticket, command)
    if circle is None:
        circle = await around_ticket(deps, unit, meant, now)
    circle = await with_beyond(deps, unit, ticket, command, circle, room)
    _keep_sealed(deps, ticket, command)
    decision = decide(ticket, command, now, deps.policy_for(meant.grid, meant.service), circle)
    if decision.entries:
        await unit.tickets.save(ticket, decision.ticket, decision.entries)
    await (deliver_together if together else deliver)(deps, unit, decision.ticket, decision.notices, now)
    if decision.entries:
        await _renew_own(deps, unit, decision.ticket)
        await learn_from(unit, command, decision, now)
        if decision.ticket.private and not ticket.private:  # what the group sees of it loses its words
            group = NoticeKind.GROUP_CARD
            await unit.outbox.renew(ticket.id, priority=Priority.TAP, template=group)
    return decision


def _keep_sealed(deps: Deps, ticket: Ticket, command: Command) -> None:
    """Nobody brings a sealed matter to somebody who may not know of it."""
    to = command.to if isinstance(command, PassOn) else command.person if isinstance(command, ConsultWith) else None
    if to is not None and not entitled(ticket, to, deps.district):
        raise Refused(Why.SEALED, person=to)


async def _renew_own(deps: Deps, unit: Unit, ticket: Ticket) -> None:
    """A public matter has its card in the group; whoever opened it in private too sees the same there."""
    telegram = deps.telegram_of(ticket.reporter)
    if in_group(ticket) and telegram is not None:
        card = NoticeKind.REPORTER_CARD
        await unit.outbox.renew(ticket.id, priority=Priority.CARD, chat=telegram, template=card)
