"""Sample scenes of the pages: the board, the duty list, leave, the morning list."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from messages.sample_world import NOW, asked, district, fed_back, light, pills, services, taken
from messages.scene import Page, Scene
from tickets.absence import Entry, News, Sheet
from tickets.actions import Action
from tickets.board import ALL, board
from tickets.bundle import Bundle, Line
from tickets.duty import Offer, Rota, duty
from tickets.gaps import Gap, Gaps
from tickets.model import Status
from tickets.morning import morning
from tickets.notices import NoticeKind as K
from tickets.parts import Extension
from tickets.policy import default_policy
from tickets.roster import District, Leave, Shift

_DAY = timedelta(days=1)
_WANTED = (("police",), ("judge", "prosecutor", "lawyer"))
_GRID, _OTHER, _COMMUNITY = "d.s1.c1.g1", "d.s1.c1.g2", "d.s1.c1"


def _away() -> District:
    """The sample district with one worker on leave, and another person of the office standing in for the doctor."""
    home, today = district(), NOW.date()
    leaves = {"xu": Leave(today, today + 2 * _DAY), "fei": Leave(today, today, "ouyang")}
    posts = (replace(one, leave=(leaves[one.person],)) if one.person in leaves else one for one in home.posts)
    return replace(home, posts=tuple(posts))


def pages() -> Iterator[tuple[str, str, Scene]]:
    """Every page at least once: kind, what it is about, scene."""
    home, hours, today = _away(), default_policy().hours, NOW.date()
    lost = frozenset({"qin"})
    late = replace(taken(), id=1022, done_by=NOW - timedelta(minutes=80))
    some = (light(), late, pills(), asked())

    def made(page: Page, reader: str, **data: str) -> Scene:
        return Scene(home, services(), NOW, reader=reader, page=page, data=data)

    grid = board(_GRID, (_GRID,), some, home, duty(_GRID, home, hours, lost, NOW), NOW)
    yield "board", "a grid", made(grid, "wang")
    yield "board", "a ticket", made(replace(grid, ticket=late), "wang")
    yield "board", "a community", made(board(_COMMUNITY, (_COMMUNITY,), some, home, None, NOW, _WANTED), "li")
    yield "board", "two grids of one's own", made(board(ALL, (_GRID, _OTHER), some, home, None, NOW), "wang")
    yield "board", "nothing open", made(board(_OTHER, (_OTHER,), (), home, None, NOW), "li")
    night = NOW.replace(hour=23)
    for about, at, whole in (("by day", NOW, False), ("at night", night, False), ("for the leader", NOW, True)):
        areas = tuple(duty(area, home, hours, lost, at) for area in (_GRID, _OTHER))
        yield "duty", about, replace(made(Rota(areas, whole), "wang", more="2" if whole else "0"), now=at)
    here = duty(_GRID, home, hours, lost, NOW)
    till = NOW + timedelta(hours=3)
    there = Rota((here,), False, (Offer(_GRID, "worker", till, "tu"), Offer(_OTHER, "worker", till)))
    yield "duty", "shifts to take", made(there, "wang")
    taken_over = Shift("wang", _GRID, "worker", NOW, till, "tu")
    yield "duty", "a shift taken", made(Rota((here,), False, (), taken_over), "wang")
    for reader, over, instead in (("li", "", ""), ("tu", "", "tu"), ("li", "1", "tu"), ("tu", "1", "tu")):
        shift = {"person": "wang", "area": _GRID, "key": "worker", "until": till.isoformat()}
        scene = Scene(home, services(), NOW, reader=reader, data={**shift, "instead": instead, "ended": over})
        yield "shift_told", f"{reader}{' at the end' if over else ''}", scene
    for instead in ("", "tu"):
        call = {"begin": (NOW + timedelta(minutes=30)).isoformat(), "until": till.isoformat(), "area": _GRID}
        yield "duty_call", instead, Scene(home, services(), NOW, reader="xu", data={**call, "instead": instead})
    bare = (
        Gap(_GRID, "worker", today + _DAY, today + 3 * _DAY, ("tu", "xu"), ()),
        Gap(_GRID, "doctor", today, today, ("fei",), ("qin",)),
        Gap(_OTHER, "leader", today, today + 9 * _DAY, (), ("wang",)),
    )
    yield "duty_gaps", "", made(Gaps(bare), "li")
    soon_over = (Line(light(), K.NOT_TAKEN, "above"), Line(late, K.OVERDUE, "leader"), Line(pills(), K.REVIEW_WANTED))
    ended = replace(fed_back(), status=Status.CLOSED, closed_at=NOW, unanswered=True)
    yield "bundle", "work", made(Bundle(soon_over), "wang")
    yield "bundle", "a resident", made(Bundle((Line(ended, K.CLOSED), Line(ended, K.JOINED_CLOSED))), "tg10021")
    told = made(Bundle(()), "wang")
    for about, ticket in (("", light()), ("nobody", replace(light(), offered=())), ("taken", taken())):
        yield "relieved", about, replace(told, ticket=ticket)
    asking = Extension("tu", NOW + 3 * _DAY, "配件要从外地调")
    wanted = replace(taken(), extension=asking)
    given = replace(wanted, extension=replace(asking, given_by="wang"), done_by=asking.until)
    yield "extension_wanted", "", replace(told, ticket=wanted, actions=frozenset({Action.GRANT, Action.DENY}))
    yield "extension_wanted", "decided", replace(told, ticket=taken())
    yield "extension_decided", "given", replace(told, ticket=given, reader="tu", data={"person": "wang"})
    yield "extension_decided", "not given", replace(told, ticket=taken(), reader="tu", data={"person": "wang"})
    yield "extended", "", replace(told, ticket=given, reader="tg10021")
    yield "staff_card", "more time asked for", replace(told, ticket=replace(wanted, rule="2wh 1wd"))
    for rule in ("5m 2h always", "4wh 3wd", "30m - always", "- -", "1d 1wh"):
        moved = replace(given, rule=rule, reopened=1, calendar="x")
        yield "staff_card", f"why it is this time, {rule}", replace(told, ticket=moved, reader="tu")
    yield "group_card", "more time given", replace(told, ticket=given, reader=None)
    for kind in ("pick_until", "prompt"):
        yield kind, "more time", replace(told, ticket=taken(), reader="tu", data={"action": "extend", "extra": "3d"})
    yield "recounted", "to be taken", replace(told, ticket=light(), reader="tu")
    yield "recounted", "to be done", replace(told, ticket=taken(), reader="tu")
    silent = (Line(light(), K.LAPSED, "tu"), Line(taken(), K.MISSED, "tu"), Line(taken(), K.WHISTLE_NEWS, "late"))
    rests = replace(taken(), status=Status.RESTING)
    yield "bundle", "given back, unreachable", made(Bundle((*silent, Line(rests, K.CHECK_WANTED))), "wang")
    yield "bundle", "work, and one's own", made(Bundle((*soon_over, Line(ended, K.CLOSED))), "wang")
    yield "morning", "", made(morning(some, NOW), "tu")
    alone, shared = Leave(today + _DAY, today + _DAY), Leave(today + 9 * _DAY, today + 11 * _DAY, "xu")
    written, own, covered = Entry(0, Leave(today, today)), Entry(3, alone), Entry(4, shared)
    yield "leave", "nothing noted", made(Sheet("tu", (), None, (), 0, today), "tu")
    yield "leave", "two entries", made(Sheet("tu", (written, covered), None, (), 2, today), "tu")
    yield "leave", "who stands in", made(Sheet("tu", (own,), own, ("xu", "wang"), 3, today), "tu")
    yield "leave", "nobody stands in", made(Sheet("tu", (own,), own, (), 3, today), "tu")
    soon = Entry(3, replace(alone, substitute="xu"))
    yield "leave", "somebody stands in", made(Sheet("tu", (soon,), soon, (), 3, today), "tu")
    yield "leave", "days from now, for somebody else", made(Sheet("tu", (covered,), covered, (), 3, today), "wang")
    yield "leave", "of somebody else", made(Sheet("tu", (covered,), None, (), 3, today), "wang")
    worker = next(post for post in home.posts if post.person == "tu")
    yield "leave_told", "leader", made(News("tu", alone, 3, (worker,), today), "wang")
    yield "leave_told", "substitute", made(News("tu", shared, 3, (), today), "xu")
    yield "leave_told", "oneself, the day before", made(News("tu", replace(alone, substitute="xu"), 3, (), today), "tu")
    first, last = shared.first.isoformat(), shared.last.isoformat()
    end = Scene(home, services(), NOW, data={"person": "tu", "first": first, "last": last})
    yield "leave_over", "leader", replace(end, reader="wang")
    yield "leave_over", "oneself", replace(end, reader="tu")
