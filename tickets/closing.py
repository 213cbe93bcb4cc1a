"""How a matter ends: shown as the service demands, told once, and looked at again where it is not over for good."""

from datetime import datetime

from tickets import escalation
from tickets.commands import Finish, Hide, Merge
from tickets.deadlines import deadline
from tickets.drafting import Drafting, Refused, Why
from tickets.events import Closed, Hidden, Rested, Resumed
from tickets.joining import tell_joined
from tickets.model import Ending, Photo, Status, Ticket
from tickets.notices import NoticeKind, Priority
from tickets.outcome import Rest
from tickets.policy import Policy
from tickets.service import DeadlineClass
from tickets.transitions import reviewers
from tickets.worktime import Span

SIGHT = frozenset({"photo", "picture", "video", "video_note"})
"""Kinds of files on which something can be seen."""

LONGEST_SHELF = Span.parse("366d")
"""So long something can be shelved, or a check be put off: later nobody remembers what it was about."""

SAID_BY_STAFF = frozenset({Ending.SOLVED, Ending.EXPLAINED, Ending.HANDED_OVER, Ending.SHELVED})
"""Endings that whoever handles it chooses, with words for the resident."""


def ending_of(ticket: Ticket, command: Finish) -> Ending:
    """Return how `command` ends the matter."""
    advice = ticket.deadline_class is DeadlineClass.ADVICE
    return command.ending or (Ending.EXPLAINED if advice else Ending.SOLVED)


def check_words(ticket: Ticket, command: Finish, ending: Ending, now: datetime, policy: Policy) -> None:
    """Raise `Refused` where a result does not show what it must, or an ending leaves out why or until when."""
    if ending not in SAID_BY_STAFF:
        raise Refused(Why.NOT_NOW, status=ticket.status, number=str(ticket.id))
    if ending is not Ending.SOLVED and not command.words.strip():
        raise Refused(Why.NEEDS_REASON)
    latest = deadline(LONGEST_SHELF, now, policy.hours)
    if ending is Ending.SHELVED and (command.until is None or not now < command.until <= latest):
        raise Refused(Why.NEEDS_DATE)
    if command.check_after is not None and not now < deadline(command.check_after, now, policy.hours) <= latest:
        raise Refused(Why.NEEDS_DATE)
    if ending is not Ending.SOLVED:
        return
    photo, points = ticket.terms.proof.lacks(command.words, shows(command.media))
    if photo:
        raise Refused(Why.NEEDS_PHOTO, points=",".join(points))
    if points:
        raise Refused(Why.NEEDS_POINTS, points=",".join(points))


def shows(media: tuple[Photo, ...]) -> bool:
    """Whether anything can be seen on these files."""
    return any(one.kind in SIGHT for one in media)


def close(draft: Drafting, ending: Ending, *, unanswered: bool = False) -> None:
    """End it: for good, or until the day on which it is looked at again. Whoever joined is told now, and once."""
    ticket = draft.ticket
    until = looked_at_again(ticket, ending, draft.now, draft.policy)
    if until is not None:
        draft.record(Rested(Rest(until), unanswered))
        draft.record(escalation.resting(draft.ticket, until, draft.policy))
        tell_joined(draft)
        return
    told = ticket.status is Status.RESTING
    draft.record(Closed(ending, unanswered or (told and ticket.unanswered)))
    draft.record(escalation.ended(draft.ticket))
    if not told:
        tell_joined(draft)


def looked_at_again(ticket: Ticket, ending: Ending, now: datetime, policy: Policy) -> datetime | None:
    """Return when a matter that ends now is looked at again; None = never."""
    result = ticket.result
    if ticket.status is Status.RESTING or result is None:
        return None
    if ending is Ending.SHELVED and result.until is not None:
        return result.until.astimezone(now.tzinfo)  # a store has its own zone, and quiet hours are the district's
    if ending is not Ending.SOLVED:
        return None
    span = result.check_after or ticket.terms.check_after
    return policy.hours.next_start(deadline(span, now, policy.hours)) if span is not None else None


def merge(draft: Drafting, command: Merge) -> None:
    """Close it as the same matter as another, whose number its reporter is told. Who joined goes along, untold."""
    ticket = draft.ticket
    if command.into == ticket.id:
        raise Refused(Why.SAME_AS_WHAT)
    waiting = tuple(one for one in ticket.concerned if one != command.by)
    draft.record(Closed(Ending.DUPLICATE, same_as=command.into))
    draft.record(escalation.ended(draft.ticket))
    draft.tell(NoticeKind.CLOSED, [ticket.reporter], priority=Priority.CARD)
    draft.tell(NoticeKind.WITHDRAWN, waiting)


def hide(draft: Drafting, command: Hide) -> None:
    """Let nobody know any more who reported it, and the group nothing at all."""
    if not draft.ticket.hidden:
        draft.record(Hidden())


def wake(draft: Drafting) -> None:
    """Go on with what rested, with the whole time of its class."""
    draft.record(Resumed())
    draft.record(escalation.woken(draft.ticket, draft.now, draft.policy))


def lasts_or_not(draft: Drafting) -> None:
    """Its day has come: what was shelved goes on, what was done is looked at by somebody who did not do it."""
    ticket = draft.ticket
    rest = ticket.rest
    if rest is None:
        return
    if ticket.ending is Ending.SHELVED:
        wake(draft)
        draft.remind(NoticeKind.RESUMED, [draft.ticket.handler])
        return
    draft.record(Rested(Rest(rest.until, asked=True)))
    draft.record(escalation.checking(draft.ticket, draft.now, draft.policy))
    draft.remind(NoticeKind.CHECK_WANTED, reviewers(draft.ticket, draft.circle.route))
    draft.remind(NoticeKind.LASTS, [draft.ticket.reporter])
