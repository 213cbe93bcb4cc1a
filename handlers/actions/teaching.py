"""What staff correct is kept as an example of the district, in the transaction of the correction itself.

Kept are the masked words, what they were, and the ticket, so that they go when their author wishes to be forgotten. Who
corrected it is in the ticket's journal and not here.
"""

from dataclasses import replace
from datetime import datetime

from handlers.heard import Heard
from storage import Example, Unit
from tickets.commands import Command, Correct, Reject
from tickets.decide import Decision
from tickets.model import Ticket
from tickets.roster import PersonId
from tickets.service import DeadlineClass

_QUOTE = "\n「"
"""Begins what of somebody else's message was quoted."""


def as_corrected(ticket: Ticket, command: Command) -> Ticket:
    """Return the ticket whose circle a command is judged by: a correction is judged by those whom it goes to."""
    if not isinstance(command, Correct):
        return ticket
    life = DeadlineClass.LIFE in (ticket.deadline_class, command.deadline_class)
    to = DeadlineClass.LIFE if life else command.deadline_class
    return replace(ticket, service=command.service, deadline_class=to, terms=command.terms)


async def learn_from(unit: Unit, command: Command, decision: Decision, now: datetime) -> None:
    """Keep what a command says about how the ticket was understood, if it does."""
    if isinstance(command, Correct | Reject) and decision.entries:
        await _keep(unit, decision.ticket, None if isinstance(command, Reject) else decision.ticket.service, now)


async def learn_from_filing(unit: Unit, heard: Heard, ticket: Ticket, by: PersonId, now: datetime) -> None:
    """Keep that somebody of the staff had to file what a resident had said."""
    if ticket.reporter != by and heard.text.strip():
        await _keep(unit, ticket, ticket.service, now)


async def _keep(unit: Unit, ticket: Ticket, service: str | None, now: datetime) -> None:
    text = ticket.origin.text.partition(_QUOTE)[0].strip()
    if text:  # a picture or a voice teaches nothing
        danger = service is not None and ticket.deadline_class is DeadlineClass.LIFE
        await unit.examples.keep(Example(ticket.id, text, service, ticket.grid, now, danger))
