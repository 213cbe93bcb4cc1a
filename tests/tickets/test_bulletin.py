"""Notices to groups: who speaks where, whom a choice means, how it is named, and what does not fit."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets import bulletin as rules
from tickets.bulletin import Progress
from tickets.household import Address, in_order, keeps_list, own_grids
from tickets.roster import Area, District, Person, Post, Role
from tickets.worktime import Quiet

NOON = datetime(2026, 6, 3, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
QUIET = Quiet.parse("21:30-07:30")


def district() -> District:
    """Two communities of a street, with three grids and one; one grid has no group, one has a part."""
    areas = (
        Area("d", "示例区", "district", chat=-1),
        Area("d.s", "湘河街道", "street", "d"),
        Area("d.s.a", "湘河社区", "community", "d.s", chat=-2),
        Area("d.s.a.1", "第一网格", "grid", "d.s.a", chat=-11),
        Area("d.s.a.2", "第二网格", "grid", "d.s.a", chat=-12),
        Area("d.s.a.3", "第三网格", "grid", "d.s.a"),
        Area("d.s.b", "柳湾社区", "community", "d.s"),
        Area("d.s.b.1", "柳湾网格", "grid", "d.s.b", chat=-21),
        Area("d.s.b.1.m", "柳湾微网格", "micro", "d.s.b.1"),
        Area("d.s.x", "湘河中学", "dedicated", "d.s"),
    )
    posts = (
        Post("wang", "d.s.a.1", Role.LEADER),
        Post("he", "d.s.b.1", Role.INSTRUCTOR),
        Post("tu", "d.s.a.1", Role.WORKER),
        Post("mi", "d.s.b.1.m", Role.WORKER),
        Post("fei", "d.s.a.1", Role.SPECIALIST, "doctor"),
        Post("li", "d.s.a", Role.SUPERVISOR),
        Post("both", "d.s.a", Role.SUPERVISOR),
        Post("both", "d.s.b.1", Role.LEADER),
        Post("lone", "d.s.a.3", Role.LEADER),
        Post("shen", None, Role.ADMIN),
        Post("zhao", None, Role.OFFICER, department="works"),
    )
    people = {post.person: Person(post.person, post.person) for post in posts}
    return District("示例区", "Asia/Shanghai", "zh", {area.code: area for area in areas}, people=people, posts=posts)


HERE = district()
GRIDS = tuple(grid.code for grid in HERE.grids)


@pytest.mark.parametrize(
    ("person", "voices", "default"),
    [
        ("wang", ["d.s.a.1"], ("d.s.a.1",)),
        ("he", ["d.s.b.1"], ("d.s.b.1",)),
        ("tu", [], ()),
        ("fei", [], ()),
        ("zhao", [], ()),
        ("nobody", [], ()),
        ("li", ["d.s.a"], ("d.s.a.1", "d.s.a.2", "d.s.a.3")),
        ("both", ["d.s.b.1", "d.s.a"], ("d.s.b.1",)),
        ("lone", ["d.s.a.3"], ()),
        ("shen", ["d"], GRIDS),
    ],
)
def test_who_speaks_where(person: str, voices: list[str], default: tuple[str, ...]) -> None:
    assert [area.code for area in rules.voices(HERE, person)] == voices
    assert rules.default_areas(HERE, person) == default


def test_a_staff_room_means_its_own_area() -> None:
    assert rules.default_areas(HERE, "shen", "d.s.a") == ("d.s.a.1", "d.s.a.2", "d.s.a.3")
    assert rules.default_areas(HERE, "wang", "d.s.a") == ("d.s.a.1",), "not the author's"


def test_in_whose_name() -> None:
    assert rules.voice_for(HERE, "both", ["d.s.b.1"]) == "d.s.b.1"
    assert rules.voice_for(HERE, "both", ["d.s.a.1", "d.s.a.2"]) == "d.s.a"
    assert rules.voice_for(HERE, "both", ["d.s.b.1", "d.s.a.1"]) == "d.s.a"
    assert rules.voice_for(HERE, "tu", ["d.s.a.1"]) == ""


@pytest.mark.parametrize(
    ("areas", "named"),
    [
        ((), ()),
        (("d.s.a.1",), (("d.s.a.1", 1),)),
        (("d.s.a.1", "d.s.a.3"), (("d.s.a.1", 1), ("d.s.a.3", 1))),
        (("d.s.a.1", "d.s.a.2", "d.s.a.3"), (("d.s.a", 3),)),
        (("d.s.a.1", "d.s.b.1"), (("d.s.a.1", 1), ("d.s.b.1", 1))),
        (GRIDS, (("d.s", 4),)),
        ((*GRIDS, "d", "gone"), (("d.s", 4),)),
    ],
)
def test_many_grids_are_named_in_few_words(areas: tuple[str, ...], named: tuple[tuple[str, int], ...]) -> None:
    assert rules.parts(HERE, areas) == named


@given(chosen=st.sets(st.sampled_from(GRIDS)))
def test_the_names_are_of_just_these_grids(chosen: set[str]) -> None:
    found = [grid for code, count in rules.parts(HERE, chosen) for grid in rules.grids_in(HERE, code)]
    assert sorted(found) == sorted(chosen)


@given(chosen=st.sets(st.sampled_from(GRIDS)), some=st.sets(st.sampled_from(GRIDS), min_size=1))
def test_a_press_adds_all_or_takes_all_away(chosen: set[str], some: set[str]) -> None:
    after = rules.toggled(chosen, some, HERE)
    assert set(after) == (chosen - some if some <= chosen else chosen | some)
    assert list(after) == [code for code in GRIDS if code in after]


def test_groups_and_staff_rooms() -> None:
    assert rules.with_group(HERE, (*GRIDS, "gone")) == {"d.s.a.1": -11, "d.s.a.2": -12, "d.s.b.1": -21}
    assert rules.rooms_in(HERE, "d") == ("d", "d.s.a")
    assert rules.rooms_in(HERE, "d.s.b") == ()
    assert rules.allowed(HERE, "he") == {"d.s.b.1", "d.s.b.1.m"}


@pytest.mark.parametrize(
    ("text", "captioned", "over"),
    [("停" * 3800, False, 0), ("停" * 5000, False, 1200), ("停" * 751, True, 1), ("😀" * 400, True, 50), ("", True, 0)],
)
def test_what_does_not_fit(text: str, captioned: bool, over: int) -> None:
    assert rules.too_long(text, captioned=captioned) == over


def test_hours_to_choose_from() -> None:
    assert rules.evening(NOON) == NOON.replace(hour=18)
    assert rules.evening(NOON.replace(hour=18)) is None
    assert rules.morning(NOON) == NOON.replace(day=4, hour=9)
    assert rules.morning(NOON.replace(hour=2)) == NOON.replace(hour=9)
    assert rules.default_time(NOON, QUIET) is None
    assert rules.default_time(NOON.replace(hour=23), QUIET) == NOON.replace(day=4, hour=9)


def test_how_long_the_rest_takes() -> None:
    assert Progress(300, 42).seconds == 11
    assert Progress(300, 298, (("d.s.a.1", "gone"),), 1).seconds == 1
    assert Progress(1, 0).left == 1
    assert not Progress(2, 2, pins_left=1).settled
    assert Progress(2, 1, dropped=1).settled
    sheet = rules.Sheet(bulletin=None, progress=Progress(2360, 0))  # type: ignore[arg-type]
    assert sheet.left == timedelta(minutes=2)


def test_whose_list_of_households() -> None:
    assert own_grids(HERE, "tu") == ("d.s.a.1",)
    assert own_grids(HERE, "mi") == ("d.s.b.1",)
    assert own_grids(HERE, "li") == own_grids(HERE, "fei") == own_grids(HERE, "shen") == ()
    assert keeps_list(HERE, "both", "d.s.b.1")
    assert not keeps_list(HERE, "both", "d.s.a.1")


def test_households_as_one_walks() -> None:
    homes = [Address("g", *parts.split()) for parts in ("12 1 101", "3 2 501", "3 1 101", "3")]
    assert [one.building + one.unit for one in sorted(homes, key=in_order)] == ["3", "31", "32", "121"]
