"""Who owns a place that was named: a grid, a micro-grid within it, or a dedicated grid that lies over it. Pure."""

from collections.abc import Iterable

from tickets.home import grid_of
from tickets.model import Place
from tickets.roster import AreaCode, District, PersonId, Role

DEDICATED = "dedicated"
"""The level of a school, a hospital, a market, a site: an overlay with a department of its own."""


def near(district: District, grid: AreaCode, owner: AreaCode | None) -> AreaCode | None:
    """Return the grid to which a place of `owner` brings a matter told in `grid`: itself, or one beside it.

    None = the place moves nothing: it lies elsewhere, or in a dedicated grid, whose neighbours know the residents.
    """
    if owner is None or owner not in district.areas:
        return None
    found = grid_of(district, owner)
    here = district.areas[grid]
    if found is None or (found != grid and district.areas[found].parent != here.parent):
        return None
    return found if found != grid or here.level == "grid" else None


def spot(district: District, grid: AreaCode, places: Iterable[Place]) -> tuple[str, AreaCode | None]:
    """Return the place as it was written that the people of `grid` own, and the part or overlay of it, if any.

    A dedicated grid goes first: what happens in the school is the school's, whichever house stands beside it. Two
    dedicated grids that claim the same place are told apart by nobody: then the grid has it.
    """
    above = {area.code for area in district.chain(grid)}
    own: tuple[str, AreaCode | None] = ("", None)
    for place in places:
        area = district.areas.get(place.area or "")
        if area is None:
            continue
        if area.level == DEDICATED and area.parent in above:
            return place.span, area.code
        if not own[0] and grid_of(district, area.code) == grid:
            own = place.span, area.code if area.code != grid else None
    return own


def finds(district: District, person: PersonId, grid: AreaCode) -> bool:
    """Whether what somebody finds in a grid is his to solve: he works there, or brings his trade there.

    Whoever leads hands it to his people instead.
    """
    return any(
        post.role in (Role.WORKER, Role.SPECIALIST) and grid_of(district, post.area or "") == grid
        for post in district.posts_of(person)
    )
