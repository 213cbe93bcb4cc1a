"""When something must have happened: spans counted from a moment, and shares of the time allowed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tickets.worktime import HORIZON, HoursError, Span, Unit, WeeklyHours, elapsed, later


def deadline(span: Span, start: datetime, hours: WeeklyHours, take: Span | None = None) -> datetime:
    """Return `start` plus `span`.

    `1wd` is the end of the first working day; the day of `start` counts if `take` still fits into it.
    """
    if span.unit is Unit.WORKING_HOUR:
        return hours.add(start, timedelta(hours=span.amount))
    if span.unit is Unit.WORKING_DAY:
        return _end_of_working_day(span.amount, start, hours, take)
    return later(start, span.clock)


def _end_of_working_day(count: int, start: datetime, hours: WeeklyHours, take: Span | None) -> datetime:
    left = count
    for offset in range(HORIZON):
        end = hours.end_of_day(start.date() + timedelta(days=offset), start)
        if end is None or end <= start:
            continue
        if offset == 0 and take is not None and deadline(take, start, hours) > end:
            continue
        left -= 1
        if left == 0:
            return end
    raise HoursError("no working day for more than a year: look at hours and holidays")


def share(start: datetime, end: datetime, percent: int, hours: WeeklyHours, *, working: bool) -> datetime:
    """Return the moment when `percent` of the time from `start` to `end` is over (more than 100: after `end`)."""
    return shares(start, end, (percent,), hours, working=working)[0]


def shares(
    start: datetime, end: datetime, percents: Iterable[int], hours: WeeklyHours, *, working: bool
) -> list[datetime]:
    """Return `share` for each of several percentages."""
    allowed = hours.between(start, end) if working else elapsed(start, end)

    def moment(percent: int) -> datetime:
        if not working:
            return later(start, allowed * percent / 100)
        if percent <= 100:
            return hours.add(start, allowed * percent / 100)
        return hours.add(end, allowed * (percent - 100) / 100)

    return [moment(percent) for percent in percents]


def later_by(
    moment: datetime, pause_start: datetime, pause_end: datetime, hours: WeeklyHours, *, working: bool
) -> datetime:
    """Return `moment` moved by a pause: what was left at its start is left at its end.

    Stored moments may come in another zone: hours are those of the zone of `pause_end`.
    """
    if not working:
        return later(pause_end, max(elapsed(pause_start, moment), timedelta()))
    zone = pause_end.tzinfo
    return hours.add(pause_end, hours.between(pause_start.astimezone(zone), moment.astimezone(zone)))
