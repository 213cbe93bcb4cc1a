"""Places of an area as written in the district file, one by one: `1-18幢` is eighteen buildings."""

import re

from tickets.roster import Area

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
