"""A household's address in somebody's words: `3幢2单元501`, `第二网格 20-1-302`, `building 3 unit 2 room 501`."""

import re
from dataclasses import dataclass

from parsing.model import KnownPlace
from parsing.normalise import normalise
from parsing.places import find_places

_HOUSE = re.compile(r"(?<![0-9])(?P<house>[0-9]{1,4}) ?号$")


@dataclass(frozen=True)
class Written:
    """What an address says: `area` owns the building, None = several areas have one of this number, or none."""

    building: str
    unit: str
    room: str
    area: str | None


def address(text: str, places: tuple[KnownPlace, ...], grid: str | None) -> Written | None:
    """Return the address in `text`; None = no house in it. `grid` wins where several have such a building."""
    folded = normalise(text.strip())
    for place in find_places(folded, places, grid):
        if place.building:
            return Written(place.building, place.unit or "", place.room or "", place.area)
    found = _HOUSE.search(folded.text)
    return Written(found["house"], "", "", None) if found else None
