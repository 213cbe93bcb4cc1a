"""Each class's deadlines and ladder, by table: product.md section 6."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.tickets.world import MONDAY, POLICY, RESIDENT, Case, K, at, readers
from tickets.commands import Approve, Ask, Climb, Confirm, Dispute, Finish, PassOn, PutOnHold, Resume, SendBack, Take
from tickets.drafting import Refused, Why
from tickets.model import Clock, Status
from tickets.policy import Policy, Rung
from tickets.service import DeadlineClass
from tickets.worktime import Span

C = DeadlineClass
FREE = frozenset({date(2026, 10, 1), date(2026, 10, 2)})
HOLIDAYS = replace(POLICY, hours=replace(POLICY.hours, holidays=FREE, makeup=frozenset({date(2026, 10, 10)})))


@pytest.mark.parametrize(
    ("kind", "filed", "take_by", "done_by"),
    [
        (C.LIFE, "2026-11-23 03:00", "2026-11-23 03:05", "2026-11-23 05:00"),
        (C.LIFE, "2026-11-28 23:58", "2026-11-29 00:03", "2026-11-29 01:58"),
        (C.URGENT, "2026-11-28 22:00", "2026-11-28 22:30", "2026-11-29 22:00"),
        (C.ORDINARY, "2026-11-23 09:00", "2026-11-23 11:00", "2026-11-23 18:00"),
        (C.ORDINARY, "2026-11-23 11:00", "2026-11-23 14:30", "2026-11-23 18:00"),
        (C.ORDINARY, "2026-11-23 16:00", "2026-11-23 18:00", "2026-11-23 18:00"),
        (C.ORDINARY, "2026-11-23 16:01", "2026-11-24 08:31", "2026-11-24 18:00"),
        (C.ORDINARY, "2026-11-23 06:00", "2026-11-23 10:30", "2026-11-23 18:00"),
        (C.ORDINARY, "2026-11-27 17:00", "2026-11-30 09:30", "2026-11-30 18:00"),
        (C.ORDINARY, "2026-11-28 10:00", "2026-11-30 10:30", "2026-11-30 18:00"),
        (C.ORDINARY, "2026-11-29 23:30", "2026-11-30 10:30", "2026-11-30 18:00"),
        (C.UPGRADED, "2026-11-25 09:00", "2026-11-25 11:00", "2026-11-27 18:00"),
        (C.UPGRADED, "2026-11-25 17:30", "2026-11-26 10:00", "2026-11-30 18:00"),
        (C.SPECIAL, "2026-11-28 02:00", "2026-11-28 02:30", None),
        (C.ERRAND, "2026-11-23 09:00", "2026-11-23 14:30", "2026-11-25 18:00"),
        (C.ERRAND, "2026-11-28 12:00", "2026-11-30 14:00", "2026-12-02 18:00"),
        (C.ADVICE, "2026-11-23 09:00", "2026-11-23 14:30", "2026-11-24 18:00"),
        (C.ADVICE, "2026-11-26 20:00", "2026-11-27 14:00", "2026-11-30 18:00"),
        (C.OPEN, "2026-11-23 09:00", None, None),
    ],
)
def test_the_deadlines_of_each_class(kind: C, filed: str, take_by: str | None, done_by: str | None) -> None:
    ticket = Case(at(filed), kind=kind).ticket
    assert ticket.take_by == (at(take_by) if take_by else None)
    assert ticket.done_by == (at(done_by) if done_by else None)


@pytest.mark.parametrize(
    ("filed", "take_by", "done_by"),
    [
        ("2026-09-30 17:00", "2026-10-05 09:30", "2026-10-05 18:00"),  # Thursday and Friday are holidays
        ("2026-10-01 10:00", "2026-10-05 10:30", "2026-10-05 18:00"),
        ("2026-10-09 17:30", "2026-10-10 10:00", "2026-10-10 18:00"),  # this Saturday is worked instead
    ],
)
def test_holidays_and_make_up_days_count(filed: str, take_by: str, done_by: str) -> None:
    ticket = Case(at(filed), policy=HOLIDAYS).ticket
    assert (ticket.take_by, ticket.done_by) == (at(take_by), at(done_by))


def steps(case: Case) -> list[tuple[str, str, str]]:
    return [(one.clock, one.rung, f"{one.due:%d %H:%M}") for one in case.ticket.steps]


def test_the_ladder_of_an_ordinary_matter() -> None:
    assert steps(Case(MONDAY)) == [
        ("take", "remind", "23 10:00"),
        ("take", "next", "23 11:00"),
        ("take", "leader", "23 12:00"),
        ("take", "above", "23 14:30"),
        ("done", "remind", "23 16:07"),  # 75 % of seven and a half working hours
        ("done", "due", "23 18:00"),
        ("done", "leader", "23 18:00"),
        ("done", "above", "24 13:45"),
        ("done", "back", "24 17:30"),
    ]


def test_the_ladder_of_life_calls_everybody_and_repeats() -> None:
    found = steps(Case(at("2026-11-23 03:00"), kind=C.LIFE))
    assert found == [
        ("take", "repeat", "23 03:02"),
        ("take", "leader", "23 03:07"),
        ("take", "above", "23 03:10"),
        ("done", "remind", "23 04:30"),
        ("done", "due", "23 05:00"),
        ("done", "leader", "23 05:00"),
        ("done", "above", "23 06:00"),
        ("done", "back", "23 07:00"),
    ]


def test_the_ladder_of_an_urgent_matter_runs_by_night() -> None:
    found = steps(Case(at("2026-11-28 22:00"), kind=C.URGENT))
    assert found[:4] == [
        ("take", "remind", "28 22:15"),
        ("take", "next", "28 22:30"),
        ("take", "leader", "28 22:45"),
        ("take", "above", "28 23:00"),
    ]


def test_quiet_hours_move_a_step_to_the_morning() -> None:
    policy = replace(
        POLICY, classes={**POLICY.classes, C.ORDINARY: replace(POLICY.classes[C.ORDINARY], take=Span.parse("4h"))}
    )
    found = [one for one in Case(at("2026-11-23 19:00"), policy=policy).ticket.steps if one.clock is Clock.TAKE]
    assert [f"{one.due:%d %H:%M}" for one in found] == ["23 21:00", "24 07:30", "24 07:30", "24 07:30"]


def test_a_bot_that_comes_back_by_night_waits_until_morning() -> None:
    case = Case(MONDAY)
    night = case.climb("2026-11-25 03:00")
    assert not [one for one in night.notices if one.loud or not one.kind.endswith("card")]
    assert case.ticket.next_due == at("2026-11-25 07:30")
    assert case.climb("2026-11-25 07:30").notices
    life = Case(MONDAY, kind=C.LIFE).climb("2026-11-25 03:00")
    assert K.REPEAT_LIFE in {one.kind for one in life.notices}


@pytest.mark.parametrize("command", ["hold", "ask"])
def test_a_pause_keeps_what_was_left(command: str) -> None:
    case = Case(MONDAY)
    case.do(Take("tu"), "2026-11-23 10:00")
    pause = PutOnHold("tu", "等材料", at("2026-11-26 12:00")) if command == "hold" else Ask("tu", "几单元？")
    case.do(pause, "2026-11-23 11:00")
    assert steps(case) == [("pause", "resume", "26 12:00" if command == "hold" else "24 11:00")]
    case.do(Resume("tu"), "2026-11-24 09:00")
    # 11:00 to 18:00 were five and a half working hours; so from 9:00 it is 16:00 (lunch left out)
    assert case.ticket.done_by == at("2026-11-24 16:00")
    due = next(one for one in case.ticket.steps if one.rung is Rung.DUE)
    assert due.due == at("2026-11-24 16:00")


def test_passing_on_what_is_on_hold_gives_the_pause_back() -> None:
    case = Case(MONDAY)
    case.do(Take("tu"), "2026-11-23 10:00")
    case.do(PutOnHold("tu", "等材料", at("2026-12-10 09:00")), "2026-11-23 11:00")
    case.do(PassOn("tu", "生病了"), "2026-12-01 09:00")
    assert case.ticket.done_by == at("2026-12-01 16:00")
    assert case.climb("2026-12-01 09:00").notices == ()


def test_a_promise_that_was_broken_before_the_pause_stays_broken() -> None:
    case = Case(MONDAY)
    case.do(Take("tu"))
    case.climb("2026-11-24 10:00")
    case.do(PutOnHold("tu", "等材料", at("2026-11-26 09:00")), "2026-11-24 10:00")
    case.do(Resume("tu"), "2026-11-25 09:00")
    assert case.ticket.done_by == at("2026-11-23 18:00")


def test_the_end_of_a_hold_tells_the_handler_once() -> None:
    case = Case(MONDAY)
    case.do(PutOnHold("tu", "等材料", at("2026-11-25 09:00")))
    assert readers(case.climb("2026-11-25 09:00").notices, K.RESUMED) == {"tu"}
    assert case.ticket.status is Status.HANDLING
    case.do(Ask("tu", "在家吗？"), "2026-11-25 09:10")
    assert readers(case.climb("2026-11-26 09:10").notices, K.NO_ANSWER) == {"tu"}


def test_what_was_due_when_the_pause_began_happens_at_its_end_and_once() -> None:
    case = Case(MONDAY)
    case.do(Take("tu"))
    case.do(PutOnHold("tu", "等材料", at("2026-11-25 09:00")), "2026-11-23 18:00")  # before the tick of that minute
    done = case.climb("2026-11-25 09:00")
    assert readers(done.notices, K.RESUMED) == {"tu"}
    assert readers(done.notices, K.OVERDUE) == {"tu", "wang"}
    again = case.climb("2026-11-25 09:00")
    assert (again.entries, again.notices) == ((), ())


def test_a_hold_has_a_longest_length_whatever_its_unit() -> None:
    for text, days in (("30d", "30"), ("10wd", "11")):
        case = Case(MONDAY, policy=replace(POLICY, hold_at_most=Span.parse(text)))
        with pytest.raises(Refused) as refused:
            case.do(PutOnHold("tu", "等材料", MONDAY + timedelta(days=40)))
        assert (refused.value.why, refused.value.facts) == (Why.HOLD_TOO_LONG, {"days": days})
    with pytest.raises(Refused):
        case.do(PutOnHold("tu", "等材料", MONDAY - timedelta(days=1)))


@pytest.mark.parametrize(
    ("kind", "again", "done_by"),
    [
        (C.ORDINARY, "2026-11-25 09:00", "2026-11-25 14:15"),  # half of 7.5 working hours
        (C.URGENT, "2026-11-25 23:00", "2026-11-26 11:00"),
        (C.LIFE, "2026-11-25 23:00", "2026-11-26 00:00"),
    ],
)
def test_not_fixed_halves_the_time(kind: C, again: str, done_by: str) -> None:
    case = Case(MONDAY, kind=kind)
    case.do(Finish("tu", "好了"), "2026-11-23 10:00")
    decision = case.do(Dispute(RESIDENT, "还是不亮"), again)
    assert case.ticket.done_by == at(done_by)
    assert readers(decision.notices, K.REOPENED) == {"tu", "wang", "boss"}
    assert case.ticket.reopened == 1


def test_sent_back_halves_the_time_as_well() -> None:
    case = Case(MONDAY)
    case.do(Finish("tu", "好了"))
    case.do(SendBack("wang", "照片呢"), "2026-11-25 09:00")
    assert case.ticket.done_by == at("2026-11-25 14:15")
    assert (case.ticket.sent_back, case.ticket.ending) == ("照片呢", None)
    case.do(Finish("tu", "补了照片"))
    assert case.ticket.sent_back == ""


def test_open_matters_are_looked_at_on_their_review_date_only() -> None:
    case = Case(MONDAY, kind=C.OPEN)
    told = case.run(MONDAY + timedelta(days=45))
    assert [(when.date().isoformat(), one.kind) for when, one in told] == [
        ("2026-12-07", K.STILL_OPEN),
        ("2026-12-21", K.STILL_OPEN),
        ("2027-01-04", K.STILL_OPEN),
    ]
    case.do(Take("tu"))
    case.do(Finish("tu", "约好了"))
    case.do(Dispute(RESIDENT))
    assert steps(case)[0][:2] == ("done", "still")


def test_special_matters_are_asked_after_day_by_day_once_taken() -> None:
    case = Case(MONDAY, kind=C.SPECIAL)
    case.do(Take("tu"))
    told = case.run(MONDAY + timedelta(days=3))
    assert [one.kind for _, one in told] == [K.STILL_OPEN] * 3


@pytest.mark.parametrize("kind", C)
def test_who_never_answers_is_closed_in_time_and_never_by_night(kind: C) -> None:
    case = Case(at("2026-11-23 03:00"), kind=kind)
    case.do(Finish("tu", "好了"))
    if case.ticket.status is Status.FED_BACK:
        case.do(Approve("wang"))
    case.run(MONDAY + timedelta(days=9))
    assert (case.ticket.status, case.ticket.unanswered) == (Status.CLOSED, True)
    assert case.ticket.closed_at == at("2026-11-25 07:30")
    with pytest.raises(Refused):
        case.do(Climb())


@pytest.mark.parametrize("kind", C)
def test_a_review_that_nobody_makes_climbs_by_day(kind: C) -> None:
    case = Case(at("2026-11-23 03:00"), kind=kind)
    case.do(Finish("tu", "好了"))
    if case.ticket.status is Status.REVIEWED:
        assert kind in (C.ERRAND, C.ADVICE, C.OPEN)
        return
    case.do(Confirm(RESIDENT))
    told = case.run(MONDAY + timedelta(days=14))
    assert case.ticket.status is Status.CONFIRMED
    assert {one.kind for _, one in told} == {K.REVIEW_WANTED}
    assert [one.reader for _, one in told][:2] == ["wang", "boss"]
    assert {"chief", "top"} <= {one.reader for _, one in told}
    assert not any(POLICY.quiet.holds(when) for when, _ in told)
    assert len(told) <= 2 * 14


def test_rules_changed_mid_way_move_nothing_that_runs() -> None:
    case = Case(MONDAY)
    before = case.ticket.steps
    faster = replace(
        POLICY, take_ladder={Rung.ABOVE: 10}, classes={**POLICY.classes, C.ORDINARY: POLICY.classes[C.LIFE]}
    )
    case.policy = faster
    assert case.climb("2026-11-23 09:30").entries == ()
    assert case.ticket.steps == before


def every(policy: Policy, start: datetime, days: int) -> list[datetime]:
    return [start + timedelta(hours=7 * n) for n in range(days * 24 // 7)]


@pytest.mark.parametrize("kind", C)
def test_no_step_of_a_day_class_is_planned_into_the_night(kind: C) -> None:
    if POLICY.classes[kind].always:
        assert kind in (C.LIFE, C.URGENT, C.SPECIAL)
        return
    for start in every(POLICY, at("2026-11-23 00:10"), 7):
        case = Case(start, kind=kind)
        case.do(Take("tu"), start + timedelta(minutes=5))
        case.do(Ask("tu", "几楼？"), start + timedelta(minutes=50))
        case.do(Resume("tu"), start + timedelta(minutes=700))
        for entry in case.journal:
            for one in getattr(entry.event, "steps", ()):
                assert not POLICY.quiet.holds(one.due), (start, one)
