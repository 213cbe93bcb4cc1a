"""A grid, or the areas below one, at a glance. Pure: tickets in, what the board shows out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tickets.digest import holder, overdue
from tickets.duty import Duty
from tickets.lacks import Lack, Trades, lacks
from tickets.model import Status, Ticket
from tickets.roster import AreaCode, District, PersonId
from tickets.visibility import LOOKS

ALL = "~"
"""In place of an area: all that somebody leads, where they have no common parent of theirs."""


@dataclass(frozen=True)
class Below:
    """One of the areas below, by its figures."""

    area: AreaCode
    open: int
    late: int


@dataclass(frozen=True)
class Board:
    """What one look shows. `up`: the area to go back to; None = the reader's own."""

    area: AreaCode
    up: AreaCode | None
    tickets: tuple[Ticket, ...]
    """The open ones: overdue first, then by what is due first."""

    late: int
    states: tuple[tuple[Status, int], ...]
    hands: tuple[tuple[PersonId, int], ...]
    """Who has how many, the most first."""

    below: tuple[Below, ...] = ()
    duty: Duty | None = None
    lacks: tuple[Lack, ...] = ()
    """Which grids nobody serves as what they need."""

    ticket: Ticket | None = None
    """The one that was tapped."""


def limit(ticket: Ticket) -> datetime | None:
    """Return the deadline that somebody of ours holds now."""
    if ticket.status is Status.FILED:
        limits = [one for one in (ticket.take_by, ticket.done_by) if one is not None]
        return min(limits, default=None)
    return ticket.done_by if ticket.status is Status.HANDLING else None


def due_first(tickets: Iterable[Ticket], now: datetime) -> tuple[Ticket, ...]:
    """Order by what is due first: what is late comes first by itself, what waits for others comes last."""
    far = now + timedelta(days=36500)
    return tuple(sorted(tickets, key=lambda one: (not overdue(one, now), limit(one) or far, one.id)))


def board(
    area: AreaCode,
    mine: tuple[AreaCode, ...],
    tickets: Iterable[Ticket],
    district: District,
    duty: Duty | None,
    now: datetime,
    required: tuple[Trades, ...] = (),
) -> Board:
    """Return the board of `area` (`ALL` = of several areas of one's own), which `mine` are.

    `tickets`: open ones, of anywhere. `required`: the specialists that each grid should have.
    """
    inside = within(district, mine, area)
    found = due_first((ticket for ticket in tickets if ticket.grid in inside and ticket.open), now)
    states = Counter(ticket.status for ticket in found)
    hands = Counter(who for ticket in found if (who := holder(ticket)) is not None)
    return Board(
        area=area,
        up=_up(area, mine, district),
        tickets=found,
        late=sum(overdue(ticket, now) for ticket in found),
        states=tuple((status, states[status]) for status in Status if states[status]),
        hands=tuple(sorted(hands.items(), key=lambda one: (-one[1], one[0]))),
        below=tuple(_below(area, mine, found, district, now)),
        duty=duty,
        lacks=tuple(one for code in (mine if area == ALL else (area,)) for one in lacks(district, required, code)),
    )


def within(district: District, mine: tuple[AreaCode, ...], area: AreaCode) -> frozenset[AreaCode]:
    """Return every area that the board of `area` is about."""
    return frozenset().union(*(district.within(one) for one in (mine if area == ALL else (area,))))


def _up(area: AreaCode, mine: tuple[AreaCode, ...], district: District) -> AreaCode | None:
    if area == ALL or mine == (area,):
        return None
    return ALL if area in mine else district.areas[area].parent


def _below(
    area: AreaCode, mine: tuple[AreaCode, ...], tickets: tuple[Ticket, ...], district: District, now: datetime
) -> list[Below]:
    """The areas right below, those with something overdue first; a grid's micro-grids are its own matter."""
    if area != ALL and district.areas[area].level == "grid":
        return []
    children = mine if area == ALL else [child.code for child in district.areas.values() if child.parent == area]
    found = []
    for child in children:
        inside = district.within(child)
        own = [ticket for ticket in tickets if ticket.grid in inside]
        found.append(Below(child, len(own), sum(overdue(ticket, now) for ticket in own)))
    return sorted(found, key=lambda one: (-one.late, -one.open))


def roots(district: District, person: PersonId) -> tuple[AreaCode, ...]:
    """Return the areas that somebody sees at a glance: those of his leading posts, none that lies below another."""
    own = dict.fromkeys(
        post.area for post in district.posts_of(person) if post.role in LOOKS and post.area in district.areas
    )
    return tuple(code for code in own if code and not any(up.code in own for up in list(district.chain(code))[1:]))


def opening(mine: tuple[AreaCode, ...]) -> AreaCode:
    """Return where somebody's board begins: the one area of theirs, else all of them."""
    return mine[0] if len(mine) == 1 else ALL


def sees(district: District, person: PersonId, area: AreaCode) -> bool:
    """Whether somebody may look at the board of an area."""
    own = set(roots(district, person))
    if area == ALL:
        return bool(own)
    return area in district.areas and any(up.code in own for up in district.chain(area))
