"""A closed ticket whose reporter wished to be forgotten: what stays, and that nothing else does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tickets.world import MONDAY, RESIDENT, Case
from tickets.commands import (
    Add,
    Advise,
    Answer,
    Approve,
    Ask,
    Confirm,
    ConsultWith,
    Dispute,
    Finish,
    Miss,
    PassOn,
    PutOnHold,
    Rate,
    SendBack,
    Take,
    Tell,
)
from tickets.events import UNREACHABLE, Adopted, Entry, Filed
from tickets.forgetting import forgotten
from tickets.lane import LaneAct
from tickets.lane_commands import BlowWhistle, Call, CallIn, MakeDo, StepInLane
from tickets.model import GONE, Photo, Place, Said
from tickets.outcome import Mark

WORDS = "蓝色屋顶"
LATER = MONDAY + timedelta(days=9)


def lived(reporter: str = RESIDENT) -> Case:
    """A ticket in which everybody said something, closed at last."""
    photo = (Photo("file-of-the-resident"),)
    case = Case(MONDAY, reporter=reporter)
    filed = case.journal[0].event
    assert isinstance(filed, Filed)
    case.journal[0] = replace(
        case.journal[0],
        event=replace(
            filed,
            summary=WORDS,
            reporter_name=WORDS,
            said=Said(WORDS, MONDAY, 10021, 7, photo),
            places=(Place(WORDS, "d.s.c.g1"),),
            people=("old",),
            on_behalf=WORDS,
        ),
    )
    case.do(Miss("tu"))
    case.do(PassOn("xu", WORDS))
    case.do(Take("wang"))
    case.do(Ask("wang", WORDS))
    case.do(Answer(reporter, Said(WORDS, MONDAY, 10021, 8, photo)))
    case.do(Tell("wang", WORDS))
    case.do(Add(reporter, Said(WORDS, MONDAY, 10021, 9), WORDS, (Place(WORDS),)))
    case.do(ConsultWith("wang", "law", WORDS))
    case.do(Advise("law", WORDS, photo))
    case.do(PutOnHold("wang", WORDS, MONDAY + timedelta(days=1)))
    case.do(BlowWhistle("wang", WORDS))
    case.do(CallIn("boss", (Call("works"), Call("gas")), (WORDS,), words=WORDS))
    case.do(MakeDo("wang", WORDS))
    case.do(StepInLane("zoe", 0, LaneAct.ASK, WORDS))
    case.do(StepInLane("boss", 0, LaneAct.TELL, WORDS))
    case.do(StepInLane("gil", 1, LaneAct.REFUSE, WORDS))
    case.do(StepInLane("boss", 1, LaneAct.EXCUSE, WORDS))
    case.do(StepInLane("zoe", 0, LaneAct.DELIVER, WORDS, photo, 0))
    case.do(Finish("wang", WORDS, photo))
    case.do(SendBack("boss", WORDS))
    case.do(Finish("wang", WORDS))
    case.do(Dispute(reporter, WORDS))
    case.do(Finish("wang", WORDS))
    case.do(Confirm(reporter))
    case.do(Approve("boss"))
    case.do(Rate(reporter, Mark.FAIR))
    assert not case.ticket.open
    return case


def test_no_word_and_no_id_is_left_and_the_handling_is() -> None:
    case = lived()
    ticket, entries = forgotten(case.journal, frozenset({RESIDENT}), LATER)
    everything = f"{ticket}{entries}"
    for gone in (WORDS, RESIDENT, "10021", "file-of-the-resident", "Zhang", "'old'"):
        assert gone not in everything, gone
    assert len(entries) == len(case.journal) + 1
    assert [(one.at, one.event.kind) for one in entries[:-1]] == [(one.at, one.event.kind) for one in case.journal]
    was = case.ticket
    for kept in ("id", "status", "grid", "service", "deadline_class", "private", "handler", "filed_at", "closed_at"):
        assert getattr(ticket, kept) == getattr(was, kept), kept
    for kept in ("ending", "rating", "reopened", "offered", "reviewers", "taken_at", "done_by", "reviewed_by"):
        assert getattr(ticket, kept) == getattr(was, kept), kept
    assert [(one.by, one.at) for one in ticket.results] == [(one.by, one.at) for one in was.results]
    assert [one.reason for one in ticket.refusals if one.person == "tu"] == [UNREACHABLE]
    assert [one.person for one in ticket.consults] == ["law"]
    assert [(one.department, one.state) for one in ticket.lanes] == [("works", "done"), ("gas", "excused")]


def test_forgetting_twice_changes_nothing_more() -> None:
    first, entries = forgotten(lived().journal, frozenset({RESIDENT}), LATER)
    second, again = forgotten(entries, frozenset({RESIDENT}), LATER)
    assert again[:-1] == entries
    assert replace(second, version=first.version) == first


@pytest.mark.parametrize("reporter", ["tg10021", "guo"])
def test_staff_stay_where_they_acted_as_staff(reporter: str) -> None:
    """A worker of the next grid who reported something here by the id of then, and by the one of now."""
    case = lived(reporter)
    case.journal.append(Entry(LATER, "guo", Adopted("guo")))
    ticket, entries = forgotten(case.journal, frozenset({"tg10021", "guo"}), LATER)
    assert ticket.reporter == GONE
    assert "guo" not in {one.by for one in entries}
    assert {one.by for one in entries} >= {"wang", "law", "boss"}
    assert "tg10021" not in f"{ticket}{entries}"
