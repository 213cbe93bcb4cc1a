"""Weekly hours, working time and spans of time. Pure arithmetic on aware datetimes in the district's time zone."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HORIZON = 400
"""Days looked ahead for working time; hours that are empty for longer than a year are a mistake."""


class HoursError(ValueError):
    """Working hours or a span that cannot be read; the text says what is expected."""


@dataclass(frozen=True)
class Window:
    """A stretch of one day, in minutes from midnight; `end` may be 1440."""

    start: int
    end: int


_CLOCK = re.compile(r"^([01]?\d|2[0-4]):([0-5]\d)$")


def minutes(text: str) -> int:
    """Read `HH:MM` (to 24:00) as minutes from midnight."""
    found = _CLOCK.match(text.strip())
    value = int(found[1]) * 60 + int(found[2]) if found else 1441
    if value > 1440:
        raise HoursError(f"{text!r} is no time of day; write HH:MM, such as 08:30")
    return value


def _window(text: str) -> Window:
    start, dash, end = text.partition("-")
    if not dash:
        raise HoursError(f"{text!r} is no stretch of time; write HH:MM-HH:MM")
    window = Window(minutes(start), minutes(end))
    if window.start >= window.end:
        raise HoursError(f"{text!r} ends before it begins; split hours over midnight at 24:00")
    return window


_BLOCK = re.compile(r"^([A-Za-z][A-Za-z, -]*) +(\d.*)$")


def _days(text: str) -> Iterator[int]:
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            raise HoursError(f"{text!r} names no days; write Mon, Sat,Sun or Mon-Fri")
        start, end = DAYS.index(first), DAYS.index(last) if dash else DAYS.index(first)
        yield from (day % 7 for day in range(start, end + 1 if end >= start else end + 8))


@dataclass(frozen=True)
class WeeklyHours:
    """Working hours by day of the week (Monday first), less holidays, plus make-up workdays."""

    week: tuple[tuple[Window, ...], ...]
    holidays: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()

    @classmethod
    def parse(cls, text: str) -> "WeeklyHours":
        """Read `Mon-Fri 08:30-12:00, 13:30-18:00; Sat 09:00-12:00`; raise `HoursError` with a remedy."""
        week: list[list[Window]] = [[] for _ in DAYS]
        for block in filter(None, (block.strip() for block in text.split(";"))):
            found = _BLOCK.match(block)
            if not found:
                raise HoursError(f"{block!r} cannot be read; write Mon-Fri 08:30-12:00, 13:30-18:00")
            for day in _days(found[1]):
                week[day].extend(_window(part) for part in found[2].split(","))
        if not any(week):
            raise HoursError("no hours at all; write Mon-Fri 08:30-12:00, 13:30-18:00")
        for windows in week:
            windows.sort(key=lambda window: window.start)
            if any(a.end > b.start for a, b in itertools.pairwise(windows)):
                raise HoursError(f"{text!r} has stretches that overlap")
        return cls(tuple(tuple(windows) for windows in week))

    def windows(self, day: date) -> tuple[Window, ...]:
        """Return the working stretches of one calendar day."""
        if day in self.holidays:
            return ()
        if day in self.makeup and not self.week[day.weekday()]:
            return next(windows for windows in self.week if windows)  # as on the first working day, usually Monday
        return self.week[day.weekday()]

    def working(self, moment: datetime) -> bool:
        """Whether `moment` (aware, in the district's zone) lies in a stretch."""
        at = moment.hour * 60 + moment.minute
        return any(window.start <= at < window.end for window in self.windows(moment.date()))

    def stretches(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield working stretches from `start` on, the first one cut at `start`."""
        for offset in range(HORIZON):
            day = start.date() + timedelta(days=offset)
            midnight = datetime.combine(day, time(), tzinfo=start.tzinfo)
            for window in self.windows(day):
                end = midnight + timedelta(minutes=window.end)
                if end > start:
                    yield max(midnight + timedelta(minutes=window.start), start), end

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """Return the moment when `amount` of working time has passed since `start`."""
        left = amount
        for begin, end in self.stretches(start):
            there_is = elapsed(begin, end)
            if left <= there_is:
                return later(begin, left)
            left -= there_is
        raise HoursError("no working time for more than a year: look at hours and holidays")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time between two moments (zero if `end` is not later)."""
        total = timedelta()
        for begin, stop in self.stretches(start):
            if begin >= end:
                break
            total += elapsed(begin, min(stop, end))
        return total

    def next_start(self, moment: datetime) -> datetime:
        """Return `moment` if it is working time, else the next moment that is."""
        for begin, _ in self.stretches(moment):
            return begin
        raise HoursError("no working time for more than a year: look at hours and holidays")

    def end_of_day(self, day: date, zone_of: datetime) -> datetime | None:
        """Return when work ends on `day`, None on a day off."""
        windows = self.windows(day)
        return at_minute(day, windows[-1].end, zone_of) if windows else None


def later(moment: datetime, amount: timedelta) -> datetime:
    """Return `moment` so much later, in its own zone: the hour that a clock skips in spring passes for nobody."""
    return (moment.astimezone(UTC) + amount).astimezone(moment.tzinfo)


def elapsed(start: datetime, end: datetime) -> timedelta:
    """Return how much time passes between two moments, whatever their clocks are set to in between."""
    return end.astimezone(UTC) - start.astimezone(UTC)


def at_minute(day: date, minute: int, zone_of: datetime) -> datetime:
    """Return `minute` minutes into `day`, in the zone of `zone_of`."""
    return datetime.combine(day, time(), tzinfo=zone_of.tzinfo) + timedelta(minutes=minute)


@dataclass(frozen=True)
class Quiet:
    """The hours in which nobody is disturbed; may span midnight."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> "Quiet":
        """Read `21:30-07:30`."""
        start, dash, end = text.partition("-")
        if not dash:
            raise HoursError(f"{text!r} is no stretch of time; write 21:30-07:30")
        return cls(minutes(start), minutes(end))

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` is a quiet one."""
        at = moment.hour * 60 + moment.minute
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def after(self, moment: datetime) -> datetime:
        """Return `moment`, or the end of the quiet hours it falls into."""
        if not self.holds(moment):
            return moment
        over = at_minute(moment.date(), self.end, moment)
        return over if over > moment else at_minute(moment.date() + timedelta(days=1), self.end, moment)


class Unit(StrEnum):
    """Units of a span: clock time (`s m h d`), working hours (`wh`), ends of working days (`wd`)."""

    SECOND = "s"
    MINUTE = "m"
    HOUR = "h"
    DAY = "d"
    WORKING_HOUR = "wh"
    WORKING_DAY = "wd"


_SPAN = re.compile(r"^(\d{1,5})(wh|wd|s|m|h|d)$")
_CLOCK_UNITS = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600, Unit.DAY: 86400}


@dataclass(frozen=True)
class Span:
    """A length of time as the district file writes it: `30s 5m 2h 3d 2wh 1wd`."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Read a span; raise `HoursError` with the forms that exist."""
        found = _SPAN.match(str(text).strip())
        if not found or int(found[1]) == 0:
            raise HoursError(f"{text!r} is no span; write 30s, 5m, 2h, 3d, 2wh (working hours) or 1wd")
        return cls(int(found[1]), Unit(found[2]))

    @property
    def working(self) -> bool:
        """Whether only working time counts."""
        return self.unit in (Unit.WORKING_HOUR, Unit.WORKING_DAY)

    @property
    def clock(self) -> timedelta:
        """The length on the clock; only for spans that are not working time."""
        return timedelta(seconds=self.amount * _CLOCK_UNITS[self.unit])

    def __str__(self) -> str:
        return f"{self.amount}{self.unit.value}"
