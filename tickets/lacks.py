"""Whom grids lack: a worker, a leader, and the specialists that the rules want each grid to have. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from tickets.roster import AreaCode, District, Post, Role

Trades = tuple[str, ...]
"""Skills (or one role) of which one is enough."""

SERVED: tuple[Trades, ...] = ((Role.WORKER.value,), (Role.LEADER.value,))
"""What every grid needs whatever the rules say."""


@dataclass(frozen=True)
class Lack:
    """Grids that nobody serves as any of some trades."""

    trades: Trades
    grids: tuple[AreaCode, ...]


def lacking(district: District, wanted: Iterable[Trades], grid: AreaCode) -> tuple[Trades, ...]:
    """Return which of the wanted trades exactly this grid has nobody for; micro-grids lend theirs to no one."""
    here = {_served_as(post) for post in district.posts_in(grid)}
    return tuple(group for group in wanted if not here.intersection(group))


def lacks(district: District, required: tuple[Trades, ...], area: AreaCode) -> tuple[Lack, ...]:
    """Return what the grids of `area` lack, by trade: roles first, then in the order of the rules."""
    inside = district.within(area)
    found: dict[Trades, list[AreaCode]] = {group: [] for group in (*SERVED, *required)}
    for grid in district.grids:
        if grid.code in inside:
            for group in lacking(district, found, grid.code):
                found[group].append(grid.code)
    return tuple(Lack(group, tuple(grids)) for group, grids in found.items() if grids)


def _served_as(post: Post) -> str | None:
    return post.skill if post.role is Role.SPECIALIST else post.role.value
