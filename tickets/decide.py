"""The one place where a ticket changes: ticket, command, now -> what happened and who must learn of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tickets import escalation, routing
from tickets.climb import climb
from tickets.commands import (
    Action,
    Add,
    Advise,
    Answer,
    Ask,
    Command,
    ConsultWith,
    Dispute,
    File,
    Finish,
    PassOn,
    PutOnHold,
    SendBack,
    Take,
)
from tickets.deadlines import deadline
from tickets.drafting import Circle, Decision, Drafting, Refused, Why, longest_hold, reopen_ends
from tickets.events import (
    Added,
    Advised,
    Answered,
    Approved,
    Asked,
    Closed,
    Confirmed,
    Consulted,
    Disputed,
    Filed,
    Finished,
    PassedOn,
    Paused,
    Resumed,
    Routed,
    SentBack,
    Taken,
)
from tickets.model import (
    Candidate,
    Clock,
    Consult,
    Ending,
    Hold,
    Question,
    Reason,
    ReasonCode,
    Result,
    Status,
    Ticket,
)
from tickets.notices import NoticeKind, Priority
from tickets.policy import Policy, Reviewer
from tickets.roster import PersonId
from tickets.service import DeadlineClass
from tickets.transitions import ALLOWED, TAKES_FIRST, TRANSITIONS, Relation, relations, reviewers
from tickets.worktime import Span

ANSWER_WITHIN = Span.parse("1d")
"""How long a question to the resident stops the clock."""


def open_ticket(command: File, now: datetime, policy: Policy, circle: Circle) -> Decision:
    """File a request: the journal begins, both clocks start, the first candidates are asked."""
    draft = Drafting(None, command.by, now, policy, circle)
    draft.record(
        Filed(
            number=command.number,
            grid=command.grid,
            service=command.service,
            deadline_class=command.deadline_class,
            private=command.private,
            danger=command.danger,
            reporter=command.by,
            reporter_name=command.name,
            reporter_language=command.language,
            summary=command.summary,
            said=command.said,
            places=command.places,
            people=command.people,
            review=policy.review[command.deadline_class],
        )
    )
    draft.record(Routed(circle.route))
    draft.record(escalation.filing(draft.ticket, now, policy))
    if command.private:
        draft.tell(NoticeKind.RECEIVED, [None])
    if command.danger is not None and command.deadline_class is DeadlineClass.LIFE:
        draft.tell(NoticeKind.SAFETY, [command.by])
        draft.tell(NoticeKind.LIFE_ABOVE, draft.above(0))
    draft.offer(routing.first_asked(circle.route, everyone=draft.rule.parallel))
    return draft.decision()


def decide(ticket: Ticket, command: Command, now: datetime, policy: Policy, circle: Circle) -> Decision:
    """Return what `command` does to `ticket`, or raise `Refused` with the reason and what helps."""
    held = relations(ticket, command.by, circle.route, circle.grid_staff)
    draft = Drafting(ticket, command.by, now, policy, circle)
    if command.action in TAKES_FIRST and ticket.status is Status.FILED:
        _check(ticket, Action.TAKE, command.by, held)
        _take(draft, Take(command.by))
        held |= {Relation.HANDLER}
    _check(draft.ticket, command.action, command.by, held)
    _DOES[command.action](draft, command)
    return draft.decision()


def _check(ticket: Ticket, action: Action, by: PersonId, held: frozenset[Relation]) -> None:
    if (ticket.status, action) not in TRANSITIONS:
        if action is Action.TAKE and ticket.handler is not None and ticket.open:
            raise Refused(Why.TAKEN_BY, person=ticket.handler)
        if not ticket.open:
            raise Refused(Why.CLOSED, number=str(ticket.id))
        raise Refused(Why.NOT_NOW, status=ticket.status, number=str(ticket.id))
    if ALLOWED[action] & held:
        return
    if Relation.REPORTER in ALLOWED[action]:
        raise Refused(Why.ONLY_REPORTER, name=ticket.reporter_name)
    if action in (Action.APPROVE, Action.SEND_BACK) and Relation.HANDLER in held:
        raise Refused(Why.OWN_REVIEW)
    raise Refused(Why.NOT_YOURS, number=str(ticket.id))


def _take(draft: Drafting, command: Take) -> None:
    draft.record(Taken(command.by))
    draft.record(escalation.taken(draft.ticket, draft.now, draft.policy))


def _pass_on(draft: Drafting, command: PassOn) -> None:
    if not command.reason.strip():
        raise Refused(Why.NEEDS_REASON)
    had_it = draft.ticket.handler
    refresh = escalation.passed_on(draft.ticket, draft.now, draft.policy)
    draft.record(PassedOn(had_it or command.by, command.reason))
    if had_it is not None:
        draft.record(refresh)
    draft.use_fresh_route()
    asked = frozenset({*draft.ticket.offered, *(refusal.person for refusal in draft.ticket.refusals)})
    known = {one.person: one for one in draft.circle.route.candidates}
    if command.to is not None:
        draft.tell(NoticeKind.PASSED_ON, [command.to], data={"reason": command.reason})
        chosen = known.get(command.to)
        draft.offer([chosen] if chosen else [_named(draft, command.to)])
        return
    if len(draft.ticket.refusals) >= 2:
        draft.tell(NoticeKind.DECIDE, draft.above(0) or draft.leaders, data={"reason": command.reason})
        draft.offer(known[boss] if boss in known else _named(draft, boss) for boss in draft.above(0))
        return
    found = routing.next_asked(draft.circle.route, asked)
    waiting = [person for person in draft.ticket.offered if person not in {r.person for r in draft.ticket.refusals}]
    if found:
        draft.offer([found])
    elif not waiting:
        draft.tell(NoticeKind.DECIDE, draft.above(0) or draft.leaders, data={"reason": command.reason})


def _named(draft: Drafting, person: PersonId) -> Candidate:
    reason = Reason(ReasonCode.PASSED_ON, draft.by)
    return Candidate(person, "passed_on", draft.ticket.grid, 0, (reason,))


def _ask(draft: Drafting, command: Ask) -> None:
    words = _words(command.words)
    draft.record(Asked(Question(command.by, words, draft.now)))
    _pause(draft, "question", deadline(ANSWER_WITHIN, draft.now, draft.policy.hours), waiting=True)
    draft.tell(NoticeKind.QUESTION, [draft.ticket.reporter])


def _answer(draft: Drafting, command: Answer) -> None:
    draft.record(Answered(command.said))
    _resume(draft, command)
    draft.tell(NoticeKind.ANSWERED, [draft.ticket.handler])


def _add(draft: Drafting, command: Add) -> None:
    draft.record(Added(command.said, command.summary, command.places))
    if draft.ticket.handler is not None:
        draft.tell(NoticeKind.ADDED, [draft.ticket.handler])


def _consult(draft: Drafting, command: ConsultWith) -> None:
    draft.record(Consulted(Consult(command.person, command.by, command.words.strip(), draft.now)))
    draft.tell(NoticeKind.STAFF_CARD, [command.person], loud=True)


def _advise(draft: Drafting, command: Advise) -> None:
    words = _words(command.words)
    if not any(one.person == command.by and one.answer is None for one in draft.ticket.consults):
        asker = draft.ticket.handler or command.by
        draft.record(Consulted(Consult(command.by, asker, "", draft.now)))
    draft.record(Advised(command.by, words))
    draft.tell(NoticeKind.ADVISED, [draft.ticket.handler], data={"words": words, "person": command.by})


def _hold(draft: Drafting, command: PutOnHold) -> None:
    if not command.reason.strip():
        raise Refused(Why.NEEDS_REASON)
    if not draft.now < command.until <= longest_hold(draft.now, draft.policy):
        raise Refused(Why.HOLD_TOO_LONG, days=str(draft.policy.hold_at_most.clock.days))
    _pause(draft, command.reason.strip(), command.until, waiting=False)
    draft.tell(NoticeKind.HELD, [draft.ticket.reporter])


def _pause(draft: Drafting, reason: str, until: datetime, *, waiting: bool) -> None:
    """Stop the clock of doing; a second pause keeps the steps of the first, less what is already over."""
    earlier = draft.ticket.hold
    running = earlier.paused if earlier else escalation.of(draft.ticket.steps, Clock.DONE)
    since = earlier.since if earlier else draft.now
    draft.record(Paused(Hold(reason, since, until, running), waiting))
    draft.record(escalation.paused(draft.ticket, until, draft.policy))


def _resume(draft: Drafting, command: Any) -> None:
    hold = draft.ticket.hold
    draft.record(Resumed())
    if hold is not None:
        draft.record(escalation.resumed(draft.ticket, hold, draft.now, draft.policy))


def _finish(draft: Drafting, command: Finish) -> None:
    words = command.words.strip()
    if not words and not command.media:
        raise Refused(Why.NEEDS_WORDS)
    advice = draft.ticket.deadline_class is DeadlineClass.ADVICE
    ending = command.ending or (Ending.EXPLAINED if advice else Ending.SOLVED)
    held = draft.ticket.hold
    asked = reviewers(draft.ticket, draft.circle.route) if draft.ticket.review is Reviewer.LEADER else ()
    result = Result(draft.ticket.handler or command.by, words, draft.now, command.media)
    if held is not None:
        draft.record(Resumed())
    draft.record(Finished(result, ending, asked))
    draft.tell(NoticeKind.RESULT, [draft.ticket.reporter], loud=True)
    if asked:
        draft.record(escalation.reviewing(draft.ticket, draft.now, draft.policy))
        draft.tell(NoticeKind.REVIEW_WANTED, asked)
    else:
        draft.record(Approved(None))
        draft.record(escalation.confirming(draft.ticket, draft.now, draft.policy))


def _approve(draft: Drafting, command: Any) -> None:
    confirmed = draft.ticket.status is Status.CONFIRMED
    draft.record(Approved(command.by))
    if confirmed:
        _close(draft, draft.ticket.ending or Ending.SOLVED)
        draft.tell(NoticeKind.CLOSED, [draft.ticket.reporter], priority=Priority.CARD)
    else:
        draft.record(escalation.confirming(draft.ticket, draft.now, draft.policy))


def _send_back(draft: Drafting, command: SendBack) -> None:
    draft.record(SentBack(command.by, _words(command.words)))
    draft.record(escalation.reopened(draft.ticket, draft.now, draft.policy))
    draft.tell(NoticeKind.SENT_BACK, [draft.ticket.handler], data={"words": command.words, "person": command.by})


def _confirm(draft: Drafting, command: Any) -> None:
    if draft.ticket.status is Status.FED_BACK:
        draft.record(Confirmed())
        return
    _close(draft, draft.ticket.ending or Ending.SOLVED)
    draft.tell(NoticeKind.CLOSED, [draft.ticket.reporter], priority=Priority.CARD)


def _dispute(draft: Drafting, command: Dispute) -> None:
    if not draft.ticket.open:
        until = reopen_ends(draft.ticket, draft.policy)
        if draft.ticket.handler is None or not draft.ticket.results or (until is not None and draft.now > until):
            raise Refused(Why.CLOSED, number=str(draft.ticket.id))
    draft.record(Disputed(command.words.strip()))
    draft.record(escalation.reopened(draft.ticket, draft.now, draft.policy))
    told = (draft.ticket.handler, *draft.leaders, *draft.above(0))
    draft.tell(NoticeKind.REOPENED, told, data={"words": command.words.strip()})


def _withdraw(draft: Drafting, command: Any) -> None:
    waiting = (draft.ticket.handler,) if draft.ticket.handler else draft.ticket.offered
    _close(draft, Ending.WITHDRAWN)
    draft.tell(NoticeKind.WITHDRAWN, waiting)


def _reject(draft: Drafting, command: Any) -> None:
    _close(draft, Ending.NOT_A_REQUEST)


def _close(draft: Drafting, ending: Ending) -> None:
    draft.record(Closed(ending))
    draft.record(escalation.ended(draft.ticket))


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise Refused(Why.NEEDS_WORDS)
    return words


_DOES: dict[Action, Callable[[Drafting, Any], None]] = {
    Action.TAKE: _take,
    Action.PASS_ON: _pass_on,
    Action.ASK: _ask,
    Action.ANSWER: _answer,
    Action.ADD: _add,
    Action.CONSULT: _consult,
    Action.ADVISE: _advise,
    Action.HOLD: _hold,
    Action.RESUME: _resume,
    Action.FINISH: _finish,
    Action.APPROVE: _approve,
    Action.SEND_BACK: _send_back,
    Action.CONFIRM: _confirm,
    Action.DISPUTE: _dispute,
    Action.WITHDRAW: _withdraw,
    Action.REJECT: _reject,
    Action.CLIMB: lambda draft, _: climb(draft),
}

__all__ = ["Circle", "Decision", "Refused", "Why", "decide", "open_ticket"]
