"""How a matter ends: what must be shown, what comes back by itself, what is looked at again, and what is told once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tickets.watched import in_utc
from tests.tickets.world import MONDAY, RESIDENT, Case, K, readers, said, why
from tickets.commands import (
    Approve,
    Climb,
    Confirm,
    Correct,
    Dispute,
    Finish,
    Join,
    Merge,
    Resume,
    SendBack,
    Take,
    Withdraw,
)
from tickets.decide import decide
from tickets.drafting import Why
from tickets.model import Ending, Photo, Status
from tickets.service import DeadlineClass, Point, Proof, Terms
from tickets.worktime import Span

SHOWN = Terms(Proof(photo=True, points=(Point("signs", ("警示", "sign")),)))
PHOTO, VOICE, VIDEO = (Photo("x", kind) for kind in ("photo", "voice", "video"))
MONTH = MONDAY + timedelta(days=30)


def in_hand(terms: Terms | None = None) -> Case:
    """A ticket that its worker has, and which a neighbour has joined."""
    case = Case(MONDAY, terms=terms or Terms())
    case.do(Take("tu"))
    case.do(Join("tg10031", "tg10031", said("我家也是")))
    return case


def ended(case: Case, command: Finish) -> Case:
    """Said, reviewed, agreed to."""
    case.do(command)
    case.do(Approve("wang"))
    case.do(Confirm(RESIDENT))
    return case


@pytest.mark.parametrize(
    ("words", "media", "refused"),
    [
        ("修好了", (), Why.NEEDS_PHOTO),
        ("修好了，围了警示带", (), Why.NEEDS_PHOTO),
        ("修好了", (PHOTO,), Why.NEEDS_POINTS),
        ("修好了，围了警示带", (VOICE,), Why.NEEDS_PHOTO),
        ("修好了，围了警示带", (PHOTO,), None),
        ("Fixed, a SIGN stands there", (VIDEO,), None),
    ],
)
def test_what_must_be_shown(words: str, media: tuple[Photo, ...], refused: Why | None) -> None:
    case = in_hand(SHOWN)
    if refused is None:
        assert case.do(Finish("tu", words, media)).ticket.ending is Ending.SOLVED
    else:
        assert why(case, Finish("tu", words, media)) is refused


@pytest.mark.parametrize("ending", [Ending.EXPLAINED, Ending.HANDED_OVER, Ending.SHELVED])
def test_what_is_not_called_solved_needs_words_and_no_picture(ending: Ending) -> None:
    case = in_hand(SHOWN)
    until = MONTH if ending is Ending.SHELVED else None
    assert why(case, Finish("tu", "", (PHOTO,), ending, until)) is Why.NEEDS_REASON
    assert case.do(Finish("tu", "归供电所，下周来", (), ending, until)).ticket.ending is ending


@pytest.mark.parametrize("until", [None, MONDAY, MONDAY - timedelta(days=1), MONDAY + timedelta(days=800)])
def test_shelved_needs_a_day_within_a_year(until: object) -> None:
    assert why(in_hand(), Finish("tu", "等钱", (), Ending.SHELVED, until)) is Why.NEEDS_DATE  # type: ignore[arg-type]


@pytest.mark.parametrize("ending", [Ending.WITHDRAWN, Ending.DUPLICATE, Ending.NOT_A_REQUEST])
def test_nobody_finishes_as_what_is_not_theirs_to_say(ending: Ending) -> None:
    assert why(in_hand(), Finish("tu", "好了", (), ending)) is Why.NOT_NOW


def test_shelved_comes_back_by_itself() -> None:
    case = ended(in_hand(), Finish("tu", "等线路改造", (), Ending.SHELVED, MONTH))
    ticket = case.ticket
    assert (ticket.status, ticket.closed_at, len(ticket.steps)) == (Status.RESTING, None, 1)
    assert readers(case.notices, K.CLOSED) == {RESIDENT}
    assert readers(case.notices, K.JOINED_CLOSED) == {"tg10031"}
    told = case.run(MONTH + timedelta(hours=1))
    assert [(one.kind, one.reader) for _, one in told] == [(K.RESUMED, "tu")]
    ticket = case.ticket
    assert (ticket.status, ticket.ending, ticket.rest) == (Status.HANDLING, None, None)
    assert ticket.done_by is not None
    assert ticket.done_by >= MONTH, "nobody is late for what was shelved"


def test_the_hour_of_what_is_shelved_is_the_districts() -> None:
    """A store gives times in its own zone: 07:44 here is at night there, and nothing is put off because of that."""
    until = MONTH.replace(hour=7, minute=44)
    case = in_hand()
    case.do(Finish("tu", "等线路改造", (), Ending.SHELVED, until))
    case.do(Approve("wang"))
    confirm = Confirm(RESIDENT)
    [step] = decide(in_utc(case.ticket), confirm, case.now, case.policy, case.circle(RESIDENT)).ticket.steps
    assert step.due == until


def test_shelved_is_taken_up_earlier() -> None:
    case = ended(in_hand(), Finish("tu", "等线路改造", (), Ending.SHELVED, MONTH))
    assert case.do(Resume("tu"), MONDAY + timedelta(days=3)).ticket.status is Status.HANDLING


def test_what_must_last_is_looked_at_by_somebody_else() -> None:
    case = ended(in_hand(Terms(check_after=Span.parse("21d"))), Finish("tu", "招了保洁员"))
    assert case.ticket.status is Status.RESTING
    told = case.run(MONDAY + timedelta(days=21, hours=2))
    assert {(one.kind, one.reader) for _, one in told} == {(K.CHECK_WANTED, "wang"), (K.LASTS, RESIDENT)}
    assert why(case, Approve("tu")) is Why.OWN_REVIEW
    done = case.do(Approve("wang"))
    assert (done.ticket.status, done.ticket.ending, done.ticket.steps) == (Status.CLOSED, Ending.SOLVED, ())
    assert not readers(done.notices, K.JOINED_CLOSED), "they were told when it ended"


def test_the_closer_may_ask_for_a_check_too() -> None:
    case = ended(in_hand(), Finish("tu", "换了泵", check_after=Span.parse("7d")))
    assert case.ticket.rest is not None
    case.run(MONDAY + timedelta(days=8))
    assert case.do(SendBack("wang", "又漏了")).ticket.status is Status.HANDLING


def test_a_check_that_nobody_makes_climbs() -> None:
    case = ended(in_hand(Terms(check_after=Span.parse("7d"))), Finish("tu", "换了泵"))
    told = case.run(MONDAY + timedelta(days=12))
    assert ("boss", "above") in {(one.reader, one.data.get("level")) for _, one in told if one.kind is K.CHECK_WANTED}
    assert case.do(Confirm(RESIDENT)).ticket.status is Status.CLOSED, "the resident's word is enough"


def test_broken_again_before_the_check() -> None:
    case = ended(in_hand(Terms(check_after=Span.parse("21d"))), Finish("tu", "换了泵"))
    done = case.do(Dispute(RESIDENT, "又漏了"), MONDAY + timedelta(days=2))
    assert (done.ticket.status, done.ticket.reopened, done.ticket.rest) == (Status.HANDLING, 1, None)
    assert {"tu", "wang", "boss"} <= readers(done.notices, K.REOPENED)


def test_no_answer_rests_as_well() -> None:
    case = in_hand(Terms(check_after=Span.parse("21d")))
    case.do(Finish("tu", "换了泵"))
    case.do(Approve("wang"))
    case.run(MONDAY + timedelta(days=5))
    assert (case.ticket.status, case.ticket.unanswered) == (Status.RESTING, True)
    case.run(MONDAY + timedelta(days=22))
    assert case.do(Approve("wang")).ticket.unanswered


def test_no_need_to_look_again_keeps_what_was_done() -> None:
    case = ended(in_hand(Terms(check_after=Span.parse("21d"))), Finish("tu", "换了泵"))
    assert case.do(Withdraw(RESIDENT)).ticket.ending is Ending.SOLVED


def test_the_same_matter_as_another() -> None:
    case = in_hand()
    assert why(case, Merge("tu", case.ticket.id)) is Why.SAME_AS_WHAT
    done = case.do(Merge("wang", 7))
    assert (done.ticket.ending, done.ticket.same_as, done.ticket.steps) == (Ending.DUPLICATE, 7, ())
    assert readers(done.notices, K.CLOSED) == {RESIDENT}
    assert readers(done.notices, K.WITHDRAWN) == {"tu"}
    assert not readers(done.notices, K.JOINED_CLOSED), "they are told when the other one ends"


def test_what_becomes_sealed_leaves_the_hands_of_those_who_may_not_know() -> None:
    case = in_hand()
    sealed = Terms(sealed=("police",))
    circle = case.circle()
    few = replace(circle, route=replace(circle.route, candidates=(), leaders=("wang",), above=(("cop",),)))
    command = Correct("wang", "violence", DeadlineClass.ORDINARY, private=True, terms=sealed)
    done = decide(case.ticket, command, case.now, case.policy, few)
    assert (done.ticket.handler, done.ticket.terms) == (None, sealed)


def test_the_clock_says_nothing_twice() -> None:
    case = ended(in_hand(Terms(check_after=Span.parse("7d"))), Finish("tu", "换了泵"))
    case.run(MONDAY + timedelta(days=8))
    again = case.do(Climb())
    assert (again.entries, again.notices) == ((), ())
