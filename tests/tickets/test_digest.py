"""The figures of a digest, by table."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from tests.tickets.world import DISTRICT, G1, G2, G3, MONDAY, RESIDENT, Case, at
from tickets.commands import Ask, Confirm, Finish, PassOn, PutOnHold, Reject, Take, Withdraw
from tickets.digest import Digest, digest, holder, overdue
from tickets.model import Ticket
from tickets.service import DeadlineClass

C = DeadlineClass
SIX = at("2026-11-24 18:00")
"""The hour of the digest: Tuesday, six in the evening."""


def numbered(tickets: list[Ticket]) -> list[Ticket]:
    return [replace(one, id=number, summary=f"matter {number}") for number, one in enumerate(tickets, 1)]


def filed(when: str, grid: str = G1, kind: C = C.ERRAND) -> Case:
    return Case(at(when), grid=grid, kind=kind)


def done(filed_at: str, closed_at: str, grid: str = G1) -> Ticket:
    case = filed(filed_at, grid)
    case.do(Finish("tu" if grid == G1 else "boss", "好了"), closed_at)
    case.do(Confirm(RESIDENT))
    return case.ticket


def figures(tickets: list[Ticket], area: str = "d.s.c", unreachable: frozenset[str] = frozenset()) -> Digest:
    return digest(area, numbered(tickets), DISTRICT, unreachable, SIX)


def test_an_empty_day() -> None:
    found = figures([])
    assert (found.filed, found.closed, found.open, found.open_before) == (0, 0, 0, 0)
    assert (found.mean, found.late, found.oldest) == (None, (), None)
    assert [line.area for line in found.grids] == [G1, G2, G3]


def test_today_and_yesterday() -> None:
    found = figures(
        [
            done("2026-11-23 09:00", "2026-11-23 10:00"),  # yesterday, both
            done("2026-11-23 09:00", "2026-11-24 09:00"),  # filed yesterday, closed today
            done("2026-11-24 09:00", "2026-11-24 11:00", G2),  # today, both
            filed("2026-11-23 20:00").ticket,
            filed("2026-11-24 00:00").ticket,
            filed("2026-11-24 17:00", G3).ticket,
        ]
    )
    assert (found.filed, found.filed_before) == (3, 3)
    assert (found.closed, found.closed_before) == (2, 1)
    assert (found.open, found.open_before) == (3, 2)
    assert found.mean == timedelta(hours=13)
    assert [(line.area, line.filed, line.closed, line.open) for line in found.grids] == [
        (G1, 1, 1, 2),
        (G2, 1, 1, 0),
        (G3, 1, 0, 1),
    ]
    assert found.oldest is not None
    assert (found.oldest.ticket, found.oldest.holder) == (4, "tu")


def test_three_days_are_the_sum_of_each_and_set_against_the_three_before() -> None:
    tickets = [
        done("2026-11-18 09:00", "2026-11-18 10:00"),  # the last of the days before those before
        done(
            "2026-11-19 00:00", "2026-11-22 10:00"
        ),  # filed on the first of those before, closed on the first of these
        done("2026-11-21 23:59", "2026-11-24 09:00"),
        filed("2026-11-22 00:00").ticket,
        done("2026-11-23 09:00", "2026-11-23 10:00", G2),
        filed("2026-11-24 17:00", G3).ticket,
    ]
    found = digest("d.s.c", numbered(tickets), DISTRICT, frozenset(), SIX, days=3)
    assert (found.days, found.day) == (3, SIX.date())
    assert (found.filed, found.filed_before) == (3, 2)
    assert (found.closed, found.closed_before) == (3, 0)
    assert (found.open, found.open_before) == (2, 2)
    assert [(line.area, line.filed, line.closed, line.open) for line in found.grids] == [
        (G1, 1, 2, 1),
        (G2, 1, 1, 0),
        (G3, 1, 0, 1),
    ]
    each = [
        digest("d.s.c", numbered(tickets), DISTRICT, frozenset(), SIX - timedelta(days=earlier)) for earlier in range(6)
    ]
    assert (found.filed, found.filed_before) == (sum(one.filed for one in each[:3]), sum(one.filed for one in each[3:]))


def test_other_areas_are_left_out_and_a_grid_has_no_lines_of_its_own() -> None:
    tickets = [filed("2026-11-24 09:00").ticket, filed("2026-11-24 09:00", G2).ticket]
    assert figures(tickets, G1).filed == 1
    assert figures(tickets, G1).grids == ()
    assert figures(tickets, "d").filed == 2


def test_what_was_never_work_is_closed_but_not_in_the_mean() -> None:
    rejected, withdrawn = filed("2026-11-24 09:00"), filed("2026-11-24 09:00")
    rejected.do(Reject("tu"), "2026-11-24 09:01")
    withdrawn.do(Withdraw(RESIDENT), "2026-11-24 09:02")
    both = [rejected.ticket, withdrawn.ticket]
    assert (figures(both).closed, figures(both).mean) == (2, None)
    assert figures([*both, done("2026-11-24 09:00", "2026-11-24 11:00")]).mean == timedelta(hours=2)


def test_where_things_stand() -> None:
    waiting, held, review, untaken = (filed("2026-11-24 17:00", kind=C.ORDINARY) for _ in range(4))
    waiting.do(Ask("tu", "几楼？"))
    held.do(PutOnHold("tu", "等材料", SIX + timedelta(days=2)))
    review.do(Finish("tu", "好了"))
    found = figures([one.ticket for one in (waiting, held, review, untaken)])
    assert (found.waiting, found.on_hold, found.reviewing, found.untaken) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("kind", "when", "taken", "late"),
    [
        (C.ORDINARY, "2026-11-24 16:00", False, None),  # due at this very minute: not late yet
        (C.ORDINARY, "2026-11-24 15:59", False, timedelta(minutes=1)),
        (C.ORDINARY, "2026-11-24 09:00", True, None),
        (C.ORDINARY, "2026-11-23 16:20", False, timedelta(hours=9, minutes=10)),
        (C.ORDINARY, "2026-11-23 09:00", True, timedelta(days=1)),
        (C.OPEN, "2026-11-02 09:00", False, None),
    ],
)
def test_late_is_past_a_promise(kind: C, when: str, *, taken: bool, late: timedelta | None) -> None:
    case = filed(when, kind=kind)
    if taken:
        case.do(Take("tu"))
    found = figures([case.ticket])
    assert [one.late for one in found.late] == ([] if late is None else [late])
    assert found.grids[0].late == (late is not None)
    assert overdue(case.ticket, SIX) is (late is not None)


def test_a_pause_or_a_review_is_not_the_handlers_delay() -> None:
    held, review = filed("2026-11-23 09:00", kind=C.ORDINARY), filed("2026-11-23 09:00", kind=C.ORDINARY)
    held.do(PutOnHold("tu", "等材料", SIX + timedelta(days=2)))
    review.do(Finish("tu", "好了"))
    assert figures([held.ticket, review.ticket]).late == ()


def test_the_latest_comes_first_with_who_holds_it() -> None:
    mine, nobody = filed("2026-11-23 09:00", kind=C.ORDINARY), filed("2026-11-23 11:30", kind=C.ORDINARY)
    mine.do(Take("xu"))
    nobody.do(PassOn("tu", "忙"))
    found = figures([mine.ticket, nobody.ticket])
    assert [(one.ticket, one.holder, one.late) for one in found.late] == [
        (2, "xu", timedelta(days=1, hours=3)),
        (1, "xu", timedelta(days=1)),
    ]
    assert holder(mine.ticket) == "xu"
    nobody.do(PassOn("xu", "忙"))
    assert holder(nobody.ticket) == "boss", "the level above decides"


def test_unreached_people_of_the_area_are_named() -> None:
    assert figures([], G1, frozenset({"tu", "guo", "boss"})).unreachable == ("tu",)
    assert figures([], "d", frozenset({"tu", "guo", "boss"})).unreachable == ("boss", "guo", "tu")


def test_a_day_is_a_day_of_the_district_whatever_the_store_gives_back() -> None:
    late = filed("2026-11-24 00:30").ticket
    stored = replace(late, filed_at=late.filed_at.astimezone(UTC))
    assert stored.filed_at.date() < SIX.date()
    assert (figures([stored]).filed, figures([stored]).filed_before) == (1, 0)
    assert MONDAY.date() < SIX.date()
