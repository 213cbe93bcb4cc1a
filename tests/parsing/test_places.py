"""Places in the spellings of residents, and whose they are."""

from dataclasses import replace

import pytest

from parsing import Context, KnownPlace, Place, understand
from parsing.normalise import normalise
from parsing.places import find_places, number


def places(text: str, context: Context) -> tuple[Place, ...]:
    return find_places(normalise(text), context.places, context.grid)


@pytest.mark.parametrize(
    ("text", "span", "parts"),
    [
        ("3栋2单元501漏水", "3栋2单元501", ("3", "2", "501")),
        ("三号楼电梯坏了", "三号楼", ("3", None, None)),
        ("我家12-3-402没水", "12-3-402", ("12", "3", "402")),
        ("3#502漏水", "3#502", ("3", None, "502")),
        ("十二幢一单元三楼灯不亮", "十二幢一单元三楼", ("12", "1", None)),
        ("住5号楼 301室", "5号楼 301室", ("5", None, "301")),
        ("２栋１单元", "２栋１单元", ("2", "1", None)),
        ("A座大厅", "A座", ("a", None, None)),
        ("building 5 unit 2 has no water", "building 5 unit 2", ("5", "2", None)),
        ("二单元声控灯", "二单元", (None, "2", None)),
    ],
)
def test_buildings(text: str, span: str, parts: tuple[str | None, ...], context: Context) -> None:
    found = places(text, context)
    assert [place.span for place in found] == [span]
    assert (found[0].building, found[0].unit, found[0].room) == parts
    assert text[found[0].start : found[0].end] == span


@pytest.mark.parametrize(
    ("text", "span"),
    [("东门井盖没了", "东门"), ("河边有垃圾", "河边"), ("the south gate is broken", "south gate")],
)
def test_landmarks(text: str, span: str, context: Context) -> None:
    assert [place.span for place in places(text, context)] == [span]


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("3栋没水", "d.s1.c1.g1"),
        ("十八号楼没水", "d.s1.c1.g1"),
        ("20幢没水", "d.s1.c1.g2"),
        ("湘河中学厕所", "d.s1.school"),
        ("湘河菜场门口", "d.s1.c1.g1"),
        ("99栋没水", None),
    ],
)
def test_the_owner_of_a_place(text: str, area: str | None, context: Context) -> None:
    assert places(text, context)[0].area == area


def test_a_building_of_two_grids_belongs_to_the_groups_own(context: Context) -> None:
    both = replace(context, places=(KnownPlace("1-5幢", "a"), KnownPlace("1-9幢", "b")), grid="b")
    assert places("3栋", both)[0].area == "b"
    assert places("3栋", replace(both, grid=None))[0].area is None


@pytest.mark.parametrize("text", ["12:30停电", "2024-05-01", "13800138000", "一座桥", "两栋都停电"])
def test_what_is_no_building(text: str, context: Context) -> None:
    assert all(place.building is None for place in places(text, context))


@pytest.mark.parametrize(("written", "digits"), [("十", "10"), ("二十一", "21"), ("一百", "100"), ("7a", "7a")])
def test_numbers(written: str, digits: str) -> None:
    assert number(written) == digits


def test_several_places_stand_in_their_order(context: Context) -> None:
    found = understand("东门和3栋2单元的路灯都坏了", context)
    assert [place.span for place in found.places] == ["东门", "3栋2单元"]
