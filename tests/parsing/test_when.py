"""Moments and addresses as people write them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing import KnownPlace
from parsing.address import Written, address
from parsing.when import moment

NOW = datetime(2026, 6, 3, 14, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
"""A Wednesday."""

PLACES = (KnownPlace("1-18幢", "g1"), KnownPlace("10-36幢", "g2"))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("明早9点", "06-04 09:00"),
        ("明天早上九点半", "06-04 09:30"),
        ("今天18:00", "06-03 18:00"),
        ("18:30", "06-03 18:30"),
        ("后天 8：30", "06-05 08:30"),
        ("周五 18:00", "06-05 18:00"),
        ("下周一上午10点", "06-08 10:00"),
        ("星期天下午3点", "06-07 15:00"),
        ("6月12日 9点", "06-12 09:00"),
        ("6月1日 9点", "06-01 09:00"),
        ("2026-07-02 08:30", "07-02 08:30"),
        ("今晚8点", "06-03 20:00"),
        ("晚上七点一刻", "06-03 19:15"),
        ("中午12点", "06-03 12:00"),
        ("凌晨5点", "06-03 05:00"),
        ("9点30分", "06-03 09:30"),
        ("tomorrow 9:00", "06-04 09:00"),
        ("Friday 6pm", "06-05 18:00"),
        ("tomorrow at 9 am", "06-04 09:00"),
        ("12 am", "06-03 00:00"),
    ],
)
def test_a_moment(said: str, meant: str) -> None:
    found = moment(said, NOW)
    assert found is not None
    assert (f"{found:%m-%d %H:%M}", found.tzinfo) == (meant, NOW.tzinfo)


@pytest.mark.parametrize(
    "said", ["后天", "好的", "25:00", "明天 9", "13月1日 9点", "9点要开会", "2月30日 9点", "", "尽快"]
)
def test_no_moment(said: str) -> None:
    assert moment(said, NOW) is None


@given(st.text("今明后天早晚上下周五一点半刻 :0123456789月日pmat", max_size=14))
def test_nothing_breaks_it(said: str) -> None:
    found = moment(said, NOW)
    assert found is None or found.tzinfo is NOW.tzinfo


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("3幢2单元501", Written("3", "2", "501", "g1")),
        ("我家3号楼2单元501室", Written("3", "2", "501", "g1")),
        ("20-1-302", Written("20", "1", "302", "g2")),
        ("3幢501", Written("3", "", "501", "g1")),
        ("building 3 unit 2 room 501", Written("3", "2", "501", "g1")),
        ("王家村12号", Written("12", "", "", None)),
        ("12幢1单元101", Written("12", "1", "101", None)),
        ("99幢1单元101", Written("99", "1", "101", None)),
        ("我家", None),
        ("501室", None),
    ],
)
def test_an_address(said: str, meant: Written | None) -> None:
    assert address(said, PLACES, None) == meant


def test_the_own_grid_wins_where_two_have_such_a_building() -> None:
    found = address("12幢1单元101", PLACES, "g2")
    assert found is not None
    assert found.area == "g2"
