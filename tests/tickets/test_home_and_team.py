"""Where somebody lives, by words and links; who serves there, who is there now, who steps in."""

import functools
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.district import load_district
from parsing import KnownPlace, areas_of_places, load_catalogue, normalise
from tickets.home import LIMIT, LINK, MOST, choices, grid_of, grid_of_token, grids_below, grids_named, short_name, token
from tickets.roster import Area, District, Leave, Role
from tickets.team import Team, team_of

LOADED = load_district("bot/samples/nanhu.yaml", load_catalogue())
NANHU = LOADED.district
WEDNESDAY = datetime(2026, 6, 3, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
G1, G2, G3 = (f"d.s1.c1.g{number}" for number in (1, 2, 3))


def city(streets: int, communities: int, grids: int) -> District:
    """A regular city."""
    areas = {"d": Area("d", "大城区", "district")}
    for s in range(streets):
        areas[f"s{s}"] = Area(f"s{s}", f"第{s}街道", "street", "d")
        for c in range(communities):
            community = f"s{s}c{c}"
            areas[community] = Area(community, f"{s}街{c}社区", "community", f"s{s}")
            for g in range(grids):
                code = f"{community}g{g}"
                areas[code] = Area(code, f"{s}街{c}社区第{g}网格", "grid", community)
    return District("大城区", "Asia/Shanghai", "zh", areas)


def folded(name: str) -> str:
    return normalise(name).text


# --- home ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我家在湘河社区第二网格", (G2,)),
        ("第二网格", (G2,)),
        ("我住湘河社区", (G1, G2, G3)),
        ("示例区湘河街道湘河社区第三網格", (G3,)),
        ("第一网格和第二网格之间", (G1, G2)),
        ("楼道灯坏了", ()),
        ("", ()),
    ],
)
def test_names_of_areas_in_a_text(text: str, expected: tuple[str, ...]) -> None:
    assert grids_named(NANHU, folded(text), folded) == expected


def test_the_community_tells_equal_names_apart() -> None:
    district = city(2, 2, 3)
    assert grids_named(district, folded("第1网格"), folded) == ("s0c0g1", "s0c1g1", "s1c0g1", "s1c1g1")
    assert grids_named(district, folded("1街0社区的第1网格"), folded) == ("s1c0g1",)
    assert grids_named(district, folded("第1街道"), folded) == grids_below(district, "s1")


def test_parts_belong_to_their_grid_and_overlays_to_none() -> None:
    areas = {**NANHU.areas, "m": Area("m", "第一微网格", "micro", G1)}
    district = replace(NANHU, areas=areas)
    assert grid_of(district, "m") == G1
    assert grid_of(district, G2) == G2
    assert grid_of(district, "d.s1.c1") is grid_of(district, "d.s1.school") is grid_of(district, "x") is None
    assert short_name(district, district.areas[G1]) == "第一网格"
    assert short_name(district, district.areas["d"]) == "示例区"


@functools.cache
def _city(size: tuple[int, int, int]) -> District:
    return city(*size)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("unmeasured")
@given(st.sampled_from([(1, 1, 3), (2, 3, 4), (9, 2, 9), (12, 10, 20), (3, 1, 1)]), st.data())
def test_there_is_always_a_short_way_down_to_every_grid(size: tuple[int, int, int], data: st.DataObject) -> None:
    """However many grids it can be: few buttons at a time, each tap narrows it, and the grid is reached."""
    district = _city(size)
    every = [grid.code for grid in district.grids]
    wanted = data.draw(st.sampled_from(every))
    left: tuple[str, ...] = tuple(every)
    for _ in range(5):
        offered = choices(district, left)
        assert 0 < len(offered) <= (LIMIT if max(size) > MOST else MOST)
        step = next(code for code in offered if wanted in grids_below(district, code))
        left = grids_below(district, step)
        if left == (wanted,):
            return
    raise AssertionError(f"{wanted} is never reached")


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789._-", min_size=1, max_size=48))
def test_a_link_leads_to_its_grid_and_may_stand_in_telegrams_links(code: str) -> None:
    district = District("x", "Asia/Shanghai", "zh", {code: Area(code, "网格", "grid")})
    start = LINK + token(code)
    assert len(start) <= 64
    assert start.replace("_", "").isalnum()
    assert start.isascii()
    assert grid_of_token(district, start) == code
    assert grid_of_token(district, f"{start}x") is None


def test_a_building_may_stand_in_several_grids() -> None:
    places = (KnownPlace("1-18幢", "a"), KnownPlace("3号楼", "b"), KnownPlace("湘河菜场", "a"), KnownPlace("东门", "c"))
    for text, expected in {
        "3栋2单元": {"a", "b"},
        "三号楼": {"a", "b"},
        "我住17幢": {"a"},
        "3-2-501": {"a", "b"},
        "building 3": {"a", "b"},
        "湘河菜场东门": {"a", "c"},
        "80幢": set(),
        "你好": set(),
    }.items():
        assert areas_of_places(normalise(text), places) == expected, text


# --- team ------------------------------------------------------------------------------------------------------


def team(district: District = NANHU, grid: str = G1, now: datetime = WEDNESDAY) -> Team:
    return team_of(district, LOADED.services, LOADED.policy, grid, now)


def test_who_serves_by_role_and_who_is_there_now() -> None:
    found = team()
    assert [(one.person, one.key) for one in found.members] == [
        ("tu", "worker"),
        ("sun", "worker"),
        ("wang", "leader"),
        ("he", "instructor"),
        ("fei", "doctor"),
        ("zhou", "police"),
    ]
    there = {one.person for one in found.members if one.comes is None}
    assert there == {"tu", "wang", "he", "fei", "zhou"}
    sun = next(one for one in found.members if one.person == "sun")
    assert sun.comes is not None
    assert sun.comes.hour == 17
    night = team(now=WEDNESDAY.replace(hour=23))
    assert [one.person for one in night.members if one.comes is None] == ["zhou"]


def test_who_steps_in_for_whom_the_grid_lacks() -> None:
    found = team(grid=G3)
    assert {(one.person, one.key, one.area) for one in found.helpers} == {
        ("lv", "mediator", "d.s1.c1"),
        ("wu", "lawyer", G2),
        ("fei", "doctor", G1),
    }
    assert set(found.missing) == {"judge", "teacher"}
    assert found.above == ()
    assert not found.has("doctor")


def test_a_leave_brings_the_substitute_or_is_told() -> None:
    away = Leave(date(2026, 6, 1), date(2026, 6, 5), "sun")
    posts = tuple(replace(post, leave=(away,)) if post.person == "tu" else post for post in NANHU.posts)
    assert [one.person for one in team(replace(NANHU, posts=posts)).members][:2] == ["sun", "wang"]
    alone = tuple(
        replace(post, leave=(replace(away, substitute=None),)) if post.person in ("tu", "wu") else post
        for post in NANHU.posts
    )
    found = team(replace(NANHU, posts=alone))
    assert found.members[0].away_until == date(2026, 6, 5)
    assert "lawyer" in found.missing


def test_a_grid_without_people_says_who_gets_its_requests() -> None:
    nobody = replace(NANHU, posts=tuple(post for post in NANHU.posts if post.area != G3))
    found = team(nobody, G3)
    assert found.members == ()
    assert [(one.person, one.key) for one in found.above] == [("li", Role.SUPERVISOR)]
    empty = team(replace(NANHU, posts=()), G3)
    assert empty.members == empty.helpers == empty.above == ()


def test_people_of_two_trades_are_told_once_for_each() -> None:
    twice = (*NANHU.posts, replace(next(post for post in NANHU.posts if post.person == "tu"), duty="part_time"))
    assert [one.person for one in team(replace(NANHU, posts=twice)).members].count("tu") == 1
