"""Days as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing.days import Days, days_in

WEDNESDAY = date(2026, 6, 3)


def june(first: int, last: int | None = None, before: str = "", after: str = "") -> Days:
    return Days(date(2026, 6, first), date(2026, 6, last or first), before, after)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("今天", june(3)),
        ("明天", june(4)),
        ("明天 许己", june(4, after="许己")),
        ("大后天", june(6)),
        ("屠甲 明天 后天 许师傅代", june(4, 5, "屠甲", "许师傅代")),
        ("2026-06-05 2026-06-08 许己", june(5, 8, after="许己")),
        ("2026年6月5日到2026年6月8日", june(5, 8)),
        ("6月5日-6月8日", june(5, 8)),
        ("6.5-6.8", june(5, 8)),
        ("6月5日到8日", june(5, 8)),
        ("12号", june(12)),
        ("本周", june(3, 7)),
        ("下周", june(8, 14)),
        ("周五", june(5)),
        ("星期天", june(7)),
        ("周一", june(8)),
        ("下周一到下周三", june(8, 10)),
        ("明天 3天", june(4, 6)),
        ("三天", june(3, 5)),
        ("tomorrow", june(4)),
        ("day after tomorrow", june(5)),
        ("Fri to next Tuesday Ann", june(5, 9, after="Ann")),
        ("this week", june(3, 7)),
        ("tomorrow, 2 days", june(4, 5)),
        ("6-8 6-5", Days(date(2026, 6, 8), date(2026, 6, 5))),
        ("1月2日", Days(date(2027, 1, 2), date(2027, 1, 2))),
        ("5月20日", Days(date(2026, 5, 20), date(2026, 5, 20))),
        ("2号", Days(date(2026, 7, 2), date(2026, 7, 2))),
    ],
)
def test_days(text: str, meant: Days) -> None:
    assert days_in(text, WEDNESDAY) == meant


@pytest.mark.parametrize("text", ["", "许己", "结束", "2月30日", "2026-13-01", "0月1日", "/leave", "32号"])
def test_no_days(text: str) -> None:
    assert days_in(text, WEDNESDAY) is None


@given(
    text=st.text("0123456789年月日号天周下-./ 到明今Moday", max_size=40),
    today=st.dates(date(2000, 1, 31), date(2100, 12, 31)),
)
def test_whatever_is_written_is_days_or_not(text: str, today: date) -> None:
    found = days_in(text, today)
    assert found is None or (isinstance(found.first, date) and isinstance(found.last, date))
