"""Sample scenes of whistles: a loose cover by the river, several departments, in every state."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from messages.sample_world import NOW, district, light, services, taken
from messages.scene import Scene
from tickets.actions import Action
from tickets.board import board
from tickets.lane import Lane, LaneAct, LaneResult, LaneRole, LaneState, LaneWords, Whistle, WhistleState
from tickets.model import Ending, Photo, Status, Ticket
from tickets.parts import Mark, Remark
from tickets.roster import Department, District
from tickets.transitions import allowed_actions, relations

_HOUR = timedelta(hours=1)


def offices() -> District:
    """The sample district with some departments more."""
    home = district()
    more = {code: Department(code, name, -1003) for code, name in (("fire", "消防站"), ("water", "水利局"))}
    return replace(home, departments={**home.departments, **more})


def whistled(state: WhistleState = WhistleState.ASKED, *wanted: str) -> Ticket:
    """The light, and its worker has whistled."""
    whistle = Whistle("tu", "线路老化，请供电的来看", NOW - _HOUR, state, ("d.s1.c1",), (), ("li",), wanted)
    return replace(taken(), whistle=whistle)


def _lane(code: str, role: LaneRole, state: LaneState, **more: object) -> Lane:
    room = code == "fire"
    people = ("zhao",) if code == "works" else ()
    made = Lane(
        code, role, "li", "d.s1.c1", NOW - _HOUR, state, people, room, report_by=NOW + _HOUR, done_by=NOW + 3 * _HOUR
    )
    return replace(made, **more)  # type: ignore[arg-type]


def called() -> Ticket:
    """Three departments were called: one is there, one refuses, one cannot be reached."""
    ask = LaneWords(LaneAct.ASK, "zhao", "是几单元？", NOW)
    lanes = (
        _lane("works", LaneRole.LEAD, LaneState.COMING, reported_at=NOW, said=(ask,)),
        _lane("fire", LaneRole.ASSIST, LaneState.REFUSED, refusals=("人都在外面",)),
        _lane("water", LaneRole.ASSIST, LaneState.CALLED, owner="d.s1.c1"),
    )
    return replace(whistled(WhistleState.NAMED, "灯亮了", "线换了"), lanes=lanes)


def finished() -> Ticket:
    """Everybody is done."""
    light_on = LaneResult("zhao", "灯亮了", NOW, (Photo("a"),), 0)
    wire = LaneResult("zhao", "线换了", NOW, (), 1)
    lanes = (
        _lane("works", LaneRole.LEAD, LaneState.DONE, results=(light_on, wire), reported_at=NOW),
        _lane("fire", LaneRole.ASSIST, LaneState.EXCUSED, excuse="用不着了"),
        _lane("water", LaneRole.INFORMED, LaneState.INFORMED),
    )
    return replace(called(), lanes=lanes)


def _scene(ticket: Ticket, reader: str, **data: str) -> Scene:
    held = relations(ticket, reader, ticket.route, frozenset({"tu", "xu"}))
    actions: frozenset[Action] = allowed_actions(ticket, held)
    return Scene(offices(), services(), NOW, ticket, reader, actions, data)


def lanes() -> Iterator[tuple[str, str, Scene]]:
    """Every message of a whistle: kind, what it is about, scene."""
    asked, there, done = whistled(), called(), finished()
    may = {"names": "1", "on": "1", "self": "1"}
    assert asked.whistle is not None
    answer = replace(asked.whistle, state=WhistleState.RETURNED, answer="先请物业看", answered_by="li")
    back = replace(asked, whistle=answer)
    over = replace(done, status=Status.CLOSED, ending=Ending.SOLVED, closed_at=NOW)
    late = replace(there, lanes=tuple(replace(one, report_by=NOW - _HOUR, done_by=NOW - _HOUR) for one in there.lanes))
    meets = replace(there, lanes=tuple(replace(one, hour=NOW + 2 * _HOUR) for one in there.lanes))
    again = tuple(replace(one, state=LaneState.CALLED) for one in there.lanes)
    yield "whistle_brief", "", _scene(taken(), "tu", to="d.s1.c1", straight="1", words="请供电的来看")
    yield "whistle_brief", "without words", _scene(light(), "tu", to="d.s1.c1")
    for about, ticket in (("asked", asked), ("called", there), ("late", late), ("given back", back), ("over", over)):
        yield "whistle_card", about, _scene(ticket, "li", **may)
        yield "staff_card", f"whistled, {about}", _scene(ticket, "tu")
        yield "group_card", f"whistled, {about}", replace(_scene(ticket, ticket.reporter), reader=None)
    yield "whistle_card", "decides about a refusal", _scene(_contested(there), "li", **may)
    for about, ticket in (
        ("called", there),
        ("late", late),
        ("meeting", meets),
        ("again", replace(there, lanes=again)),
        ("over", over),
    ):
        yield "lane_card", f"{about}, the lead", _scene(ticket, "zhao")
        yield "lane_card", f"{about}, a room", _scene(ticket, "dept:fire")
    yield "staff_card", "making do", _scene(replace(there, interim=Remark("tu", "先挂了应急灯", NOW)), "tu")
    interim = replace(there, interim=Remark("tu", "先挂了应急灯", NOW))
    yield "group_card", "making do", replace(_scene(interim, interim.reporter), reader=None)
    words = {"department": "works", "lane": "0", "words": "是几单元？", "person": "li"}
    for what in ("named", "returned", "undecided", "late", "asked", "excused"):
        yield "whistle_news", what, _scene(there, "tu", what=what, **words)
    refused = {"department": "fire", "lane": "1", "words": "人都在外面"}
    yield "whistle_news", "refused", _scene(_direct(there), "tu", what="refused", **refused)
    yield "whistle_news", "contested", _scene(_contested(there), "li", what="contested", **refused)
    yield "whistle_news", "a result, others are at it", _scene(there, "tu", what="result", **words)
    yield "whistle_news", "the last result", _scene(done, "tu", what="result", **words)
    for what in ("told", "insisted", "again", "excused", "over", "report", "done"):
        yield "lane_news", what, _scene(there, "zhao", what=what, **words)
    slow = replace(late, lanes=(*late.lanes[:1], replace(late.lanes[1], state=LaneState.CALLED)))
    page = board("d.s1.c1.g1", ("d.s1.c1.g1",), (slow,), offices(), None, NOW)
    yield "board", "departments that are late", replace(_scene(slow, "wang"), ticket=None, page=page)
    yield "lane_news", "hour", _scene(meets, "zhao", what="hour", hour=(NOW + _HOUR).isoformat(), **words)
    yield "spare_lane", "", _scene(there, "zhao")
    yield "rate_lanes", "", _scene(over, "tu")
    rated = tuple(replace(one, mark=Mark.GOOD) for one in over.lanes[:1])
    yield "rate_lanes", "rated", _scene(replace(over, lanes=rated), "tu")
    chosen = {"offices": "works,fire,water", "calls": "works=lead,fire=assist,water=informed", "draft": "7"}
    yield "summon", "nobody chosen", _scene(asked, "li", offices="works,fire,water", draft="7")
    more = {"hour": (NOW + _HOUR).isoformat(), "limit": (NOW + 3 * _HOUR).isoformat(), "wanted": "井盖、清淤"}
    yield "summon", "chosen", _scene(asked, "li", **chosen, **more)
    yield "summon", "sent", _scene(there, "li", **chosen, state="sent")
    yield "summon", "dropped", _scene(there, "li", **chosen, state="dropped")
    for action in ("make_do", "blow", "back", "hour", "wanted"):
        yield "prompt", action, _scene(there, "tu", action=action)
    for act in (*(one for one in LaneAct if one in (LaneAct.ASK, LaneAct.TELL)), LaneAct.REFUSE, LaneAct.DELIVER):
        yield "prompt", f"lane, {act}", _scene(there, "zhao", action=f"lane_{act}")
    for act in (LaneAct.AGAIN, LaneAct.EXCUSE):
        yield "prompt", f"lane, {act}", _scene(there, "tu", action=f"lane_{act}")


def _contested(ticket: Ticket) -> Ticket:
    """The level above decides about the refusal."""
    return replace(ticket, lanes=tuple(replace(one, decides="d.s1.c1" if one.refusals else "") for one in ticket.lanes))


def _direct(ticket: Ticket) -> Ticket:
    """The worker called the departments himself."""
    return replace(ticket, lanes=tuple(replace(one, level="", by="tu") for one in ticket.lanes))
