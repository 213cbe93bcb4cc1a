"""A moment that somebody writes: `明早9点`, `周五 18:00`, `6月12日 9点半`, `tomorrow 9:00`. No input or output."""

import re
from datetime import date, datetime, timedelta

from parsing.normalise import normalise
from parsing.places import number

_DIGITS = r"[0-9]{1,2}|[一二三四五六七八九十两]{1,3}"
_CLOCK = re.compile(
    rf"(?P<part>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|早|晚)? ?"
    rf"(?:(?P<hour>{_DIGITS})(?::(?P<minute>[0-9]{{2}})|点(?:(?P<half>半)|(?P<quarter>一刻)|(?P<spoken>{_DIGITS})分?|整|钟)?)"
    r"|(?P<alone>[0-9]{1,2}) ?(?P<ampm>am|pm))"
    r" ?(?P<after>am|pm)?$"
)
_DAYS = {"今": 0, "明": 1, "后": 2, "大后": 3, "today": 0, "tomorrow": 1}
_NEAR = re.compile(r"^(?:(?P<day>大后|今|明|后)(?:天|日)?|(?P<english>today|tomorrow))")
_WEEKDAY = re.compile(r"^(?P<next>下)?(?:个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])")
_ENGLISH_WEEKDAY = re.compile(r"^(?:on )?(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*")
_DATE = re.compile(r"^(?:(?P<year>20[0-9]{2})[年/.-])?(?P<month>[0-9]{1,2})[月/.-](?P<day>[0-9]{1,2})[日号]?")
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LATE = frozenset({"下午", "傍晚", "晚上", "晚"})


def moment(text: str, now: datetime) -> datetime | None:
    """Return the moment meant, in the zone of `now`; None = not understood, or no time of day is given.

    A day and hour that are over are returned as they are, so that the caller can say so; a date without a year is this
    year's.
    """
    said = " ".join(normalise(text).text.split()).strip("。.,， ").replace(" at ", " ")
    day, rest = _day(said, now)
    if day is None:
        return None
    clock = _clock(rest.strip())
    if clock is None:
        return None
    return datetime(day.year, day.month, day.day, *clock, tzinfo=now.tzinfo)


def _day(said: str, now: datetime) -> tuple[date | None, str]:
    today = now.date()
    if found := _NEAR.match(said):
        return today + timedelta(days=_DAYS[found["day"] or found["english"]]), said[found.end() :]
    if found := _WEEKDAY.match(said):
        wanted = "一二三四五六日".index(found["weekday"].replace("天", "日"))
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(days=wanted + (7 if found["next"] else 0)), said[found.end() :]
    if found := _ENGLISH_WEEKDAY.match(said):
        ahead = (_NAMES.index(found["weekday"]) - today.weekday()) % 7
        return today + timedelta(days=ahead), said[found.end() :]
    if found := _DATE.match(said):
        try:
            return date(int(found["year"] or today.year), int(found["month"]), int(found["day"])), said[found.end() :]
        except ValueError:
            return None, said
    return today, said


def _clock(said: str) -> tuple[int, int] | None:
    found = _CLOCK.match(said)
    if found is None:
        return None
    hour = int(number(found["hour"] or found["alone"]))
    spoken = number(found["spoken"]) if found["spoken"] else None
    minute = 30 if found["half"] else 15 if found["quarter"] else int(found["minute"] or spoken or 0)
    half = found["ampm"] or found["after"]
    if hour < 12 and (found["part"] in _LATE or half == "pm" or (found["part"] == "中午" and hour < 10)):
        hour += 12
    elif hour == 12 and half == "am":
        hour = 0
    return (hour, minute) if hour < 24 and minute < 60 else None
