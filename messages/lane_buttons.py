"""The buttons of whistles: for whoever whistles, for the level above, and for departments."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from messages.callbacks import Press, choose
from messages.lane_filters import department_name, read_calls
from messages.phrases import phrase
from messages.scene import Button, Rows, Scene
from messages.text import cut
from tickets.actions import Action
from tickets.lane import LANE_TABLE, Lane, LaneAct, LaneRole, LaneState, WhistleState, lanes_of, owed
from tickets.model import Ticket
from tickets.parts import Mark

A = LaneAct
MOST_OFFICES = 24
"""More departments than this are called by name."""

LIMITS = ("2h", "1d", "3d")


def _press(text: str, what: str, ref: str, arg: str = "") -> Iterator[Button]:
    data = choose(what, ref, arg)
    if data is not None:
        yield Button(cut(text, 40), data)


def _rows(buttons: Iterable[Button], width: int = 2) -> Rows:
    found = list(buttons)
    return tuple(tuple(found[start : start + width]) for start in range(0, len(found), width))


def _brief(language: str, scene: Scene) -> Rows:
    """`data`: `to` = whom the whistle reaches, by area codes; `straight` = departments may be called at once."""
    ticket = scene.ticket
    if ticket is None or not ticket.open:
        return ()
    number = str(ticket.id)
    areas = [
        scene.district.areas[code].name for code in scene.data.get("to", "").split(",") if code in scene.district.areas
    ]
    found: list[Button] = []
    if areas:
        name = ("、" if language == "zh" else ", ").join(areas)
        found += _press(phrase("lane_button.up", language, name=name), "blow", number, "up")
    if scene.data.get("straight"):
        found += _press(phrase("lane_button.call", language), "blow", number, "call")
    found += _press(phrase("lane_button.words", language), "blow", number, "words")
    return _rows(found, 1)


def _whistle_card(language: str, scene: Scene) -> Rows:
    """`data`: `names` = the reader's level may name departments, `on` = it may ask the next one."""
    ticket = scene.ticket
    if ticket is None or not ticket.open or ticket.whistle is None or _is_done(ticket):
        return ()
    number, asked = str(ticket.id), ticket.whistle.state is WhistleState.ASKED
    found: list[Button] = []
    if scene.data.get("names"):
        found += _press(phrase("lane_button.call", language), "blow", number, "call")
    if scene.data.get("on"):
        found += _press(phrase("lane_button.on", language), "blow", number, "on")
    if asked and scene.data.get("self"):
        found += _press(phrase("lane_button.self", language), "blow", number, "self")
    if asked:
        found += _press(phrase("lane_button.back", language), "blow", number, "back")
    rows = list(_rows(found))
    for place, lane in enumerate(ticket.lanes):
        rows += _deciding(language, scene, ticket, place, lane)
    return tuple(rows)


def _is_done(ticket: Ticket) -> bool:
    return ticket.status in ("fed_back", "confirmed", "reviewed", "closed")


def _deciding(language: str, scene: Scene, ticket: Ticket, place: int, lane: Lane) -> list[tuple[Button, ...]]:
    """What a level above does about a department that refuses, or that nobody can reach."""
    name = department_name(scene.district, lane.department)
    if lane.state is LaneState.REFUSED:
        acts: tuple[LaneAct, ...] = (A.INSIST, A.EXCUSE)
    elif lane.open and lane.owner:
        acts = (A.DELIVER, A.EXCUSE)
    else:
        return []
    found = [
        button
        for act in acts
        for button in _press(phrase(f"lane_above.{act}", language, name=name), "lane", str(ticket.id), f"{place}.{act}")
    ]
    return [tuple(found)]


def _lane_card(language: str, scene: Scene) -> Rows:
    ticket = scene.ticket
    if ticket is None or not ticket.open or _is_done(ticket):
        return ()
    own = lanes_of(ticket.lanes, scene.reader)
    if len(own) == 1:
        return _of_lane(language, ticket, own[0])
    rows = []
    for place in own:  # one person stands for several departments: each button says for which
        name = department_name(scene.district, ticket.lanes[place].department)
        for row in _of_lane(language, ticket, place):
            rows.append(tuple(replace(one, text=cut(f"{name} · {one.text}", 40)) for one in row))
    return tuple(rows)


def _of_lane(language: str, ticket: Ticket, place: int) -> Rows:
    lane, number = ticket.lanes[place], str(ticket.id)
    found: list[Button] = []
    for act in (A.REPORT_IN, A.DELIVER, A.ASK, A.REFUSE):
        if (lane.state, act) not in LANE_TABLE or (act is A.REFUSE and lane.settled):
            continue
        if act is A.DELIVER:
            found += _results(language, ticket, place)
        else:
            found += _press(phrase(f"lane_button.{act}", language), "lane", number, f"{place}.{act}")
    if lane.role is LaneRole.LEAD:
        rest = [
            n for n, one in enumerate(ticket.lanes) if n != place and one.state in (LaneState.CALLED, LaneState.COMING)
        ]
        if rest:
            found += _press(phrase("lane_button.spare", language), "lane", number, f"{place}.spare")
    return _rows(found)


def _results(language: str, ticket: Ticket, place: int) -> Iterator[Button]:
    """One button for each required result that is missing, and one for everything else."""
    missing = owed(ticket.whistle, ticket.lanes)
    for wanted in missing if ticket.whistle is not None else ():
        name = ticket.whistle.wanted[wanted] if ticket.whistle else ""
        text = phrase("lane_button.result", language, name=name)
        yield from _press(text, "lane", str(ticket.id), f"{place}.deliver.{wanted}")
    if not missing or ticket.lanes[place].open:
        yield from _press(phrase("lane_button.deliver", language), "lane", str(ticket.id), f"{place}.deliver")


def _whistle_news(language: str, scene: Scene) -> Rows:
    """Answer the department; decide about a refusal; tell the resident once everybody is done."""
    ticket, what = scene.ticket, scene.data.get("what", "")
    place = int(scene.data.get("lane", "-1") or "-1")
    if ticket is None or not ticket.open or not 0 <= place < len(ticket.lanes):
        return ()
    lane, number = ticket.lanes[place], str(ticket.id)
    if what == "asked" and lane.question is not None:
        return _rows(_press(phrase("lane_button.tell", language), "lane", number, f"{place}.tell"))
    decides = not lane.decides and scene.reader in (ticket.handler, lane.by)
    if what in ("refused", "contested") and lane.state is LaneState.REFUSED and (lane.decides or decides):
        whistled = ticket.whistle.by if ticket.whistle is not None else None
        if lane.decides and scene.reader in (whistled, ticket.handler):
            return ()
        return tuple(_deciding(language, scene, ticket, place, lane))
    if what in ("result", "excused"):
        rows = list(_rows(_press(phrase("lane_button.again", language), "lane", number, f"{place}.again")))
        if Action.FINISH not in scene.actions or scene.reader != ticket.handler:
            return ()
        if lane.state is not LaneState.DONE:
            rows = []
        if not owed(ticket.whistle, ticket.lanes) and not any(one.open for one in ticket.lanes):
            press = Press(ticket=ticket.id, action=Action.FINISH, version=ticket.version)
            rows.insert(0, (Button(phrase("button.finish", language), press.pack()),))
        return tuple(rows)
    return ()


def _lane_news(language: str, scene: Scene) -> Rows:
    ticket, place = scene.ticket, int(scene.data.get("lane", "-1") or "-1")
    if ticket is None or not ticket.open or _is_done(ticket) or not 0 <= place < len(ticket.lanes):
        return ()
    if scene.data.get("what") in ("report", "done"):
        return _lane_card(language, scene)
    return _of_lane(language, ticket, place) if ticket.lanes[place].open else ()


def _rate(language: str, scene: Scene) -> Rows:
    """A row for each department that did something, until it is rated."""
    ticket = scene.ticket
    if ticket is None or ticket.open:
        return ()
    rows = []
    for place, lane in enumerate(ticket.lanes):
        if lane.state is LaneState.DONE and lane.mark is None:
            name = cut(department_name(scene.district, lane.department), 10)
            marks = [(mark, phrase(f"mark.{mark}", language)) for mark in Mark]
            row = [
                button
                for mark, word in marks
                for button in _press(f"{name} {word}", "lane", str(ticket.id), f"{place}.rate.{mark}")
            ]
            rows.append(tuple(row))
    return tuple(rows)


def _summon(language: str, scene: Scene) -> Rows:
    """Departments to choose, how long, when, what is wanted, and off it goes."""
    draft = scene.data.get("draft", "")
    if not draft or scene.data.get("state") or scene.ticket is None or not scene.ticket.open:
        return ()
    chosen = {one.department: one.role for one in read_calls(scene.data.get("calls", ""))}
    offices = [code for code in scene.data.get("offices", "").split(",") if code in scene.district.departments]
    marks = {LaneRole.LEAD: "●", LaneRole.ASSIST: "○", LaneRole.INFORMED: "·"}
    found: list[Button] = []
    for code in offices[:MOST_OFFICES]:
        sign = f"{marks[chosen[code]]} " if code in chosen else ""
        place = list(scene.district.departments).index(code)
        found += _press(f"{sign}{department_name(scene.district, code)}", "summon", draft, f"d{place}")
    limits: list[Button] = []
    for span in LIMITS:
        limits += _press(phrase(f"lane_limit.{span}", language), "summon", draft, f"l{span}")
    more: list[Button] = []
    for name in ("hour", "wanted"):
        more += _press(phrase(f"lane_button.{name}", language), "summon", draft, name)
    last: list[Button] = []
    if chosen:
        last += _press(phrase("lane_button.send", language), "summon", draft, "send")
    last += _press(phrase("lane_button.drop", language), "summon", draft, "drop")
    return (*_rows(found), tuple(limits), tuple(more), tuple(last))


def _spare(language: str, scene: Scene) -> Rows:
    """Whom the lead can do without: a row for each."""
    ticket = scene.ticket
    if ticket is None or not ticket.open:
        return ()
    found: list[Button] = []
    for place, lane in enumerate(ticket.lanes):
        if lane.state in (LaneState.CALLED, LaneState.COMING) and lane.role is not LaneRole.LEAD:
            name = department_name(scene.district, lane.department)
            text = phrase("lane_above.excuse", language, name=name)
            found += _press(text, "lane", str(ticket.id), f"{place}.{A.EXCUSE}")
    return _rows(found, 1)


OWN = {
    "whistle_brief": _brief,
    "whistle_card": _whistle_card,
    "lane_card": _lane_card,
    "whistle_news": _whistle_news,
    "lane_news": _lane_news,
    "rate_lanes": _rate,
    "summon": _summon,
    "spare_lane": _spare,
}
