"""Deadlines counted anew when the calendar is another one."""

from datetime import timedelta

import pytest

from tests.tickets.world import POLICY, RESIDENT, Case, at
from tickets.commands import Approve, Climb, Confirm, Finish, Recount, Take
from tickets.model import Clock, Ending, Status
from tickets.recounting import farthest
from tickets.worktime import Span, WeeklyHours


def test_what_a_new_calendar_has_no_room_for_ends_where_anything_ends() -> None:
    """More working time is left than a year has: nothing breaks, and nothing waits for longer than anything may."""
    case = Case(at("2026-11-23 10:00"))
    case.do(Take("tu"))
    day_and_night = WeeklyHours.parse("Mon-Sun 00:00-24:00")
    for change in range(8):
        case.do(Recount(day_and_night, str(change)))
    ticket = case.ticket
    assert ticket.done_by is not None
    assert at("2027-11-23 10:00") > ticket.done_by
    assert ticket.done_by <= farthest(case.now, POLICY)
    assert all(step.due <= farthest(case.now, POLICY) for step in ticket.steps)


def rested(case: Case, **how: object) -> Case:
    """Let it rest until it is looked at again."""
    case.do(Take("tu"))
    case.do(Finish("tu", "等线路改造", (), **how))  # type: ignore[arg-type]
    case.do(Approve("wang"))
    return case.do(Confirm(RESIDENT))


def test_what_rests_for_nearly_a_year_is_left_alone() -> None:
    case = Case(at("2026-11-23 10:00"))
    rested(case, ending=Ending.SHELVED, until=case.now + timedelta(days=360))
    before = case.ticket
    assert before.next_due is not None
    assert before.next_due > farthest(case.now, POLICY)
    assert case.do(Recount()).ticket.steps == before.steps


@pytest.mark.parametrize("asked", [False, True])
def test_what_rests_until_another_century_is_looked_at_soon(asked: bool) -> None:
    """A clock was years ahead when it was shelved, or when its check came due."""
    right = at("2026-11-23 10:00")
    case = Case(right)
    if asked:
        rested(case, check_after=Span.parse("21d"))
        case.do(Climb(), right + timedelta(days=3650))
    else:
        case.now = right + timedelta(days=3650)
        rested(case, ending=Ending.SHELVED, until=case.now + timedelta(days=30))
    ticket = case.do(Recount(), right).ticket
    assert ticket.status is Status.RESTING
    assert ticket.rest is not None
    assert ticket.rest.asked is asked
    [step] = ticket.steps
    assert step.clock is Clock.REST
    assert right < step.due <= right + timedelta(days=7)
    if not asked:
        assert ticket.rest.until == step.due
