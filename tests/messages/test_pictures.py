"""The map of a community's grids: its bytes are looked at, as a phone would show them."""

import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from itertools import combinations, pairwise, product
from math import dist

import pytest
from PIL import Image

from bot.district import load_district
from messages.pictures import Plan, Shape, plan_of
from messages.pictures.draw import INK, OWN, OWN_INK, PAPER, SIZES, TINTS, WIDTH, Label, draw, layout
from messages.pictures.letters import FONT, drawn, has, letters, missing
from parsing import load_catalogue
from tickets.geometry import inside
from tickets.roster import Area, District

Colour = tuple[int, ...]


@pytest.fixture(scope="module")
def nanhu() -> District:
    return load_district("bot/samples/nanhu.yaml", load_catalogue()).district


def opened(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def plan(*names: str, columns: int = 4, side: float = 200.0) -> Plan:
    """A chequered community; the first grid is one's own."""
    shapes = []
    for number, name in enumerate(names):
        x, y = number % columns * side, number // columns * side
        ring = ((x, y), (x + side, y), (x + side, y + side), (x, y + side))
        shapes.append(Shape(name, ring, number % len(TINTS), own=number == 0))
    return Plan("湘河社区", tuple(shapes))


def shares(picture: Image.Image) -> dict[Colour, float]:
    """Colour -> its share of the picture, for colours that cover any of it."""
    counted = picture.getcolors(1 << 20)
    assert counted is not None
    whole = picture.width * picture.height
    return {colour: count / whole for count, colour in counted if isinstance(colour, tuple) and count / whole > 0.01}


# --- the letters -----------------------------------------------------------------------------------------------


def test_the_font_writes_every_character_of_gb_2312() -> None:
    every = []
    for row, cell in product(range(0xB0, 0xF8), range(0xA1, 0xFF)):
        try:
            every.append(bytes((row, cell)).decode("gb2312"))
        except UnicodeDecodeError:  # the last cells of a row stand for nothing
            continue
    assert len(every) == 6763
    assert missing("".join(every)) == ""
    assert missing("甪埗邨栢嶺 Ninth grid (7), No. 12·①②〔〕、（）—") == ""


def test_what_the_font_lacks_is_noticed_and_looks_like_the_box() -> None:
    assert missing("曌家桥第𰻝网格") == "曌𰻝"
    assert drawn("曌") == drawn("𰻝")
    assert drawn("网") != drawn("曌")
    assert not has("曌")


def test_the_font_comes_with_the_program_and_its_licence_beside_it() -> None:
    assert FONT.parent.name == "pictures"
    assert FONT.stat().st_size < 2_000_000
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONT.parent / "OFL.txt").read_text(encoding="utf-8")


def test_who_draws_nothing_does_not_carry_pillow() -> None:
    code = "import sys, messages, messages.pictures; print('PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# --- the plan --------------------------------------------------------------------------------------------------


def test_the_plan_has_the_communitys_grids_and_marks_ones_own(nanhu: District) -> None:
    found = plan_of(nanhu, "d.s1.c1.g2")
    assert found is not None
    assert found.title == "湘河社区"
    assert [(one.name, one.own) for one in found.shapes] == [
        ("第一网格", False),
        ("第二网格", True),
        ("第三网格", False),
    ]
    assert len({one.tint for one in found.shapes}) == 3
    assert found.numbered == found.unmapped == ()


def test_the_same_boundaries_are_the_same_picture_whoever_else_joins(nanhu: District) -> None:
    first, again = plan_of(nanhu, "d.s1.c1.g1"), plan_of(replace(nanhu, people={}, posts=()), "d.s1.c1.g1")
    other = plan_of(nanhu, "d.s1.c1.g2")
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.digest == again.digest != other.digest
    assert draw(first) == draw(again)


def test_without_a_boundary_of_ones_own_there_is_no_map(nanhu: District) -> None:
    areas = {code: replace(area, boundary=()) if code.endswith("g1") else area for code, area in nanhu.areas.items()}
    bare = replace(nanhu, areas=areas)
    assert plan_of(bare, "d.s1.c1.g1") is None
    assert plan_of(nanhu, "d.s1.c1") is None
    assert plan_of(nanhu, "nowhere") is None
    found = plan_of(bare, "d.s1.c1.g2")
    assert found is not None
    assert found.unmapped == ("第一网格",)
    assert len(found.shapes) == 2


def test_of_very_many_grids_the_nearest_are_drawn() -> None:
    areas = {"c": Area("c", "大社区", "community")}
    for number in range(100):
        west = 120.0 + number * 0.001
        ring = ((west, 30.0), (west + 0.001, 30.0), (west + 0.001, 30.01), (west, 30.01))
        areas[f"g{number:03}"] = Area(f"g{number:03}", f"第{number}网格", "grid", "c", boundary=ring)
    found = plan_of(District("x", "Asia/Shanghai", "zh", areas), "g050")
    assert found is not None
    assert len(found.shapes) == 40
    assert {"第31网格", "第50网格", "第69网格"} <= {one.name for one in found.shapes}
    assert all(one.tint != other.tint for one, other in pairwise(found.shapes))


# --- the picture -----------------------------------------------------------------------------------------------


def test_the_picture_is_a_png_of_a_phones_size_with_its_colours(nanhu: District) -> None:
    found = plan_of(nanhu, "d.s1.c1.g1")
    assert found is not None
    data = draw(found)
    picture = opened(data)
    assert (picture.format, picture.mode, picture.width) == ("PNG", "RGB", WIDTH)
    assert 700 < picture.height < 1500
    assert len(data) < 200_000
    there = shares(picture)
    assert there[OWN] > 0.1
    assert there[PAPER] > 0.1
    for shape in found.shapes:
        assert shape.own or there[TINTS[shape.tint]] > 0.1


def ink(picture: Image.Image, label: Label) -> int:
    """How many pixels of a label's box are clearly ink."""
    wanted = OWN_INK if label.own else INK
    pixels = picture.crop(tuple(round(side) for side in label.box)).get_flattened_data()
    return sum(1 for pixel in pixels if dist(pixel, wanted) < 60)


def test_every_name_is_written_where_the_layout_says(nanhu: District) -> None:
    found = plan_of(nanhu, "d.s1.c1.g1")
    assert found is not None
    picture, where = opened(draw(found)), layout(found)
    assert [label.lines for label in where.labels] == [("第一网格",), ("第二网格",), ("第三网格",)]
    for label, shape in zip(where.labels, found.shapes, strict=True):
        strokes = sum(1 for value in letters(label.size).getmask(shape.name) if value > 200)
        assert ink(picture, label) > 0.6 * strokes > 300
        assert label.size >= SIZES[-1]


def overlapping(labels: tuple[Label, ...]) -> list[tuple[Label, Label]]:
    return [
        (one, other)
        for one, other in combinations(labels, 2)
        if one.box[0] < other.box[2]
        and other.box[0] < one.box[2]
        and one.box[1] < other.box[3]
        and other.box[1] < one.box[3]
    ]


def test_names_stay_inside_and_what_does_not_fit_becomes_a_number_with_a_legend() -> None:
    found = plan(
        "第一网格", "东门菜场及沿河街联合网格第七微网格", "公园", "十四", *("第九微网格" for _ in range(16)), columns=10
    )
    where = layout(found)
    assert overlapping(where.labels) == []
    for number, (label, ring) in enumerate(zip(where.labels, where.rings, strict=True), 1):
        left, top, right, bottom = label.box
        if label.number:
            assert label.lines == (str(number),)
        else:
            assert "".join(label.lines) == found.shapes[number - 1].name
            assert all(inside(corner, ring) for corner in product((left, right), (top, bottom)))
    assert where.labels[1].number
    assert any("东门菜场" in text for text, _ in where.legend)
    assert where.size[1] > max(y for _, (_, y) in where.legend)
    assert all(letters(36).getlength(text) < WIDTH / 2 for text, _ in where.legend)


def test_tiny_grids_keep_their_numbers_apart() -> None:
    found = plan("大网格", *(f"第{number}网格" for number in range(30)), columns=6)
    crowd = replace(
        found,
        shapes=(
            found.shapes[0],
            *(replace(one, ring=tuple((x / 20, y / 20) for x, y in one.ring), own=False) for one in found.shapes[1:]),
        ),
    )
    where = layout(crowd)
    assert overlapping(where.labels) == []
    assert sum(label.anchor is not None for label in where.labels) > 5
    assert all(0 < label.at[0] < WIDTH for label in where.labels)
    assert opened(draw(crowd)).size == where.size


def test_a_name_that_the_font_cannot_write_is_a_number_and_is_told_in_words() -> None:
    found = plan("第一网格", "曌家桥网格")
    assert found.numbered == ((2, "曌家桥网格"),)
    where = layout(found)
    assert where.labels[1].lines == ("2",)
    assert where.legend == ()
    draw(replace(found, title="曌社区"))


@pytest.mark.parametrize(
    "ring",
    [
        ((0, 0), (20_000, 0), (20_000, 30), (0, 30)),
        ((0, 0), (30, 0), (30, 20_000), (0, 20_000)),
        ((0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5)),
        ((0, 0), (1000, 0), (1, 1)),
    ],
)
def test_odd_shapes_make_a_picture_all_the_same(ring: tuple[tuple[float, float], ...]) -> None:
    picture = opened(draw(Plan("湘河社区", (Shape("第一网格", ring, own=True),))))
    assert picture.width == WIDTH
    assert picture.height < 1500


# --- the colours -----------------------------------------------------------------------------------------------


def luminance(colour: Colour) -> float:
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in (one / 255 for one in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


BLIND = {
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritanopia": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
    "grey": ((0.299, 0.587, 0.114),) * 3,
}


@pytest.mark.parametrize("sight", BLIND)
def test_ones_own_grid_stands_out_for_every_eye(sight: str) -> None:
    def seen(colour: Colour) -> Colour:
        return tuple(sum(m * v for m, v in zip(row, colour, strict=True)) for row in BLIND[sight])

    assert all(dist(seen(OWN), seen(tint)) > 120 for tint in (*TINTS, PAPER))
    assert all(dist(seen(one), seen(other)) > 4 for one, other in combinations(TINTS, 2))


def test_names_are_easy_to_read() -> None:
    assert all(contrast(INK, ground) > 7 for ground in (*TINTS, PAPER))
    assert contrast(OWN_INK, OWN) > 4.5
    assert all(contrast(OWN, tint) > 3 for tint in TINTS)
