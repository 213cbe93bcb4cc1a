"""Working time against a slow reference that looks at every single minute."""

import os
import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.tickets.minutes import compared
from tests.tickets.world import ZONE, at
from tickets.deadlines import deadline, later_by, share
from tickets.worktime import HoursError, Quiet, Span, WeeklyHours, Window

CASES = int(os.environ.get("PROVE_CASES", "200"))
"""How many random cases each comparison gets; `make prove` sets 100,000."""

MINUTE = timedelta(minutes=1)
FIRST = at("2026-11-16 00:00")


@st.composite
def hours(draw: st.DrawFn) -> WeeklyHours:
    """Random weekly hours with breaks, days off, holidays and make-up days."""
    week = []
    for _ in range(7):
        edges = sorted(draw(st.sets(st.integers(0, 48), max_size=6)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        week.append(tuple(Window(start * 30, end * 30) for start, end in pairs))
    assume(any(week))
    days = st.integers(0, 20).map(lambda n: FIRST.date() + timedelta(days=n))
    return WeeklyHours(tuple(week), draw(st.frozensets(days, max_size=4)), draw(st.frozensets(days, max_size=4)))


moments = st.integers(0, 10 * 24 * 60)


class Minutes:
    """The slow reference: every minute from `FIRST` on is worked or not; moments are numbers of minutes."""

    def __init__(self, plan: WeeklyHours) -> None:
        self.worked: list[bool] = []
        for offset in range(40):
            self.worked += self._day(plan, FIRST.date() + timedelta(days=offset))

    def _day(self, plan: WeeklyHours, day: date) -> list[bool]:
        pattern = plan.week[day.weekday()]
        if day in plan.makeup and not pattern:
            pattern = next(one for one in plan.week if one)
        minutes = [False] * 1440
        for window in () if day in plan.holidays else pattern:
            for minute in range(window.start, window.end):
                minutes[minute] = True
        return minutes

    def add(self, start: int, amount: int) -> int | None:
        """Return the first minute with `amount` worked ones behind it, the end of a stretch counting as its own."""
        here = start
        while here < len(self.worked):
            if self.worked[here]:
                if not amount:
                    return here
                amount -= 1
                here += 1
                if not amount:
                    return here
            else:
                here += 1
        return None

    def between(self, start: int, end: int) -> int:
        return sum(self.worked[start:end])


def sure(found: int | None) -> int:
    """Leave a case out that is too far away for the reference."""
    assume(found is not None)
    assert found is not None
    return found


def number(when: datetime) -> int:
    return (when - FIRST) // MINUTE


def moment(minute: int) -> datetime:
    return FIRST + minute * MINUTE


@settings(max_examples=CASES)
@given(hours(), moments, st.integers(0, 900))
def test_adding_working_time_is_counting_minutes(plan: WeeklyHours, start: int, amount: int) -> None:
    expected = Minutes(plan).add(start, amount)
    assume(expected is not None)
    end = plan.add(moment(start), amount * MINUTE)
    assert number(end) == expected
    assert plan.between(moment(start), end) == amount * MINUTE


@settings(max_examples=CASES)
@given(hours(), moments, st.integers(0, 4 * 24 * 60))
def test_working_time_between_two_moments_is_counting_minutes(plan: WeeklyHours, start: int, length: int) -> None:
    expected = Minutes(plan).between(start, start + length)
    assert plan.between(moment(start), moment(start + length)) == expected * MINUTE
    assert plan.between(moment(start + length), moment(start)) == timedelta()


@settings(max_examples=CASES)
@given(hours(), moments)
def test_the_next_working_moment_is_the_first_minute_that_is_worked(plan: WeeklyHours, start: int) -> None:
    slow = Minutes(plan)
    expected = slow.add(start, 0)
    assume(expected is not None)
    assert number(plan.next_start(moment(start))) == expected
    assert plan.working(moment(start)) is slow.worked[start]


@settings(max_examples=CASES)
@given(hours(), moments, st.integers(1, 5), st.one_of(st.none(), st.integers(1, 8)))
def test_a_deadline_by_days_is_the_end_of_a_working_day(
    plan: WeeklyHours, start: int, days: int, take: int | None
) -> None:
    slow = Minutes(plan)
    expected, left = None, days
    for midnight in range(start // 1440 * 1440, len(slow.worked), 1440):
        worked = [minute for minute in range(midnight, midnight + 1440) if slow.worked[minute]]
        if not worked or worked[-1] < start:
            continue
        end = worked[-1] + 1
        left -= midnight > start or take is None or slow.between(start, end) >= take * 60
        if left == 0:
            expected = end
            break
    assume(expected is not None)
    span = Span.parse(f"{take}wh") if take else None
    assert number(deadline(Span.parse(f"{days}wd"), moment(start), plan, span)) == expected


@settings(max_examples=CASES)
@given(hours(), moments, st.integers(1, 600), st.integers(1, 3000), st.integers(0, 600))
def test_a_pause_leaves_what_was_left(plan: WeeklyHours, start: int, allowed: int, length: int, before: int) -> None:
    slow = Minutes(plan)
    due = sure(slow.add(start, allowed))
    pause, goes_on = start + before, start + before + length
    expected = sure(slow.add(goes_on, slow.between(pause, due)))
    moved = later_by(moment(due), moment(pause), moment(goes_on), plan, working=True)
    assert number(moved) == expected
    stored = later_by(moment(due).astimezone(UTC), moment(pause).astimezone(UTC), moment(goes_on), plan, working=True)
    assert stored == moved
    clock = later_by(moment(due), moment(pause), moment(goes_on), plan, working=False)
    assert number(clock) == goes_on + max(due - pause, 0)


@settings(max_examples=CASES)
@given(hours(), moments, st.integers(1, 20), st.integers(1, 60))
def test_a_share_of_working_time_is_that_share(plan: WeeklyHours, start: int, amount: int, share_of_5: int) -> None:
    slow, percent = Minutes(plan), share_of_5 * 5
    end = sure(slow.add(start, amount * 60))
    sure(slow.add(start, amount * 3 * share_of_5))
    found = share(moment(start), moment(end), percent, plan, working=True)
    assert slow.between(start, number(found)) == amount * 3 * share_of_5
    assert (found <= moment(end)) is (percent <= 100)
    clock = share(moment(start), moment(end), percent, plan, working=False)
    assert clock == moment(start) + (moment(end) - moment(start)) * percent / 100


def test_five_years_of_chinas_calendar_second_by_second() -> None:
    """Every kind of arithmetic on random plans over the real holidays; 100,000 cases in `make prove`."""
    seed = random.SystemRandom().randrange(1 << 31)
    assert compared(seed, plans=3, cases=150) == []


@settings(max_examples=CASES)
@given(st.integers(0, 1439), st.integers(0, 1440), moments)
def test_quiet_hours_end_at_the_first_minute_that_is_not_quiet(start: int, end: int, when: int) -> None:
    quiet = Quiet(start, end)

    def holds(here: int) -> bool:
        minute = here % 1440
        return start <= minute < end if start <= end else minute >= start or minute < end

    assume(not (start == 0 and end == 1440))
    here = when
    while holds(here):
        here += 1
    assert quiet.holds(moment(when)) is holds(when)
    assert number(quiet.after(moment(when))) == here


@pytest.mark.parametrize(
    ("text", "day", "expected"),
    [
        ("Mon-Fri 08:30-12:00, 13:30-18:00", "2026-11-23", [(510, 720), (810, 1080)]),
        ("Mon-Fri 08:30-12:00; Sat 09:00-12:00", "2026-11-28", [(540, 720)]),
        ("Sat,Sun 00:00-24:00", "2026-11-29", [(0, 1440)]),
        ("Fri-Mon 10:00-11:00", "2026-11-29", [(600, 660)]),
        ("Fri-Mon 10:00-11:00", "2026-11-24", []),
    ],
)
def test_hours_are_read_as_written(text: str, day: str, expected: list[tuple[int, int]]) -> None:
    windows = WeeklyHours.parse(text).windows(date.fromisoformat(day))
    assert [(window.start, window.end) for window in windows] == expected


@pytest.mark.parametrize(
    "text",
    ["", ";", "Mon", "Mon 9-12", "Mon 12:00-09:00", "Mo 09:00-12:00", "Mon 09:00-25:00", "Mon 09:00-24:01",
     "Mon 09:00-12:00, 11:00-13:00", "Mon-Xyz 09:00-12:00"],
)  # fmt: skip
def test_hours_that_cannot_be_meant_are_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(HoursError, match=r"write|overlap|split"):
        WeeklyHours.parse(text)


@pytest.mark.parametrize("text", ["", "5", "m", "0m", "-1h", "5 m", "1w", "2whh", "1.5h"])
def test_spans_that_cannot_be_meant_are_refused_with_the_forms(text: str) -> None:
    with pytest.raises(HoursError, match="write 30s, 5m"):
        Span.parse(text)


def test_hours_that_never_come_are_a_mistake_that_is_said() -> None:
    days = frozenset(FIRST.date() + timedelta(days=n) for n in range(500))
    plan = WeeklyHours.parse("Mon-Fri 09:00-17:00")
    closed = WeeklyHours(plan.week, days)
    with pytest.raises(HoursError, match="more than a year"):
        closed.next_start(FIRST)
    with pytest.raises(HoursError, match="more than a year"):
        closed.add(FIRST, timedelta(hours=1))
    with pytest.raises(HoursError, match="more than a year"):
        deadline(Span.parse("1wd"), FIRST, closed)


def test_a_make_up_day_keeps_the_hours_of_the_first_working_day() -> None:
    plan = WeeklyHours.parse("Tue-Fri 09:00-12:00")
    makeup = WeeklyHours(plan.week, frozenset(), frozenset({date(2026, 11, 23), date(2026, 11, 28)}))
    assert makeup.windows(date(2026, 11, 23)) == makeup.windows(date(2026, 11, 28)) == (Window(540, 720),)
    both = WeeklyHours(plan.week, frozenset({date(2026, 11, 28)}), frozenset({date(2026, 11, 28)}))
    assert both.windows(date(2026, 11, 28)) == ()


def test_moments_keep_the_zone_of_the_district() -> None:
    plan = WeeklyHours.parse("Mon-Fri 08:30-12:00, 13:30-18:00")
    found = plan.add(at("2026-11-23 11:00"), timedelta(hours=2))
    assert found == at("2026-11-23 14:30")
    assert found.tzinfo is ZONE


BERLIN = ZoneInfo("Europe/Berlin")
DAY_AND_NIGHT = WeeklyHours.parse("Mon-Sun 00:00-24:00")


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-03-29T01:30", "2h", "2026-03-29T04:30"),  # two to three is skipped
        ("2026-10-25T01:30", "2h", "2026-10-25T02:30"),  # two to three comes twice
        ("2026-03-29T01:30", "2wh", "2026-03-29T04:30"),
        ("2026-10-25T00:30", "4wh", "2026-10-25T03:30"),
        ("2026-03-28T12:00", "24h", "2026-03-29T13:00"),
    ],
)
def test_an_hour_that_the_clock_skips_passes_for_nobody(start: str, span: str, end: str) -> None:
    begin = datetime.fromisoformat(start).replace(tzinfo=BERLIN)
    found = deadline(Span.parse(span), begin, DAY_AND_NIGHT)
    assert found.replace(tzinfo=None) == datetime.fromisoformat(end)
    assert share(begin, found, 100, DAY_AND_NIGHT, working=False) == found


@given(
    zone=st.sampled_from(("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai")),
    minute=st.integers(0, 366 * 24 * 60),
    amount=st.integers(1, 200 * 60),
    hours=st.sampled_from(
        ("Mon-Sun 00:00-24:00", "Mon-Fri 08:30-12:00, 13:30-18:00", "Mon-Sun 22:00-24:00, 00:00-06:00")
    ),
)
def test_what_is_added_is_what_lies_between(zone: str, minute: int, amount: int, hours: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC).astimezone(ZoneInfo(zone))
    start = (start.astimezone(UTC) + timedelta(minutes=minute)).astimezone(ZoneInfo(zone))
    weekly, span = WeeklyHours.parse(hours), timedelta(minutes=amount)
    assert weekly.between(start, weekly.add(start, span)) == span
