"""What is on the map of a community's grids: a pure reading of the district, the same for the same boundaries."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import hypot

from messages.text import tidy
from tickets.geometry import box, corners, flat, surface, to_border
from tickets.roster import Area, AreaCode, District

Ring = tuple[tuple[float, float], ...]

DRAWN_AS = "1"
"""Goes up whenever the same plan would be drawn otherwise: pictures that Telegram keeps are not asked for then."""

TINTS = 5
MOST = 40
"""More grids make a map that nobody reads on a phone; the nearest are shown."""

TOUCHING = 30.0
"""Metres within which two grids count as neighbours and get different tints."""


@dataclass(frozen=True)
class Shape:
    """One grid: its short name, its outline in metres (east, north), its tint from 0 to `TINTS` - 1."""

    name: str
    ring: Ring
    tint: int = 0
    own: bool = False


@dataclass(frozen=True)
class Plan:
    """A map with a title. `unmapped`: names of grids of the community whose outline nobody has given."""

    title: str
    shapes: tuple[Shape, ...]
    unmapped: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """The same for the same picture, on every machine and in every run."""
        return hashlib.sha256(repr((DRAWN_AS, self.title, self.shapes)).encode()).hexdigest()[:32]

    @cached_property
    def numbered(self) -> tuple[tuple[int, str], ...]:
        """The grids that have a number on the picture because the font cannot write their names."""
        from messages.pictures.letters import missing  # with Pillow behind it; see the package

        return tuple((number, one.name) for number, one in enumerate(self.shapes, 1) if missing(one.name))


def plan_of(district: District, code: AreaCode) -> Plan | None:
    """Return the map of the grids around one grid, that one marked; None if it has no boundary of its own."""
    own = district.areas.get(code)
    if own is None or not mapped(own):
        return None
    everybody = sorted((own, *district.siblings(code)), key=lambda area: area.code)
    grids = [area for area in everybody if mapped(area)]
    middle = _centre(own)
    grids = sorted(grids, key=lambda area: hypot(*flat([_centre(area)], middle)[0]))[:MOST]
    grids.sort(key=lambda area: area.code)
    origin = _centre(grids[0])
    rings = [_rounded(flat(area.boundary, origin)) for area in grids]
    parent = district.areas.get(own.parent or "")
    title = _clean(parent.name if parent else district.name)
    shapes = tuple(
        Shape(short(_clean(area.name), title), ring, tint, own=area.code == code)
        for area, ring, tint in zip(grids, rings, _tints(rings), strict=True)
    )
    return Plan(title, shapes, tuple(short(_clean(area.name), title) for area in everybody if not mapped(area)))


def mapped(area: Area) -> bool:
    """Whether an area has an outline that can be drawn."""
    return corners(area.boundary) >= 3 and surface(flat(area.boundary, area.boundary[0])) > 1.0


def short(name: str, community: str) -> str:
    """Return the name of a grid without the community's in front: `湘河社区第一网格` is `第一网格` on its own map."""
    rest = name.removeprefix(community).strip(" ·-")
    return rest or name


def _clean(name: str) -> str:
    return " ".join(tidy(name).split())


def _centre(area: Area) -> tuple[float, float]:
    west, south, east, north = box(area.boundary)
    return (west + east) / 2, (south + north) / 2


def _rounded(ring: Sequence[tuple[float, float]]) -> Ring:
    """Whole decimetres: so that the last digits of a float make no new picture."""
    return tuple((round(x, 1), round(y, 1)) for x, y in ring)


def _tints(rings: Sequence[Ring]) -> list[int]:
    """Return a tint for each ring, the least used one that no neighbour has (if there is one)."""
    found: list[int] = []
    for number, ring in enumerate(rings):
        around = [found[other] for other in range(number) if _touch(ring, rings[other])]
        found.append(min(range(TINTS), key=lambda tint: (around.count(tint), found.count(tint), tint)))
    return found


def _touch(one: Ring, other: Ring) -> bool:
    west, south, east, north = box(one)
    left, low, right, high = box(other)
    if left > east + TOUCHING or right < west - TOUCHING or low > north + TOUCHING or high < south - TOUCHING:
        return False
    near = (to_border(point, ring) for points, ring in ((one, other), (other, one)) for point in points)
    return any(away <= TOUCHING for away in near)
