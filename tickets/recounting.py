"""Deadlines counted anew: the calendar has changed, or a clock that was wrong had planned for another century. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from tickets import escalation
from tickets.closing import LONGEST_SHELF
from tickets.commands import Recount
from tickets.deadlines import deadline
from tickets.drafting import Drafting, longest_hold
from tickets.events import Paused, Recounted, Rested, Scheduled
from tickets.model import Clock, Status, Step, Ticket
from tickets.notices import NoticeKind, Priority
from tickets.outcome import Rest
from tickets.policy import Policy
from tickets.worktime import HoursError, WeeklyHours

SLACK = timedelta(days=60)


def recount(draft: Drafting, command: Recount) -> None:
    """Count anew what is left of the working time; a step beyond everything that is ever planned comes tomorrow."""
    if command.before is None:
        _back_from_afar(draft)
    elif draft.ticket.calendar != command.calendar:
        _by_calendar(draft, command.before, command.calendar)


def farthest(now: datetime, policy: Policy, status: Status = Status.HANDLING) -> datetime:
    """Return the moment after which no step of an open ticket can rightly lie; what rests may rest for a year."""
    if status is Status.RESTING:
        return deadline(LONGEST_SHELF, now, policy.hours) + SLACK
    return max(longest_hold(now, policy), deadline(policy.open_review, now, policy.hours)) + SLACK


def _back_from_afar(draft: Drafting) -> None:
    """Drop what was planned by a clock that was years ahead; what has nothing left begins its present clock anew."""
    end = farthest(draft.now, draft.policy, draft.ticket.status)
    near = tuple(step for step in draft.ticket.steps if step.due <= end)
    if len(near) == len(draft.ticket.steps):
        return
    draft.record(escalation.scheduled(draft.ticket, near, (), draft.policy))
    if near:
        return
    ticket, now, policy = draft.ticket, draft.now, draft.policy
    if ticket.status in (Status.FILED, Status.HANDLING) and ticket.done_by is not None and ticket.done_by > end:
        draft.record(escalation.filing(ticket, now, policy))
        if ticket.status is Status.HANDLING:
            draft.record(escalation.taken(draft.ticket, now, policy))
    elif ticket.status is Status.FILED:
        draft.record(escalation.passed_on(ticket, now, policy))
    elif ticket.status is Status.HANDLING:
        draft.record(escalation.taken(ticket, now, policy))
    elif ticket.status in (Status.WAITING, Status.ON_HOLD):
        draft.record(escalation.paused(ticket, escalation.daily(now, policy)[2], policy))
    elif ticket.status is Status.REVIEWED:
        draft.record(escalation.confirming(ticket, now, policy))
    elif ticket.rest is not None:
        _rest_anew(draft, ticket.rest)
    else:
        draft.record(escalation.reviewing(ticket, now, policy))


def _rest_anew(draft: Drafting, rest: Rest) -> None:
    """It was to be looked at in a year that is not near: whoever looks has the usual time, else it is tomorrow."""
    if rest.asked:
        draft.record(escalation.checking(draft.ticket, draft.now, draft.policy))
        return
    tomorrow = escalation.daily(draft.now, draft.policy)[2]
    draft.record(Rested(replace(rest, until=tomorrow)))
    draft.record(escalation.resting(draft.ticket, tomorrow, draft.policy))


def _by_calendar(draft: Drafting, before: WeeklyHours, calendar: str) -> None:
    """Move what is counted in working time: as much of it is left by the new calendar as was by the old one."""
    ticket, rule = draft.ticket, draft.rule
    take = rule.take is not None and rule.take.working
    done = rule.done is not None and rule.done.working
    since = ticket.hold.since if ticket.hold is not None else draft.now
    end = farthest(draft.now, draft.policy)

    def moved(moment: datetime, start: datetime) -> datetime:
        if moment <= start:
            return moment
        zone = draft.now.tzinfo
        left = before.between(start.astimezone(zone), moment.astimezone(zone))
        try:
            return min(draft.policy.hours.add(start.astimezone(zone), left), end)
        except HoursError:  # the new calendar has not so much time within a year
            return end

    def shifted(step: Step, start: datetime) -> Step:
        counted = {Clock.TAKE: take, Clock.DONE: done}.get(step.clock, False)
        return replace(step, due=moved(step.due, start)) if counted else step

    take_by = moved(ticket.take_by, draft.now) if take and ticket.take_by is not None else ticket.take_by
    done_by = moved(ticket.done_by, since) if done and ticket.done_by is not None else ticket.done_by
    draft.record(Recounted(calendar))
    if ticket.hold is not None:
        paused = tuple(shifted(step, since) for step in ticket.hold.paused)
        draft.record(Paused(replace(ticket.hold, paused=paused), ticket.status is Status.WAITING))
    steps = tuple(sorted((shifted(step, draft.now) for step in ticket.steps), key=lambda step: step.due))
    draft.record(Scheduled(steps, ticket.step_count, take_by, done_by))
    if _promised(draft.ticket) != _promised(ticket):
        holders = [ticket.handler] if ticket.handler is not None else ticket.asked
        draft.tell(NoticeKind.RECOUNTED, holders, priority=Priority.NOTICE)


def _promised(ticket: Ticket) -> datetime | None:
    """Return the time that matters now: by when it is taken, or done; None = neither."""
    if ticket.status is Status.FILED:
        return ticket.take_by
    return ticket.done_by if ticket.status in (Status.HANDLING, Status.WAITING, Status.ON_HOLD) else None
