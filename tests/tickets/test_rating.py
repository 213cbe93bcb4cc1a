"""One tap after the end: who may, until when, who learns of it."""

from datetime import timedelta

import pytest

from tests.tickets.test_transitions import ticket_in
from tests.tickets.world import DISTRICT, MONDAY, RESIDENT, Case
from tickets.commands import Dispute, Rate, Withdraw
from tickets.digest import digest
from tickets.drafting import Refused, Why
from tickets.model import Status
from tickets.notices import CARDS
from tickets.outcome import Mark


def closed() -> Case:
    return ticket_in(Status.CLOSED)


def test_a_mark_is_kept_and_nobody_is_written_to() -> None:
    case = closed()
    done = case.do(Rate(RESIDENT, Mark.GOOD), MONDAY + timedelta(hours=3))
    assert case.ticket.rating is not None
    assert (case.ticket.rating.mark, case.ticket.rating.at) == (Mark.GOOD, MONDAY + timedelta(hours=3))
    assert {one.kind for one in done.notices} <= CARDS
    assert not any(one.loud for one in done.notices)


def test_a_mark_can_be_changed_for_seven_days_and_the_same_one_again_is_nothing() -> None:
    case = closed()
    case.do(Rate(RESIDENT, Mark.GOOD))
    assert case.do(Rate(RESIDENT, Mark.GOOD)).entries == ()
    case.do(Rate(RESIDENT, Mark.POOR), MONDAY + timedelta(days=7))
    assert case.ticket.rating is not None
    assert case.ticket.rating.mark is Mark.POOR
    with pytest.raises(Refused) as late:
        case.do(Rate(RESIDENT, Mark.FAIR), MONDAY + timedelta(days=7, seconds=1))
    assert late.value.why is Why.RATING_OVER
    assert case.ticket.rating.mark is Mark.POOR


@pytest.mark.parametrize("by", ["tu", "wang", "boss", "tg10099"])
def test_only_the_reporter_rates(by: str) -> None:
    with pytest.raises(Refused) as refused:
        closed().do(Rate(by, Mark.GOOD))
    assert refused.value.why is Why.ONLY_REPORTER


def test_what_was_taken_back_is_not_rated_and_what_is_reopened_loses_its_mark() -> None:
    case = closed()
    case.do(Rate(RESIDENT, Mark.GOOD))
    case.do(Dispute(RESIDENT, "又坏了"))
    assert case.ticket.rating is None
    gone = Case(MONDAY)
    gone.do(Withdraw(RESIDENT))
    with pytest.raises(Refused) as refused:
        gone.do(Rate(RESIDENT, Mark.GOOD))
    assert refused.value.why is Why.CLOSED


def test_the_digest_counts_what_was_closed_yesterday_and_today() -> None:
    cases = [closed() for _ in range(4)]
    for case, mark in zip(cases, (Mark.GOOD, Mark.GOOD, Mark.POOR), strict=False):
        case.do(Rate(RESIDENT, mark))
    for days, figures in ((0, (3, 2)), (1, (3, 2)), (2, (0, 0))):
        found = digest(
            "d.s.c", [case.ticket for case in cases], DISTRICT, frozenset(), MONDAY + timedelta(days=days, hours=8)
        )
        assert (found.rated, found.satisfied) == figures
