"""Deadlines counted anew when the calendar is another one."""

from tests.tickets.world import POLICY, Case, at
from tickets.commands import Recount, Take
from tickets.recounting import farthest
from tickets.worktime import WeeklyHours


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
