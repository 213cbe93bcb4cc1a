"""A supervisor's figures of one area and one day. Pure: tickets in, figures out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
    """One grid's figures of the day."""

    area: AreaCode
    filed: int
    closed: int
    open: int
    late: int


@dataclass(frozen=True)
class Digest:
    """Everything a digest says. `…_before` are the same figures one day earlier."""

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


def digest(
    area: AreaCode, tickets: Iterable[Ticket], district: District, unreachable: frozenset[PersonId], now: datetime
) -> Digest:
    """Return the figures of `area` and everything below it for the day that `now` falls in.

    `tickets`: all that were open at any time since the beginning of yesterday.
    """
    inside = district.within(area)
    mine = sorted((ticket for ticket in tickets if ticket.grid in inside), key=lambda one: one.filed_at)
    today, yesterday = now.date(), now.date() - timedelta(days=1)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    open_now = [ticket for ticket in mine if ticket.open and ticket.rest is None]
    closed_today = [ticket for ticket in mine if _on(ticket.closed_at, today, now)]
    took = [
        ticket.closed_at - ticket.filed_at
        for ticket in closed_today
        if ticket.closed_at is not None and ticket.ending not in NOTHING_DONE
    ]
    marks = [one.rating.mark for one in mine if one.rating is not None and _on_either(one.closed_at, now)]
    late = [_late(ticket, now) for ticket in open_now if overdue(ticket, now)]
    late_ids = {item.ticket for item in late}
    return Digest(
        area=area,
        day=today,
        filed=sum(_on(ticket.filed_at, today, now) for ticket in mine),
        closed=len(closed_today),
        filed_before=sum(_on(ticket.filed_at, yesterday, now) for ticket in mine),
        closed_before=sum(_on(ticket.closed_at, yesterday, now) for ticket in mine),
        open=len(open_now),
        open_before=sum(
            ticket.filed_at < midnight and (ticket.closed_at is None or ticket.closed_at >= midnight) for ticket in mine
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
                sum(ticket.grid == grid.code and _on(ticket.filed_at, today, now) for ticket in mine),
                sum(ticket.grid == grid.code for ticket in closed_today),
                sum(ticket.grid == grid.code for ticket in open_now),
                sum(ticket.grid == grid.code and ticket.id in late_ids for ticket in open_now),
            )
            for grid in district.areas.values()
            if grid.code in inside and grid.level == "grid" and grid.code != area
        ),
        rated=len(marks),
        satisfied=marks.count(Mark.GOOD),
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


def _on(moment: datetime | None, day: date, now: datetime) -> bool:
    return moment is not None and moment.astimezone(now.tzinfo).date() == day


def _on_either(moment: datetime | None, now: datetime) -> bool:
    """Whether it was yesterday or today: people rate in the evening what was closed in the afternoon."""
    return _on(moment, now.date(), now) or _on(moment, now.date() - timedelta(days=1), now)
