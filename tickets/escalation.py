"""The ladder: which steps a ticket waits for. Copied into the ticket when a clock starts, never looked up later."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from tickets.deadlines import deadline, later_by, share, shares
from tickets.events import Scheduled
from tickets.lane import WhistleState
from tickets.model import Clock, Hold, Step, Ticket
from tickets.policy import ClassRule, Ladder, Policy, Rung
from tickets.worktime import Span

WHISTLES = frozenset({Clock.WHISTLE, Clock.REPORT, Clock.LANE})
"""Clocks of others than whoever handles the ticket: see `tickets.lane_clock`."""

Plan = tuple[Clock, Rung, datetime, int]
"""A step without its id: clock, rung, due, level."""


def filing(ticket: Ticket, now: datetime, policy: Policy) -> Scheduled:
    """Start both clocks of a new ticket: not taken, not done."""
    rule = policy.classes[ticket.deadline_class]
    take_by = deadline(rule.take, now, policy.hours) if rule.take else None
    done_by = deadline(rule.done, now, policy.hours, rule.take) if rule.done else None
    plans = [*_take(now, take_by, rule, policy), *_done(now, done_by, rule, policy)]
    if not plans:
        plans = [still(ticket, now, policy)]
    return scheduled(ticket, (), plans, policy, take_by=take_by, done_by=done_by)


def passed_on(ticket: Ticket, now: datetime, policy: Policy) -> Scheduled:
    """Start the clock of taking anew; the clock of doing runs on."""
    rule = policy.classes[ticket.deadline_class]
    take_by = deadline(rule.take, now, policy.hours) if rule.take else None
    kept, done_by = of(ticket.steps, Clock.DONE), ticket.done_by
    if ticket.hold is not None:
        kept, done_by = _after_pause(ticket, ticket.hold, now, policy)
    plans = _take(now, take_by, rule, policy)
    if not plans and not kept:
        plans = [still(ticket, now, policy)]
    return scheduled(ticket, kept, plans, policy, take_by=take_by, done_by=done_by)


def taken(ticket: Ticket, now: datetime, policy: Policy) -> Scheduled:
    """Stop the clock of taking. Where nothing else runs, ask from time to time."""
    kept = of(ticket.steps, Clock.DONE)
    return scheduled(ticket, kept, [] if kept else [still(ticket, now, policy)], policy)


def paused(ticket: Ticket, until: datetime, policy: Policy) -> Scheduled:
    """Stand still until `until`."""
    return scheduled(ticket, (), [(Clock.PAUSE, Rung.RESUME, until, 0)], policy)


def resumed(ticket: Ticket, hold: Hold, now: datetime, policy: Policy) -> Scheduled:
    """Go on: what was left of the time before the pause is left after it.

    A pause that began after the deadline was a sign of whoever has it: it is not taken away for silence any more.
    """
    moved, done_by = _after_pause(ticket, hold, now, policy)
    if ticket.done_by is not None and ticket.done_by <= hold.since:
        moved = tuple(step for step in moved if step.rung is not Rung.BACK)
    return scheduled(ticket, moved, [] if moved else [still(ticket, now, policy)], policy, done_by=done_by)


def _after_pause(ticket: Ticket, hold: Hold, now: datetime, policy: Policy) -> tuple[tuple[Step, ...], datetime | None]:
    """Return the steps that waited and the deadline, moved by the pause. A promise broken before it stays broken."""
    working = _working(policy.classes[ticket.deadline_class].done)

    def moved(moment: datetime) -> datetime:
        return later_by(moment, hold.since, now, policy.hours, working=working)

    quiet = minds_quiet(ticket, Clock.DONE, policy)
    steps = tuple(replace(step, due=_audible(moved(step.due), policy, quiet)) for step in hold.paused)
    broken = ticket.done_by is None or ticket.done_by <= hold.since
    return steps, ticket.done_by if broken or ticket.done_by is None else moved(ticket.done_by)


def reopened(ticket: Ticket, now: datetime, policy: Policy) -> Scheduled:
    """Start the clock of doing again with half the time of the first round."""
    rule = policy.classes[ticket.deadline_class]
    if rule.done is None:
        return scheduled(ticket, (), [still(ticket, now, policy)], policy)
    working = _working(rule.done)
    full = deadline(rule.done, now, policy.hours, rule.take)
    done_by = share(now, full, 50, policy.hours, working=working)
    return scheduled(ticket, (), _done(now, done_by, rule, policy), policy, done_by=done_by)


def extended(ticket: Ticket, until: datetime, now: datetime, policy: Policy) -> Scheduled:
    """Start the clock of doing anew, up to the later end."""
    rule = policy.classes[ticket.deadline_class]
    kept = (step for step in ticket.steps if step.clock is not Clock.DONE)
    return scheduled(ticket, kept, _done(now, until, rule, policy), policy, done_by=until)


def reviewing(ticket: Ticket, now: datetime, policy: Policy) -> Scheduled:
    """Wait for the review; the level above is asked when its time is over."""
    end = deadline(policy.review_within, now, policy.hours)
    half = share(now, end, 50, policy.hours, working=policy.review_within.working)
    plans = [(Clock.REVIEW, Rung.REMIND, half, 0), (Clock.REVIEW, Rung.ABOVE, end, 0)]
    return scheduled(ticket, (), plans, policy)


def confirming(ticket: Ticket, now: datetime, policy: Policy) -> Scheduled:
    """Wait for the resident's word; then close."""
    end = deadline(policy.confirm_within, now, policy.hours)
    return scheduled(ticket, (), [(Clock.CONFIRM, Rung.CLOSE, end, 0)], policy)


def resting(ticket: Ticket, until: datetime, policy: Policy) -> Scheduled:
    """Wait for the day on which it is looked at again."""
    return scheduled(ticket, (), [(Clock.REST, Rung.DUE, until, 0)], policy)


def checking(ticket: Ticket, now: datetime, policy: Policy) -> Scheduled:
    """Wait for whoever looks again; the level above is asked when the time of a review is over."""
    return scheduled(
        ticket, (), [(Clock.REST, Rung.ABOVE, deadline(policy.review_within, now, policy.hours), 0)], policy
    )


def woken(ticket: Ticket, now: datetime, policy: Policy) -> Scheduled:
    """Start the clock of doing with its whole time: what was shelved is nobody's delay."""
    rule = policy.classes[ticket.deadline_class]
    if rule.done is None:
        return scheduled(ticket, (), [still(ticket, now, policy)], policy)
    done_by = deadline(rule.done, now, policy.hours, rule.take)
    return scheduled(ticket, (), _done(now, done_by, rule, policy), policy, done_by=done_by)


def ended(ticket: Ticket) -> Scheduled:
    """Leave no live step behind."""
    return Scheduled((), ticket.step_count, ticket.take_by, ticket.done_by)


def again(ticket: Ticket, plans: Iterable[Plan], policy: Policy) -> Scheduled:
    """Add steps to those that wait."""
    return scheduled(ticket, ticket.steps, plans, policy)


def daily(now: datetime, policy: Policy) -> Plan:
    """Return the step that keeps a matter from being forgotten: the same hour next working day."""
    return (Clock.DONE, Rung.STILL, policy.hours.next_start(now + timedelta(days=1)), 0)


def until(ticket: Ticket, now: datetime, done_by: datetime, policy: Policy) -> list[Plan]:
    """Return the steps of the clock of doing for another end of it."""
    return _done(now, done_by, policy.classes[ticket.deadline_class], policy)


def live(ticket: Ticket, step: Step) -> bool:
    """Whether a step of a whistle still has somebody to wait for; these wait whatever the ticket itself does."""
    if step.clock is Clock.WHISTLE:
        return ticket.whistle is not None and ticket.whistle.state is WhistleState.ASKED
    return step.lane is not None and step.lane < len(ticket.lanes) and ticket.lanes[step.lane].open


def still(ticket: Ticket, now: datetime, policy: Policy) -> Plan:
    """Return when to ask again after a matter without deadlines: its review date; else the next working day."""
    rule = policy.classes[ticket.deadline_class]
    if rule.take is None and rule.done is None:
        return (Clock.DONE, Rung.STILL, deadline(policy.open_review, now, policy.hours), 0)
    return daily(now, policy)


def repeat(ticket: Ticket, now: datetime, policy: Policy) -> Plan:
    """Return the next call of a matter of life: without end until somebody takes it, but thinning out.

    Once nobody came in time, the wait grows with the time gone by: a call every two minutes for days helps nobody.
    """
    due = deadline(policy.repeat_life, now, policy.hours)
    if ticket.take_by is not None and now > ticket.take_by:
        due = max(due, now + (now - ticket.take_by) / 10)
    return (Clock.TAKE, Rung.REPEAT, due, 0)


def above_again(ticket: Ticket, step: Step, now: datetime, policy: Policy, levels: int) -> Plan:
    """Return the step after `above`: the next level, or day by day once the top is reached."""
    if step.level + 1 >= levels:
        return (step.clock, Rung.ABOVE, policy.hours.next_start(now + timedelta(days=1)), max(levels - 1, 0))
    if policy.level_waits:
        waits = policy.level_waits[min(step.level, len(policy.level_waits) - 1)]
        return (step.clock, Rung.ABOVE, deadline(waits, now, policy.hours), step.level + 1)
    rule = policy.classes[ticket.deadline_class]
    span = rule.take if step.clock is Clock.TAKE else rule.done
    wait = deadline(span, now, policy.hours, rule.take) if span else now + timedelta(days=1)
    half = share(now, wait, 50, policy.hours, working=_working(span))
    return (step.clock, Rung.ABOVE, half, step.level + 1)


def of(steps: Iterable[Step], clock: Clock) -> tuple[Step, ...]:
    """Return the steps of one clock."""
    return tuple(step for step in steps if step.clock is clock)


def scheduled(
    ticket: Ticket,
    kept: Iterable[Step],
    plans: Iterable[Plan],
    policy: Policy,
    *,
    take_by: datetime | None = None,
    done_by: datetime | None = None,
) -> Scheduled:
    """Number the new steps, keep them out of the quiet hours, and put them behind the kept ones."""
    steps, count = list(kept), ticket.step_count
    there = {one.id for one in steps}
    steps += [one for one in ticket.steps if one.clock in WHISTLES and one.id not in there and live(ticket, one)]
    for clock, rung, due, level in plans:
        count += 1
        audible = _audible(due, policy, minds_quiet(ticket, clock, policy))
        steps.append(Step(f"{count}-{clock}-{rung}", clock, rung, audible, level))
    steps.sort(key=lambda step: (step.due, int(step.id.partition("-")[0])))
    return Scheduled(tuple(steps), count, take_by or ticket.take_by, done_by or ticket.done_by)


def _take(now: datetime, take_by: datetime | None, rule: ClassRule, policy: Policy) -> list[Plan]:
    if take_by is None:
        return []
    plans = _rungs(Clock.TAKE, now, take_by, policy.take_ladder, policy, rule.take)
    if rule.parallel:  # everybody was called at once: there is no next one, but the call is repeated
        repeat = deadline(policy.repeat_life, now, policy.hours)
        plans = [plan for plan in plans if plan[1] not in (Rung.REMIND, Rung.NEXT)]
        plans.append((Clock.TAKE, Rung.REPEAT, repeat, 0))
    return plans


def _done(now: datetime, done_by: datetime | None, rule: ClassRule, policy: Policy) -> list[Plan]:
    if done_by is None:
        return []
    return _rungs(Clock.DONE, now, done_by, policy.done_ladder, policy, rule.done)


def _rungs(
    clock: Clock, start: datetime, end: datetime, ladder: Ladder, policy: Policy, span: Span | None
) -> list[Plan]:
    rungs = sorted(ladder.items(), key=lambda item: item[1])
    due = shares(start, end, (percent for _, percent in rungs), policy.hours, working=_working(span))
    return [(clock, rung, at, 0) for (rung, _), at in zip(rungs, due, strict=True)]


def _working(span: Span | None) -> bool:
    return span is not None and span.working


def postponed(ticket: Ticket, now: datetime, policy: Policy) -> Scheduled | None:
    """Return the steps due now with those that must wait put behind the quiet hours; None when none must.

    Steps are planned outside the quiet hours, but a bot that stood still may come back in the middle of the night.
    """
    morning = policy.quiet.after(now)
    steps = tuple(
        replace(step, due=morning) if step.due <= now and minds_quiet(ticket, step.clock, policy) else step
        for step in ticket.steps
    )
    if morning == now or steps == ticket.steps:
        return None
    return scheduled(ticket, steps, (), policy)


def minds_quiet(ticket: Ticket, clock: Clock, policy: Policy) -> bool:
    """Whether nobody is woken by this clock: never once the work is done, else unless the class always runs."""
    return clock in (Clock.REVIEW, Clock.CONFIRM, Clock.REST) or not policy.classes[ticket.deadline_class].always


def _audible(due: datetime, policy: Policy, quiet: bool) -> datetime:
    return policy.quiet.after(due) if quiet else due
