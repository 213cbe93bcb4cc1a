"""More time: asked for before the deadline, decided by whoever leads, told to the resident."""

from dataclasses import replace
from datetime import datetime

from tickets import escalation
from tickets.commands import Deny, Extend, Grant
from tickets.deadlines import deadline
from tickets.drafting import Drafting, Refused, Why, longest_hold
from tickets.events import MoreTimeAsked, MoreTimeDenied, MoreTimeGiven
from tickets.notices import NoticeKind
from tickets.parts import Extension
from tickets.worktime import Span, Unit

_WORKING = {Unit.DAY: Unit.WORKING_DAY, Unit.HOUR: Unit.WORKING_HOUR}


def extend(draft: Drafting, command: Extend) -> None:
    """Ask whoever leads; who leads himself, or has nobody to ask, has it at once."""
    reason, end = command.reason.strip(), draft.ticket.done_by
    if end is None:
        raise Refused(Why.NO_DEADLINE)
    if end <= draft.now:
        raise Refused(Why.EXTEND_LATE)
    if not reason:
        raise Refused(Why.NEEDS_REASON)
    until = _until(draft, command.span, end)
    longest = longest_hold(draft.now, draft.policy)
    if until > longest:
        raise Refused(Why.HOLD_TOO_LONG, days=str((longest - draft.now).days))
    draft.record(MoreTimeAsked(Extension(command.by, until, reason)))
    route, deciders = draft.circle.route, draft.seniors([draft.ticket.handler])
    leads = command.by in {*route.leaders, *(boss for level in route.above for boss in level)}
    if not deciders or (leads and command.by != draft.ticket.handler):
        _give(draft)
    else:
        data = {"reason": reason, "until": until.isoformat(), "person": command.by}
        draft.tell(NoticeKind.EXTENSION_WANTED, deciders, data=data)


def grant(draft: Drafting, command: Grant) -> None:
    """Give the time that was asked for."""
    asked = draft.ticket.extension
    if asked is None or asked.until <= draft.now:
        raise Refused(Why.EXTEND_LATE)
    _give(draft)


def deny(draft: Drafting, command: Deny) -> None:
    """Leave the deadline where it is."""
    asker = draft.ticket.extension.by if draft.ticket.extension else None
    draft.record(MoreTimeDenied(command.by))
    readers = [one for one in (draft.ticket.handler, asker) if one != command.by]
    draft.tell(NoticeKind.EXTENSION_DECIDED, readers, data={"person": command.by})


def _give(draft: Drafting) -> None:
    asked = draft.ticket.extension
    if asked is None:
        return
    draft.record(MoreTimeGiven(draft.by))
    draft.record(escalation.extended(draft.ticket, asked.until, draft.now, draft.policy))
    readers = [one for one in (draft.ticket.handler, asked.by) if one != draft.by]
    draft.tell(NoticeKind.EXTENSION_DECIDED, readers, data={"person": draft.by})
    draft.tell(NoticeKind.EXTENDED, [draft.ticket.reporter], data={"reason": asked.reason})


def _until(draft: Drafting, span: Span, end: datetime) -> datetime:
    """Return the end of what is asked for, never in the quiet hours."""
    done = draft.rule.done
    if done is not None and done.working:
        span = replace(span, unit=_WORKING.get(span.unit, span.unit))
    moment = deadline(span, end.astimezone(draft.now.tzinfo), draft.policy.hours)
    return moment if draft.rule.always else draft.policy.quiet.after(moment)
