"""Where somebody lives, as far as words can tell: names of areas in a text, and a short list to choose from. Pure."""

import hashlib
from collections.abc import Callable, Iterable
from functools import lru_cache

from tickets.roster import Area, AreaCode, District

MOST = 8
"""Buttons to choose from at one time, as long as that is possible."""

LIMIT = 40
"""More of them nobody reads: then words or a place must do."""

ANEW = "-"
"""In place of an area: none of these, ask again. No code of an area looks like it."""

_SHORTEST = 2


def grid_of(district: District, code: AreaCode) -> AreaCode | None:
    """Return the grid that an area is, or is a part of; None for what lies above the grids, and for overlays."""
    if code not in district.areas:
        return None
    return next((area.code for area in district.chain(code) if area.level == "grid"), None)


def grids_below(district: District, code: AreaCode) -> tuple[AreaCode, ...]:
    """Return the grids of an area in the order of the file; of a grid itself."""
    return tuple(grid.code for grid in district.grids if any(up.code == code for up in district.chain(grid.code)))


def short_name(district: District, area: Area) -> str:
    """Return the name without that of the area above in front of it."""
    parent = district.areas.get(area.parent or "")
    return (area.name.removeprefix(parent.name) if parent else area.name).strip() or area.name


def grids_named(district: District, text: str, folded: Callable[[str], str]) -> tuple[AreaCode, ...]:
    """Return the grids that a text names: themselves, or by the community or street they belong to.

    `folded` makes width, case and characters of names comparable; `text` is folded already.
    """
    found = [area for area in district.areas.values() if _named(district, area, text, folded)]
    above = {up.code for area in found for up in district.chain(area.code) if up.code != area.code}
    lowest = [area for area in found if area.level != "grid" and area.code not in above]
    grids = [area.code for area in found if area.level == "grid"]
    higher = {area.code for area in found if area.level != "grid"}
    inside = [code for code in grids if higher & {up.code for up in district.chain(code)}]
    if grids:
        return tuple(inside or grids)
    return tuple(dict.fromkeys(code for area in lowest for code in grids_below(district, area.code)))


def _named(district: District, area: Area, text: str, folded: Callable[[str], str]) -> bool:
    names = {folded(area.name), folded(short_name(district, area)) if area.level == "grid" else ""}
    return any(len(name) >= _SHORTEST and name in text for name in names)


def choices(district: District, grids: Iterable[AreaCode]) -> tuple[AreaCode, ...]:
    """Return the areas to choose from so that one of these grids is found: themselves, if they are few.

    Else the lowest level above that is few enough; where even the areas right below the one they have in common are
    many, those, up to `LIMIT`. Each choice narrows it, so the grid is always reached. Empty when there are too many.
    """
    chains = [[area.code for area in district.chain(code)] for code in dict.fromkeys(grids)]
    fewest: tuple[AreaCode, ...] = ()
    for step in range(max(map(len, chains), default=0)):
        areas = tuple(dict.fromkeys(chain[min(step, len(chain) - 1)] for chain in chains))
        if len(areas) == 1 < len(chains):
            break
        if len(areas) <= MOST:
            return areas
        fewest = areas
    return fewest if len(fewest) <= LIMIT else ()


# --- links -----------------------------------------------------------------------------------------------------

LINK = "g_"
"""What a link of a grid carries behind `?start=`: this and the grid's token."""


def token(code: AreaCode) -> str:
    """Return the token of a grid: the same for good, in letters that a link may carry. It is no secret."""
    return hashlib.sha256(f"grid {code}".encode()).hexdigest()[:16]


def grid_of_token(district: District, given: str) -> AreaCode | None:
    """Return the grid whose link was followed."""
    return _tokens(tuple(grid.code for grid in district.grids)).get(given.removeprefix(LINK))


@lru_cache(maxsize=4)
def _tokens(codes: tuple[AreaCode, ...]) -> dict[str, AreaCode]:
    return {token(code): code for code in codes}
