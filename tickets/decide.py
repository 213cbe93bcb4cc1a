"""The one place where a ticket changes: ticket, command, now -> what happened and who must learn of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from tickets import escalation, routing, whistling
from tickets.actions import Action
from tickets.climb import climb
from tickets.closing import check_words, close, ending_of, hide, merge, wake
from tickets.commands import (
    Add,
    Advise,
    Answer,
    Ask,
    Command,
    ConsultWith,
    Dispute,
    File,
    Finish,
    PutOnHold,
    SendBack,
    Take,
    Tell,
)
from tickets.correcting import correct
from tickets.deadlines import deadline
from tickets.drafting import Circle, Decision, Drafting, Refused, Why, longest_hold, reopen_ends
from tickets.events import (
    Added,
    Advised,
    Answered,
    Approved,
    Asked,
    Confirmed,
    Consulted,
    Disputed,
    Filed,
    Finished,
    Paused,
    Resumed,
    Routed,
    SentBack,
    Told,
)
from tickets.extending import deny, extend, grant
from tickets.joining import join
from tickets.lanes import step_in_lane
from tickets.model import Clock, Ending, Hold, Photo, Said, Status, Ticket
from tickets.notices import NoticeKind, Priority
from tickets.parts import Consult, Question, Remark, Result
from tickets.passing import keep, miss, pass_on, relieve, take
from tickets.policy import Policy, Reviewer
from tickets.rating import rate
from tickets.recounting import recount
from tickets.roster import PersonId
from tickets.service import Danger, DeadlineClass
from tickets.transitions import (
    ALLOWED,
    REFUSALS,
    TAKES_FIRST,
    TRANSITIONS,
    Relation,
    doers,
    is_neighbour,
    relations,
    reviewers,
    who_may,
)
from tickets.worktime import Span

ANSWER_WITHIN = Span.parse("1d")
"""How long a question to the resident stops the clock."""


def open_ticket(command: File, now: datetime, policy: Policy, circle: Circle) -> Decision:
    """File a request: the journal begins, both clocks start, the first candidates are asked."""
    draft = Drafting(None, command.filed_by or command.by, now, policy, circle)
    life = command.deadline_class is DeadlineClass.LIFE
    draft.record(
        Filed(
            number=command.number,
            grid=command.grid,
            service=command.service,
            deadline_class=command.deadline_class,
            private=command.private,
            danger=command.danger or (Danger.OTHER if life else None),
            reporter=command.by,
            reporter_name=command.name,
            reporter_language=command.language,
            summary=command.summary,
            said=command.said,
            places=command.places,
            people=command.people,
            on_behalf=command.on_behalf,
            model=command.model,
            earlier=command.earlier,
            standing=command.standing,
            review=Reviewer.LEADER if command.own else policy.review[command.deadline_class],
            rule=str(policy.classes[command.deadline_class]),
            terms=command.terms,
            hidden=command.hidden,
            source=command.source,
        )
    )
    draft.record(Routed(circle.route))
    draft.record(escalation.filing(draft.ticket, now, policy))
    if command.private and not command.hidden:
        draft.tell(NoticeKind.RECEIVED, [None])
    if life:
        draft.tell(NoticeKind.SAFETY, [command.by])
        draft.tell(NoticeKind.LIFE_ABOVE, draft.above(0))
    if command.standing:
        draft.tell(NoticeKind.STANDING, draft.leaders, priority=Priority.NOTICE)
    if command.own and not draft.rule.parallel:
        keep(draft)
    else:
        draft.offer(routing.first_asked(circle.route, everyone=draft.rule.parallel, by=draft.ticket.take_by))
    return draft.decision()


def decide(ticket: Ticket, command: Command, now: datetime, policy: Policy, circle: Circle) -> Decision:
    """Return what `command` does to `ticket`, or raise `Refused` with the reason and what helps."""
    if isinstance(command, Answer) and ticket.status is not Status.WAITING:
        command = Add(command.by, command.said)  # an answer that comes late is further words, not a refusal
    held = relations(ticket, command.by, circle.route, circle.grid_staff)
    held |= whistling.sides(ticket, command, circle, policy)
    draft = Drafting(ticket, command.by, now, policy, circle)
    if command.action in TAKES_FIRST and ticket.status is Status.FILED:
        _check(ticket, Action.TAKE, command.by, held)
        take(draft, Take(command.by))
        held |= {Relation.HANDLER}
    if command.action is Action.JOIN and is_neighbour(ticket, command.by):
        held |= {Relation.NEIGHBOUR}
    _check(draft.ticket, command.action, command.by, held)
    _DOES[command.action](draft, command)
    return draft.decision()


def _check(ticket: Ticket, action: Action, by: PersonId, held: frozenset[Relation]) -> None:
    if not held:  # somebody who has nothing to do with it learns nothing of it either
        if Relation.REPORTER in ALLOWED[action] and not ticket.private:
            raise Refused(Why.ONLY_REPORTER, name=ticket.reporter_name)
        raise Refused(Why.NOT_YOURS, number=str(ticket.id))
    if (ticket.status, action) not in TRANSITIONS:
        if action is Action.TAKE and ticket.handler is not None and ticket.open:
            raise Refused(Why.TAKEN_BY, person=ticket.handler)
        if not ticket.open:
            raise Refused(Why.CLOSED, number=str(ticket.id))
        raise Refused(Why.NOT_NOW, status=ticket.status, number=str(ticket.id))
    if who_may(action, ticket.status) & held:
        return
    if Relation.REPORTER in ALLOWED[action]:
        raise Refused(Why.ONLY_REPORTER, name="" if ticket.hidden else ticket.reporter_name)
    if action in (Action.APPROVE, Action.SEND_BACK) and by in doers(ticket):
        raise Refused(Why.OWN_REVIEW)
    if action in (Action.GRANT, Action.DENY) and held & {Relation.LEADER, Relation.ABOVE}:
        pending = ticket.extension is not None and ticket.extension.given_by is None
        raise Refused(Why.OWN_REVIEW if pending else Why.EXTEND_DECIDED)
    if action in REFUSALS and Relation.OFFERED in held and ticket.handler is not None:
        raise Refused(Why.TAKEN_BY, person=ticket.handler)
    raise Refused(Why.NOT_YOURS, number=str(ticket.id))


def _ask(draft: Drafting, command: Ask) -> None:
    words = _words(command.words, command.media)
    draft.record(Asked(Question(command.by, words, draft.now, media=command.media)))
    _pause(draft, "question", deadline(ANSWER_WITHIN, draft.now, draft.policy.hours), waiting=True)
    data = {"words": words, "person": command.by}
    draft.tell(NoticeKind.QUESTION, [draft.ticket.reporter], data=data, media=command.media)


def _tell(draft: Drafting, command: Tell) -> None:
    words = _words(command.words, command.media)
    draft.record(Told(Remark(command.by, words, draft.now, command.media, command.aloud)))
    data = {"words": words, "person": command.by}
    draft.tell(NoticeKind.TOLD, [draft.ticket.reporter], data=data, media=command.media)


def _answer(draft: Drafting, command: Answer) -> None:
    draft.record(Answered(command.said))
    _resume(draft, command)
    draft.tell(NoticeKind.ANSWERED, [draft.ticket.handler])


def _add(draft: Drafting, command: Add) -> None:
    late = draft.ticket.question is not None and draft.ticket.status is not Status.WAITING
    if late and command.summary is None and not _edits(draft.ticket, command.said):
        draft.record(Answered(command.said))
        draft.tell(NoticeKind.ANSWERED, [draft.ticket.handler])
        return
    draft.record(Added(command.said, command.summary, command.places))
    if command.said.text.strip() or not command.said.media:  # a picture or a voice alone speaks for itself
        draft.tell(NoticeKind.ADDED, _listeners(draft.ticket))


def _listeners(ticket: Ticket) -> tuple[PersonId | None, ...]:
    """Who hears what the resident adds: the handler, and the specialist who spoke to the resident last."""
    last = ticket.told[-1].by if ticket.told else None
    advises = last in {consult.person for consult in ticket.consults}
    return (ticket.handler, last) if advises else (ticket.handler,)


def _edits(ticket: Ticket, said: Said) -> bool:
    return any((old.chat, old.message) == (said.chat, said.message) for old in ticket.said)


def _consult(draft: Drafting, command: ConsultWith) -> None:
    draft.record(Consulted(Consult(command.person, command.by, command.words.strip(), draft.now)))
    known = {one.person: one for one in draft.circle.route.candidates}.get(command.person)
    draft.tell(NoticeKind.STAFF_CARD, [command.person], loud=True, not_before=known.from_ if known else None)


def _advise(draft: Drafting, command: Advise) -> None:
    words = _words(command.words, command.media)
    if not any(one.person == command.by and one.answer is None for one in draft.ticket.consults):
        asker = draft.ticket.handler or command.by
        draft.record(Consulted(Consult(command.by, asker, "", draft.now)))
    askers = [one.by for one in draft.ticket.consults if one.person == command.by and one.answer is None]
    draft.record(Advised(command.by, words, command.media))
    readers = [one for one in (draft.ticket.handler, *askers) if one != command.by]
    data = {"words": words, "person": command.by}
    draft.tell(NoticeKind.ADVISED, readers, data=data, media=command.media)


def _hold(draft: Drafting, command: PutOnHold) -> None:
    if not command.reason.strip():
        raise Refused(Why.NEEDS_REASON)
    if not draft.now < command.until <= longest_hold(draft.now, draft.policy):
        longest = longest_hold(draft.now, draft.policy)
        raise Refused(Why.HOLD_TOO_LONG, days=str((longest - draft.now).days))
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
    if draft.ticket.status is Status.RESTING:
        wake(draft)
        return
    hold = draft.ticket.hold
    draft.record(Resumed())
    if hold is not None:
        draft.record(escalation.resumed(draft.ticket, hold, draft.now, draft.policy))


def _finish(draft: Drafting, command: Finish) -> None:
    words = _words(command.words, command.media)
    whistling.refuse_unfinished(draft.ticket)
    ending = ending_of(draft.ticket, command)
    check_words(draft.ticket, command, ending, draft.now, draft.policy)
    held = draft.ticket.hold
    result = Result(
        command.by,
        words,
        draft.now,
        command.media,
        draft.ticket.version + (held is not None) + 1,
        command.until,
        command.check_after,
    )
    said = replace(draft.ticket, results=(*draft.ticket.results, result))
    asked = reviewers(said, draft.circle.route) if draft.ticket.review is Reviewer.LEADER else ()
    if held is not None:
        draft.record(Resumed())
    draft.record(Finished(result, ending, asked))
    data = {"words": words, "person": command.by}
    if asked and command.by == draft.ticket.reporter:  # he found it himself: his word counts already
        draft.record(Confirmed())
    else:
        draft.tell(NoticeKind.RESULT, [draft.ticket.reporter], loud=True, data=data, media=command.media)
    if asked:
        draft.record(escalation.reviewing(draft.ticket, draft.now, draft.policy))
        draft.tell(NoticeKind.REVIEW_WANTED, asked, data=data, media=command.media)
    else:
        draft.record(Approved(None))
        draft.record(escalation.confirming(draft.ticket, draft.now, draft.policy))


def _approve(draft: Drafting, command: Any) -> None:
    if draft.ticket.status is Status.RESTING:
        close(draft, draft.ticket.ending or Ending.SOLVED)
        return
    confirmed = draft.ticket.status is Status.CONFIRMED
    draft.record(Approved(command.by))
    if confirmed:
        close(draft, draft.ticket.ending or Ending.SOLVED)
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
    close(draft, draft.ticket.ending or Ending.SOLVED)
    draft.tell(NoticeKind.CLOSED, [draft.ticket.reporter], priority=Priority.CARD)


def _dispute(draft: Drafting, command: Dispute) -> None:
    if not draft.ticket.open:
        until = reopen_ends(draft.ticket, draft.policy)
        if draft.ticket.handler is None or (until is not None and draft.now > until):
            raise Refused(Why.CLOSED, number=str(draft.ticket.id))
    draft.record(Disputed(command.words.strip()))
    draft.record(escalation.reopened(draft.ticket, draft.now, draft.policy))
    told = [one for one in (draft.ticket.handler, *draft.leaders, *draft.above(0)) if one != command.by]
    draft.tell(NoticeKind.REOPENED, told, data={"words": command.words.strip()})


def _withdraw(draft: Drafting, command: Any) -> None:
    waiting = (draft.ticket.handler,) if draft.ticket.handler else draft.ticket.asked
    done = draft.ticket.rest is not None and draft.ticket.ending is not Ending.SHELVED
    close(draft, draft.ticket.ending or Ending.SOLVED if done else Ending.WITHDRAWN)
    if done:  # it was over: only nobody need look again
        return
    draft.tell(NoticeKind.WITHDRAWN, waiting)


def _reject(draft: Drafting, command: Any) -> None:
    close(draft, Ending.NOT_A_REQUEST)


def _words(text: str, media: tuple[Photo, ...] = ()) -> str:
    words = text.strip()
    if not words and not media:
        raise Refused(Why.NEEDS_WORDS)
    return words


_DOES: dict[Action, Callable[[Drafting, Any], None]] = {
    Action.TAKE: take,
    Action.PASS_ON: pass_on,
    Action.ASK: _ask,
    Action.TELL: _tell,
    Action.ANSWER: _answer,
    Action.ADD: _add,
    Action.JOIN: join,
    Action.CONSULT: _consult,
    Action.ADVISE: _advise,
    Action.HOLD: _hold,
    Action.RESUME: _resume,
    Action.EXTEND: extend,
    Action.GRANT: grant,
    Action.DENY: deny,
    Action.FINISH: _finish,
    Action.APPROVE: _approve,
    Action.SEND_BACK: _send_back,
    Action.CONFIRM: _confirm,
    Action.DISPUTE: _dispute,
    Action.WITHDRAW: _withdraw,
    Action.REJECT: _reject,
    Action.MERGE: merge,
    Action.CORRECT: correct,
    Action.HIDE: hide,
    Action.RATE: rate,
    Action.WHISTLE: whistling.whistle,
    Action.CALL_IN: whistling.call_in,
    Action.GIVE_BACK: whistling.give_back,
    Action.LANE: step_in_lane,
    Action.MAKE_DO: whistling.make_do,
    Action.MISS: miss,
    Action.RELIEVE: relieve,
    Action.RECOUNT: recount,
    Action.CLIMB: lambda draft, _: climb(draft),
}

__all__ = ["Circle", "Decision", "Refused", "Why", "decide", "open_ticket"]
