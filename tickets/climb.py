"""What the clock does: every step of the ladder that is due, each once, the overtaken ones silently."""

from tickets import escalation
from tickets.closing import close, lasts_or_not
from tickets.drafting import Drafting
from tickets.events import Climbed, Resumed
from tickets.lanes import late
from tickets.model import Clock, Ending, Status, Step
from tickets.notices import NoticeKind, Priority
from tickets.policy import Rung
from tickets.silence import lapse
from tickets.transitions import doers, reviewers
from tickets.whistling import unanswered


def climb(draft: Drafting) -> None:
    """Carry out the due steps in order. After a long stop, reminders that a later step overtook are skipped.

    What a step plans for this very moment (a pause that ends on a deadline) happens at once as well.
    """
    wait = escalation.postponed(draft.ticket, draft.now, draft.policy)
    if wait is not None:
        draft.record(wait)
    while draft.ticket.open and (due := [step for step in draft.ticket.steps if step.due <= draft.now]):
        step = due[0]
        draft.record(Climbed(step))
        _CLOCKS[step.clock](draft, step, any((later.clock, later.lane) == (step.clock, step.lane) for later in due[1:]))
    if draft.ticket.open and not draft.ticket.steps:
        draft.record(escalation.again(draft.ticket, [escalation.daily(draft.now, draft.policy)], draft.policy))


def _not_taken(draft: Drafting, step: Step, overtaken: bool) -> None:
    ticket = draft.ticket
    if step.rung is Rung.REMIND and not overtaken:
        away = {one.person for one in ticket.route.candidates if one.from_ is not None and one.from_ > draft.now}
        draft.remind(NoticeKind.REMIND_TAKE, [one for one in ticket.asked if one not in away])
    elif step.rung is Rung.REPEAT:
        draft.tell(NoticeKind.REPEAT_LIFE, (*ticket.asked, *draft.leaders))
        _again(draft, [escalation.repeat(ticket, draft.now, draft.policy)])
    elif step.rung is Rung.NEXT:
        draft.offer_next()
    elif step.rung is Rung.LEADER:
        draft.remind(NoticeKind.NOT_TAKEN, draft.leaders, level="leader")
    elif step.rung is Rung.ABOVE:
        if not ticket.asked:  # nobody could be asked so far: somebody may have joined or come on duty since
            draft.offer_next()
        _climb_above(draft, step, NoticeKind.NOT_TAKEN)


def _not_done(draft: Drafting, step: Step, overtaken: bool) -> None:
    handler = (draft.ticket.handler,) if draft.ticket.handler else draft.ticket.asked
    if step.rung is Rung.REMIND and not overtaken:
        draft.remind(NoticeKind.REMIND_DONE, handler)
    elif step.rung is Rung.DUE:
        draft.remind(NoticeKind.OVERDUE, handler, level="handler")
    elif step.rung is Rung.LEADER:
        draft.remind(NoticeKind.OVERDUE, draft.seniors(handler), level="leader")
    elif step.rung is Rung.ABOVE:
        _climb_above(draft, step, NoticeKind.OVERDUE)
    elif step.rung is Rung.BACK:
        lapse(draft)
    elif step.rung is Rung.STILL:
        draft.remind(NoticeKind.STILL_OPEN, handler or draft.leaders)
        _again(draft, [escalation.still(draft.ticket, draft.now, draft.policy)])


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
    close(draft, draft.ticket.ending or Ending.SOLVED, unanswered=True)
    draft.tell(NoticeKind.CLOSED, [draft.ticket.reporter], priority=Priority.CARD)


def _resting(draft: Drafting, step: Step, overtaken: bool) -> None:
    if step.rung is Rung.ABOVE:
        _climb_above(draft, step, NoticeKind.CHECK_WANTED)
    else:
        lasts_or_not(draft)


_CLOCKS = {
    Clock.TAKE: _not_taken,
    Clock.DONE: _not_done,
    Clock.PAUSE: _pause_over,
    Clock.REVIEW: _not_reviewed,
    Clock.CONFIRM: _not_confirmed,
    Clock.WHISTLE: unanswered,
    Clock.REPORT: late,
    Clock.LANE: late,
    Clock.REST: _resting,
}


def _climb_above(draft: Drafting, step: Step, kind: NoticeKind) -> None:
    apart = {draft.ticket.handler, *(doers(draft.ticket) if step.clock in (Clock.REVIEW, Clock.REST) else ())}
    people = tuple(one for one in draft.above(step.level) if one not in apart)
    if not people:  # whoever has it is that level: the next one, or whoever else leads
        people = draft.seniors(apart)
    if not people and step.clock is not Clock.REVIEW:  # nobody who leads can be reached: whoever has it hears of it
        draft.remind(kind, [draft.ticket.handler] if draft.ticket.handler else draft.ticket.asked, level="handler")
    draft.remind(kind, people, level="above")
    levels = len(draft.circle.route.above)
    _again(draft, [escalation.above_again(draft.ticket, step, draft.now, draft.policy, levels)])


def _again(draft: Drafting, plans: list[escalation.Plan]) -> None:
    draft.record(escalation.again(draft.ticket, plans, draft.policy))
