"""What the clock does: every step of the ladder that is due, each once, the overtaken ones silently."""

from datetime import datetime

from tickets import escalation, routing
from tickets.drafting import Drafting
from tickets.events import Climbed, Closed, Resumed
from tickets.model import Clock, Ending, Status, Step
from tickets.notices import NoticeKind, Priority
from tickets.policy import Rung
from tickets.transitions import reviewers


def climb(draft: Drafting) -> None:
    """Carry out the due steps in order. After a long stop, reminders that a later step overtook are skipped."""
    due = [step for step in draft.ticket.steps if step.due <= draft.now]
    for number, step in enumerate(due):
        overtaken = any(later.clock is step.clock for later in due[number + 1 :])
        if step not in draft.ticket.steps or not draft.ticket.open:
            continue
        draft.record(Climbed(step))
        _CLOCKS[step.clock](draft, step, overtaken)
    if draft.ticket.open and not draft.ticket.steps:
        draft.record(escalation.again(draft.ticket, [escalation.daily(draft.now, draft.policy)], draft.policy))


def _not_taken(draft: Drafting, step: Step, overtaken: bool) -> None:
    ticket = draft.ticket
    if step.rung is Rung.REMIND and not overtaken:
        draft.remind(NoticeKind.REMIND_TAKE, _asked(draft))
    elif step.rung is Rung.REPEAT:
        draft.tell(NoticeKind.REPEAT_LIFE, (*_asked(draft), *draft.leaders))
        _again(draft, [(Clock.TAKE, Rung.REPEAT, _repeat(draft), 0)])
    elif step.rung is Rung.NEXT:
        refused = {refusal.person for refusal in ticket.refusals}
        found = routing.next_asked(draft.circle.route, frozenset({*ticket.offered, *refused}))
        if found:
            draft.use_fresh_route()
            draft.offer([found])
    elif step.rung is Rung.LEADER:
        draft.remind(NoticeKind.NOT_TAKEN, draft.leaders, level="leader")
    elif step.rung is Rung.ABOVE:
        _climb_above(draft, step, NoticeKind.NOT_TAKEN)


def _not_done(draft: Drafting, step: Step, overtaken: bool) -> None:
    handler = (draft.ticket.handler,) if draft.ticket.handler else _asked(draft)
    if step.rung is Rung.REMIND and not overtaken:
        draft.remind(NoticeKind.REMIND_DONE, handler)
    elif step.rung is Rung.DUE:
        draft.remind(NoticeKind.OVERDUE, handler, level="handler")
    elif step.rung is Rung.LEADER:
        bosses = tuple(one for one in draft.leaders if one not in handler) or draft.above(0)
        draft.remind(NoticeKind.OVERDUE, bosses, level="leader")
    elif step.rung is Rung.ABOVE:
        _climb_above(draft, step, NoticeKind.OVERDUE)
    elif step.rung is Rung.STILL:
        draft.remind(NoticeKind.STILL_OPEN, handler or draft.leaders)
        _again(draft, [escalation.daily(draft.now, draft.policy)])


def _pause_over(draft: Drafting, step: Step, overtaken: bool) -> None:
    hold, waiting = draft.ticket.hold, draft.ticket.status is Status.WAITING
    if hold is None:
        return
    draft.record(Resumed())
    draft.record(escalation.resumed(draft.ticket, hold, draft.now, draft.policy))
    draft.remind(NoticeKind.NO_ANSWER if waiting else NoticeKind.RESUMED, [draft.ticket.handler])


def _not_reviewed(draft: Drafting, step: Step, overtaken: bool) -> None:
    if step.rung is Rung.REMIND and not overtaken:
        draft.remind(NoticeKind.REVIEW_WANTED, reviewers(draft.ticket, draft.circle.route))
    elif step.rung is Rung.ABOVE:
        _climb_above(draft, step, NoticeKind.REVIEW_WANTED)


def _not_confirmed(draft: Drafting, step: Step, overtaken: bool) -> None:
    draft.record(Closed(draft.ticket.ending or Ending.SOLVED, unanswered=True))
    draft.record(escalation.ended(draft.ticket))
    draft.tell(NoticeKind.CLOSED, [draft.ticket.reporter], priority=Priority.CARD)


_CLOCKS = {
    Clock.TAKE: _not_taken,
    Clock.DONE: _not_done,
    Clock.PAUSE: _pause_over,
    Clock.REVIEW: _not_reviewed,
    Clock.CONFIRM: _not_confirmed,
}


def _climb_above(draft: Drafting, step: Step, kind: NoticeKind) -> None:
    people = tuple(one for one in draft.above(step.level) if one != draft.ticket.handler)
    draft.remind(kind, people or draft.leaders, level="above")
    levels = len(draft.circle.route.above)
    _again(draft, [escalation.above_again(draft.ticket, step, draft.now, draft.policy, levels)])


def _again(draft: Drafting, plans: list[escalation.Plan]) -> None:
    draft.record(escalation.again(draft.ticket, plans, draft.policy))


def _repeat(draft: Drafting) -> datetime:
    return draft.now + draft.policy.repeat_life.clock


def _asked(draft: Drafting) -> tuple[str, ...]:
    refused = {refusal.person for refusal in draft.ticket.refusals}
    return tuple(person for person in draft.ticket.offered if person not in refused)
