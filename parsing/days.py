"""Days as people write them: 明天, 5月1日到5月3日, 2026-05-01, tomorrow, Mon to Wed, 3 days. Today is given."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_WEEK = "一二三四五六日"
_EN_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NEAR = {
    "今天": 0,
    "今日": 0,
    "明天": 1,
    "明日": 1,
    "后天": 2,
    "大后天": 3,
    "today": 0,
    "tomorrow": 1,
    "day after tomorrow": 2,
}
_PAST_IS_NEXT_YEAR = timedelta(days=60)
"""A day without a year that lies further back than this is meant in the next year."""

_DAY = re.compile(
    r"""
    (?P<near>大后天|今天|今日|明天|明日|后天|day\ after\ tomorrow|today|tomorrow)
    | (?P<week>这周|本周|这个星期|this\ week|下周(?![一二三四五六日天])|下个星期|next\ week)
    | (?P<next>下)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])
    | (?P<en_next>next\ )?\b(?P<en_weekday>mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?\b
    | (?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?(?!\d)
    | (?P<month_only>\d{1,2})[-/.月](?P<day_only>\d{1,2})[日号]?(?!\d)
    | (?P<just_day>\d{1,2})[日号]
    | (?P<length>\d{1,3}|[一二两三四五六七八九十])\s*(?:天|days?\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NUMBERS = {word: number for number, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}


@dataclass(frozen=True)
class Days:
    """Days from `first` to `last`, both included, with the words before and after them."""

    first: date
    last: date
    before: str = ""
    after: str = ""


def days_in(text: str, today: date) -> Days | None:
    """Return the days that `text` names; None = it names none, or one that no calendar has.

    Two days are a stretch, in the order written; a length (`3天`) counts from the day before it, else from today.
    """
    found = list(_DAY.finditer(text))
    if not found:
        return None
    spans: list[tuple[date, date] | int] = []
    for match in found:
        before = next((span[1] for span in reversed(spans) if isinstance(span, tuple)), today)
        span = _span(match, today, before)
        if span is None:
            return None
        spans.append(span)
    firsts = [span for span in spans if isinstance(span, tuple)]
    lengths = [span for span in spans if isinstance(span, int)]
    first = firsts[0][0] if firsts else today
    last = firsts[-1][1] if firsts else today
    if lengths:
        last = first + timedelta(days=max(lengths[0], 1) - 1)
    return Days(first, last, text[: found[0].start()].strip(), text[found[-1].end() :].strip())


def _span(match: re.Match[str], today: date, before: date) -> tuple[date, date] | int | None:
    """Return the day or days of one match, a number of days for a length, None for no day of any calendar.

    `before`: the day named last, to whose month a day without one belongs.
    """
    part = match.groupdict()
    if part["length"]:
        return _NUMBERS.get(part["length"]) or int(part["length"])
    if part["near"]:
        day = today + timedelta(days=_NEAR[part["near"].lower()])
        return day, day
    if part["week"]:
        monday = today - timedelta(days=today.weekday())
        if part["week"].lower() in ("这周", "本周", "这个星期", "this week"):
            return today, monday + timedelta(days=6)
        return monday + timedelta(days=7), monday + timedelta(days=13)
    if part["weekday"] or part["en_weekday"]:
        day = _weekday(part, today)
        return day, day
    return _written(part, today, before)


def _weekday(part: dict[str, str | None], today: date) -> date:
    chinese = part["weekday"]
    number = _WEEK.index(chinese.replace("天", "日")) if chinese else _EN_WEEK.index((part["en_weekday"] or "").lower())
    monday = today - timedelta(days=today.weekday())
    if part["next"] or part["en_next"]:
        return monday + timedelta(days=7 + number)
    day = monday + timedelta(days=number)
    return day if day >= today else day + timedelta(days=7)


def _written(part: dict[str, str | None], today: date, before: date) -> tuple[date, date] | None:
    try:
        if part["year"]:
            day = date(int(part["year"]), int(part["month"] or 0), int(part["day"] or 0))
            return day, day
        if part["just_day"]:
            day = before.replace(day=int(part["just_day"]))
            if day < before:
                day = (before.replace(day=1) + timedelta(days=32)).replace(day=int(part["just_day"]))
            return day, day
        day = date(today.year, int(part["month_only"] or 0), int(part["day_only"] or 0))
        if day < today - _PAST_IS_NEXT_YEAR:
            day = day.replace(year=today.year + 1)
    except ValueError:
        return None
    return day, day
