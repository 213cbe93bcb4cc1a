"""The district file: every mistake is told at once, with its line and remedy."""

from pathlib import Path

import pytest

from bot.district import DistrictError, load_district
from bot.district_places import known_places
from parsing import KnownPlace, areas_of_places, normalise
from tests.bot.desk import CATALOGUE, SMALL, Desk


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(desk: Desk) -> None:
    told = desk.mistakes(
        """\
name: 小区
language: en
timezone: Asia/Shanghi
profil: nanhu
areas:
  - {code: d, name: District, level: district}
  - {code: c, name: Community, level: community, parent: x}
  - {code: g, name: Grid, level: grid, parent: c, chat: 5}
  - {code: g, name: Grid 2, level: grid, parent: c}
people:
  - {id: tu, name: 屠甲, telegram: 1001}
  - {id: wang, name: 汪乙, telegram: 1001}
posts:
  - {person: two, area: g, role: worker}
  - {person: tu, area: g, role: boss}
  - {person: wang, area: g, role: leader, hours: Mon 18:00-08:00}
policy:
  classes: {ordinary: {take: 2 hours}}
  digests: [{level: comunity, at: "18:00"}]
"""
    )
    assert told == [
        "3: no time zone 'Asia/Shanghi'; did you mean 'Asia/Shanghai'?",
        "4: unknown key `profil`; did you mean 'profile'?",
        "7: no area 'x'; known: c, d, g",
        "8: `chat` 5 is no group; a group's id is negative, and /bind in the group tells it",
        "9: `code` g stands twice (first in line 8); give each its own",
        "12: `telegram` 1001 stands twice (first in line 11); give each its own",
        "14: no person 'two'; known: tu, wang",
        "15: `role` cannot be 'boss'; known: admin, instructor, leader, officer, specialist, supervisor, worker",
        "16: `hours`: '18:00-08:00' ends before it begins; split hours over midnight at 24:00",
        "18: `take`: '2 hours' is no span; write 30s, 5m, 2h, 3d, 2wh (working hours) or 1wd",
        "19: no level 'comunity'; did you mean 'community'?",
    ]


def test_mistakes_are_told_in_the_districts_language(desk: Desk) -> None:
    text = SMALL.replace("language: en", "language: zh") + "profil: nanhu\n"
    assert desk.one(text) == "11: 不认识的键 profil；是不是 'profile'？"


MISTAKES = {
    "duplicate key": ("name: twice\n", "11: `name` stands twice (first in line 1); keep one of them"),
    "profile": ("profile: nanho\n", "11: no profile 'nanho'; did you mean 'nanhu'?"),
    "policy key": ("policy: {revew: {}}\n", "11: unknown key `revew`; did you mean 'review'?"),
    "class": ("policy:\n  classes:\n    urgnt: {take: 1h}\n", "13: unknown key `urgnt`; did you mean 'urgent'?"),
    "class key": ("policy: {classes: {urgent: {tak: 1h}}}\n", "11: unknown key `tak`; did you mean 'take'?"),
    "rung": ("policy: {ladder: {take: {abov: 1%}}}\n", "11: unknown key `abov`; did you mean 'above'?"),
    "share": ("policy: {ladder: {take: {above: 2}}}\n", "11: `above`: '2' is no share of the time allowed; write 50%"),
    "reviewer": ("policy: {review: {life: ledaer}}\n", "11: `life` cannot be 'ledaer'; did you mean 'leader'?"),
    "quiet": ("policy: {quiet: night}\n", "11: `quiet`: 'night' is no stretch of time; write 21:30-07:30"),
    "time": ("policy: {digests: [{level: grid, at: 6pm}]}\n", "`at`: '6pm' is no time of day; write HH:MM"),
    "day": ("policy: {holidays: [1.10.]}\n", "11: `holidays`: '1.10.' is no day; write 2026-10-01"),
    "days": ("policy: {holidays: [2026-02-02..2026-02-01]}\n", "ends before it begins"),
    "both": ("policy: {holidays: [2026-02-02], makeup: [2026-02-02]}\n", "2026-02-02 is both a holiday and a workday"),
    "list": ("departments: {code: x}\n", "11: `departments` must be a list; write each entry after `- `"),
    "entry": ("departments: [x]\n", "11: `departments` cannot be 'x'; write keys with values"),
    "missing": ("departments: [{code: x}]\n", "11: `name` is missing; add it"),
    "empty": ("departments: [{code: x, name: ''}]\n", "11: `name` is empty; write it"),
    "null": ("departments: [{code: x, name: }]\n", "11: `name` cannot be None; write text"),
    "code": ("departments: [{code: 派出所, name: x}]\n", "11: `code` cannot be '派出所'; use letters a-z"),
    "long": (f"departments: [{{code: x, name: {'长' * 101}}}]\n", "11: `name` is too long; 100 characters are allowed"),
    "service": ("services: {garbge: {enabled: false}}\n", "11: no service 'garbge' in the catalogue; did you mean"),
    "own service": ("services: {ferry: {zh: 渡船}}\n", "One of your own needs a plain code, zh, route and class"),
    "route": ("services: {garbage: {route: wroker}}\n", "nobody is called 'wroker' in a route; did you mean 'worker'?"),
    "service dept": ("services: {garbage: {departments: [x]}}\n", "11: no department 'x'; add it first"),
    "service class": ("services: {garbage: {class: urgend}}\n", "`class` cannot be 'urgend'; did you mean 'urgent'?"),
    "services": ("services: [garbage]\n", "11: `services` must hold codes; write {garbage: {enabled: false}}"),
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_at_the_end_is_told_with_line_and_remedy(text: str, told: str, desk: Desk) -> None:
    assert told in desk.one(SMALL + text)


AREAS = {
    "two roots": ("{code: e, name: E, level: district}", "`e` has no parent, and neither has `d` (line 4); give one"),
    "itself": ("{code: e, name: E, level: grid, parent: e}", "the parents go in a circle: e → e; change one"),
    "key": ("{code: e, name: E, level: grid, parent: d, palces: []}", "unknown key `palces`; did you mean 'places'?"),
    "department": ("{code: e, name: E, level: grid, parent: d, department: x}", "no department 'x'; add it first"),
    "range": ("{code: e, name: E, level: grid, parent: d, places: [8-1幢]}", "'8-1幢' runs backwards or is longer"),
    "places": ("{code: e, name: E, level: grid, parent: d, places: 1幢}", "`places` cannot be '1幢'; write a list"),
    "corners": ("{code: e, name: E, level: grid, parent: d, boundary: [[1, 2]]}", "`boundary` has too few entries"),
    "corner": ("{code: e, name: E, level: grid, parent: d, boundary: [[1],[1,2],[1,2]]}", "a corner has two numbers"),
    "swapped": (
        "{code: e, name: E, level: grid, parent: d, boundary: [[30.7, 120.7], [1, 2], [1, 3]]}",
        "120.7 is off the map; write [lon, lat]",
    ),
    "line": (
        "{code: e, name: E, level: grid, parent: d, boundary: [[120.1, 30], [120.2, 30], [120.3, 30]]}",
        "the boundary of E encloses nothing; give three corners or more, not in one line",
    ),
    "crossing": (
        "{code: e, name: E, level: grid, parent: d, boundary: [[1, 3], [2, 4], [2, 3], [1, 4]]}",
        "the boundary of E crosses itself between corners 1-2 and 3-4; put them right",
    ),
    "text chat": ("{code: e, name: E, level: grid, parent: d, chat: club}", "`chat` cannot be 'club'; write a whole"),
}


@pytest.mark.parametrize(("area", "told"), AREAS.values(), ids=AREAS)
def test_a_wrong_area_is_told(area: str, told: str, desk: Desk) -> None:
    text = SMALL.replace("people:\n", f"  - {area}\npeople:\n")
    assert desk.one(text).startswith("6: ")
    assert told in desk.one(text)


def test_grids_that_overlap_are_a_warning_and_neighbours_are_none(desk: Desk) -> None:
    square = "[[{0}, 30], [{1}, 30], [{1}, 30.01], [{0}, 30.01]]"
    text = SMALL.replace("level: grid,", f"level: grid, boundary: {square.format(120.10, 120.11)},")
    for west, overlapping in ((120.11, False), (120.105, True)):
        beside = f"  - {{code: e, name: E, level: grid, parent: d, boundary: {square.format(west, 120.12)}}}\n"
        told = desk.load(text.replace("people:\n", f"{beside}people:\n")).warnings
        found = [line for line in told if "boundaries" in line]
        assert len(found) == overlapping
        assert all("of Grid and E overlap; a place there could be either: mend one" in one for one in found)


POSTS = {
    "area": ("{person: tu, area: h, role: worker}", "no area 'h'; known: d, g"),
    "department": ("{person: tu, department: h, role: officer}", "no department 'h'; add it first"),
    "officer": ("{person: tu, area: g, role: officer}", "role officer needs `department`; add it"),
    "nowhere": ("{person: tu, role: supervisor}", "role supervisor needs `area`; add it"),
    "specialist": ("{person: tu, area: g, role: specialist}", "role specialist needs `skill`; add it"),
    "again": ("{person: tu, area: g, role: worker}", "the same post stands in line 9; keep one of them"),
    "duty": ("{person: tu, area: d, role: worker, duty: full}", "`duty` cannot be 'full'; did you mean 'full_time'?"),
    "leave": (
        "{person: tu, area: d, role: worker, leave: [{from: 2026-02-02, to: 2026-02-01}]}",
        "the leave ends before it begins; swap `from` and `to`",
    ),
    "leave day": (
        "{person: tu, area: d, role: worker, leave: [{from: soon, to: 2026-02-01}]}",
        "`from` cannot be 'soon'; write a day",
    ),
    "substitute": (
        "{person: tu, area: d, role: worker, leave: [{from: 2026-02-01, to: 2026-02-01, substitute: tu}]}",
        "nobody stands in for himself; name another",
    ),
}


@pytest.mark.parametrize(("post", "told"), POSTS.values(), ids=POSTS)
def test_a_wrong_post_is_told(post: str, told: str, desk: Desk) -> None:
    mistake = desk.one(SMALL + f"  - {post}\n")
    assert mistake.startswith("11: ")
    assert told in mistake


def test_a_circle_of_parents_is_told_once(desk: Desk) -> None:
    circle = """\
  - {code: a, name: A, level: street, parent: c}
  - {code: b, name: B, level: street, parent: a}
  - {code: c, name: C, level: street, parent: b}
  - {code: e, name: E, level: grid, parent: c}
"""
    told = desk.one(SMALL.replace("people:\n", circle + "people:\n"))
    assert told == "6: the parents go in a circle: a → c → b → a; change one"


def test_one_slip_is_told_once_and_not_at_each_mention(desk: Desk) -> None:
    told = desk.one(SMALL.replace("{code: g, name: Grid,", "{code: g, nam: Grid, name: Grid,"))
    assert told == "5: unknown key `nam`; did you mean 'name'?"


def test_one_chat_serves_one_place(desk: Desk) -> None:
    text = SMALL.replace("level: grid,", "level: grid, chat: -100,") + "departments: [{code: x, name: X, chat: -100}]\n"
    assert desk.one(text) == "11: `chat` -100 stands twice (first in line 5); give each its own"


def test_a_member_of_staff_is_not_named_like_a_resident(desk: Desk) -> None:
    assert "`id` tg5 looks like a resident's" in desk.one(SMALL.replace("id: tu", "id: tg5").replace(": tu,", ": tg5,"))


def test_a_district_without_a_grid_is_none(desk: Desk) -> None:
    assert desk.one(SMALL.replace("level: grid", "level: gird")).startswith("3: no area has `level: grid`; ")


def test_a_district_needs_a_name_and_areas(desk: Desk) -> None:
    assert desk.mistakes("language: en\n") == [
        "1: `name` is missing; add it",
        "1: `areas` is missing; list the district's tree",
    ]


def test_unquoted_times_numbers_and_words_are_taken_as_written(desk: Desk) -> None:
    loaded = desk.load(
        SMALL.replace("id: tu, name: 屠甲", "id: 12, name: 007").replace("person: tu", "person: 12")
        + "policy: {quiet: 22:00-06:00, digests: [{level: grid, at: 18:00}]}\n"
    )
    assert loaded.district.people["12"].name == "007"
    assert loaded.policy.digests[0].at == 1080


# --- files that cannot be read -----------------------------------------------------------------------------------


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DistrictError) as caught:
        load_district(tmp_path / "none.yaml", CATALOGUE)
    assert "none.yaml: cannot be read (No such file or directory); name the district file in GRIDBOT_DISTRICT" in str(
        caught.value
    )


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DistrictError, match="Is a directory"):
        load_district(tmp_path, CATALOGUE)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a remark\n", "---\n"])
def test_an_empty_file(text: str, desk: Desk) -> None:
    assert desk.one(text) == "是空文件；请从 bot/samples/nanhu.yaml 改起"


UNREADABLE: dict[str, tuple[str | bytes, str]] = {
    "gbk": (b"language: en\n" + "name: 小区\n".encode("gbk"), "2: this is not UTF-8; save the file as UTF-8"),
    "utf-16": ("name: 小区\n".encode("utf-16"), "1: 编码不是 UTF-8；请把文件另存为 UTF-8"),
    "bracket": ("language: en\nareas:\n  - {code: d\nname: x\n", "4: YAML cannot be read here (while parsing a flow"),
    "tab": ("language: en\nareas:\n\t- x\n", "3: YAML cannot be read here"),
    "quote": ('language: en\nname: "x\n', "3: YAML cannot be read here"),
    "two": ("language: en\n---\nname: x\n", "2: YAML cannot be read here"),
    "tag": ("language: en\nname: !!python/name:os.system x\n", "2: YAML cannot be read here"),
    "alias": ("language: en\nname: *nobody\n", "2: YAML cannot be read here"),
    "control": ("language: en\nname: a\x07b\n", "2: a control character stands here; delete it"),
    "plain": ("just words\n", "1: 文件里应是 name:、areas: 这样的键；请参照 bot/samples/nanhu.yaml"),
    "deep": ("language: en\nx: " + "[" * 5000, "is nested too deeply; see bot/samples/nanhu.yaml"),
}


@pytest.mark.parametrize(("text", "told"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_is_no_yaml(text: str | bytes, told: str, desk: Desk) -> None:
    assert desk.one(text).startswith(told)


def test_an_alias_of_itself_ends(desk: Desk) -> None:
    assert "11: an alias contains itself; write the value out" in desk.mistakes(SMALL + "policy: &a {classes: *a}\n")


def test_a_mark_of_byte_order_is_no_mistake(desk: Desk) -> None:
    assert desk.load(b"\xef\xbb\xbf" + SMALL.encode()).district.name == "小区"


# --- what is odd -------------------------------------------------------------------------------------------------


def test_dedicated_grids_that_overlap_and_two_leaders_are_told(desk: Desk) -> None:
    """Each has an answer: a place of two dedicated grids stays with the grid, both leaders lead; and each is told."""
    text = SMALL.replace(
        "people:",
        """\
  - {code: a, name: School, level: dedicated, parent: d, department: education, places: [湘河中学]}
  - {code: b, name: Campus, level: dedicated, parent: d, places: [湘河中学, 操场]}
  - {code: m, name: Lane, level: micro, parent: g, places: [3幢]}
people:
  - {id: xu, name: 许乙}""",
    ).replace("level: grid, parent: d}", 'level: grid, parent: d, places: ["1-4幢", 操场]}')
    text += "  - {person: xu, area: g, role: leader}\ndepartments: [{code: education, name: E}]\n"
    loaded = desk.load(text)
    told = "\n".join(loaded.warnings)
    assert "湘河中学 (1) also belongs to a; leave each place to one grid" in told
    assert "Campus has neither a department nor anybody of its own" in told
    assert "Grid has 2 leaders" in told
    places = dict.fromkeys(known_places(loaded.district.areas))
    assert [one for one in places if one[0] in ("湘河中学", "操场", "3幢", "4幢")] == [
        ("4幢", "g"), ("湘河中学", "a"), ("湘河中学", "b"), ("操场", "b"), ("3幢", "m"),
    ]  # fmt: skip
    owners = areas_of_places(normalise("湘河中学门口有积水"), tuple(KnownPlace(*one) for one in places))
    assert owners == {"a", "b"}, "of two owners neither has it"
