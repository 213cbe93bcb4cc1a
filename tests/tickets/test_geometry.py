"""Where a point lies, and whether outlines are sound: by table, and against a second way to find out."""

from math import cos, hypot, pi, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.geometry import (
    BORDER,
    DEGREE,
    Point,
    corners,
    crossing,
    flat,
    in_line,
    inside,
    middle,
    overlap,
    overlaps,
    surface,
    to_border,
    whereabouts,
)
from tickets.roster import Area, District

SQUARE = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))
HORSESHOE = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (6.0, 9.0), (6.0, 3.0), (3.0, 3.0), (3.0, 9.0), (0.0, 9.0))

AT = (120.75, 30.76)


def degrees(east: float, north: float) -> Point:
    """A point so many metres from the corner of the sample community."""
    return AT[0] + east / DEGREE / cos(radians(AT[1])), AT[1] + north / DEGREE


def district(**rings: tuple[Point, ...]) -> District:
    """A district of grids with outlines in metres."""
    areas = {
        code: Area(code, f"{code}网格", "grid", boundary=tuple(degrees(*corner) for corner in ring))
        for code, ring in rings.items()
    }
    return District("示例区", "Asia/Shanghai", "zh", areas)


WEST = ((0.0, 0.0), (500.0, 0.0), (500.0, 500.0), (0.0, 500.0))
EAST = ((500.0, 0.0), (1000.0, 0.0), (1000.0, 500.0), (500.0, 500.0))


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ((250, 250), ("west",)),
        ((750, 250), ("east",)),
        ((492, 250), ("west", "east")),
        ((505, 250), ("east", "west")),
        ((-8, 250), ("west",)),  # the phone may be wrong by as much
        ((-8, -8), ("west",)),
        ((-40, 250), ()),
        ((250, 540), ()),
    ],
)
def test_a_point_is_in_its_grid_on_the_border_or_outside(point: tuple[float, float], expected: tuple[str, ...]) -> None:
    assert whereabouts(district(west=WEST, east=EAST), degrees(*point)).grids == expected


def test_somebody_outside_hears_how_far_it_is_unless_that_is_another_town() -> None:
    near = whereabouts(district(west=WEST, east=EAST), degrees(1300, 250))
    assert (near.grids, near.nearest, round(near.metres)) == ((), "east", 300)
    far = whereabouts(district(west=WEST, east=EAST), degrees(40_000, 250))
    assert (far.grids, far.nearest, far.mapped) == ((), None, True)


def test_without_outlines_nothing_is_known() -> None:
    unmapped = District("示例区", "Asia/Shanghai", "zh", {"g": Area("g", "第一网格", "grid")})
    assert not whereabouts(unmapped, AT).mapped


def test_where_outlines_overlap_the_deeper_one_comes_first() -> None:
    wide = ((0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0), (0.0, 1000.0))
    small = ((0.0, 0.0), (200.0, 0.0), (200.0, 200.0), (0.0, 200.0))
    assert whereabouts(district(small=small, wide=wide), degrees(150, 150)).grids == ("wide", "small")


def test_a_bay_of_a_horseshoe_is_outside() -> None:
    assert inside((1.5, 6.0), HORSESHOE)
    assert not inside((4.5, 6.0), HORSESHOE)
    assert to_border((4.5, 6.0), HORSESHOE) == 1.5


def stars() -> st.SearchStrategy[tuple[Point, ...]]:
    """Rings without crossings: corners at growing angles around the middle, near and far."""
    radii = st.lists(st.floats(20, 300), min_size=5, max_size=12)
    return radii.map(
        lambda far: tuple((r * cos(2 * pi * i / len(far)), r * sin(2 * pi * i / len(far))) for i, r in enumerate(far))
    )


POINTS = st.tuples(st.floats(-320, 320), st.floats(-320, 320))


def in_a_triangle(point: Point, ring: tuple[Point, ...]) -> bool:
    """The second way: a star is the triangles between its middle and its sides."""

    def side(a: Point, b: Point) -> float:
        return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])

    middle_ = (0.0, 0.0)
    return any(
        min(side(middle_, a), side(a, b), side(b, middle_)) >= 0
        for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)
    )


@given(stars(), POINTS)
def test_inside_agrees_with_the_triangles(ring: tuple[Point, ...], point: Point) -> None:
    if to_border(point, ring) > 1e-6:
        assert inside(point, ring) == in_a_triangle(point, ring)


@given(stars(), POINTS, st.integers(0, 11))
def test_neither_direction_nor_first_corner_matters(ring: tuple[Point, ...], point: Point, first: int) -> None:
    first %= len(ring)
    turned = (*ring[first:], *ring[:first])
    for same in (turned, turned[::-1], (*ring, ring[0])):
        assert to_border(point, same) == pytest.approx(to_border(point, ring))
        assert crossing(same) is None
        if to_border(point, ring) > 1e-6:
            assert inside(point, same) == inside(point, ring)


@given(stars())
def test_the_middle_is_inside_and_metres_survive_the_map(ring: tuple[Point, ...]) -> None:
    found = middle(ring)
    assert inside(found, ring)
    assert to_border(found, ring) > 0
    back = flat([degrees(*corner) for corner in ring], AT)
    assert max(hypot(x - u, y - v) for (x, y), (u, v) in zip(ring, back, strict=True)) < 0.01


@given(st.floats(0, 999), st.floats(0, 499))
def test_neighbours_leave_no_gap_between_them(east: float, north: float) -> None:
    assert whereabouts(district(west=WEST, east=EAST), degrees(east, north)).grids


@pytest.mark.parametrize(
    ("ring", "expected"),
    [
        (SQUARE, None),
        ((*SQUARE, SQUARE[0]), None),
        (HORSESHOE, None),
        (((0, 0), (4, 4), (4, 0), (0, 4)), (0, 2)),  # two corners swapped
        (((0, 0), (4, 0), (4, 4), (2, 0), (0, 4)), (0, 2)),  # a corner on another side
        (((0, 0), (4, 0), (2, 0), (2, 4)), (0, 1)),  # runs back over itself
        (((0, 0), (4, 0), (4, 4), (0, 4), (0, 0), (4, 0)), (0, 3)),  # goes round once and then on
    ],
)
def test_sides_that_cross_are_found(ring: tuple[Point, ...], expected: tuple[int, int] | None) -> None:
    assert crossing(ring) == expected


def test_corners_in_a_line_have_no_surface() -> None:
    assert surface(((0, 0), (2, 2), (4, 4))) == 0
    assert surface(HORSESHOE) == 63
    assert corners(((0, 0), (1, 1), (0, 0))) == 2
    assert in_line([degrees(*corner) for corner in ((0, 0), (200, 200), (100, 100.3), (0, 0))])
    assert in_line([degrees(0, 0)] * 3)
    assert not in_line([degrees(*corner) for corner in SQUARE])


def moved(ring: tuple[Point, ...], east: float, north: float = 0.0) -> list[Point]:
    return [degrees(x + east, y + north) for x, y in ring]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (moved(WEST, 500), False),  # side by side
        (moved(WEST, 494), False),  # drawn carelessly
        (moved(WEST, 450), True),
        (moved(WEST, 0), True),  # the same once more
        (moved(((-100, 200), (600, 200), (600, 300), (-100, 300)), 0), True),  # straight through
        (moved(((200, 200), (300, 200), (300, 300), (200, 300)), 0), True),  # in the middle of it
        (moved(((500, 500), (600, 500), (600, 600)), 0), False),  # corner to corner
        (moved(WEST, 5000), False),
    ],
)
def test_overlaps_are_found_and_slivers_forgiven(other: list[Point], expected: bool) -> None:
    one = moved(WEST, 0)
    assert overlap(one, other) is expected
    assert overlap(other, one) is expected
    assert list(overlaps([one, other])) == ([(0, 1)] if expected else [])


@given(stars(), stars(), st.floats(-500, 500), st.floats(-500, 500))
def test_a_point_deep_in_both_means_that_they_overlap(
    one: tuple[Point, ...], other: tuple[Point, ...], east: float, north: float
) -> None:
    there = tuple((x + east, y + north) for x, y in other)
    shared = any(
        inside(point, one) and inside(point, there) and min(to_border(point, one), to_border(point, there)) > BORDER * 2
        for point in ((0.0, 0.0), (east, north), (east / 2, north / 2))
    )
    assert overlap(moved(one, 0), moved(there, 0)) or not shared
