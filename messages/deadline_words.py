"""Why a matter has the deadline that it has, in one line: the times of its class, and what moved them since."""

from messages.phrases import phrase
from tickets.model import Ticket
from tickets.worktime import HoursError, Span, Unit


def why_deadline(ticket: Ticket, language: str) -> str:
    """Return `2 个工作小时内接，当天办好`; empty where the ticket does not know."""
    if not ticket.rule:
        return ""
    take, done, *always = ticket.rule.split()
    parts = [_time("take", take, language), _time("done", done, language)]
    moved = (
        ("always", bool(always)),
        ("extended", ticket.extension is not None and ticket.extension.given_by is not None),
        ("reopened", ticket.reopened > 0),
        ("recounted", bool(ticket.calendar)),
    )
    parts += [phrase(f"why_deadline.{name}", language) for name, holds in moved if holds]
    return ("，" if language == "zh" else ", ").join(part for part in parts if part)


def _time(key: str, text: str, language: str) -> str:
    try:
        span = Span.parse(text)
    except HoursError:  # "-": there is none of that kind
        return ""
    if key == "done" and (span.amount, span.unit) == (1, Unit.WORKING_DAY):
        return phrase("why_deadline.same_day", language)
    one = "_one" if span.amount == 1 else ""
    words = phrase(f"why_deadline.{span.unit.value}{one}", language, number=str(span.amount))
    return phrase(f"why_deadline.{key}", language, span=words)
