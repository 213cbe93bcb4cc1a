"""The public calendar: days off, and weekends that are worked instead, for as many years as they have been announced.

China's are announced each November for the year to come; the package is renewed then. What a district knows better
it writes under `policy:` as `holidays` and `workdays`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib import metadata
from typing import Literal

from chinese_calendar.constants import holidays, workdays

from bot.district_source import Note
from tickets.policy import Policy

Calendar = Literal["china", "none"]

YEARS = 5
"""Years kept, the newest ones: nothing is open for longer."""

AHEAD = timedelta(days=40)
"""So long before a year whose days are not known begins, `gridbot check` says so."""

_ZONES = frozenset({"Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "Asia/Urumqi", "Asia/Kashgar", "PRC"})


def version() -> str:
    """Return the edition of the calendar: a file read over an older one is read anew."""
    return metadata.version("chinesecalendar")


def calendar_of(zone: str, chosen: object = None) -> Calendar:
    """Return the calendar somebody chose, else that of the time zone."""
    if chosen == "china" or chosen == "none":
        return chosen
    return "china" if zone in _ZONES else "none"


@cache
def public_days(calendar: Calendar) -> tuple[frozenset[date], frozenset[date]]:
    """Return the days off and the days worked instead."""
    if calendar == "none":
        return frozenset(), frozenset()
    first = max(day.year for day in holidays) - YEARS + 1
    return _since(first, holidays), _since(first, workdays)


def _since(year: int, days: Iterable[date]) -> frozenset[date]:
    return frozenset(day for day in days if day.year >= year)


def with_calendar(policy: Policy, calendar: Calendar) -> Policy:
    """Return the rules with the days of a calendar in place of their own."""
    free, worked = public_days(calendar)
    return replace(policy, hours=replace(policy.hours, holidays=free, makeup=worked))


def unannounced(policy: Policy, zone: str, today: date) -> Note | None:
    """Return a note where a year is near whose days off nobody has said."""
    if calendar_of(zone) == "none":
        return None
    year = (today + AHEAD).year
    if any(day.year == year for day in policy.hours.holidays):
        return None
    return Note(
        0,
        f"the public holidays of {year} are not known yet, so its weekdays all count as workdays; "
        "update gridbot, or write them under policy: holidays and workdays",
        f"还不知道 {year} 年的放假安排，周一到周五都算工作日；请更新 gridbot，或在 policy 里写上 holidays 和 workdays",
    )
