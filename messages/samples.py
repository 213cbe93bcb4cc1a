"""Sample scenes for every kind of message, with invented people. `python -m messages.samples` prints them all.

Keys of `Scene.data`, all optional (a template falls back on the ticket): `level` =
handler/leader/above (not_taken, overdue, review_wanted), `words`, `person`, `reason` (what was said, by whom, why;
`words` and `person` of told and media too: several may be under way),
`draft`, `text` (unsure, choose_reply, which_matter, answer), `choices` = actions with commas (choose_reply),
`url` (doorbell), `grid`, `name`, `posts` (welcomes), `action` (prompt, pick_reason, pick_until,
pick_person), `extra` = a person's id (prompt), `people` = ids with commas (pick_person), `services`,
`sections` = codes with commas (pick_service), `reason` = a code
(pick_until), `area` (lists), `chat` (unbound_group), `since`, `until` = ISO times (gap), `update` (parked), `found` =
code:number with commas (audit), `missing` = codes with commas (rights_missing), `matters` = a number and a title on
each line (which_matter), `name`, `at`, `kind`, `media`, `forwarded` (lead),
`why` = several/border/outside/unmapped/unclear/below/moved, `near`, `areas` = areas with commas, `metres`, `kept`,
`danger` (no_grid), `to`, `straight` (whistle_brief), `names`, `on`, `self` (whistle_card), `what`, `department`,
`lane` (whistle_news, lane_news), `offices`, `calls`, `hour`, `limit`, `wanted`, `state` (summon),
`found` = home/place, or codes with commas and `filed` (exposed), `group` = map/none, `link` (who),
`open` = numbers, `closed` = how many, `staff` (forget), `ending` = shelved/again (pick_rest).
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from messages.engine import render
from messages.fit import plain
from messages.pictures import Plan, Shape, plan_of
from messages.sample_bulletins import bulletins
from messages.sample_endings import endings, stages
from messages.sample_lanes import lanes
from messages.sample_pages import pages
from messages.sample_world import (
    NOW,
    asked,
    district,
    fed_back,
    figures,
    gas,
    joined,
    light,
    pills,
    services,
    taken,
    told,
)
from messages.scene import LANGUAGES, Scene
from tickets.actions import Action
from tickets.events import SILENT
from tickets.model import GONE, Ending, Hold, Photo, Said, Status, Ticket
from tickets.outcome import Mark, Rating
from tickets.parts import Consult, Refusal, Result
from tickets.policy import default_policy
from tickets.service import Danger
from tickets.team import team_of
from tickets.transitions import allowed_actions, relations

__all__ = [
    "NOW",
    "Sample",
    "asked",
    "district",
    "fed_back",
    "figures",
    "gas",
    "light",
    "main",
    "pills",
    "samples",
    "scene",
    "services",
    "shown",
    "taken",
]

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Sample:
    """A scene and what it is about."""

    kind: str
    about: str
    scene: Scene


def scene(ticket: Ticket | None = None, reader: str | None = None, /, **data: str) -> Scene:
    """A scene in the sample district at the sample hour; the actions are those of the transition table.

    For the group card (no reader) they are the reporter's.
    """
    actions = frozenset[Action]()
    if ticket is not None:
        held = relations(ticket, reader or ticket.reporter, ticket.route, frozenset({"tu", "xu"}))
        actions = allowed_actions(ticket, held)
    return Scene(district(), services(), NOW, ticket, reader, actions, data)


def samples() -> Iterator[Sample]:
    """Every kind at least once, cards in every state."""
    for kind, about, made in (*_cards(), *_notices(), *_others(), *pages(), *lanes()):
        yield Sample(kind, about, made)


Plain = tuple[str, str, Scene]


def _stages() -> Iterator[tuple[str, Ticket]]:
    """The light from filing to each of its ends."""
    done = fed_back()
    held = Hold("material", NOW, NOW + timedelta(days=2))
    yield "nobody yet", replace(light(), offered=(), take_by=None)
    yield "offered", light()
    yield "not taken in time", replace(light(), offered=("tu", "xu"), take_by=NOW - _HOUR)
    yield "taken", taken()
    yield "late", replace(taken(), done_by=NOW - _HOUR)
    yield "waiting", asked()
    yield "on hold", replace(taken(), status=Status.ON_HOLD, hold=held)
    yield "fed back", done
    yield "confirmed", replace(done, status=Status.CONFIRMED, confirmed_at=NOW)
    yield "reviewed", replace(done, status=Status.REVIEWED, reviewed_by="wang")
    yield "reopened", replace(done, status=Status.HANDLING, reopened=1, ending=None)
    yield from stages()
    yield "sent back", replace(done, status=Status.HANDLING, sent_back="请补一张亮灯的照片", ending=None)
    for ending in Ending:
        yield f"closed, {ending}", replace(done, status=Status.CLOSED, ending=ending, closed_at=NOW)
    yield (
        "closed without an answer",
        replace(done, status=Status.CLOSED, ending=Ending.SOLVED, unanswered=True, closed_at=NOW),
    )


def _cards() -> Iterator[Plain]:
    for about, ticket in _stages():
        yield "group_card", about, scene(ticket, None)
        own = replace(ticket, private=True)
        yield "reporter_card", about, scene(own, ticket.reporter)
    yield "group_card", "four households", scene(joined(light()))
    yield "group_card", "words for the reporter", scene(told(aloud=True))
    yield "group_card", "life", scene(gas())
    yield "staff_card", "the resident was told", scene(told(), "tu")
    yield "staff_card", "offered", scene(joined(light()), "tu")
    yield "staff_card", "offered at night, life", scene(gas(), "qin")
    yield "staff_card", "offered to the doctor", scene(pills(), "fei")
    for about, ticket in _stages():
        reader = ticket.handler or "tu"
        yield "staff_card", f"handler, {about}", scene(ticket, reader)
    over = replace(fed_back(), status=Status.CLOSED, closed_at=NOW, reviewed_by="wang")
    for mark in Mark:
        rated = replace(over, rating=Rating(mark, NOW))
        yield "staff_card", f"rated {mark}", scene(rated, "tu")
        yield "reporter_card", f"rated {mark}", scene(rated, "tg10021")
    empty = replace(over, reporter=GONE, summary="", said=(Said("", NOW, -1001, 0),), results=())
    yield "group_card", "forgotten", scene(empty)
    yield "staff_card", "forgotten", scene(empty, "tu")
    yield "staff_card", "on behalf of a neighbour", scene(replace(light(), on_behalf="隔壁王奶奶"), "tu")
    yield "staff_card", "reviewer", scene(fed_back(), "wang")
    yield "staff_card", "leader looks on", scene(taken(), "wang")
    other = replace(taken(), offered=("xu", "tu"))
    yield "staff_card", "somebody else took it", scene(other, "xu")
    refused = replace(light(), offered=("tu", "xu"), refusals=(Refusal("tu", "off_duty"),))
    yield "staff_card", "passed on by the reader", scene(refused, "tu")
    yield "staff_card", "after a refusal", scene(refused, "xu")
    consult = Consult("fei", "tu", "老伯头晕，药要不要停？", NOW - timedelta(minutes=30))
    mine = replace(pills(), status=Status.HANDLING, handler="tu", taken_at=NOW - _HOUR, consults=(consult,))
    yield "staff_card", "specialist is consulted", scene(mine, "fei")
    advised = replace(mine, consults=(replace(consult, answer="先量血压，低于 100 就别吃，明早来卫生站找我"),))
    yield "staff_card", "handler with advice", scene(advised, "tu")
    yield "staff_card", "worker took it, the doctor may advise", scene(replace(mine, consults=()), "fei")
    yield "reporter_card", "medicine, offered", scene(pills(), "tg10021")


def _notices() -> Iterator[Plain]:
    home, done = "tg10021", fed_back()
    for danger in Danger:
        yield "safety", danger, scene(replace(gas(), danger=danger), home)
    yield "safety", "nobody called yet", scene(replace(gas(), offered=()), home)
    yield "question", "", scene(asked(), home)
    voice = (Photo("voice", "voice"),)
    spoken = replace(asked(), questions=(replace(asked().questions[0], words="", media=voice),))
    yield "question", "by voice", scene(spoken, home)
    yield "told", "", scene(told(), home, person="tu", words="灯泡到货了，下午 3 点来换")
    yield "told", "by voice", scene(told(voice), home, person="tu", words="")
    yield "lost_file", "", scene(taken(), "tu")
    yield "undelivered", "", scene(told(), "tu")
    yield "media", "what the resident sent", scene(taken(), "tu")
    yield "media", "shown in the group", scene(done, None, person="tu")
    yield "result", "", scene(done, home)
    yield "result", "on behalf", scene(replace(done, on_behalf="隔壁王奶奶"), home)
    picture = replace(done, results=(replace(done.results[0], words="", media=(Photo("photo"),)),))
    yield "result", "a picture alone", scene(picture, home)
    answer = Result("fei", "先量血压，低于 100 就别吃，明早来卫生站找我", NOW)
    answered = replace(pills(), status=Status.REVIEWED, handler="fei", results=(answer,), ending=Ending.EXPLAINED)
    yield "result", "advice", scene(answered, home)
    held = replace(taken(), status=Status.ON_HOLD, hold=Hold("约了电工", NOW, NOW + timedelta(days=1)))
    yield "held", "", scene(held, home)
    for ending in Ending:
        yield "closed", ending, scene(replace(done, status=Status.CLOSED, ending=ending, closed_at=NOW), home)
    silent = replace(done, status=Status.CLOSED, unanswered=True, closed_at=NOW)
    yield "closed", "without an answer", scene(silent, home)
    yield "remind_take", "", scene(light(), "tu")
    yield "repeat_life", "", scene(gas(), "tu")
    late = replace(light(), take_by=NOW - _HOUR)
    yield "not_taken", "leader", scene(late, "wang", level="leader")
    yield "not_taken", "above", scene(late, "li", level="above")
    yield "remind_done", "", scene(taken(), "tu")
    over = replace(taken(), done_by=NOW - timedelta(minutes=80))
    yield "overdue", "handler, just now", scene(replace(taken(), done_by=NOW), "tu", level="handler")
    yield "overdue", "leader", scene(over, "wang", level="leader")
    yield "overdue", "above", scene(over, "li", level="above")
    yield "overdue", "above, nobody has it", scene(replace(late, done_by=NOW - _HOUR), "li", level="above")
    yield "answered", "", scene(asked("2单元，三楼"), "tu")
    yield "no_answer", "", scene(asked("-"), "tu")
    more = replace(taken(), said=(*taken().said, Said("二楼的也不亮了", NOW, -1001, 80)))
    yield "added", "", scene(more, "tu")
    consult = Consult("fei", "tu", "药要不要停？", NOW, "先量血压，低于 100 就别吃")
    advised = replace(pills(), status=Status.HANDLING, handler="tu", consults=(consult,))
    yield "advised", "", scene(advised, "tu", person="fei", words="先量血压，低于 100 就别吃")
    yield "review_wanted", "", scene(done, "wang")
    confirmed = replace(done, status=Status.CONFIRMED)
    yield "review_wanted", "above", scene(confirmed, "li", level="above")
    back = replace(done, status=Status.HANDLING, sent_back="请补一张亮灯的照片")
    yield "sent_back", "", scene(back, "tu", person="wang", words="请补一张亮灯的照片")
    again = replace(done, status=Status.HANDLING, reopened=1, done_by=NOW + 20 * _HOUR)
    yield "reopened", "handler", scene(again, "tu", words="还是不亮")
    yield "reopened", "leader", scene(again, "wang", words="")
    yield "resumed", "", scene(taken(), "tu")
    yield "still_open", "handler", scene(taken(), "tu")
    yield "still_open", "nobody has it", scene(light(), "wang")
    passed = replace(light(), refusals=(Refusal("tu", "off_duty"),), offered=("tu", "xu"))
    yield "passed_on", "", scene(passed, "xu", reason="off_duty", person="tu")
    missed = replace(light(), refusals=(Refusal("tu", "unreachable", "timer"),), offered=("tu", "xu"))
    lapsed = replace(light(), offered=("tu", "xu"), refusals=(Refusal("tu", SILENT, "timer"),))
    for reader in ("wang", "tu"):
        yield "lapsed", f"for {reader}", scene(lapsed, reader, person="tu")
    yield "lapsed", "nobody left", scene(replace(lapsed, offered=("tu",)), "wang", person="tu")
    yield "lapsed", "nobody but the reader", scene(replace(lapsed, offered=("tu", "wang")), "wang", person="tu")
    yield "missed", "", scene(missed, "wang", person="tu")
    yield "missed", "handler", scene(taken(), "wang", person="tu")
    yield "missed", "nobody left", scene(replace(missed, offered=("tu",)), "wang", person="tu")
    twice = replace(passed, refusals=(*passed.refusals, Refusal("xu", "这是物业的事")))
    yield "decide", "", scene(twice, "li", reason="这是物业的事")
    yield "life_above", "", scene(gas(), "li")
    gone = replace(taken(), status=Status.CLOSED, ending=Ending.WITHDRAWN, closed_at=NOW)
    yield "withdrawn", "", scene(gone, "tu")
    yield "joined_closed", "withdrawn", scene(joined(gone), "tg10031")
    over = replace(joined(done), status=Status.CLOSED, ending=Ending.SOLVED, closed_at=NOW)
    yield "joined_closed", "solved", scene(over, "tg10031")
    often = replace(light(), earlier=(1019, 1007, 1003), standing=True)
    yield "standing", "", scene(often, "wang")
    yield "staff_card", "a spot that keeps failing", scene(often, "tu")
    for kind, about, ticket, who, data in endings():
        yield kind, about, scene(ticket, who, **data)
    yield "staff_card", "it happened before", scene(replace(light(), earlier=(1019,)), "tu")


def _others() -> Iterator[Plain]:
    late = replace(light(), id=1019, summary="井盖松动", take_by=NOW - _HOUR, private=False)
    slow = replace(taken(), id=1022, done_by=NOW - timedelta(minutes=80))
    some = (late, slow, pills(), asked())
    yield "digest", "", replace(scene(None, "li"), digest=figures())
    quiet = replace(figures(), late=(), oldest=None, unreachable=(), grids=(), open=0, mean=None)
    yield "digest", "a quiet day", replace(scene(None, "li"), digest=quiet)
    yield "digest", "three days", replace(scene(None, "li"), digest=replace(figures(), days=3))
    for kind in ("late_list", "open_list", "my_tickets", "staff_tickets"):
        yield kind, "some", replace(scene(None, "tu", area="d.s1.c1"), tickets=some)
        yield kind, "none", scene(None, "tu")
    yield "doorbell", "", scene(url="https://t.me/sample_bot?start=abc")
    yield "unsure", "", scene(draft="7", text="楼下那个灯是不是该修修了")
    yield "welcome_resident", "", scene(None, "tg10021", grid="湘河社区第一网格")
    yield "welcome_resident", "grid unknown", scene(None, "tg10021")
    yield "welcome_staff", "", scene(None, "tu")
    yield "welcome_staff", "named by others", scene(None, None, name="邓壬", posts="湘河社区第二网格网格员")
    yield "help_resident", "", scene()
    yield "help_staff", "worker", scene(None, "tu")
    yield "help_staff", "leader", scene(None, "wang")
    for action in ("ask", "finish", "consult", "advise", "send_back", "pass_on", "hold", "dispute", "file", "note"):
        person = {"extra": "fei"} if action == "consult" else {}
        yield "prompt", action, scene(None if action == "file" else taken(), "tu", action=action, **person)
    yield "prompt", "answer of an advice", scene(replace(pills(), handler="tu"), "tu", action="finish")
    yield "pick_reason", "pass on", scene(taken(), "tu", action="pass_on")
    yield "pick_reason", "hold", scene(taken(), "tu", action="hold")
    yield "pick_until", "", scene(taken(), "tu", action="hold")
    yield "pick_person", "consult", scene(taken(), "tu", action="consult", people="fei,qin,ouyang")
    yield "pick_person", "pass on", scene(taken(), "tu", action="pass_on", people="xu,wang")
    yield "pick_person", "nobody there", scene(taken(), "tu", action="consult")
    yield "pick_service", "", scene(taken(), "tu", services="garbage", sections="utilities,roads,voice")
    yield "pick_service", "a section", scene(taken(), "tu", services="road_damage,drain_manhole,parking")
    yield "made_private", "", scene(replace(taken(), private=True), None)
    yield "choose_reply", "", scene(taken(), "tu", draft="9", text="灯泡换好了")
    yield "choose_reply", "for the resident", scene(taken(), "tu", draft="9", choices="finish,tell,ask")
    at = NOW.isoformat()
    yield "lead", "", scene(None, "tu", draft="9", name="阿芳", at=at, kind="voice", media="voice:a")
    yield "lead", "several", scene(None, "tu", draft="9", name="阿芳", at=at, kind="photo", media="photo:a photo:b")
    yield "lead", "forwarded", scene(None, "tu", draft="9", name="阿芳", at=at, text="水管爆了", forwarded="1")
    yield (
        "which_matter",
        "",
        scene(None, "tg10021", draft="9", text="2单元", matters="1024 楼道灯坏了\n1031 水管爆了"),
    )
    yield "forget", "", scene(None, "tg10021", open="1019 1022", closed="3")
    yield "forget", "nothing open", scene(None, "tg10021", closed="1")
    yield "forget", "staff", scene(None, "tu", closed="0", staff="1")
    yield "language", "", scene(None, "tg10021")
    over = replace(fed_back(), status=Status.CLOSED, closed_at=NOW)
    mine = (replace(pills(), on_behalf="隔壁王奶奶"), asked(), over)
    yield "my_tickets", "open and closed", replace(scene(None, "tg10021"), tickets=mine)
    yield "answer", "", scene(text="您家在湘河社区第一网格，网格员屠师傅")
    yield "unbound_group", "", scene(chat="-1001234")
    yield "pick_area", "", scene(None, "wang", areas="d.s1.c1.g1,d.s1.c1.g2", chat="-1001234")
    yield (
        "pick_area",
        "name unknown",
        scene(None, "wang", areas="d.s1.c1.g1", chat="-1001234", unknown="河边", more="3"),
    )
    yield "bound", "grid", scene(area="d.s1.c1.g1")
    yield "bound", "staff room", scene(area="d.s1.c1")
    links = "https://t.me/sample_bot?start=i_abc https://t.me/sample_bot?start=i_def"
    until = (NOW + timedelta(days=14)).isoformat()
    yield "invitations", "", scene(None, "wang", people="tu,fei", links=links, until=until, more="2")
    yield "join", "", scene(None, "tg10021", person="tu", token="abc", posts="湘河社区第一网格的网格员")  # noqa: S106 - invented
    yield "joined", "", scene(None, "wang", person="tu", account="小屠")
    yield from _places()
    yield "gap", "", scene(since="2026-06-02T23:10:00+08:00", until="2026-06-03T07:40:00+08:00")
    yield "gap", "times unknown", scene()
    yield "parked", "", scene(update="830412", why="KeyError")
    yield "audit", "", scene(found="no_next_step:1019,late_step:1020,unsent:88,refused:result")
    yield "rights_missing", "", scene(missing="privacy,delete")
    yield "exposed", "", scene(None, "tg10021", found="identity")
    yield "exposed", "several", scene(None, "tg10021", found="phone,health", filed="1")
    for kind, about, more in bulletins():
        yield kind, about, replace(scene(None, "li"), **more)


def _places() -> Iterator[Plain]:
    """Where somebody lives, and who is there."""
    home, both = "tg10021", "d.s1.c1.g1,d.s1.c1.g2"
    yield "no_grid", "", scene(None, home)
    yield "no_grid", "with buttons, words kept", scene(None, home, areas=both, draft="7", kept="1")
    yield "no_grid", "in danger", scene(None, home, areas=both, draft="7", kept="1", danger="gas")
    for why in ("several", "unclear", "below", "moved"):
        yield "no_grid", why, scene(None, home, why=why, areas=both, draft="7", kept="1" if why == "unclear" else "")
    yield "no_grid", "on the border", scene(None, home, why="border", near=both, known="1")
    yield "no_grid", "outside, near", scene(None, home, why="outside", near="d.s1.c1.g1", metres="320")
    yield "no_grid", "outside, far", scene(None, home, why="outside")
    yield "no_grid", "no map", scene(None, home, why="unmapped")
    grid = "d.s1.c1.g1"
    team = team_of(district(), services(), default_policy(), grid, NOW)
    card = replace(scene(None, home, grid=grid), team=team, picture=plan_of(district(), grid))
    yield "who", "with a map", card
    for found in ("home", "place"):
        yield "who", found, replace(card, data={"grid": grid, "found": found})
    yield "who", "no map", replace(card, picture=None)
    for group in ("map", "none"):
        data = {"grid": grid, "group": group, "link": "https://t.me/sample_bot?start=g_abc"}
        yield "who", f"in the group, {group}", replace(card, data=data, picture=None)
    alone = team_of(district(), services(), default_policy(), "d.s1.c1.g2", NOW)
    yield "who", "neither worker nor leader", replace(card, team=alone)
    yield "who", "nobody at all", replace(card, team=replace(alone, members=()))
    later = (
        *(replace(one, comes=NOW + 3 * _HOUR) for one in team.members[:1]),
        *(replace(one, away_until=(NOW + timedelta(days=2)).date()) for one in team.members[1:2]),
    )
    rare = Plan("湘河社区", (Shape("曌家桥网格", ((0, 0), (9, 0), (9, 9)), own=True),), ("第二网格",))
    short = replace(team, members=later, helpers=(), missing=("doctor", "lawyer"))
    yield "who", "off duty, on leave, a rare name", replace(card, team=short, picture=rare)


def shown(sample: Sample, language: str) -> str:
    """A sample as a reader sees it, buttons in brackets."""
    made = render(sample.kind, language, sample.scene)
    rows = "\n".join(" ".join(f"［{button.text}］" for button in row) for row in made.buttons)
    field = f"（{made.force_reply}）" if made.force_reply else ""
    return "\n".join(part for part in (plain(made.html), rows, field) if part)


def main() -> None:
    """Print every sample in both languages."""
    for sample in samples():
        for language in LANGUAGES:
            title = f"── {sample.kind} · {language}{' · ' if sample.about else ''}{sample.about}"
            sys.stdout.write(f"{title}\n{shown(sample, language)}\n\n")


if __name__ == "__main__":
    main()
