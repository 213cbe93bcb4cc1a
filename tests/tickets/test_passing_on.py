"""Refusing, passing on, relieving and taking over: who has it then, and who is asked next."""

from contextlib import suppress
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tickets.world import (
    DISTRICT,
    MONDAY,
    ZONE,
    C,
    Case,
    K,
    at,
    district,
    offered,
    readers,
    why,
)
from tickets.commands import (
    Approve,
    Ask,
    Command,
    Finish,
    Miss,
    PassOn,
    PutOnHold,
    Reject,
    Relieve,
    Take,
    Tell,
)
from tickets.drafting import Refused, Why
from tickets.events import SILENT
from tickets.lane_commands import BlowWhistle, MakeDo
from tickets.model import ReasonCode, Status


def test_one_of_two_refuses_and_the_other_still_has_the_card() -> None:
    case = Case(MONDAY, route="doctor+worker")
    assert case.ticket.offered == ("doc", "tu")
    done = case.do(PassOn("doc", "不在"))
    assert case.ticket.asked == ("tu",)
    assert not offered(done.notices), "no second doctor is there, and the worker has it in hand"
    case.do(Take("tu"))
    assert case.ticket.handler == "tu"


def test_a_colleague_of_the_same_trade_steps_in_for_one_of_two() -> None:
    case = Case(MONDAY, route="doctor+worker")
    assert offered(case.do(PassOn("tu", "不在")).notices) == {"xu"}
    assert case.ticket.asked == ("doc", "xu")


def test_the_only_one_asked_refuses_and_the_next_is_asked_at_once() -> None:
    case = Case(MONDAY)
    assert offered(case.do(PassOn("tu", "手上太忙")).notices) == {"xu"}
    assert case.ticket.take_by == at("2026-11-23 11:00"), "the resident's promise does not move"


def test_a_second_refusal_is_decided_by_the_level_above() -> None:
    case = Case(MONDAY)
    case.do(PassOn("tu", "手上太忙"))
    done = case.do(PassOn("xu", "不归我管"))
    assert readers(done.notices, K.DECIDE) == offered(done.notices) == {"boss"}
    further = case.do(PassOn("boss", "也不归我"))
    assert readers(further.notices, K.DECIDE) == {"chief"}


def test_refused_twice_where_nobody_is_above_goes_to_whoever_is_left() -> None:
    below = district(tuple(one for one in DISTRICT.posts if one.person in ("tu", "xu", "wang")))
    case = Case(MONDAY, place=below)
    case.do(PassOn("tu", "忙"))
    assert offered(case.do(PassOn("xu", "忙")).notices) == {"wang"}
    last = case.do(PassOn("wang", "忙"))
    assert not offered(last.notices)
    assert case.ticket.next_due is not None


def test_a_leader_who_says_who_shall_do_it_refuses_nothing() -> None:
    case = Case(MONDAY)
    done = case.do(PassOn("wang", "小徐熟", to="xu"))
    assert case.ticket.refusals == ()
    assert readers(done.notices, K.PASSED_ON) == offered(done.notices) == {"xu"}
    reasons = next(one.reasons for one in case.ticket.route.candidates if one.person == "xu")
    assert reasons[0].code is ReasonCode.PASSED_ON
    assert reasons[0].value == "wang"


def test_whoever_is_relieved_has_not_refused() -> None:
    case = Case(MONDAY)
    case.do(Take("tu"))
    case.do(PassOn("wang", "屠师傅病了", to="xu"))
    assert [(one.person, one.own) for one in case.ticket.refusals] == [("tu", False)]
    done = case.do(PassOn("xu", "忙"))
    assert not readers(done.notices, K.DECIDE), "this was the first refusal"


def test_whoever_refused_can_be_asked_again_by_name() -> None:
    case = Case(MONDAY, route="doctor", private=True)
    case.do(PassOn("doc", "忙"))
    assert offered(case.do(PassOn("wang", "还是您看看", to="doc")).notices) == {"doc"}
    case.do(Take("doc"))
    assert case.ticket.handler == "doc"


def test_only_who_has_it_gives_it_away() -> None:
    case = Case(MONDAY, route="doctor+worker")
    case.do(Take("tu"))
    assert why(case, PassOn("doc", "不归我")) is Why.TAKEN_BY
    assert why(case, Reject("doc")) is Why.TAKEN_BY
    assert why(case, PassOn("wang", "给他", to="tu")) is Why.TAKEN_BY


def test_the_level_above_takes_it_over_with_one_press() -> None:
    case = Case(MONDAY)
    case.do(Take("tu"))
    case.do(PassOn("boss", "我来", to="boss"))
    assert (case.ticket.handler, case.ticket.status) == ("boss", Status.HANDLING)
    case.do(Finish("boss", "好了"))
    assert case.ticket.reviewers == ("chief",), "not those below him"
    assert why(case, Approve("boss")) is Why.OWN_REVIEW
    case.do(Approve("chief"))


def test_a_leader_who_refused_still_leads() -> None:
    case = Case(MONDAY, route="leader")
    case.do(PassOn("wang", "让小屠去", to="tu"))
    case.do(Take("tu"))
    case.do(Finish("tu", "好了"))
    assert case.ticket.reviewers == ("wang",)


TWO = district(tuple(one for one in DISTRICT.posts if one.person in ("tu", "wang")))


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (PassOn("tu", "不归我"), K.DECIDE),
        (Miss("tu"), K.MISSED),
        (Relieve("tu"), K.RELIEVED),
    ],
    ids=lambda one: getattr(one, "action", one),
)
def test_whoever_leads_is_asked_at_once_when_nobody_is_left(left: Command, told: K) -> None:
    """Somebody who refused it still leads: with nobody else to ask, it is his to take or to give."""
    case = Case(MONDAY, place=TWO, route="worker+leader")
    case.do(PassOn("wang", "忙"))
    assert case.ticket.asked == ("tu",)
    done = case.do(left)
    assert readers(done.notices, told) == offered(done.notices) == {"wang"}
    assert case.ticket.asked == ("wang",)


def test_a_leader_who_takes_it_away_with_nobody_left_leaves_it_to_the_level_above() -> None:
    """Where there is none it is his own."""
    for staff, asked in ((("tu", "wang", "boss"), "boss"), (("tu", "wang"), "wang")):
        place = district(tuple(one for one in DISTRICT.posts if one.person in staff))
        case = Case(MONDAY, place=place, route="worker+leader")
        for one in staff[1:]:
            case.do(PassOn(one, "忙", to=None if one == "wang" else "tu"))
        case.do(Take("tu"))
        case.do(PassOn("wang", "他病了"))
        assert case.ticket.asked == (asked,)


def test_whoever_leads_is_asked_at_once_when_the_only_worker_is_silent() -> None:
    case = Case(MONDAY, place=TWO, route="worker+leader")
    case.do(PassOn("wang", "忙"))
    case.do(Take("tu"))
    case.run("2026-11-24 18:01")
    assert K.LAPSED in {one.kind for one in case.told}
    assert (case.ticket.status, case.ticket.asked) == (Status.FILED, ("wang",))


@given(st.randoms(use_true_random=False), st.sampled_from(C), st.sampled_from(["worker", "doctor+worker", "leader"]))
@settings(max_examples=40, deadline=None)
def test_a_filed_ticket_is_never_left_with_nobody(chance: Random, kind: C, route: str) -> None:
    """Whatever people refuse, miss or leave: as long as anybody else leads who can be reached, somebody is asked."""
    staff = chance.sample(("tu", "xu", "wang", "doc", "boss", "chief"), chance.randint(1, 6))
    case = Case(MONDAY, kind=kind, route=route, place=district(tuple(p for p in DISTRICT.posts if p.person in staff)))
    for _ in range(15):
        who = chance.choice(staff)
        commands = (
            PassOn(who, "忙"),
            PassOn(who, "您看看", to=chance.choice(staff)),
            Take(who),
            Miss(who),
            Relieve(who),
        )
        around = case.circle().route
        lead = {*around.leaders, *(boss for level in around.above for boss in level)}
        if chance.random() < 0.2 and case.ticket.next_due is not None:
            case.climb(max(case.now, case.ticket.next_due.astimezone(ZONE)))
            who = ""
        else:
            with suppress(Refused):
                case.do(chance.choice(commands))
        if case.ticket.status is Status.FILED and not case.ticket.asked:
            assert lead <= {who}, "but for whoever has just refused it"
            return


def test_what_is_taken_and_never_spoken_of_again_goes_back_to_the_queue() -> None:
    """Due at six, silent; at twice the time the next person is asked, and leader and handler read why."""
    case = Case(MONDAY)
    case.do(Take("tu"))
    told = case.run("2026-11-24 18:01")
    lapsed = [(when, one) for when, one in told if one.kind is K.LAPSED]
    assert {one.reader for _, one in lapsed} == {"tu", "wang"}
    assert lapsed[0][0] > case.ticket.done_by  # type: ignore[operator]
    assert (case.ticket.status, case.ticket.handler) == (Status.FILED, None)
    assert case.ticket.asked == ("xu",)
    assert [(one.person, one.reason, one.own) for one in case.ticket.refusals] == [("tu", SILENT, False)]
    assert case.ticket.next_due is not None
    assert case.do(Take("tu")).ticket.handler == "tu", "whoever was only silent may take it again"


@pytest.mark.parametrize(
    "sign",
    [
        Tell("tu", "灯泡明天到"),
        Ask("tu", "几楼？"),
        PutOnHold("tu", "等材料", at("2026-11-26 10:00")),
        MakeDo("tu", "先用手电"),
        BlowWhistle("tu", "要换整条线路"),
    ],
    ids=lambda one: one.action,
)
def test_a_sign_after_it_was_due_keeps_it(sign: Command) -> None:
    case = Case(MONDAY)
    case.do(Take("tu"))
    case.run("2026-11-24 08:31")
    case.do(sign, "2026-11-24 09:00")
    case.run("2026-12-01 12:00")
    assert case.ticket.handler == "tu"
    assert not [one for one in case.told if one.kind is K.LAPSED]
