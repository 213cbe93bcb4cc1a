"""Outlines on the map: where a point lies, whether an outline is sound, whether two overlap. Pure.

A point is (longitude, latitude) in degrees, a ring its corners in order, the last one joined to the first. Lengths are
metres on a plane laid at the place itself: exact enough for a community, not for a province.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, inf, radians

from tickets.roster import AreaCode, District

Point = tuple[float, float]
Ring = Sequence[Point]
Edge = tuple[Point, Point]
Box = tuple[float, float, float, float]

DEGREE = 111_320.0
"""Metres of a degree of latitude."""

BORDER = 15.0
"""Metres: a phone does not know its place better, so nearer to a border it can be either side."""

NEARBY = 2_000.0
"""Metres within which the nearest grid is worth naming to somebody who is outside of all."""

SLIVER = 10.0
"""Metres by which neighbours' outlines may run into one another: nobody draws the same border twice alike."""


def flat(ring: Ring, origin: Point) -> tuple[Point, ...]:
    """Return the corners in metres east and north of `origin`."""
    squeeze = cos(radians(origin[1]))
    return tuple(((lon - origin[0]) * DEGREE * squeeze, (lat - origin[1]) * DEGREE) for lon, lat in ring)


def edges(ring: Ring) -> Iterator[Edge]:
    """Yield the sides of a ring; corners given twice in a row (also a last one that repeats the first) make none."""
    for index, corner in enumerate(ring):
        following = ring[(index + 1) % len(ring)]
        if corner != following:
            yield corner, following


def box(ring: Ring) -> Box:
    """Return west, south, east, north."""
    return min(x for x, _ in ring), min(y for _, y in ring), max(x for x, _ in ring), max(y for _, y in ring)


def inside(point: Point, ring: Ring) -> bool:
    """Whether a point lies inside; on the very border either answer is possible."""
    x, y = point
    odd = False
    for (ax, ay), (bx, by) in edges(ring):
        if (ay > y) != (by > y) and x < ax + (bx - ax) * (y - ay) / (by - ay):
            odd = not odd
    return odd


def to_edge(point: Point, edge: Edge) -> float:
    """Return the distance from a point to a side, in the unit of the coordinates."""
    (x, y), ((ax, ay), (bx, by)) = point, edge
    dx, dy = bx - ax, by - ay
    share = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy) if dx or dy else 0.0
    share = min(1.0, max(0.0, share))
    return hypot(x - ax - share * dx, y - ay - share * dy)


def to_border(point: Point, ring: Ring) -> float:
    """Return the distance from a point to the border of a ring, in the unit of the coordinates."""
    return min((to_edge(point, edge) for edge in edges(ring)), default=inf)


@dataclass(frozen=True)
class Whereabouts:
    """Where a point lies. Several `grids`: so near to a border that it can be any of them.

    Without any, `nearest` is the closest one and `metres` how far away it is, if that is worth saying. `mapped`: the
    district has outlines at all.
    """

    grids: tuple[AreaCode, ...] = ()
    nearest: AreaCode | None = None
    metres: float = inf
    mapped: bool = True


def whereabouts(district: District, point: Point) -> Whereabouts:
    """Return the grids in whose outline a point lies, the one it lies deepest in first."""
    reach = NEARBY / DEGREE / max(0.05, cos(radians(point[1])))
    depths: dict[AreaCode, float] = {}
    mapped = False
    for grid in district.grids:
        if len(grid.boundary) < 3:
            continue
        mapped = True
        west, south, east, north = box(grid.boundary)
        if west - reach <= point[0] <= east + reach and south - reach <= point[1] <= north + reach:
            ring = flat(grid.boundary, point)
            away = to_border((0.0, 0.0), ring)
            depths[grid.code] = away if inside((0.0, 0.0), ring) else -away
    found = sorted((code for code, depth in depths.items() if depth > -BORDER), key=lambda code: -depths[code])
    deep = [code for code in found if depths[code] > BORDER]
    if found:
        return Whereabouts(tuple(deep or found))
    nearest = max(depths, key=lambda code: depths[code], default=None)
    if nearest is None or -depths[nearest] > NEARBY:
        return Whereabouts(mapped=mapped)
    return Whereabouts((), nearest, -depths[nearest], mapped)


# --- is an outline sound ---------------------------------------------------------------------------------------


def surface(ring: Ring) -> float:
    """Return the surface in the square of the coordinates' unit; nothing for corners in one line."""
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in edges(ring))) / 2


def corners(ring: Ring) -> int:
    """Return how many different corners there are."""
    return len(set(ring))


def in_line(ring: Ring) -> bool:
    """Whether all corners lie on one line (within a metre), so that they enclose nothing."""
    places = flat(ring, ring[0])
    end = max(places, key=lambda place: hypot(*place))
    return end == places[0] or all(abs(_turn(places[0], end, place)) < hypot(*end) for place in places)


def crossing(ring: Ring) -> tuple[int, int] | None:
    """Return the numbers (from 0) of the first two sides that cross or touch where they should not, else None."""
    sides = list(edges(ring))
    order = sorted(range(len(sides)), key=lambda number: min(sides[number][0][0], sides[number][1][0]))
    wrong: list[tuple[int, int]] = []
    for place, number in enumerate(order):
        east = max(sides[number][0][0], sides[number][1][0])
        for other in order[place + 1 :]:
            if min(sides[other][0][0], sides[other][1][0]) > east:
                break
            first, second = sorted((number, other))
            adjacent = second - first == 1 or (first == 0 and second == len(sides) - 1)
            if _folds(sides[first], sides[second]) if adjacent else _meet(sides[first], sides[second]):
                wrong.append((first, second))
    return min(wrong, default=None)


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _on(point: Point, edge: Edge) -> bool:
    """Whether a point of the same line lies between the ends of a side."""
    (ax, ay), (bx, by) = edge
    return min(ax, bx) <= point[0] <= max(ax, bx) and min(ay, by) <= point[1] <= max(ay, by)


def _meet(one: Edge, other: Edge) -> bool:
    """Whether two sides have a point in common."""
    first, second = _turn(*one, other[0]), _turn(*one, other[1])
    third, fourth = _turn(*other, one[0]), _turn(*other, one[1])
    if first * second < 0 and third * fourth < 0:
        return True
    touching = ((first, other[0], one), (second, other[1], one), (third, one[0], other), (fourth, one[1], other))
    return any(turn == 0 and _on(point, edge) for turn, point, edge in touching)


def _folds(one: Edge, other: Edge) -> bool:
    """Whether a side runs back over the one before it."""
    shared = set(one) & set(other)
    if len(shared) != 1:
        return True
    corner = shared.pop()
    (ax, ay), (bx, by) = (next(end for end in edge if end != corner) for edge in (one, other))
    ahead = (ax - corner[0]) * (bx - corner[0]) + (ay - corner[1]) * (by - corner[1])
    return _turn(one[0], one[1], next(end for end in other if end != corner)) == 0 and ahead > 0


# --- do two overlap --------------------------------------------------------------------------------------------


def overlaps(rings: Sequence[Ring]) -> Iterator[tuple[int, int]]:
    """Yield the numbers of every two rings that overlap by more than a sliver."""
    boxes = [box(ring) for ring in rings]
    order = sorted(range(len(rings)), key=lambda number: boxes[number][0])
    for place, number in enumerate(order):
        for other in order[place + 1 :]:
            if boxes[other][0] >= boxes[number][2]:
                break
            low, high = max(boxes[number][1], boxes[other][1]), min(boxes[number][3], boxes[other][3])
            if low < high and overlap(rings[number], rings[other]):
                first, second = sorted((number, other))
                yield first, second


def overlap(one: Ring, other: Ring) -> bool:
    """Whether two rings share more than a sliver along their borders."""
    origin = one[0]
    first, second = flat(one, origin), flat(other, origin)
    return _reaches(first, second) or _reaches(second, first)


def _reaches(ring: Ring, into: Ring) -> bool:
    """Whether a ring, or what it surrounds, lies deeper than a sliver inside another."""
    west, south, east, north = box(into)
    hugs = True
    for edge in edges(ring):
        left, low, right, high = box(edge)
        if left > east or right < west or low > north or high < south:
            hugs = False
            continue
        for point in _pieces(edge, into):
            within = inside(point, into)
            if not within and not hugs:
                continue
            deep = to_border(point, into) > SLIVER
            if within and deep:
                return True
            hugs = hugs and not deep
    # No side reaches in, but all run along the border: then it may be the same grid once more.
    return hugs and inside(middle(ring), into)


def _pieces(edge: Edge, ring: Ring) -> Iterator[Point]:
    """Yield the start of a side and the middle of each piece into which a ring cuts it."""
    (ax, ay), (bx, by) = edge
    shares = {0.0, 1.0}
    for other in edges(ring):
        before, after = _turn(*edge, other[0]), _turn(*edge, other[1])
        if (before > 0) != (after > 0):
            share = before / (before - after)
            x, y = (other[0][i] + share * (other[1][i] - other[0][i]) for i in (0, 1))
            long = (bx - ax) ** 2 + (by - ay) ** 2
            shares.add(min(1.0, max(0.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long)))
    yield edge[0]
    cuts = sorted(shares)
    for low, high in pairwise(cuts):
        share = (low + high) / 2
        yield ax + share * (bx - ax), ay + share * (by - ay)


def middle(ring: Ring, steps: int = 24) -> Point:
    """Return a point well inside a ring: of a lattice of `steps` lines each way the one farthest from the border.

    For a ring so thin that the lattice misses it, its first corner.
    """
    return next(iter(depths(ring, steps)), (0.0, ring[0]))[1]


def depths(ring: Ring, steps: int = 24) -> list[tuple[float, Point]]:
    """Return the points of a lattice that lie inside, each with its distance to the border, the deepest first."""
    west, south, east, north = box(ring)
    found = []
    for row in range(steps):
        y = south + (north - south) * (row + 0.5) / steps
        for column in range(steps):
            point = (west + (east - west) * (column + 0.5) / steps, y)
            if inside(point, ring):
                found.append((to_border(point, ring), point))
    return sorted(found, reverse=True)
