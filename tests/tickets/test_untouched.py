"""A ticket that nobody touches: it climbs, stays alive for weeks, and does not shout."""

import itertools
from collections import Counter
from datetime import timedelta

import pytest

from tests.tickets.world import G1, MONDAY, POLICY, Case, K, at, district, post
from tickets.commands import Take
from tickets.model import Status
from tickets.roster import Role
from tickets.service import DeadlineClass

C = DeadlineClass
STARTS = ("2026-11-23 09:00", "2026-11-27 17:50", "2026-11-28 03:00")
WEEKS = timedelta(weeks=6)


def test_it_climbs_from_candidate_to_the_top_each_at_its_time_and_once() -> None:
    case = Case(MONDAY)
    told = [(f"{when:%a %H:%M}", one.kind, one.reader) for when, one in case.run(MONDAY + timedelta(days=2))]
    assert told == [
        ("Mon 10:00", K.REMIND_TAKE, "tu"),
        ("Mon 11:00", K.STAFF_CARD, "xu"),
        ("Mon 12:00", K.NOT_TAKEN, "wang"),
        ("Mon 14:30", K.NOT_TAKEN, "boss"),
        ("Mon 15:30", K.NOT_TAKEN, "chief"),
        ("Mon 16:07", K.REMIND_DONE, "tu"),
        ("Mon 16:07", K.REMIND_DONE, "xu"),
        ("Mon 16:30", K.NOT_TAKEN, "top"),
        ("Mon 18:00", K.OVERDUE, "tu"),
        ("Mon 18:00", K.OVERDUE, "xu"),
        ("Mon 18:00", K.OVERDUE, "wang"),
        ("Tue 13:45", K.OVERDUE, "boss"),
        ("Tue 15:52", K.OVERDUE, "chief"),
        ("Tue 16:30", K.NOT_TAKEN, "top"),
        ("Tue 16:56", K.OVERDUE, "top"),
    ]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("kind", C)
@pytest.mark.parametrize("taken", [False, True])
def test_it_stays_alive_for_weeks_and_is_calm(kind: C, start: str, *, taken: bool) -> None:
    case = Case(at(start), kind=kind)
    if taken:
        case.do(Take("tu"))
    told = case.run(case.now + WEEKS)
    lapses = POLICY.classes[kind].done is not None
    """Taken is not done: who has it and is silent long after it was due no longer has it."""

    assert case.ticket.status is (Status.HANDLING if taken and not lapses else Status.FILED)
    due = case.ticket.next_due
    assert due is not None
    assert due <= at(start) + WEEKS + timedelta(days=20)
    days = Counter((one.reader, when.date()) for when, one in told)
    first = {at(start).date() + timedelta(days=n) for n in range(3)}
    calm = max((number for (_, day), number in days.items() if day not in first), default=0)
    if kind is C.LIFE and (lapses or not taken):
        assert calm <= 25, "a life is at stake: but not every two minutes for weeks"
    else:
        assert calm <= 3
        assert max(days.values(), default=0) <= 6
    last_week = [one for when, one in told if when > at(start) + WEEKS - timedelta(days=14)]
    assert last_week, "somebody is still told"


@pytest.mark.parametrize("kind", [kind for kind in C if POLICY.classes[kind].take])
@pytest.mark.parametrize("start", STARTS)
def test_everybody_of_the_chain_hears_of_it(kind: C, start: str) -> None:
    case = Case(at(start), kind=kind)
    told = case.run(case.now + timedelta(days=8))
    heard = {one.reader for _, one in told} | set(case.ticket.offered)
    assert {"tu", "xu", "wang", "boss", "chief", "top"} <= heard


def test_a_grid_without_a_leader_goes_to_the_level_above() -> None:
    place = district((post("tu", G1, Role.WORKER), post("boss", "d.s.c", Role.SUPERVISOR)))
    case = Case(MONDAY, place=place)
    told = [(one.kind, one.reader) for _, one in case.run(MONDAY + timedelta(days=1))]
    assert (K.STAFF_CARD, "boss") in told
    assert (K.NOT_TAKEN, "boss") in told
    assert (K.OVERDUE, "tu") in told


def test_a_call_for_life_repeats_and_thins_out() -> None:
    case = Case(at("2026-11-23 03:00"), kind=C.LIFE)
    told = case.run("2026-11-24 03:00")
    calls = [when - at("2026-11-23 03:00") for when, one in told if one.kind is K.REPEAT_LIFE and one.reader == "tu"]
    assert calls[:3] == [timedelta(minutes=2 * n) for n in (1, 2, 3)]
    assert 10 < sum(call <= timedelta(hours=1) for call in calls) <= 30
    assert len(calls) < 80
    gaps = [later - earlier for earlier, later in itertools.pairwise(calls)]
    assert gaps == sorted(gaps)
    case.do(Take("tu"))
    assert not [one for _, one in case.run("2026-11-24 12:00") if one.kind is K.REPEAT_LIFE]


@pytest.mark.parametrize("kind", C)
def test_after_three_days_of_downtime_everybody_hears_once(kind: C) -> None:
    case = Case(MONDAY, kind=kind)
    done = case.climb(MONDAY + timedelta(days=3))
    told = Counter((one.kind, one.reader) for one in done.notices)
    assert max(told.values(), default=1) == 1
    assert not {K.REMIND_TAKE, K.REMIND_DONE} & {kind for kind, _ in told}, "overtaken by what came after"
    if kind is not C.OPEN:
        assert (K.NOT_TAKEN, "wang") in told
        assert (K.NOT_TAKEN, "boss") in told
    again = case.climb(case.now)
    assert (again.entries, again.notices) == ((), ())


def test_the_handler_is_not_told_as_his_own_leader() -> None:
    case = Case(MONDAY)
    case.do(Take("wang"))
    told = [(one.reader, one.data.get("level")) for _, one in case.run("2026-11-23 18:00") if one.kind is K.OVERDUE]
    assert told == [("wang", "handler"), ("boss", "leader")]
    case = Case(MONDAY)
    case.do(Take("boss"))
    told = [(one.reader, one.data.get("level")) for _, one in case.run("2026-11-25 18:00") if one.kind is K.OVERDUE]
    assert told[:2] == [("boss", "handler"), ("wang", "leader")]
    assert ("boss", "above") not in told
