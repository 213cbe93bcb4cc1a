"""What the resident thinks of it afterwards: one tap, a few days long."""

from datetime import datetime, timedelta

from tickets.commands import Rate
from tickets.drafting import Drafting, Refused, Why
from tickets.events import Rated
from tickets.model import Ending, Ticket

RATE_WITHIN = timedelta(days=7)
"""So long after the end a rating can be given, and changed: later nobody remembers it as it was."""

NOTHING_TO_RATE = frozenset({Ending.WITHDRAWN, Ending.DUPLICATE, Ending.NOT_A_REQUEST})


def may_rate(ticket: Ticket, now: datetime) -> bool:
    """Whether the resident may say (or say otherwise) how content he is."""
    done = ticket.closed_at is not None and ticket.ending not in NOTHING_TO_RATE
    return done and ticket.closed_at is not None and now - ticket.closed_at <= RATE_WITHIN


def rate(draft: Drafting, command: Rate) -> None:
    """Keep the mark; nobody is written to, the cards show it. The same mark again changes nothing."""
    ticket = draft.ticket
    if ticket.ending in NOTHING_TO_RATE:
        raise Refused(Why.CLOSED, number=str(ticket.id))
    if not may_rate(ticket, draft.now):
        raise Refused(Why.RATING_OVER, days=str(RATE_WITHIN.days))
    if ticket.rating is None or ticket.rating.mark is not command.mark:
        draft.record(Rated(command.mark))
