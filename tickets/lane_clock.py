"""The clocks of a whistle: the level above answers, each department reports in, each is done. Steps as all others."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tickets import escalation
from tickets.deadlines import deadline, share
from tickets.events import Scheduled
from tickets.lane import LaneRole, LaneState
from tickets.model import Clock, Step, Ticket
from tickets.policy import Policy, Rung
from tickets.worktime import Span

Plan = tuple[Clock, Rung, datetime, int, int | None]
"""A step without its id: clock, rung, due, level, lane."""

MEETING = timedelta(minutes=30)
"""So long before the appointed hour everybody is reminded of it."""

LONGEST = Span.parse("3wd")
"""How long a department has where neither the rule nor the class says anything."""


def report_span(ticket: Ticket, policy: Policy) -> Span:
    """Return how long a level or a department may take to answer."""
    rule = policy.classes[ticket.deadline_class]
    return rule.take if rule.always and rule.take is not None else policy.whistle.report_in


def report_by(ticket: Ticket, now: datetime, policy: Policy) -> datetime:
    """Return until when a department has to report in."""
    return deadline(report_span(ticket, policy), now, policy.hours)


def done_by(ticket: Ticket, now: datetime, policy: Policy, hour: datetime | None = None) -> datetime:
    """Return until when a department has to be done; counted from the hour at which all meet, where there is one."""
    rule = policy.classes[ticket.deadline_class]
    pressing = rule.done if rule.always else None
    span = pressing or policy.whistle.done or rule.done or LONGEST
    return deadline(span, hour or now, policy.hours, rule.take)


def whistled(ticket: Ticket, now: datetime, policy: Policy) -> Scheduled:
    """Wait for the level that is asked: a reminder at half time, then the next level."""
    span = report_span(ticket, policy)
    end = deadline(span, now, policy.hours)
    half = share(now, end, 50, policy.hours, working=span.working)
    plans: list[Plan] = [(Clock.WHISTLE, Rung.REMIND, half, 0, None), (Clock.WHISTLE, Rung.ABOVE, end, 0, None)]
    return _scheduled(ticket, _without(ticket, Clock.WHISTLE), plans, policy)


def called(ticket: Ticket, places: Iterable[int], now: datetime, policy: Policy) -> Scheduled:
    """Start the clocks of lanes; the ticket's own deadline is not before the last of theirs."""
    todo = set(places)
    plans: list[Plan] = [plan for place in sorted(todo) for plan in _plans(ticket, place, now, policy)]
    other = (one for one in ticket.steps if one.lane is None or one.lane not in todo)
    kept = [one for one in other if one.clock is not Clock.WHISTLE or escalation.live(ticket, one)]
    limits = [one.done_by for one in ticket.lanes if one.open and one.done_by is not None]
    last = max(limits, default=None)
    if last is None or ticket.done_by is None or last <= ticket.done_by or ticket.hold is not None:
        return _scheduled(ticket, kept, plans, policy)
    last = last.astimezone(now.tzinfo)
    fresh = escalation.until(ticket, now, last, policy)
    kept = [one for one in kept if one.clock is not Clock.DONE]
    plans += [(clock, rung, due, level, None) for clock, rung, due, level in fresh]
    return _scheduled(ticket, kept, plans, policy, until=last)


def moved(ticket: Ticket, place: int, now: datetime, policy: Policy) -> Scheduled:
    """Stop the clocks of a lane that its state has no use for; a refusal waits for somebody's word."""
    lane = ticket.lanes[place]
    live = (Clock.LANE,) if lane.state is LaneState.COMING else (Clock.REPORT, Clock.LANE) if lane.open else ()
    kept = [one for one in ticket.steps if one.lane != place or one.clock in live]
    plans: list[Plan] = []
    if lane.state is LaneState.REFUSED:
        kept = [one for one in kept if one.lane != place]
        plans.append((Clock.REPORT, Rung.ABOVE, report_by(ticket, now, policy), 0, place))
    elif lane.state is LaneState.COMING and not any(one.lane == place for one in kept):
        plans = [plan for plan in _plans(ticket, place, now, policy) if plan[0] is Clock.LANE]
    if not kept and not plans:
        plans.append((*escalation.still(ticket, now, policy), None))
    return _scheduled(ticket, kept, plans, policy)


def quiet(ticket: Ticket, now: datetime, policy: Policy) -> Scheduled:
    """Stop waiting for the level that was asked."""
    kept = _without(ticket, Clock.WHISTLE)
    plans: list[Plan] = [] if kept else [(*escalation.still(ticket, now, policy), None)]
    return _scheduled(ticket, kept, plans, policy)


def again(ticket: Ticket, step: Step, now: datetime, policy: Policy, levels: int) -> Scheduled:
    """Return the step after one that climbed: the next level, day by day once the top is reached."""
    top = step.level + 1 >= levels
    due = policy.hours.next_start(now + timedelta(days=1)) if top else report_by(ticket, now, policy)
    level = max(levels - 1, 0) if top else step.level + 1
    return _scheduled(ticket, ticket.steps, [(step.clock, Rung.ABOVE, due, level, step.lane)], policy)


def _plans(ticket: Ticket, place: int, now: datetime, policy: Policy) -> list[Plan]:
    lane = ticket.lanes[place]
    if lane.role is LaneRole.INFORMED or not lane.open:
        return []
    found = _share(Clock.REPORT, place, now, lane.report_by, policy, report_span(ticket, policy).working, _take(policy))
    found += _share(Clock.LANE, place, now, lane.done_by, policy, False, _done(policy))
    if lane.hour is not None and lane.hour - MEETING > now:
        found.append((Clock.LANE, Rung.REMIND, (lane.hour - MEETING).astimezone(now.tzinfo), 0, place))
    if not any(plan[0] is Clock.LANE for plan in found):  # its time was over before it came after all
        found.append((Clock.LANE, Rung.ABOVE, report_by(ticket, now, policy), 0, place))
    return found


def _take(policy: Policy) -> dict[Rung, int]:
    ladder = policy.take_ladder
    return {Rung.REMIND: ladder.get(Rung.REMIND, 50), Rung.DUE: 100, Rung.ABOVE: max(150, ladder.get(Rung.LEADER, 0))}


def _done(policy: Policy) -> dict[Rung, int]:
    ladder = policy.done_ladder
    return {Rung.REMIND: ladder.get(Rung.REMIND, 75), Rung.DUE: 100, Rung.ABOVE: max(110, ladder.get(Rung.ABOVE, 0))}


def _share(
    clock: Clock,
    place: int,
    start: datetime,
    end: datetime | None,
    policy: Policy,
    working: bool,
    ladder: dict[Rung, int],
) -> list[Plan]:
    if end is None or end <= start:
        return []
    end = end.astimezone(start.tzinfo)  # stored moments come in another zone, and hours are those of the district
    return [
        (clock, rung, share(start, end, percent, policy.hours, working=working), 0, place)
        for rung, percent in ladder.items()
    ]


def _without(ticket: Ticket, clock: Clock) -> list[Step]:
    return [one for one in ticket.steps if one.clock is not clock]


def _scheduled(
    ticket: Ticket, kept: Iterable[Step], plans: Iterable[Plan], policy: Policy, *, until: datetime | None = None
) -> Scheduled:
    steps, count = list(kept), ticket.step_count
    for clock, rung, due, level, lane in plans:
        count += 1
        due = policy.quiet.after(due) if escalation.minds_quiet(ticket, clock, policy) else due
        steps.append(Step(f"{count}-{clock}-{rung}", clock, rung, due, level, lane))
    steps.sort(key=lambda step: (step.due, int(step.id.partition("-")[0])))
    return Scheduled(tuple(steps), count, ticket.take_by, until or ticket.done_by)


__all__ = ["again", "called", "done_by", "moved", "quiet", "report_by", "whistled"]
