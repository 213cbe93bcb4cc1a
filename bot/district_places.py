"""Places of an area as written in the district file, one by one: `1-18幢` is eighteen buildings."""

import re
from collections.abc import Iterator, Mapping

from tickets.owners import DEDICATED
from tickets.roster import Area, AreaCode

_NUMBERS = re.compile(r"^(\D*)(\d{1,5}(?:\s?[-–—~～至到、,，]\s?\d{1,5})*)\s?(\D*)$")
_RANGE = re.compile(r"^(\d+)\s?[-–—~～至到]\s?(\d+)$")
MOST = 500
"""More buildings than any grid has: a longer range is a slip of the pen."""


def singles(place: str) -> list[str]:
    """Return the single places of `1-18幢` or `1、3、5-8号楼`; nothing of nonsense; else itself."""
    found = _NUMBERS.match(place)
    if not found or not (found[1] or found[3]):
        return [place]
    several: list[str] = []
    for part in re.split(r"[、,，]", found[2]):
        ends = _RANGE.match(part.strip())
        if not ends and not part.strip().isdecimal():
            return [place]  # 3-2-501 is an address, not a range
        first, last = (int(ends[1]), int(ends[2])) if ends else (int(part), int(part))
        if last < first and found[1]:
            return [place]  # 柳湾路80-2号 is one house
        if not 0 <= last - first < MOST:
            return []
        several.extend(f"{found[1]}{number}{found[3]}" for number in range(first, last + 1))
    return several


def expand_places(area: Area) -> list[str]:
    """Return the places of an area one by one: `1-18幢` gives `1幢` … `18幢`."""
    return [single for place in area.places for single in singles(place)]


def same(place: str) -> str:
    """Return a place as it is compared: 3栋, 3号楼 and 3幢 are one building."""
    return re.sub(r"栋|号楼", "幢", place)


def known_places(areas: Mapping[AreaCode, Area]) -> Iterator[tuple[str, AreaCode]]:
    """Yield every single place with the area that owns it.

    What a micro-grid names is no longer that of the grid above it, and what a dedicated grid names that of no grid
    below the same parent: who is nearest to it, or responsible for it, has it.
    """
    claimed: dict[str, list[Area]] = {}
    found = [(name, area) for area in areas.values() for name in expand_places(area)]
    for name, area in found:
        claimed.setdefault(same(name), []).append(area)
    for name, area in found:
        others = claimed[same(name)]
        if len(others) == 1 or not any(_before(areas, one, area) for one in others):
            yield name, area.code


def _before(areas: Mapping[AreaCode, Area], one: Area, other: Area) -> bool:
    """Whether a place that both name is rather the first one's."""
    if one is other:
        return False
    if one.level == DEDICATED:
        return other.level != DEDICATED and one.parent in _above(areas, other)
    return other.code in _above(areas, one)


def _above(areas: Mapping[AreaCode, Area], area: Area) -> set[AreaCode | None]:
    found: set[AreaCode | None] = set()
    while area.parent is not None and area.parent not in found:
        found.add(area.parent)
        area = areas[area.parent]
    return found
