"""Another service: who is asked, under which class, what stays private, and whom it wakes."""

from datetime import timedelta

from tests.tickets.world import MONDAY, C, Case, K
from tickets.commands import Correct, Take
from tickets.events import PassedOn, Routed
from tickets.model import Status
from tickets.replay import replay
from tickets.service import Danger


def to(case: Case, route: str, command: Correct) -> None:
    """Correct a ticket among the people whom the other service asks."""
    case.route, case.kind = route, command.deadline_class
    case.do(command, MONDAY + timedelta(hours=1))
    assert replay(case.journal) == case.ticket


def test_what_is_not_for_the_handler_is_filed_anew() -> None:
    case = Case(MONDAY)
    case.do(Take("tu"), MONDAY)
    to(case, "lawyer", Correct("tu", "legal_advice", C.ADVICE, private=True))
    ticket = case.ticket
    assert (ticket.service, ticket.deadline_class, ticket.private) == ("legal_advice", C.ADVICE, True)
    assert (ticket.status, ticket.handler, ticket.asked) == (Status.FILED, None, ("law",))
    assert ticket.take_by is not None
    assert ticket.take_by > case.now
    assert (K.STAFF_CARD, "law") in {(one.kind, one.reader) for one in case.notices if one.loud}
    assert K.GROUP_CARD not in {one.kind for one in case.notices}
    assert [refusal.person for refusal in ticket.refusals] == ["tu"]


def test_whoever_can_do_that_too_keeps_it() -> None:
    case = Case(MONDAY)
    case.do(Take("tu"), MONDAY)
    before = case.ticket
    to(case, "worker", Correct("tu", "drains", C.URGENT))
    assert (case.ticket.status, case.ticket.handler) == (Status.HANDLING, "tu")
    assert case.ticket.done_by != before.done_by
    assert {step.clock for step in case.ticket.steps} == {"done"}
    assert not [one for one in case.notices if one.loud]


def test_of_those_who_were_asked_only_the_right_ones_stay_asked() -> None:
    case = Case(MONDAY, route="worker+doctor")
    assert {"tu", "doc"} <= set(case.ticket.asked)
    to(case, "worker", Correct("tu", "drains", C.ORDINARY))
    assert case.ticket.asked == ("tu",)
    assert [one.event.by for one in case.journal if isinstance(one.event, PassedOn)] == ["doc"]
    assert not case.ticket.refusals[0].own


def test_a_danger_found_by_the_worker_wakes_everybody() -> None:
    case = Case(MONDAY)
    to(case, "worker+leader", Correct("tu", "gas_leak", C.LIFE, danger=Danger.GAS))
    assert (case.ticket.deadline_class, case.ticket.danger) == (C.LIFE, Danger.GAS)
    kinds = {(one.kind, one.reader) for one in case.notices}
    assert {(K.SAFETY, case.ticket.reporter), (K.LIFE_ABOVE, "boss"), (K.STAFF_CARD, "wang")} <= kinds


def test_a_danger_is_never_made_less_by_another_service() -> None:
    case = Case(MONDAY, kind=C.LIFE, danger=Danger.FIRE)
    to(case, "worker", Correct("tu", "smoke", C.ORDINARY))
    assert (case.ticket.deadline_class, case.ticket.danger) == (C.LIFE, Danger.FIRE)
    assert K.SAFETY not in {one.kind for one in case.notices}


def test_the_same_service_changes_nothing() -> None:
    case = Case(MONDAY, private=True)
    count = len(case.journal)
    case.do(Correct("tu", "thing", C.LIFE), MONDAY)
    assert len(case.journal) == count
    case.do(Correct("tu", "drains", C.ORDINARY, private=False), MONDAY)
    assert case.ticket.private
    assert not [one for one in case.journal[count:] if isinstance(one.event, Routed)]
