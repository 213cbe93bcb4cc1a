"""A supervisor's figures of one area and one day, or some days. Pure: tickets in, figures out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tickets.lacks import Lack, Trades, lacks
from tickets.lane_figures import Slow, slow, whistled
from tickets.model import Ending, Status, Ticket
from tickets.outcome import Mark
from tickets.roster import AreaCode, District, PersonId

NOTHING_DONE = frozenset({Ending.WITHDRAWN, Ending.DUPLICATE, Ending.NOT_A_REQUEST})
"""Endings that say nothing about how long work takes; they are counted as closed but not in the mean."""


@dataclass(frozen=True)
class Late:
    """A ticket past its deadline, who holds it, and by how much."""

    ticket: int
    summary: str
    private: bool
    holder: PersonId | None
    late: timedelta


@dataclass(frozen=True)
class Oldest:
    """The ticket that has been open longest."""

    ticket: int
    summary: str
    private: bool
    holder: PersonId | None
    filed_at: datetime


@dataclass(frozen=True)
class GridLine:
    """One grid's figures of the days."""

    area: AreaCode
    filed: int
    closed: int
    open: int
    late: int


@dataclass(frozen=True)
class Digest:
    """Everything a digest says of `days` days, the last of them `day`; `…_before`: of as many days before."""

    area: AreaCode
    day: date
    filed: int
    closed: int
    filed_before: int
    closed_before: int
    open: int
    open_before: int
    mean: timedelta | None
    late: tuple[Late, ...]
    oldest: Oldest | None
    untaken: int
    waiting: int
    on_hold: int
    reviewing: int
    unreachable: tuple[PersonId, ...]
    grids: tuple[GridLine, ...]
    rated: int = 0
    """How many of the matters closed yesterday and today were rated, and how many of these were found good."""

    satisfied: int = 0
    lacks: tuple[Lack, ...] = ()
    """Which grids nobody serves as what they need."""

    days: int = 1
    whistled: int = 0
    """Open matters in which a level above or a department has something to do."""

    slow: tuple[Slow, ...] = ()


def digest(
    area: AreaCode,
    tickets: Iterable[Ticket],
    district: District,
    unreachable: frozenset[PersonId],
    now: datetime,
    required: tuple[Trades, ...] = (),
    days: int = 1,
) -> Digest:
    """Return the figures of `area` and everything below it for the day that `now` falls in, and days before it.

    `tickets`: all that were open at any time since the beginning of twice as many days. `required`: the specialists
    that each grid should have.
    """
    inside = district.within(area)
    mine = sorted((ticket for ticket in tickets if ticket.grid in inside), key=lambda one: one.filed_at)
    these, before = _Days(now, days), _Days(now, days, days)
    open_now = [ticket for ticket in mine if ticket.open and ticket.rest is None]
    closed_now = [ticket for ticket in mine if these.hold(ticket.closed_at)]
    took = [
        ticket.closed_at - ticket.filed_at
        for ticket in closed_now
        if ticket.closed_at is not None and ticket.ending not in NOTHING_DONE
    ]
    rated = _Days(now, max(days, 2))  # people rate in the evening what was closed in the afternoon
    marks = [one.rating.mark for one in mine if one.rating is not None and rated.hold(one.closed_at)]
    late = [_late(ticket, now) for ticket in open_now if overdue(ticket, now)]
    late_ids = {item.ticket for item in late}
    return Digest(
        area=area,
        day=now.date(),
        filed=sum(these.hold(ticket.filed_at) for ticket in mine),
        closed=len(closed_now),
        filed_before=sum(before.hold(ticket.filed_at) for ticket in mine),
        closed_before=sum(before.hold(ticket.closed_at) for ticket in mine),
        open=len(open_now),
        open_before=sum(
            ticket.filed_at < these.begin and (ticket.closed_at is None or ticket.closed_at >= these.begin)
            for ticket in mine
        ),
        mean=sum(took, timedelta()) / len(took) if took else None,
        late=tuple(sorted(late, key=lambda item: item.late, reverse=True)),
        oldest=_oldest(open_now[0]) if open_now else None,
        untaken=sum(ticket.status is Status.FILED for ticket in open_now),
        waiting=sum(ticket.status is Status.WAITING for ticket in open_now),
        on_hold=sum(ticket.status is Status.ON_HOLD for ticket in open_now),
        reviewing=sum(ticket.status in (Status.FED_BACK, Status.CONFIRMED) for ticket in open_now),
        unreachable=tuple(sorted({post.person for post in district.posts if post.area in inside} & unreachable)),
        grids=tuple(
            GridLine(
                grid.code,
                sum(ticket.grid == grid.code and these.hold(ticket.filed_at) for ticket in mine),
                sum(ticket.grid == grid.code for ticket in closed_now),
                sum(ticket.grid == grid.code for ticket in open_now),
                sum(ticket.grid == grid.code and ticket.id in late_ids for ticket in open_now),
            )
            for grid in district.areas.values()
            if grid.code in inside and grid.level == "grid" and grid.code != area
        ),
        rated=len(marks),
        satisfied=marks.count(Mark.GOOD),
        lacks=lacks(district, required, area),
        days=days,
        whistled=whistled(open_now),
        slow=slow(mine, now),
    )


def overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether the ticket is past a deadline that somebody of ours holds."""
    if ticket.status is Status.FILED:
        return any(limit is not None and limit < now for limit in (ticket.take_by, ticket.done_by))
    return ticket.status is Status.HANDLING and ticket.done_by is not None and ticket.done_by < now


def holder(ticket: Ticket) -> PersonId | None:
    """Return who has it now: the handler, or the person asked last who has not passed it on."""
    return ticket.handler or (ticket.asked[-1] if ticket.asked else None)


def _late(ticket: Ticket, now: datetime) -> Late:
    limits = (ticket.take_by if ticket.status is Status.FILED else None, ticket.done_by)
    first = min(limit for limit in limits if limit is not None)
    return Late(ticket.id, ticket.summary, ticket.private, holder(ticket), now - first)


def _oldest(ticket: Ticket) -> Oldest:
    return Oldest(ticket.id, ticket.summary, ticket.private, holder(ticket), ticket.filed_at)


class _Days:
    """So many days in a row, the last of them that of `now`, or so many days `earlier`."""

    def __init__(self, now: datetime, count: int, earlier: int = 0) -> None:
        last = now.date() - timedelta(days=earlier)
        first = last - timedelta(days=count - 1)
        self.begin = datetime(first.year, first.month, first.day, tzinfo=now.tzinfo)
        self._first, self._last, self._zone = first, last, now.tzinfo

    def hold(self, moment: datetime | None) -> bool:
        """Whether a moment falls on one of the days."""
        return moment is not None and self._first <= moment.astimezone(self._zone).date() <= self._last
