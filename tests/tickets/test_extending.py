"""More time: whoever leads decides about it, and needs nobody's leave to give it."""

import pytest

from tests.tickets.world import MONDAY, RESIDENT, Case, K, at, readers, why
from tickets.commands import Extend, Grant, Take
from tickets.drafting import Why
from tickets.worktime import Span

MORE = Span.parse("1d")


def taken(by: str = "tu") -> Case:
    case = Case(MONDAY)
    case.do(Take(by))
    return case


@pytest.mark.parametrize("by", ["wang", "boss", "top"])
def test_whoever_leads_gives_it_without_asking(by: str) -> None:
    """The leader, and every level above: nobody is asked by somebody who stands over him."""
    case = taken()
    done = case.do(Extend(by, MORE, "配件要从外地调"))
    assert not readers(done.notices, K.EXTENSION_WANTED)
    assert readers(done.notices, K.EXTENSION_DECIDED) == {"tu"}
    assert readers(done.notices, K.EXTENDED) == {RESIDENT}
    assert case.ticket.done_by == at("2026-11-24 18:00")


@pytest.mark.parametrize(("handler", "asked"), [("tu", "wang"), ("wang", "boss")])
def test_who_has_it_asks_whoever_leads(handler: str, asked: str) -> None:
    """A leader who has it himself asks the level above; nobody grants his own."""
    case = taken(handler)
    assert readers(case.do(Extend(handler, MORE, "配件要从外地调")).notices, K.EXTENSION_WANTED) == {asked}
    assert case.ticket.done_by == at("2026-11-23 18:00")
    assert why(case, Grant(handler)) in (Why.NOT_YOURS, Why.OWN_REVIEW)
    case.do(Grant(asked))
    assert case.ticket.done_by == at("2026-11-24 18:00")
