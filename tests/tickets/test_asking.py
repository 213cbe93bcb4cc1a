"""Questions, late answers and advice: whoever needs them reads them."""

from tests.tickets.world import (
    MONDAY,
    RESIDENT,
    Case,
    K,
    offered,
    readers,
    said,
)
from tickets.commands import (
    Add,
    Advise,
    Answer,
    Ask,
    ConsultWith,
    PassOn,
    Take,
    Withdraw,
)
from tickets.model import Ending, Photo, Said, Status


def test_a_late_answer_is_heard() -> None:
    case = Case(MONDAY)
    case.do(Ask("tu", "几单元？"))
    case.climb("2026-11-24 09:00")
    assert case.ticket.status is Status.HANDLING
    done = case.do(Answer(RESIDENT, said("二单元")))
    assert readers(done.notices, K.ANSWERED) == {"tu"}
    assert [one.answer for one in case.ticket.questions] == ["二单元"]
    assert case.ticket.said[-1].text == "二单元"


def test_an_answer_after_it_was_passed_on_tells_nobody_but_is_kept() -> None:
    case = Case(MONDAY)
    case.do(Ask("tu", "几单元？"))
    case.do(PassOn("tu", "下班了"))
    done = case.do(Answer(RESIDENT, said("二单元")))
    assert {one.reader for one in done.notices if one.kind is not K.STAFF_CARD} == {None}
    assert {one.kind for one in done.notices if one.reader is None} == {K.GROUP_CARD}
    assert case.ticket.question is None


def test_one_answer_answers_both_questions() -> None:
    case = Case(MONDAY)
    case.do(Ask("tu", "几单元？"))
    case.do(Ask("tu", "几楼？"))
    case.do(Answer(RESIDENT, said("二单元三楼")))
    assert case.ticket.question is None


def test_an_edited_message_takes_the_place_of_the_old_one() -> None:
    case = Case(MONDAY)
    case.do(Add(RESIDENT, Said("3栋路灯坏了", MONDAY, -1001, 77, (Photo("new"),)), summary="3栋路灯坏了"))
    assert [one.text for one in case.ticket.said] == ["3栋路灯坏了"]
    assert case.ticket.origin.media == (Photo("new"),)
    assert case.ticket.summary == "3栋路灯坏了"


def test_consulting_on_a_filed_ticket_takes_it_and_the_advice_comes_back() -> None:
    case = Case(MONDAY)
    assert offered(case.do(ConsultWith("tu", "law", "怎么答？")).notices) == {"law"}
    assert case.ticket.handler == "tu"
    assert readers(case.do(Advise("law", "看合同")).notices, K.ADVISED) == {"tu"}
    assert case.ticket.consults[0].answer == "看合同"


def test_advice_that_comes_after_it_was_passed_on_is_not_lost() -> None:
    case = Case(MONDAY)
    case.do(ConsultWith("tu", "law", "怎么答？"))
    case.do(PassOn("tu", "下班了"))
    done = case.do(Advise("law", "看合同"))
    assert readers(done.notices, K.ADVISED) == {"tu"}, "who asked; never the group"
    assert case.ticket.consults[0].answer == "看合同"


def test_a_leader_who_consulted_reads_the_advice_too() -> None:
    case = Case(MONDAY)
    case.do(Take("tu"))
    case.do(ConsultWith("wang", "law", "怎么答？"))
    assert readers(case.do(Advise("law", "看合同")).notices, K.ADVISED) == {"tu", "wang"}


def test_the_doctor_who_was_asked_too_can_advise_the_worker_who_has_it() -> None:
    case = Case(MONDAY, route="doctor+worker", private=True)
    case.do(Take("tu"))
    assert readers(case.do(Advise("doc", "先别停药")).notices, K.ADVISED) == {"tu"}


def test_whoever_was_asked_is_told_when_it_is_withdrawn_and_whoever_refused_is_not() -> None:
    case = Case(MONDAY, route="doctor+worker")
    case.do(PassOn("doc", "忙"))
    assert readers(case.do(Withdraw(RESIDENT)).notices, K.WITHDRAWN) == {"tu"}
    assert case.ticket.ending is Ending.WITHDRAWN
