"""A household: grid, building, unit and room. Known by its own people, or by the list of the grid's workers."""

from dataclasses import dataclass

from tickets.home import grid_of
from tickets.roster import AreaCode, District, PersonId, Role

STAFF = frozenset({Role.WORKER, Role.LEADER, Role.INSTRUCTOR})
"""Roles whose people keep the list of their own grid's households; nobody above reads it."""


@dataclass(frozen=True)
class Address:
    """Where a household lives. `unit` and `room` are empty where a house has none."""

    grid: AreaCode
    building: str
    unit: str = ""
    room: str = ""


@dataclass(frozen=True)
class Household:
    """A household; `members` is how many of its people have joined it."""

    id: int
    address: Address
    members: int = 0
    listed: bool = False
    """A worker has put it on the list."""


def keeps_list(district: District, person: PersonId, grid: AreaCode) -> bool:
    """Whether somebody belongs to the staff of exactly this grid."""
    return grid in own_grids(district, person)


def own_grids(district: District, person: PersonId) -> tuple[AreaCode, ...]:
    """Return the grids that somebody works in, or in a part of which; in the order of their posts."""
    posts = [post for post in district.posts_of(person) if post.role in STAFF]
    found = (grid_of(district, post.area) for post in posts if post.area is not None)
    return tuple(dict.fromkeys(code for code in found if code is not None))


def in_order(one: Address) -> tuple[tuple[int, str], ...]:
    """Return the key by which households are listed: as one walks through the houses."""
    return tuple((int(part) if part.isdecimal() else -1, part) for part in (one.building, one.unit, one.room))
