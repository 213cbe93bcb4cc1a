"""What the clock tells of many matters is one message: which notices become lines, and what is left of them alone."""

import pytest

from tests.tickets.world import MONDAY, Case, K
from tickets.bundle import BUNDLED, Item, bundle, item, items, may_wait
from tickets.commands import Miss, Take
from tickets.notices import Notice


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (K.LAPSED, {"person": "tu"}),
        (K.MISSED, {"person": "tu"}),
        (K.WHISTLE_NEWS, {"what": "late"}),
        (K.OVERDUE, {"level": "above"}),
        (K.RECOUNTED, {}),
    ],
)
def test_a_line_that_stays_alone_says_what_the_notice_said(kind: K, data: dict[str, str]) -> None:
    line = item(1001, Notice(kind, "wang", "1001:5", data=data))
    assert items(f"{line} {Item(1002, K.NOT_TAKEN)}") == (line, Item(1002, K.NOT_TAKEN))
    assert line.data == data


def test_what_is_given_back_unasked_waits_for_others_of_its_kind() -> None:
    """Ten matters whose handler fell silent, or blocked the bot, are one message for whoever leads."""
    case = Case(MONDAY)
    case.do(Take("tu"))
    told = [one for one in case.do(Miss("tu")).notices if one.kind is K.MISSED]
    assert [one.reader for one in told] == ["wang"]
    assert all(map(may_wait, told))
    shown = bundle([item(case.ticket.id, told[0])], {case.ticket.id: case.ticket}, "wang")
    assert [(one.kind, one.level) for one in shown.lines] == [(K.MISSED, "tu")]
    assert case.ticket.status in BUNDLED[K.LAPSED]
