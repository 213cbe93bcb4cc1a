"""Times as people say them, seen from `now`."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

_ZH_DAYS = "一二三四五六日"
_EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(at: datetime, now: datetime, language: str) -> str:
    """`今天 18:00`, `明早 9 点`, `周五 12:00`, `6月12日 9:00`; in English `today 18:00`, `Fri 12:00`, `12 Jun 9:00`."""
    here = at.astimezone(now.tzinfo)
    return _english(here, now) if language == "en" else _chinese(here, now)


def clock(at: datetime, now: datetime, language: str) -> str:
    """The time of day alone if `at` is today, else the whole moment."""
    here = at.astimezone(now.tzinfo)
    return _time(here) if here.date() == now.date() else moment(at, now, language)


def day(at: datetime, now: datetime, language: str) -> str:
    """The day alone: `明天`, `周五`, `6月12日`."""
    here = at.astimezone(now.tzinfo)
    days = (here.date() - now.date()).days
    if language == "en":
        return {0: "today", 1: "tomorrow"}.get(days) or _english_date(here, now, days)
    return {0: "今天", 1: "明天", 2: "后天"}.get(days) or _chinese_date(here, now, days)


def stretch(first: date, last: date, now: datetime, language: str) -> str:
    """Days from one to another: `明天`, `今天至周五`, `6月12日至6月14日`; in English `today to Fri`."""
    begin, end = (day(now.replace(year=one.year, month=one.month, day=one.day), now, language) for one in (first, last))
    if first == last:
        return begin
    return f"{begin} to {end}" if language == "en" else f"{begin}至{end}"


def hours(minutes: Iterable[tuple[int, int]], language: str) -> str:
    """Stretches of a day in minutes from midnight: `8:30–12:00、13:30–18:00`, `全天`."""
    found = list(minutes)
    if found == [(0, 1440)]:
        return "all day" if language == "en" else "全天"
    spans = (f"{a // 60}:{a % 60:02}–{b // 60}:{b % 60:02}" for a, b in found)
    return (", " if language == "en" else "、").join(spans)


def duration(span: timedelta, language: str) -> str:
    """`1 小时 20 分`, `20 分钟`, `2 天 3 小时`; the two largest units, whole minutes."""
    total = max(0, int(span.total_seconds() // 60))
    days, hours, minutes = total // 1440, total % 1440 // 60, total % 60
    if language == "en":
        parts = [f"{days} day{'s' if days > 1 else ''}" if days else "", f"{hours} h" if hours else ""]
        parts.append(f"{minutes} min" if minutes and not days else "")
        return " ".join(part for part in parts if part) or "less than a minute"
    if not total:
        return "不到 1 分钟"
    if not days and not hours:
        return f"{minutes} 分钟"
    parts = [f"{days} 天" if days else "", f"{hours} 小时" if hours else ""]
    parts.append(f"{minutes} 分" if minutes and not days else "")
    return " ".join(part for part in parts if part)


def _time(at: datetime) -> str:
    return f"{at.hour}:{at.minute:02}"


def _chinese(at: datetime, now: datetime) -> str:
    days = (at.date() - now.date()).days
    if days == 1 and 5 <= at.hour < 12:
        return f"明早 {at.hour} 点" if at.minute == 0 else f"明早 {_time(at)}"
    if days == 1 and at.hour >= 19:
        return f"明晚 {_time(at)}"
    if days == -1 and at.hour >= 19:
        return f"昨晚 {_time(at)}"
    if days == 0 and at < now and 5 <= at.hour < 12:
        return f"今早 {_time(at)}"
    if days in (0, 1) and at.hour < 5:
        return f"{('今天', '明天')[days]}凌晨 {_time(at)}"
    name = {0: "今天", 1: "明天", 2: "后天", -1: "昨天", -2: "前天"}.get(days)
    return f"{name or _chinese_date(at, now, days)} {_time(at)}"


def _chinese_date(at: datetime, now: datetime, days: int) -> str:
    to_sunday = 6 - now.weekday()
    if 0 < days <= to_sunday:
        return f"周{_ZH_DAYS[at.weekday()]}"
    if to_sunday < days <= to_sunday + 7:
        return f"下周{_ZH_DAYS[at.weekday()]}"
    year = f"{at.year}年" if at.year != now.year else ""
    return f"{year}{at.month}月{at.day}日"


def _english(at: datetime, now: datetime) -> str:
    days = (at.date() - now.date()).days
    name = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
    return f"{name or _english_date(at, now, days)} {_time(at)}"


def _english_date(at: datetime, now: datetime, days: int) -> str:
    if 0 < days < 7:
        return _EN_DAYS[at.weekday()]
    year = f" {at.year}" if at.year != now.year else ""
    return f"{at.day} {_EN_MONTHS[at.month - 1]}{year}"
