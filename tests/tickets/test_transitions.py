"""The whole product of status, action and relation: in the table, or refused with the right reason."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tickets.diagram import PAGE, page
from tests.tickets.world import DISTRICT, MONDAY, POLICY, RESIDENT, Case
from tickets.actions import Action
from tickets.commands import (
    TIMER,
    Add,
    Advise,
    Answer,
    Approve,
    Ask,
    Climb,
    Command,
    Confirm,
    ConsultWith,
    Correct,
    Deny,
    Dispute,
    Extend,
    Finish,
    Grant,
    Hide,
    Join,
    Merge,
    Miss,
    PassOn,
    PutOnHold,
    Rate,
    Recount,
    Reject,
    Relieve,
    Resume,
    SendBack,
    Take,
    Tell,
    Withdraw,
)
from tickets.decide import decide
from tickets.drafting import Refused, Why
from tickets.lane import LaneAct
from tickets.lane_commands import BlowWhistle, Call, CallIn, GiveBack, MakeDo, StepInLane
from tickets.model import Said, Status, Ticket
from tickets.outcome import Mark
from tickets.parts import Consult, Extension
from tickets.service import DeadlineClass
from tickets.transitions import (
    ALLOWED,
    REFUSALS,
    TAKES_FIRST,
    TRANSITIONS,
    Relation,
    allowed_actions,
    relations,
    who_may,
)
from tickets.worktime import Span

NOW = MONDAY + timedelta(hours=1)
PEOPLE = {
    Relation.REPORTER: RESIDENT,
    Relation.OFFERED: "med",
    Relation.HANDLER: "tu",
    Relation.CONSULTED: "law",
    Relation.LEADER: "wang",
    Relation.ABOVE: "boss",
    Relation.GRID_STAFF: "xu",
    Relation.TIMER: TIMER,
}
"""One person for each relation; the reviewers are the leader and those above. A stranger has none."""

EVERYBODY = (*PEOPLE.values(), "stranger")


def ticket_in(status: Status) -> Case:
    """A ticket in `status` by the ordinary way, with a person for every relation."""
    case = Case(MONDAY, route="worker")
    if status is not Status.FILED:
        case.do(Take("tu"), MONDAY)
    if status is Status.WAITING:
        case.do(Ask("tu", "哪一层？"), MONDAY)
    if status is Status.ON_HOLD:
        case.do(PutOnHold("tu", "等材料", MONDAY + timedelta(days=2)), MONDAY)
    if status in (Status.FED_BACK, Status.CONFIRMED, Status.REVIEWED, Status.RESTING, Status.CLOSED):
        again = Span.parse("21d") if status is Status.RESTING else None
        case.do(Finish("tu", "换好了", check_after=again), MONDAY)
    if status in (Status.CONFIRMED, Status.RESTING, Status.CLOSED):
        case.do(Confirm(RESIDENT), MONDAY)
    if status in (Status.REVIEWED, Status.RESTING, Status.CLOSED):
        case.do(Approve("wang"), MONDAY)
    assert case.ticket.status is status
    return case


def prepared(status: Status) -> tuple[Case, Ticket]:
    case = ticket_in(status)
    consult = Consult("law", "tu", "怎么办？", MONDAY)
    offered = ("med",) if status is Status.FILED else ("tu", "med")
    asked = Extension("tu", NOW + timedelta(days=3), "等配件")
    extension = asked if status is Status.HANDLING else None
    return case, replace(case.ticket, offered=offered, consults=(consult,), extension=extension)


def command(action: Action, by: str) -> Command:
    said = Said("二单元", NOW, -1001, 99)
    commands: dict[Action, Command] = {
        Action.TAKE: Take(by),
        Action.PASS_ON: PassOn(by, "不归我管"),
        Action.ASK: Ask(by, "几单元？"),
        Action.TELL: Tell(by, "明天上午到"),
        Action.ANSWER: Answer(by, said),
        Action.ADD: Add(by, said),
        Action.JOIN: Join(by, by, said),
        Action.CONSULT: ConsultWith(by, "doc", "您看呢？"),
        Action.ADVISE: Advise(by, "先停用"),
        Action.HOLD: PutOnHold(by, "等材料", NOW + timedelta(days=1)),
        Action.RESUME: Resume(by),
        Action.EXTEND: Extend(by, Span.parse("1d"), "等配件"),
        Action.GRANT: Grant(by),
        Action.DENY: Deny(by),
        Action.FINISH: Finish(by, "好了"),
        Action.APPROVE: Approve(by),
        Action.SEND_BACK: SendBack(by, "还差照片"),
        Action.CONFIRM: Confirm(by),
        Action.DISPUTE: Dispute(by),
        Action.WITHDRAW: Withdraw(by),
        Action.REJECT: Reject(by),
        Action.MERGE: Merge(by, 2),
        Action.HIDE: Hide(by),
        Action.CORRECT: Correct(by, "other_thing", DeadlineClass.ORDINARY),
        Action.RATE: Rate(by, Mark.GOOD),
        Action.WHISTLE: BlowWhistle(by, "请来看看"),
        Action.CALL_IN: CallIn(by, (Call("works"),)),
        Action.GIVE_BACK: GiveBack(by, "归您办"),
        Action.LANE: StepInLane(by, 0, LaneAct.REPORT_IN),
        Action.MAKE_DO: MakeDo(by, "先拉警戒线"),
        Action.MISS: Miss("tu", by),
        Action.RELIEVE: Relieve("tu", by),
        Action.RECOUNT: Recount(by=by),
        Action.CLIMB: Climb(by),
    }
    return commands[action]


COMMANDED = [action for action in Action if action not in (Action.FILE, Action.EXPIRE, Action.LAPSE)]


def ends(status: Status, action: Action, *, ticket: Ticket) -> set[Status]:
    """Where the table says that a command leads, its chains included."""
    if action in TAKES_FIRST and status is Status.FILED:
        status = TRANSITIONS[status, Action.TAKE]
    if action is Action.ANSWER and status is not Status.WAITING:
        action = Action.ADD
    found = {TRANSITIONS[status, action]}
    if action is Action.CLIMB:
        becomes = ((status, found) for found in (Action.RESUME, Action.EXPIRE, Action.LAPSE))
        found |= {TRANSITIONS[key] for key in becomes if key in TRANSITIONS}
    if action is Action.FINISH:
        found.add(TRANSITIONS[Status.FED_BACK, Action.APPROVE])
    return found


def expected_refusal(status: Status, action: Action, by: str, held: frozenset[Relation]) -> Why | None:
    """The rule in plain words, written down a second time."""
    if action is Action.ANSWER and status is not Status.WAITING:
        action = Action.ADD
    if not held:
        return Why.ONLY_REPORTER if Relation.REPORTER in ALLOWED[action] else Why.NOT_YOURS
    if status is Status.FILED and action in TAKES_FIRST:
        return None if ALLOWED[Action.TAKE] & held else Why.NOT_YOURS
    if (status, action) not in TRANSITIONS:
        if status is Status.CLOSED:
            return Why.CLOSED
        return Why.TAKEN_BY if action is Action.TAKE else Why.NOT_NOW
    if who_may(action, status) & held:
        return None
    if Relation.REPORTER in ALLOWED[action]:
        return Why.ONLY_REPORTER
    if by == "tu" and action in (Action.APPROVE, Action.SEND_BACK):
        return Why.OWN_REVIEW
    if Relation.OFFERED in held and action in REFUSALS and status is not Status.FILED:
        return Why.TAKEN_BY
    return Why.NOT_YOURS


@pytest.mark.parametrize("by", EVERYBODY)
@pytest.mark.parametrize("action", COMMANDED, ids=str)
@pytest.mark.parametrize("status", Status, ids=str)
def test_every_cell_is_in_the_table_or_refused_with_its_reason(status: Status, action: Action, by: str) -> None:
    case, ticket = prepared(status)
    circle = case.circle()
    held = relations(ticket, by, circle.route, circle.grid_staff)
    why = expected_refusal(status, action, by, held)
    if why is None:
        done = decide(ticket, command(action, by), NOW, POLICY, circle)
        assert done.ticket.status in ends(status, action, ticket=ticket)
        return
    with pytest.raises(Refused) as refused:
        decide(ticket, command(action, by), NOW, POLICY, circle)
    assert refused.value.why is why


@pytest.mark.parametrize("by", EVERYBODY)
@pytest.mark.parametrize("status", Status, ids=str)
def test_a_card_shows_exactly_the_buttons_that_work(status: Status, by: str) -> None:
    case, ticket = prepared(status)
    circle = case.circle()
    shown = allowed_actions(ticket, relations(ticket, by, circle.route, circle.grid_staff))
    shown -= {Action.EXPIRE, Action.LAPSE}
    works = set()
    for action in COMMANDED:
        if action is Action.ANSWER and status is not Status.WAITING:
            continue  # late answers are further words; there is no button for them
        try:
            decide(ticket, command(action, by), NOW, POLICY, circle)
        except Refused:
            continue
        works.add(action)
    assert shown == works


def test_everybody_has_the_relation_they_stand_for() -> None:
    case, ticket = prepared(Status.FED_BACK)
    circle = case.circle()
    for relation, who in PEOPLE.items():
        assert relation in relations(ticket, who, circle.route, circle.grid_staff)
    assert Relation.REVIEWER in relations(ticket, "wang", circle.route, circle.grid_staff)
    assert not relations(ticket, "stranger", circle.route, circle.grid_staff)


def test_every_action_has_its_people_and_every_status_a_way_out() -> None:
    assert set(ALLOWED) == set(Action) - {Action.FILE}
    for action in COMMANDED:
        assert any(key[1] is action for key in TRANSITIONS)
    for status in Status:
        seen, todo = {status}, [status]
        while todo:
            here = todo.pop()
            fresh = {end for (start, _), end in TRANSITIONS.items() if start is here} - seen
            seen |= fresh
            todo += fresh
        assert Status.CLOSED in seen


def test_a_private_matter_is_no_business_of_the_other_workers() -> None:
    case = Case(MONDAY, route="doctor", private=True)
    circle = case.circle()
    assert Relation.GRID_STAFF not in relations(case.ticket, "tu", circle.route, circle.grid_staff)
    with pytest.raises(Refused) as refused:
        case.do(Take("tu"))
    assert refused.value.why is Why.NOT_YOURS


def test_a_stranger_learns_nothing_of_a_private_matter() -> None:
    case = Case(MONDAY, private=True)
    for action in COMMANDED:
        with pytest.raises(Refused) as refused:
            decide(case.ticket, command(action, "stranger"), NOW, POLICY, case.circle())
        assert (refused.value.why, dict(refused.value.facts)) == (Why.NOT_YOURS, {"number": str(case.ticket.id)})


def test_the_picture_in_the_docs_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.tickets.diagram"


def test_the_sample_has_one_person_for_each_skill() -> None:
    assert {post.skill for post in DISTRICT.posts if post.skill} == {"doctor", "police", "lawyer", "mediator"}
