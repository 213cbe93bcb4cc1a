"""What a resident, a worker, a leader and the level above may rely on: one story a test."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tickets.world import (
    G1,
    G3,
    MONDAY,
    NAMES,
    POLICY,
    RESIDENT,
    Case,
    K,
    at,
    district,
    offered,
    post,
    readers,
    said,
    why,
)
from tickets.actions import Action
from tickets.commands import (
    Add,
    Approve,
    Ask,
    Confirm,
    ConsultWith,
    Dispute,
    Finish,
    Miss,
    PassOn,
    PutOnHold,
    Reject,
    SendBack,
    Take,
    Tell,
)
from tickets.drafting import Refused, Why
from tickets.model import Ending, Photo, Said, Status
from tickets.notices import Priority
from tickets.roster import Role
from tickets.service import Danger, DeadlineClass
from tickets.transitions import TAKES_FIRST, Relation, allowed_actions, relations

C = DeadlineClass
ALONE = district((post("tu", G1, Role.WORKER),))


def test_a_leader_who_handled_it_is_reviewed_by_the_level_above() -> None:
    case = Case(MONDAY)
    case.do(Finish("wang", "顺手换了"))
    assert case.ticket.reviewers == ("boss",)
    assert why(case, Approve("wang")) is Why.OWN_REVIEW


def test_a_leader_who_reports_a_workers_result_does_not_review_it() -> None:
    case = Case(MONDAY)
    case.do(Take("tu"))
    case.do(Finish("wang", "我去看过，好了"))
    assert case.ticket.result is not None
    assert case.ticket.result.by == "wang", "in the words of who said it"
    assert case.ticket.reviewers == ("boss",)
    assert why(case, Approve("wang")) is Why.OWN_REVIEW


def test_a_leader_does_not_review_what_he_reported_himself() -> None:
    case = Case(MONDAY, reporter="wang")
    case.do(Finish("tu", "好了"))
    assert case.ticket.reviewers == ("boss",)
    assert why(case, Approve("wang")) is Why.NOT_YOURS


def test_two_leaders_and_nobody_above_review_each_other() -> None:
    two = district((post("wang", G1, Role.LEADER), post("guo", G1, Role.LEADER)))
    case = Case(MONDAY, place=two)
    case.do(Finish("wang", "好了"))
    assert case.ticket.reviewers == ("guo",)


def test_where_nobody_can_review_the_residents_yes_is_enough() -> None:
    case = Case(MONDAY, place=ALONE)
    case.do(Finish("tu", "好了"))
    assert (case.ticket.status, case.ticket.reviewers) == (Status.REVIEWED, ())
    case.do(Confirm(RESIDENT))
    assert (case.ticket.status, case.ticket.unanswered) == (Status.CLOSED, False)


def test_an_early_yes_is_kept_until_the_review() -> None:
    case = Case(MONDAY)
    case.do(Finish("tu", "好了"))
    case.do(Confirm(RESIDENT))
    assert (case.ticket.status, case.ticket.open) == (Status.CONFIRMED, True)
    done = case.do(Approve("wang"))
    assert (case.ticket.status, case.ticket.ending, case.ticket.unanswered) == (Status.CLOSED, Ending.SOLVED, False)
    assert readers(done.notices, K.CLOSED) == {RESIDENT}


def test_an_early_yes_does_not_bind_the_reviewer() -> None:
    case = Case(MONDAY)
    case.do(Finish("tu", "好了"))
    case.do(Confirm(RESIDENT))
    assert readers(case.do(SendBack("wang", "没有照片")).notices, K.SENT_BACK) == {"tu"}
    assert case.ticket.confirmed_at is None
    case.do(Finish("tu", "补好了", (Photo("p"),)))
    assert case.ticket.status is Status.FED_BACK


def test_not_fixed_after_the_end_reopens_for_a_week() -> None:
    case = Case(MONDAY, kind=C.ERRAND)
    case.do(Finish("tu", "好了"))
    case.do(Confirm(RESIDENT))
    assert why(case, Dispute("tu")) is Why.ONLY_REPORTER
    late = replace(case.ticket)
    done = case.do(Dispute(RESIDENT, "又坏了"), MONDAY + timedelta(days=6))
    assert (case.ticket.status, case.ticket.handler, case.ticket.closed_at) == (Status.HANDLING, "tu", None)
    assert readers(done.notices, K.REOPENED) == {"tu", "wang", "boss"}
    case.last = replace(done, ticket=late)
    case.now = MONDAY + timedelta(days=8)
    assert why(case, Dispute(RESIDENT)) is Why.CLOSED


def test_a_matter_called_no_request_by_its_handler_can_be_insisted_on() -> None:
    case = Case(MONDAY)
    case.do(Take("tu"))
    case.do(Reject("tu"))
    assert case.ticket.ending is Ending.NOT_A_REQUEST
    case.do(Dispute(RESIDENT, "真的坏了"))
    assert case.ticket.status is Status.HANDLING


def test_the_resident_is_told_something_while_the_matter_goes_on() -> None:
    case = Case(MONDAY)
    done = case.do(Tell("tu", "明天上午到", (Photo("map"),)))
    assert (case.ticket.status, case.ticket.handler) == (Status.HANDLING, "tu"), "who speaks with the resident has it"
    told = next(one for one in done.notices if one.kind is K.TOLD)
    assert (told.reader, told.media, told.data["words"]) == (RESIDENT, (Photo("map"),), "明天上午到")
    assert case.ticket.told[-1].words == "明天上午到"
    assert why(case, Tell("tu", " ")) is Why.NEEDS_WORDS
    case.do(PutOnHold("tu", "等材料", MONDAY + timedelta(days=2)))
    before = case.ticket.steps
    case.do(Tell("wang", "材料到了就来"))
    assert (case.ticket.status, case.ticket.steps) == (Status.ON_HOLD, before), "no clock moves"


def test_what_the_resident_says_then_is_heard_by_the_specialist_who_spoke_too() -> None:
    case = Case(MONDAY)
    case.do(ConsultWith("tu", "doc", "要不要紧？"))
    assert why(case, Tell("law", "我来说")) is Why.NOT_YOURS
    case.do(Tell("doc", "先冰敷"))
    assert readers(case.do(Add(RESIDENT, said("敷了"))).notices, K.ADDED) == {"tu", "doc"}
    case.do(Tell("tu", "我下午来"))
    assert readers(case.do(Add(RESIDENT, said("好", 201))).notices, K.ADDED) == {"tu"}


def test_a_picture_without_words_speaks_for_itself_to_whoever_it_concerns() -> None:
    case = Case(MONDAY, route="doctor+worker")
    picture = Said("", MONDAY, -1001, 201, (Photo("a"),), "album")
    assert not readers(case.do(Add(RESIDENT, picture)).notices, K.ADDED)
    assert case.ticket.concerned == ("doc", "tu")
    case.do(PassOn("doc", "不在"))
    assert case.ticket.concerned == ("tu",)
    case.do(ConsultWith("tu", "law", "怎么办？"))
    case.do(Add(RESIDENT, replace(picture, message=202, media=(Photo("b"),))))
    case.do(Add(RESIDENT, replace(picture, message=203, album="")))
    assert case.ticket.concerned == ("tu", "law")
    assert [[one.message for one in parcel] for parcel in case.ticket.parcels] == [[201, 202], [203]]
    case.do(Finish("tu", "好了", (Photo("done"),)))
    assert case.ticket.concerned == ("tu", "wang", "law")
    shown = {one.reader for one in case.notices if one.media}
    assert shown == {RESIDENT, "wang"}
    case.do(Confirm(RESIDENT))
    case.do(Approve("wang"))
    assert case.ticket.concerned == ()


@pytest.mark.parametrize("danger", [None, Danger.GAS])
def test_life_calls_everybody_at_once_and_tells_the_reporter_what_to_do(danger: Danger | None) -> None:
    case = Case(at("2026-11-23 03:00"), route="doctor, worker", kind=C.LIFE, danger=danger)
    assert offered(case.notices) == {"doc", "tu", "xu", "wang"}
    assert readers(case.notices, K.SAFETY) == {RESIDENT}
    assert readers(case.notices, K.LIFE_ABOVE) == {"boss"}
    assert {one.priority for one in case.notices} == {Priority.LIFE}
    assert not any(one.waits_for_duty for one in case.notices)
    assert case.ticket.danger is (danger or Danger.OTHER)


def test_life_passed_on_calls_everybody_again() -> None:
    case = Case(MONDAY, route="worker", kind=C.LIFE)
    case.do(Take("tu"))
    done = case.do(PassOn("tu", "车坏了"))
    assert readers(done.notices, K.REPEAT_LIFE) == {"xu", "wang"}


def test_danger_in_a_grid_without_anybody_calls_the_levels_above() -> None:
    case = Case(MONDAY, kind=C.LIFE, grid=G3)
    assert offered(case.notices) == {"boss", "chief", "top"}


@pytest.mark.parametrize(("chat", "told"), [(-1001, {None}), (555, {None})])
def test_a_private_matter_shows_nothing_but_received(chat: int, told: set[None]) -> None:
    case = Case(MONDAY, route="doctor", private=True, chat=chat)
    assert readers(case.notices, K.RECEIVED) == told, "a reaction to the message itself; handlers know where it was"
    assert not readers(case.notices, K.GROUP_CARD)
    assert readers(case.notices, K.REPORTER_CARD) == {RESIDENT}


def test_an_ordinary_matter_at_night_wakes_nobody() -> None:
    case = Case(at("2026-11-23 23:00"))
    card = next(one for one in case.notices if one.kind is K.STAFF_CARD and one.reader == "tu")
    assert (card.loud, card.waits_for_duty, card.not_before) == (True, True, at("2026-11-24 08:30"))
    case.do(Finish("tu", "路过修好了"), "2026-11-23 23:10")
    asked = next(one for one in case.notices if one.kind is K.REVIEW_WANTED)
    assert asked.not_before == at("2026-11-24 07:30")
    case.do(Dispute(RESIDENT), "2026-11-23 23:20")
    again = {one.reader: one.not_before for one in case.notices if one.kind is K.REOPENED}
    assert set(again.values()) == {at("2026-11-24 07:30")}


def test_nobody_is_reminded_of_a_card_that_waits_for_his_duty() -> None:
    """On Friday evening somebody names a worker who is back on Monday; the ladder began in the afternoon."""
    case = Case(at("2026-11-27 16:30"), route="doctor+worker")
    case.do(PassOn("wang", "等他上班", to="doc"), "2026-11-27 17:10")
    card = next(one for one in case.notices if one.kind is K.STAFF_CARD and one.reader == "doc")
    assert not card.loud, "he has the card already"
    case = Case(at("2026-11-27 16:30"))
    case.do(PassOn("wang", "等他上班", to="xu"), "2026-11-27 19:00")
    card = next(one for one in case.notices if one.kind is K.STAFF_CARD and one.loud)
    assert card.not_before == at("2026-11-30 08:30")
    assert case.climb("2026-11-27 20:00").entries, "the reminder was due"
    assert not readers(case.notices, K.REMIND_TAKE), "both are at home"


def test_a_taken_ticket_names_its_handler_to_the_second_presser() -> None:
    case = Case(MONDAY)
    case.do(Take("tu"))
    with pytest.raises(Refused) as refused:
        case.do(Take("xu"))
    assert (refused.value.why, refused.value.facts) == (Why.TAKEN_BY, {"person": "tu"})


def test_words_are_needed_where_somebody_reads_them() -> None:
    case = Case(MONDAY)
    assert why(case, PassOn("tu", " ")) is Why.NEEDS_REASON
    assert why(case, PutOnHold("tu", " ", MONDAY + timedelta(days=1))) is Why.NEEDS_REASON
    for command in (
        Ask("tu", " "),
        Finish("tu", ""),
    ):
        assert why(case, command) is Why.NEEDS_WORDS
    case.do(Finish("tu", "", (Photo("p"),)))
    assert why(case, SendBack("wang", "")) is Why.NEEDS_WORDS


def test_buttons_of_a_neighbouring_worker_are_those_that_work() -> None:
    case = Case(MONDAY)
    circle = case.circle()
    held = relations(case.ticket, "xu", circle.route, circle.grid_staff)
    assert held == {Relation.GRID_STAFF}
    assert allowed_actions(case.ticket, held) == {Action.TAKE, *TAKES_FIRST}


def test_a_reader_is_told_once_of_what_came_together() -> None:
    case = Case(MONDAY, grid=G3)
    done = case.climb("2026-11-26 10:00")
    told = [(one.kind, one.reader) for one in done.notices if one.priority is Priority.REMINDER]
    assert len(told) == len(set(told))
    assert (K.NOT_TAKEN, "boss") in told


def test_nobody_can_be_reached_and_somebody_joins_later() -> None:
    case = Case(MONDAY, unreachable=frozenset(NAMES))
    assert case.ticket.offered == ()
    assert case.run(MONDAY + timedelta(days=3)) == []
    assert case.ticket.next_due is not None
    case.unreachable = frozenset(NAMES) - {"tu"}
    told = case.run(MONDAY + timedelta(days=5))
    assert ("tu", K.STAFF_CARD) in {(one.reader, one.kind) for _, one in told}


def test_the_rules_of_the_district_decide_who_reviews() -> None:
    case = Case(MONDAY, policy=replace(POLICY, review=dict.fromkeys(C, POLICY.review[C.ERRAND])))
    case.do(Finish("tu", "好了"))
    assert case.ticket.status is Status.REVIEWED


def test_somebody_who_cannot_be_written_to_is_passed_over_at_once() -> None:
    case = Case(MONDAY)
    assert case.ticket.asked == ("tu",)
    done = case.do(Miss("tu"))
    assert case.ticket.status is Status.FILED
    assert "tu" not in case.ticket.asked
    assert case.ticket.asked != ()
    assert readers(done.notices, K.MISSED) == {"wang"}
    again = case.do(Miss("tu"))
    assert again.entries == ()
    assert again.notices == ()


def test_a_handler_who_cannot_be_written_to_keeps_it_and_the_leader_learns_of_it() -> None:
    case = Case(MONDAY)
    case.do(Take("tu"))
    done = case.do(Miss("tu"))
    assert (case.ticket.status, case.ticket.handler) == (Status.HANDLING, "tu")
    assert readers(done.notices, K.MISSED) == {"wang"}
    again = case.do(Miss("tu"))
    assert (again.entries, again.notices) == ((), ()), "told once: the next card that fails tells nothing new"
    case.do(Ask("tu", "几单元？"))
    assert readers(case.do(Miss("tu")).notices, K.MISSED) == {"wang"}, "acted in between, lost again"
