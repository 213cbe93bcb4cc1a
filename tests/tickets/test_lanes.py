"""Whistles and lanes rule by rule: who decides, what is owed, who is told, which clock runs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tickets.world import MONDAY, POLICY, RESIDENT, C, Case, K, at, readers, why
from tickets.beyond import Level, rounds
from tickets.commands import Confirm, Dispute, Finish, PassOn, Take, Withdraw
from tickets.drafting import Why
from tickets.lane import LaneAct, LaneRole, LaneState, WhistleState
from tickets.lane_commands import BlowWhistle, Call, CallIn, GiveBack, MakeDo, StepInLane
from tickets.lane_figures import slow, whistled
from tickets.model import Clock, Status
from tickets.policy import Straight, WhistleRule

A, S = LaneAct, LaneState
NINE = MONDAY


def case(**what: object) -> Case:
    """A ticket that its worker has taken."""
    made = Case(NINE, **what)  # type: ignore[arg-type]
    made.do(Take("tu"))
    return made


def called(*names: str, by: str = "boss", straight: Straight = Straight.NOBODY, **what: object) -> Case:
    """A whistle that was answered: departments are called. With `straight` the worker calls them himself."""
    made = case(**what)
    if straight is not Straight.NOBODY:
        made.policy = replace(made.policy, whistle=replace(made.policy.whistle, straight=straight))
    else:
        made.do(BlowWhistle("tu", "请来"))
    made.do(CallIn(by, tuple(Call(one) for one in names)))
    return made


def step(
    made: Case, by: str, place: int, act: LaneAct, text: str = "好", room: int | None = None, **more: object
) -> None:
    """Do something in a lane, perhaps in a room."""
    made.room = room
    made.do(StepInLane(by, place, act, text, **more))  # type: ignore[arg-type]
    made.room = None


def test_the_level_above_is_asked_and_after_it_the_next() -> None:
    made = case()
    told = made.do(BlowWhistle("tu", "请来")).notices
    assert readers(told, K.WHISTLE_CARD, loud=True) == {"boss"}
    assert why(made, BlowWhistle("tu")) is Why.WHISTLED
    later = made.run(at("2026-11-23 11:10"))
    assert {one.reader for _, one in later if one.kind is K.WHISTLE_NEWS} == {"boss"}
    assert {one.reader for _, one in later if one.kind is K.WHISTLE_CARD} == {"chief"}
    assert made.ticket.whistle is not None
    assert made.ticket.whistle.asked == ("d.s.c", "d.s")


def test_a_level_may_ask_on_or_give_back_with_words() -> None:
    made = case()
    made.do(BlowWhistle("tu", "请来"))
    assert why(made, GiveBack("boss", " ")) is Why.NEEDS_REASON
    assert why(made, GiveBack("xu", "归您")) is Why.NOT_YOURS
    assert readers(made.do(BlowWhistle("boss")).notices, K.WHISTLE_CARD, loud=True) == {"chief"}
    told = made.do(GiveBack("chief", "先请物业看")).notices
    assert readers(told, K.WHISTLE_NEWS) == {"tu"}
    assert made.ticket.whistle is not None
    assert made.ticket.whistle.state is WhistleState.RETURNED
    assert not [one for one in made.ticket.steps if one.clock is Clock.WHISTLE]
    assert made.do(BlowWhistle("tu", "物业看过了")).ticket.whistle is not None


def test_whoever_takes_it_over_answers_the_whistle() -> None:
    made = case()
    made.do(BlowWhistle("tu"))
    made.do(PassOn("boss", "我来办", "boss"))
    assert (made.ticket.handler, made.ticket.whistle and made.ticket.whistle.state) == ("boss", WhistleState.OVER)


def test_nobody_above_is_said_at_once() -> None:
    made = case(unreachable=frozenset({"boss", "chief", "top"}))
    assert why(made, BlowWhistle("tu")) is Why.NOBODY_ABOVE


@pytest.mark.parametrize(
    ("to", "wanted"),
    [
        ((), [["c"], ["s"], ["d"]]),
        ((("community", "street"), ("district",)), [["c", "s"], ["d"]]),
        ((("zone",),), [["c"], ["s"], ["d"]]),
    ],
)
def test_rounds_are_those_of_the_rule_or_level_by_level(
    to: tuple[tuple[str, ...], ...], wanted: list[list[str]]
) -> None:
    """A rule that names no level of this district leaves nobody without an answer."""
    levels = (
        Level("c", "community", ("a",)),
        Level("x", "empty"),
        Level("s", "street", ("b",)),
        Level("d", "district", (), True),
    )
    found = rounds(WhistleRule(to=to), C.ORDINARY, levels)
    assert [[one.area for one in level] for level in found] == wanted


def test_only_the_levels_that_may_call_departments() -> None:
    made = case()
    made.policy = replace(POLICY, whistle=WhistleRule(names=("street",)))
    made.do(BlowWhistle("tu"))
    assert why(made, CallIn("boss", (Call("works"),))) is Why.ONLY_HIGHER
    assert why(made, CallIn("tu", (Call("works"),))) is Why.NOT_YOURS
    made.do(CallIn("chief", (Call("works"),)))
    assert [one.level for one in made.ticket.lanes] == ["d.s"]


def test_one_leads_whatever_was_pressed() -> None:
    made = case()
    made.do(BlowWhistle("tu"))
    assert why(made, CallIn("boss", ())) is Why.NEEDS_DEPARTMENT
    assert why(made, CallIn("boss", (Call("nowhere"),))) is Why.NEEDS_DEPARTMENT
    made.do(CallIn("boss", (Call("gas"), Call("works", LaneRole.LEAD), Call("fire", LaneRole.INFORMED))))
    roles = {one.department: (one.role, one.state) for one in made.ticket.lanes}
    assert roles == {
        "gas": (LaneRole.ASSIST, S.CALLED),
        "works": (LaneRole.LEAD, S.CALLED),
        "fire": (LaneRole.INFORMED, S.INFORMED),
    }
    assert why(made, CallIn("boss", (Call("gas"),))) is Why.NEEDS_DEPARTMENT


def test_a_department_without_contact_has_an_owner_and_both_sides_know() -> None:
    made = called("works", "water")
    lost = made.ticket.lanes[1]
    assert (lost.readers, lost.owner) == ((), "d.s.c")
    assert readers(made.notices, K.WHISTLE_NEWS) == {"tu", "boss"}
    step(made, "boss", 1, A.REPORT_IN)
    step(made, "boss", 1, A.DELIVER, "电话里说办好了")
    assert made.ticket.lanes[1].state is S.DONE


def test_a_room_speaks_for_its_department_and_nobody_else_does() -> None:
    made = called("fire", "works")
    assert made.ticket.lanes[0].readers == ("dept:fire",)
    assert why(made, StepInLane("stranger", 0, A.REPORT_IN)) is Why.NOT_YOURS
    step(made, "tg5", 0, A.REPORT_IN, room=-1004)
    made.room = -1004
    assert why(made, StepInLane("tg5", 1, A.REPORT_IN)) is Why.NOT_YOURS
    made.room = None
    assert [one.state for one in made.ticket.lanes] == [S.COMING, S.CALLED]


def test_no_room_reads_a_private_matter() -> None:
    made = called("works", "fire", private=True)
    assert [one.readers for one in made.ticket.lanes] == [("zoe",), ()]
    assert made.ticket.lanes[1].owner == "d.s.c"


def test_a_refusal_is_for_whoever_called_and_the_second_for_the_level_above() -> None:
    made = called("works")
    assert why(made, StepInLane("zoe", 0, A.REFUSE)) is Why.NEEDS_REASON
    step(made, "zoe", 0, A.REFUSE, "人手不够")
    assert readers(made.notices, K.WHISTLE_NEWS) == {"boss", "tu"}
    assert why(made, StepInLane("tu", 0, A.INSIST)) is Why.NOT_YOURS
    step(made, "boss", 0, A.INSIST, "还是要来")
    assert (made.ticket.lanes[0].state, made.ticket.lanes[0].settled) == (S.CALLED, False)
    step(made, "zoe", 0, A.REFUSE, "真不归我们")
    assert made.ticket.lanes[0].decides == "d.s"
    assert readers(made.notices, K.WHISTLE_NEWS) == {"chief", "tu"}
    assert why(made, StepInLane("boss", 0, A.EXCUSE, "算了")) is Why.NOT_YOURS
    step(made, "chief", 0, A.INSIST, "请来")
    assert why(made, StepInLane("zoe", 0, A.REFUSE, "再说一次")) is Why.LANE_SETTLED


def test_a_disputed_refusal_is_decided_above() -> None:
    """Whoever handles the ticket called the department himself: his word against theirs is not enough."""
    made = called("works", by="tu", straight=Straight.ANYONE)
    step(made, "zoe", 0, A.REFUSE, "不归我们")
    assert readers(made.notices, K.WHISTLE_NEWS) == {"tu"}
    step(made, "tu", 0, A.INSIST)
    assert (made.ticket.lanes[0].state, made.ticket.lanes[0].decides) == (S.REFUSED, "d.s.c")
    assert readers(made.notices, K.WHISTLE_NEWS) == {"boss", "tu"}
    assert why(made, StepInLane("tu", 0, A.EXCUSE, "算了")) is Why.NOT_YOURS
    step(made, "boss", 0, A.EXCUSE, "归街道管")
    assert (made.ticket.lanes[0].state, made.ticket.lanes[0].excuse) == (S.EXCUSED, "归街道管")


def test_nothing_is_finished_before_everybody_is_done_and_every_result_is_there() -> None:
    made = case()
    made.do(BlowWhistle("tu"))
    made.do(CallIn("boss", (Call("works"), Call("gas")), ("井盖", "清淤")))
    assert why(made, Finish("tu", "好了")) is Why.LANES_OPEN
    step(made, "zoe", 0, A.DELIVER, "新井盖盖上了")
    step(made, "gil", 1, A.DELIVER, "都好了")
    assert why(made, Finish("tu", "好了")) is Why.LANES_OPEN
    step(made, "gil", 1, A.DELIVER, "清好了", wanted=1)
    assert made.do(Finish("tu", "好了")).ticket.status is Status.FED_BACK


def test_the_lead_spares_others_but_not_itself() -> None:
    made = called("works", "gas")
    assert why(made, StepInLane("zoe", 1, A.EXCUSE)) is Why.NEEDS_REASON
    step(made, "zoe", 1, A.EXCUSE, "用不着了")
    assert made.ticket.lanes[1].state is S.EXCUSED
    assert why(made, StepInLane("zoe", 0, A.EXCUSE, "我也不来")) is Why.NOT_YOURS
    assert why(made, StepInLane("gil", 0, A.EXCUSE, "别来")) is Why.NOT_YOURS


def test_late_lanes_remind_the_department_then_the_whistler_then_the_level_above() -> None:
    made = called("works", "fire")
    told = made.run(at("2026-11-24 12:00"))
    order = list(dict.fromkeys((one.kind, one.reader) for _, one in told if one.kind in (K.LANE_NEWS, K.WHISTLE_NEWS)))
    first = [order.index(one) for one in ((K.LANE_NEWS, "zoe"), (K.WHISTLE_NEWS, "tu"), (K.WHISTLE_NEWS, "boss"))]
    assert first == sorted(first)
    assert (K.WHISTLE_NEWS, "chief") in order
    found = slow([made.ticket], made.now)
    assert [(one.department, one.called, one.silent) for one in found] == [("fire", 1, True), ("works", 1, True)]
    assert whistled([made.ticket]) == 1


def test_danger_calls_the_departments_of_the_service_with_the_whistle_itself() -> None:
    made = Case(at("2026-11-23 23:30"), kind=C.LIFE, asked=("gas", "fire"))
    made.do(Take("tu"))
    told = made.do(BlowWhistle("tu", "快来")).notices
    assert readers(told, K.LANE_CARD, loud=True) == {"gil", "dept:fire"}
    assert readers(told, K.WHISTLE_CARD, loud=True) == {"boss"}
    assert all(one.not_before is None for one in told), "nobody sleeps through it"
    limits = {one.report_by for one in made.ticket.lanes}
    assert limits == {made.now + timedelta(minutes=5)}


def test_in_danger_a_level_that_may_not_call_departments_asks_on_once() -> None:
    made = Case(at("2026-11-23 23:30"), kind=C.LIFE, asked=("gas",))
    made.policy = replace(POLICY, whistle=WhistleRule(names=("street",)))
    made.do(Take("tu"))
    made.do(BlowWhistle("tu", "快来"))
    told = made.do(BlowWhistle("boss")).notices
    assert readers(told, K.WHISTLE_CARD, loud=True) == {"chief"}
    assert made.ticket.whistle is not None
    assert (made.ticket.whistle.by, made.ticket.whistle.words) == ("tu", "快来")
    assert why(made, BlowWhistle("boss")) is Why.WHISTLED
    made.do(CallIn("chief", (Call("gas"), Call("works"))))
    roles = {one.department: one.role for one in made.ticket.lanes}
    assert roles == {"gas": LaneRole.LEAD, "works": LaneRole.ASSIST}


def test_an_appointed_hour_is_recalled_half_an_hour_before() -> None:
    made = case()
    made.do(BlowWhistle("tu"))
    hour = at("2026-11-24 09:30")
    made.do(CallIn("boss", (Call("works"), Call("gas")), hour=hour))
    for by, place in (("zoe", 0), ("gil", 1)):
        step(made, by, place, A.REPORT_IN)
    told = made.run(at("2026-11-24 09:00"))
    recalled = {one.reader for moment, one in told if moment == made.now and one.kind is K.LANE_NEWS}
    assert (made.now, recalled) == (at("2026-11-24 09:00"), {"zoe", "dept:works", "gil"})
    assert all(one.done_by is not None and one.done_by > hour for one in made.ticket.lanes)


def test_departments_make_an_ordinary_matter_one_of_three_days() -> None:
    made = case()
    made.policy = replace(POLICY, whistle=WhistleRule(straight=Straight.LEADER, upgrade=C.UPGRADED))
    assert why(made, CallIn("tu", (Call("works"),))) is Why.NOT_YOURS
    made.do(CallIn("wang", (Call("works"),)))
    assert made.ticket.deadline_class is C.UPGRADED
    assert made.ticket.done_by == at("2026-11-25 18:00")


def test_what_is_taken_back_needs_nobody_any_more() -> None:
    made = called("works", "fire")
    told = made.do(Withdraw(RESIDENT)).notices
    assert readers(told, K.LANE_NEWS) == {"zoe", "dept:works", "dept:fire"}
    assert {one.state for one in made.ticket.lanes} == {S.EXCUSED}
    assert not made.ticket.steps
    assert why(made, StepInLane("zoe", 0, A.REPORT_IN)) is Why.CLOSED


def test_making_do_is_told_to_the_resident_and_nothing_stands_still() -> None:
    made = called("works")
    steps = made.ticket.steps
    assert why(made, MakeDo("tu", " ")) is Why.NEEDS_WORDS
    assert readers(made.do(MakeDo("tu", "先拉警戒线")).notices, K.TOLD) == {RESIDENT}
    assert made.ticket.interim is not None
    assert made.ticket.steps == steps


def test_not_fixed_brings_a_department_back() -> None:
    made = called("works")
    step(made, "zoe", 0, A.DELIVER, "好了")
    made.do(Finish("tu", "好了"))
    made.do(Confirm(RESIDENT))
    made.do(Dispute(RESIDENT, "又漏了"))
    step(made, "tu", 0, A.AGAIN, "又漏了，请再来")
    assert made.ticket.lanes[0].state is S.CALLED
    assert why(made, Finish("tu", "好了")) is Why.LANES_OPEN
