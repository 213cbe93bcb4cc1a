"""Who may see what: the whole product of kinds of tickets, people and fields; and nothing goes around it."""

import ast
import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from messages import LANGUAGES, Scene, render
from messages.sample_world import NOW, district, joined, light, services
from tests.tickets.world import MONDAY, Case
from tickets.drafting import Circle
from tickets.lane import Lane, LaneResult, LaneRole, LaneState, Whistle, WhistleState
from tickets.model import Candidate, Joined, PassedOver, Photo, Place, Reason, ReasonCode, Route, Said, Status, Ticket
from tickets.notices import NoticeKind
from tickets.parts import Consult, Question, Remark, Result
from tickets.roster import Area, District, Person, Post, Role
from tickets.service import DeadlineClass, Terms
from tickets.transitions import Relation, allowed_actions
from tickets.visibility import (
    EVERYTHING,
    HIDDEN,
    IN_PUBLIC,
    NOTHING,
    Field,
    fields,
    of_all,
    seen,
    within_seal,
)

ROOT = Path(__file__).resolve().parents[2]
F, R = Field, Relation

GRID = "d.s1.c1.g1"
POSTS = (
    Post("ins", GRID, Role.INSTRUCTOR),
    Post("adm", "d", Role.ADMIN),
    Post("far", "d.s1.c1.g2", Role.WORKER),
    Post("boss2", "d.s1.c1.g2", Role.LEADER),
    Post("med", "d.s1.c1", Role.SPECIALIST, "mediator"),
    Post("second", GRID, Role.LEADER),
)


def place() -> District:
    """The sample district with somebody of every kind."""
    base = district()
    more = {one.person: Person(one.person, one.person.title()) for one in POSTS}
    return replace(base, people={**base.people, **more}, posts=(*base.posts, *POSTS))


DISTRICT = place()
REPORTER = "tg10021"
CAST = {
    "reporter": REPORTER,
    "stranger": "tg99",
    "neighbour who joined": "tg10031",
    "handler": "tu",
    "asked": "qin",
    "consulted": "ouyang",
    "reviewer": "wang",
    "leader": "second",
    "colleague": "xu",
    "instructor": "ins",
    "administrator": "adm",
    "supervisor": "li",
    "worker elsewhere": "far",
    "leader elsewhere": "boss2",
    "mediator": "med",
    "everybody in the group": None,
}
PUBLIC, PRIVATE, UNNAMED, SEALED = "public", "private", "unnamed", "sealed"
UNNAMED_LIFE = "unnamed, in danger"
KINDS = (PUBLIC, PRIVATE, UNNAMED, UNNAMED_LIFE, SEALED)
KNOWN = EVERYTHING - {F.REPORTER, F.VOICE}
EXISTS = frozenset({F.EXISTS})

ALL, OPEN, NONE, ADVISE = EVERYTHING, IN_PUBLIC, NOTHING, EVERYTHING - {F.REPORTER}

TABLE: dict[str, tuple[frozenset[Field], ...]] = {
    #                          public  private unnamed in danger sealed
    "reporter":               (ALL,    ALL,    ALL,    ALL,      ALL),
    "stranger":               (NONE,   NONE,   NONE,   NONE,     NONE),
    "neighbour who joined":   (OPEN,   NONE,   NONE,   NONE,     NONE),
    "handler":                (ALL,    ALL,    KNOWN,  ALL,      ALL),
    "asked":                  (ALL,    ALL,    KNOWN,  KNOWN,    ALL),
    "consulted":              (ADVISE, ADVISE, KNOWN,  KNOWN,    ADVISE),
    "reviewer":               (ALL,    ALL,    KNOWN,  KNOWN,    ALL),
    "leader":                 (ALL,    ALL,    KNOWN,  KNOWN,    NONE),
    "colleague":              (ALL,    NONE,   NONE,   NONE,     NONE),
    "instructor":             (ALL,    EXISTS, EXISTS, EXISTS,   NONE),
    "administrator":          (ALL,    EXISTS, EXISTS, EXISTS,   NONE),
    "supervisor":             (ALL,    ALL,    ALL,    ALL,      ALL),
    "worker elsewhere":       (NONE,   NONE,   NONE,   NONE,     NONE),
    "leader elsewhere":       (NONE,   NONE,   NONE,   NONE,     NONE),
    "mediator":               (NONE,   NONE,   NONE,   NONE,     NONE),
    "everybody in the group": (OPEN,   NONE,   NONE,   NONE,     NONE),
}  # fmt: skip
"""Written down a second time, cell by cell: who sees what of which kind of matter."""

CANARY = {
    F.TITLE: ("TITLE", "streetlight"),
    F.WORDS: ("WORDS", "PLACE", "ANSWER"),
    F.REPORTER: ("NAME", "BEHALF", "10021", "10031"),
    F.WORK: ("TOLD", "ADVICE", "QUESTION"),
}
"""A word for each field that is found nowhere else."""


def ticket(kind: str = PUBLIC) -> Ticket:
    """A ticket with something of its own in every place, of one kind."""
    said = Said(
        "WORDS", MONDAY, 10021, 71, (Photo("PICTURE"), Photo("VOICE", "voice"), Photo("30.1,120.2", "location"))
    )
    route = Route(
        candidates=(Candidate("tu", "worker", GRID, 0, ()),),
        passed_over=(PassedOver("xu", "worker", Reason(ReasonCode.IS_REPORTER)),),
        leaders=("wang",),
        above=(("li",),),
    )
    unnamed = kind in (UNNAMED, UNNAMED_LIFE)
    return replace(
        light(),
        status=Status.FED_BACK,
        deadline_class=DeadlineClass.LIFE if kind == UNNAMED_LIFE else DeadlineClass.ORDINARY,
        private=kind != PUBLIC,
        hidden=unnamed,
        terms=Terms(sealed=("police", "supervisor") if kind == SEALED else ()),
        reporter_name="NAME",
        on_behalf="BEHALF",
        summary="TITLE",
        said=(said,),
        places=(Place("PLACE", GRID),),
        people=("old",),
        joined=(Joined("tg10031", REPORTER, Said("WORDS", MONDAY, 10031, 9), "zh"),),
        route=route,
        offered=("tu", "qin"),
        handler="tu",
        consults=(Consult("ouyang", "tu", "QUESTION", MONDAY, "ADVICE"),),
        questions=(Question("tu", "QUESTION", MONDAY, "ANSWER"),),
        told=(Remark("tu", "TOLD", MONDAY),),
        results=(Result("tu", "TOLD", MONDAY),),
        reviewers=("wang",),
        whistle=Whistle("tu", "TOLD", MONDAY, WhistleState.OVER, areas=("d.s1",)),
        lanes=(
            Lane(
                "works",
                LaneRole.LEAD,
                "tu",
                "",
                MONDAY,
                LaneState.COMING,
                ("zhao",),
                reported_at=MONDAY,
                results=(LaneResult("zhao", "TOLD", MONDAY),),
            ),
        ),
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", CAST)
def test_every_cell_of_who_sees_what(who: str, kind: str) -> None:
    one = ticket(kind)
    may = fields(one, CAST[who], DISTRICT)
    for field in Field:
        assert (field in may) is (field in TABLE[who][KINDS.index(kind)]), field
    left = repr(seen(one, may))
    for field, words in CANARY.items():
        for word in words:
            if field not in may:
                assert word not in left, f"{who} must not find {word}"
    assert ("PICTURE" in left) is (F.FILES in may)
    assert ("VOICE" in left) is ("30.1" in left) is (F.VOICE in may)
    if F.REPORTER not in may:
        assert seen(one, may).reporter == HIDDEN
        assert "IS_REPORTER" not in left, "a colleague who reported it is known by being passed over"
    assert seen(one, may).households == one.households if F.WORK in may else True


@pytest.mark.parametrize("relation", Relation)
@pytest.mark.parametrize("kind", KINDS)
def test_every_relation_has_its_fields(relation: Relation, kind: str) -> None:
    """What the fresh route makes of somebody counts as well: nobody who works on it is left out, nobody else let in."""
    one = replace(ticket(kind), joined=())
    may = fields(one, "somebody", DISTRICT, frozenset({relation}))
    outside = {R.TIMER, R.NEIGHBOUR, R.GRID_STAFF}
    if relation in outside and kind != PUBLIC:
        assert may == NOTHING
    elif kind == SEALED and relation in (R.LEADER, R.ABOVE):
        assert may == NOTHING, "leading in general opens no sealed matter"
    elif relation is R.TIMER:
        assert may == NOTHING
    else:
        assert F.TITLE in may
    if kind == UNNAMED and relation is not R.REPORTER:
        assert not may & {F.REPORTER, F.VOICE}


def scenes(who: str, kind: str) -> Scene:
    """What the presenter makes for a reader: the ticket as seen, with every button there is."""
    one = ticket(kind)
    person = CAST[who]
    may = fields(one, person, DISTRICT)
    actions = allowed_actions(one, frozenset(Relation))
    return Scene(DISTRICT, services(), NOW, seen(one, may), person, actions, {"grid": GRID, "text": "", "people": ""})


ABOUT_A_TICKET = [
    kind for kind in NoticeKind if kind not in (NoticeKind.RECEIVED, NoticeKind.GROUP_CARD)
] + ["prompt", "pick_ending", "pick_rest", "pick_same", "choose_reply", "pick_person", "out_of_sight"]  # fmt: skip


@pytest.mark.parametrize("kind", [PUBLIC, UNNAMED, SEALED])
@pytest.mark.parametrize("who", CAST)
def test_no_template_shows_what_its_reader_may_not_see(who: str, kind: str) -> None:
    """Every message about a ticket, worded for everybody: nothing of a field that is not theirs is in it."""
    may = fields(ticket(kind), CAST[who], DISTRICT)
    scene = scenes(who, kind)
    for template, language in itertools.product(ABOUT_A_TICKET, LANGUAGES):
        text = repr(render(template, language, scene))
        for field, words in CANARY.items():
            if field not in may:
                assert not [word for word in words if word in text and word != "streetlight"], (template, who, field)


def test_a_group_reads_no_names_of_residents() -> None:
    one = seen(joined(ticket()), fields(ticket(), None, DISTRICT))
    made = render("group_card", "zh", Scene(DISTRICT, services(), NOW, one, None))
    assert "NAME" not in made.html
    assert "TITLE" in made.html


def test_nobody_makes_a_scene_of_a_ticket_but_the_presenter() -> None:
    """Scenes are what templates read. One file makes them, and puts nothing in that has not been through `seen`."""
    makers = set()
    for path in (path for folder in ("bot", "handlers") for path in (ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or (node.module or "").split(".")[0] != "messages":
                continue
            if {one.name for one in node.names} & {"Scene", "render"}:
                makers.add(str(path.relative_to(ROOT)))
    assert makers == {"bot/speaker/present.py"}
    presenter = ast.parse((ROOT / "bot/speaker/present.py").read_text(encoding="utf-8"))
    given = [
        ast.unparse(node.args[1])
        for node in ast.walk(presenter)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "self._scene"
    ]
    assert given == ["shown"]
    shown = [
        ast.unparse(node.value)
        for node in ast.walk(presenter)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "shown"
    ]
    assert shown == ["seen(ticket, may) if ticket is not None else None"]


def test_a_list_leaves_out_what_its_reader_may_not_know_of() -> None:
    every = tuple(ticket(kind) for kind in KINDS)
    assert len(of_all(every, "ins", DISTRICT)) == 4
    assert [one.summary for one in of_all(every, "ins", DISTRICT)] == ["TITLE", "", "", ""]
    assert len(of_all(every, "li", DISTRICT)) == 5
    assert [one.reporter for one in of_all(every, "tu", DISTRICT)] == [REPORTER, REPORTER, HIDDEN, REPORTER, REPORTER]


def test_a_sealed_matter_goes_round_among_those_who_are_named() -> None:
    case = Case(MONDAY, route="police, mediator", terms=Terms(sealed=("police", "supervisor")))
    whole = case.circle()
    inside = within_seal(whole, ("police", "supervisor"), case.grid, case.place)
    people = {one.person for one in inside.route.candidates} | {x for level in inside.route.above for x in level}
    assert people == {"cop", "boss", "chief", "top"}
    assert (inside.route.leaders, inside.grid_staff) == ((), frozenset())
    assert within_seal(whole, (), case.grid, case.place) is whole


def test_where_nobody_is_named_the_level_above_has_to_know() -> None:
    """A sealed matter is never without an owner."""
    case = Case(MONDAY, route="police")
    inside = within_seal(case.circle(), ("nurse",), case.grid, case.place)
    assert [level for level in inside.route.above if level]
    one = replace(case.ticket, terms=Terms(sealed=("nurse",)), private=True)
    assert F.TITLE in fields(one, "boss", case.place)
    assert fields(one, "wang", case.place) == NOTHING


def test_a_level_without_an_area_is_nobodys() -> None:
    """A grid that has left the district file: nobody looks after it, and what somebody holds stays his."""
    empty = replace(DISTRICT, areas={"d": Area("d", "D", "district")})
    assert fields(ticket(PRIVATE), "wang", empty) == EVERYTHING, "a reviewer by the ticket itself"
    assert fields(ticket(PRIVATE), "second", empty) == NOTHING
    assert within_seal(Circle(), ("police",), GRID, empty).route == Route()
