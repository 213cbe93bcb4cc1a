"""Tickets, their journal, and who is asked to take them. The one writer of these tables."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from storage.codec import entry_from_json, event_to_json, ticket_from_json, ticket_to_json
from storage.errors import Conflict
from storage.line import Line
from storage.quick import Dialect, Quick, named, row_of
from storage.tables import COUNTER, JOURNAL, OFFER, SOURCE, TICKET
from tickets.events import Entry
from tickets.model import Status, Ticket
from tickets.roster import AreaCode, PersonId

# Not `!= closed`: no index answers that, and most tickets of a database are closed.
_CLOSED, _RESTING = Status.CLOSED, Status.RESTING
_OPEN = TICKET.c.status.in_([sa.literal_column(f"'{status}'") for status in Status if status is not _CLOSED])
# What rests until a day comes is open, but in nobody's hands.
_IN_HAND = TICKET.c.status.in_(
    [sa.literal_column(f"'{status}'") for status in Status if status not in (_CLOSED, _RESTING)]
)
_DUE_FIRST = (TICKET.c.next_due.asc().nulls_last(), TICKET.c.id)
_STATE = sa.cast(TICKET.c.state, sa.Text).label("state")


def _different(column: Any) -> sa.Select[Any]:
    """The different values of an indexed column, from one to the next: a city's tickets have few different handlers."""
    first = sa.select(sa.func.min(column).label("value")).cte("walk", recursive=True)
    after = sa.select(sa.func.min(column)).where(column > first.c.value).scalar_subquery()
    walk = first.union_all(sa.select(after).where(first.c.value.is_not(None)))
    return sa.select(walk.c.value).where(walk.c.value.is_not(None))


_HANDLERS = Quick(lambda _: _different(TICKET.c.handler))
_ASKED = Quick(lambda _: _different(OFFER.c.person))
# What the clock asks every few seconds. What is closed has no next step: one index answers this alone.
_DUE = Quick(
    lambda _: (
        sa.select(TICKET.c.id)
        .where(TICKET.c.next_due <= named(TICKET.c.next_due, "now"))
        .order_by(TICKET.c.next_due, TICKET.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )
)
_CLAIM = Quick(lambda _: _DUE.statement("postgresql").with_for_update(skip_locked=True))
_DUE_AFTER = Quick(
    lambda _: (
        sa.select(TICKET.c.id)
        .where(
            TICKET.c.next_due > named(TICKET.c.next_due, "moment"),
            sa.or_(
                TICKET.c.status != sa.literal_column(f"'{Status.RESTING}'"),
                TICKET.c.next_due > named(TICKET.c.next_due, "resting"),
            ),
        )
        .order_by(TICKET.c.next_due, TICKET.c.id)
    )
)
_ADRIFT = Quick(lambda _: sa.select(_STATE).where(sa.text("adrift")).order_by(TICKET.c.id))
_NEXT = Quick(
    lambda _: (
        sa.update(COUNTER)
        .where(COUNTER.c.name == "ticket")
        .values(value=COUNTER.c.value + 1)
        .returning(COUNTER.c.value)
    )
)
_ADD = Quick(lambda _: sa.insert(TICKET).values(row_of(TICKET)))
_SAVE = Quick(
    lambda _: (
        sa.update(TICKET)
        .where(TICKET.c.id == named(TICKET.c.id, "number"), TICKET.c.version == named(TICKET.c.version, "before"))
        .values(row_of(TICKET, "id"))
    )
)
_GET = Quick(lambda _: sa.select(_STATE).where(TICKET.c.id == named(TICKET.c.id, "number")))
_OPEN_OF = Quick(
    lambda _: sa.select(_STATE).where(_OPEN, TICKET.c.reporter == named(TICKET.c.reporter)).order_by(TICKET.c.id)
)
_REPORTERS = Quick(
    lambda here: sa.select(TICKET.c.reporter).where(_OPEN, here.among(TICKET.c.reporter, "people")).distinct()
)
LATELY = 40
"""Tickets that are looked back at: enough to know a matter again, in a grid of any size."""

_LATELY = Quick(
    lambda _: (
        sa.select(_STATE)
        .where(_OPEN, TICKET.c.grid == named(TICKET.c.grid), TICKET.c.filed_at >= named(TICKET.c.filed_at, "since"))
        .order_by(TICKET.c.filed_at.desc(), TICKET.c.id.desc())
        .limit(LATELY)
    )
)


def _before(_: Dialect, *, own: bool) -> sa.Select[Any]:
    wanted = [
        TICKET.c.grid == named(TICKET.c.grid),
        TICKET.c.filed_at >= named(TICKET.c.filed_at, "since"),
        TICKET.c.service == named(TICKET.c.service),
    ]
    wanted += [TICKET.c.reporter == named(TICKET.c.reporter)] if own else []
    return sa.select(_STATE).where(*wanted).order_by(TICKET.c.filed_at.desc(), TICKET.c.id.desc()).limit(LATELY)


_BEFORE, _BEFORE_OWN = (Quick(partial(_before, own=own)) for own in (False, True))
_LAST_ENTRY = Quick(lambda _: sa.select(sa.func.max(JOURNAL.c.seq)).where(JOURNAL.c.ticket == named(JOURNAL.c.ticket)))
_ADD_ENTRY = Quick(lambda _: sa.insert(JOURNAL).values(row_of(JOURNAL)))
_ADD_OFFER = Quick(lambda _: sa.insert(OFFER).values(row_of(OFFER)))
_LOADS = Quick(
    lambda here: (
        sa.select(TICKET.c.handler, sa.func.count())
        .where(_IN_HAND, here.among(TICKET.c.handler, "people"))
        .group_by(TICKET.c.handler)
    )
)


class Tickets:
    """Reads and writes of one transaction."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def reserve_number(self) -> int:
        """Return the next ticket number: 1001, 1002, … Never given again once the unit is kept."""
        row = await self._line.change_back(_NEXT)
        if row is None:
            raise LookupError("the counter of tickets is missing: this database was not made by migrations")
        return int(row[0])

    async def add(self, ticket: Ticket, entries: Sequence[Entry]) -> None:
        """Keep a new ticket with the entries that made it. Raises Conflict when the number is taken."""
        await self._line.change(_ADD, id=ticket.id, **_columns(ticket))
        await self._write_entries(ticket.id, 0, entries)
        await self._write_offers(ticket.id, frozenset(), _asked(ticket))

    async def save(self, before: Ticket, after: Ticket, entries: Sequence[Entry]) -> None:
        """Keep a change of the ticket as it was in `before`. Raises Conflict when somebody changed it meanwhile."""
        changed = await self._line.change(_SAVE, number=before.id, before=before.version, **_columns(after))
        if changed != 1:
            raise Conflict(f"Ticket {before.id} is no longer at version {before.version}")
        last = await self._line.row(_LAST_ENTRY, ticket=before.id)
        await self._write_entries(before.id, (last and last[0]) or 0, entries)
        await self._write_offers(before.id, _asked(before), _asked(after))

    async def get(self, number: int) -> Ticket | None:
        """Return the ticket with this number."""
        row = await self._line.row(_GET, number=number)
        return None if row is None else ticket_from_json(row[0])

    async def several(self, numbers: Collection[int]) -> list[Ticket]:
        """Return the tickets with these numbers, as far as there are any."""
        return await self._many(sa.select(_STATE).where(TICKET.c.id.in_(sorted(numbers))).order_by(TICKET.c.id))

    async def journal(self, number: int) -> list[Entry]:
        """Return what happened to the ticket, oldest first."""
        rows = await self._line.all(
            sa.select(JOURNAL.c.at, JOURNAL.c.by, JOURNAL.c.data)
            .where(JOURNAL.c.ticket == number)
            .order_by(JOURNAL.c.seq)
        )
        return [entry_from_json(row.at, row.by, row.data) for row in rows]

    async def due(self, now: datetime, limit: int = 50) -> list[int]:
        """Return open tickets whose next step is due at `now`, oldest first.

        In a unit on PostgreSQL the rows are claimed until the unit ends: other claimers get other tickets.
        SQLite has one unit at a time, which is the same promise.
        """
        claiming = self._line.postgres and self._line.writing
        return [row[0] for row in await self._line.rows(_CLAIM if claiming else _DUE, now=now, most=limit)]

    async def open_of(self, reporter: PersonId) -> list[Ticket]:
        """Return the open tickets of a reporter, oldest first."""
        return [ticket_from_json(row[0]) for row in await self._line.rows(_OPEN_OF, reporter=reporter)]

    async def reporters(self, people: Collection[PersonId]) -> frozenset[PersonId]:
        """Return which of these people have an open matter."""
        return frozenset(row[0] for row in await self._line.rows(_REPORTERS, people=list(people)))

    async def lately(self, grid: AreaCode, since: datetime) -> list[Ticket]:
        """Return the open tickets of a grid that were filed since a moment, newest first; not more than `LATELY`."""
        return [ticket_from_json(row[0]) for row in await self._line.rows(_LATELY, grid=grid, since=since)]

    async def before(
        self, grid: AreaCode, service: str, since: datetime, reporter: PersonId | None = None
    ) -> list[Ticket]:
        """Return the tickets of a service in a grid, open or closed, newest first; not more than `LATELY`.

        `reporter`: only theirs.
        """
        if reporter is None:
            rows = await self._line.rows(_BEFORE, grid=grid, service=service, since=since)
        else:
            rows = await self._line.rows(_BEFORE_OWN, grid=grid, service=service, since=since, reporter=reporter)
        return [ticket_from_json(row[0]) for row in rows]

    async def joined_by(self, people: Collection[PersonId]) -> list[Ticket]:
        """Return the tickets of others that somebody has joined, who may have been called several things."""
        theirs = sa.select(SOURCE.c.ticket).where(SOURCE.c.author.in_(sorted(people)))
        found = await self._many(sa.select(_STATE).where(TICKET.c.id.in_(theirs)).order_by(TICKET.c.id))
        return [one for one in found if set(one.neighbours) & set(people)]

    async def of_reporter(self, reporter: PersonId, limit: int = 10) -> list[Ticket]:
        """Return the newest tickets of a reporter, open or closed, newest first."""
        return await self._many(
            sa.select(_STATE).where(TICKET.c.reporter == reporter).order_by(TICKET.c.id.desc()).limit(limit)
        )

    async def all_of(self, reporters: Collection[PersonId]) -> list[Ticket]:
        """Return every ticket of somebody who may have been called several things, oldest first."""
        return await self._many(
            sa.select(TICKET.c.state).where(TICKET.c.reporter.in_(sorted(reporters))).order_by(TICKET.c.id)
        )

    async def rewrite(self, before: Ticket, after: Ticket, entries: Sequence[Entry]) -> None:
        """Keep a ticket whose whole journal was written anew. Raises Conflict as `save` does."""
        changed = await self._line.write(
            sa.update(TICKET)
            .where(TICKET.c.id == before.id, TICKET.c.version == before.version)
            .values(**_columns(after))
        )
        if changed != 1:
            raise Conflict(f"Ticket {before.id} is no longer at version {before.version}")
        await self._line.write(sa.delete(JOURNAL).where(JOURNAL.c.ticket == before.id))
        await self._write_entries(before.id, 0, entries)

    async def held_by(self, person: PersonId) -> list[Ticket]:
        """Return the open tickets a person handles or is asked to take, what is due first comes first."""
        asked = sa.select(OFFER.c.ticket).where(OFFER.c.person == person)
        return await self._many(
            sa.select(_STATE)
            .where(_IN_HAND, sa.or_(TICKET.c.handler == person, TICKET.c.id.in_(asked)))
            .order_by(*_DUE_FIRST)
        )

    async def holders(self) -> list[PersonId]:
        """Return everybody who handles an open ticket or is asked to take one."""
        asked = await self._line.rows(_ASKED)
        return sorted({*(row[0] for row in asked), *await self.loads()})

    async def open_in(self, areas: Collection[AreaCode] | None) -> list[Ticket]:
        """Return the open tickets of these areas (None = of all), what is due first comes first."""
        query = sa.select(_STATE).where(_OPEN).order_by(*_DUE_FIRST)
        return await self._many(query if areas is None else query.where(TICKET.c.grid.in_(sorted(areas))))

    async def needed(self) -> list[tuple[int, AreaCode, str]]:
        """Return number, area and service of every open ticket."""
        rows = await self._line.all(sa.select(TICKET.c.id, TICKET.c.grid, TICKET.c.service).where(_OPEN))
        return [(row.id, row.grid, row.service) for row in rows]

    async def touched_since(self, moment: datetime, areas: Collection[AreaCode] | None = None) -> list[Ticket]:
        """Return the tickets of these areas (None = of all) that are open, or were closed at `moment` or later."""
        query = sa.select(_STATE).where(sa.or_(_OPEN, TICKET.c.closed_at >= moment)).order_by(TICKET.c.id)
        return await self._many(query if areas is None else query.where(TICKET.c.grid.in_(sorted(areas))))

    async def totals(self) -> tuple[dict[tuple[str, str], int], datetime | None]:
        """Return how many tickets are open by status and deadline class, and when the oldest was filed."""
        kinds = (TICKET.c.status, TICKET.c.deadline_class)
        rows = await self._line.all(
            sa.select(*kinds, sa.func.count().label("tickets"), sa.func.min(TICKET.c.filed_at).label("oldest"))
            .where(_OPEN)
            .group_by(*kinds)
        )
        found = {(row.status, row.deadline_class): row.tickets for row in rows}
        return found, min((row.oldest for row in rows), default=None)

    async def loads_of(self, people: Collection[PersonId]) -> dict[PersonId, int]:
        """Return how many open tickets those of these people have who have any."""
        return {row[0]: row[1] for row in await self._line.rows(_LOADS, people=list(people))}

    async def loads(self) -> dict[PersonId, int]:
        """Return how many open tickets each handler has."""
        handlers = [row[0] for row in await self._line.rows(_HANDLERS)]
        return await self.loads_of(handlers) if handlers else {}

    async def adrift(self) -> list[Ticket]:
        """Return the open tickets that nothing will ever remind of, or that nobody has and nobody is asked to take."""
        return [ticket_from_json(row[0]) for row in await self._line.rows(_ADRIFT)]

    async def without_next_step(self) -> list[int]:
        """Return the numbers of those of them that nothing will ever remind of."""
        return [ticket.id for ticket in await self.adrift() if ticket.next_due is None]

    async def due_after(self, moment: datetime, resting: datetime) -> list[int]:
        """Return the open tickets whose next step lies after `moment`; of those that rest, after `resting`."""
        return [row[0] for row in await self._line.rows(_DUE_AFTER, moment=moment, resting=resting)]

    async def open_before(self, moment: datetime) -> list[int]:
        """Return the open tickets that were filed before a moment."""
        rows = await self._line.all(
            sa.select(TICKET.c.id).where(_OPEN, TICKET.c.filed_at < moment).order_by(TICKET.c.id)
        )
        return [row.id for row in rows]

    async def _many(self, query: sa.Select[Any]) -> list[Ticket]:
        return [ticket_from_json(row.state) for row in await self._line.all(query)]

    async def _write_entries(self, number: int, last: int, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        rows = [
            {
                "ticket": number,
                "seq": seq,
                "at": entry.at,
                "by": entry.by,
                "kind": entry.event.kind,
                "data": event_to_json(entry.event),
            }
            for seq, entry in enumerate(entries, start=last + 1)
        ]
        await self._line.change_many(_ADD_ENTRY, rows)

    async def _write_offers(self, number: int, before: frozenset[PersonId], after: frozenset[PersonId]) -> None:
        if gone := sorted(before - after):
            await self._line.write(sa.delete(OFFER).where(OFFER.c.ticket == number, OFFER.c.person.in_(gone)))
        if new := sorted(after - before):
            await self._line.change_many(_ADD_OFFER, [{"ticket": number, "person": person} for person in new])


def _columns(ticket: Ticket) -> dict[str, Any]:
    return {
        "version": ticket.version,
        "status": ticket.status.value,
        "grid": ticket.grid,
        "service": ticket.service,
        "deadline_class": ticket.deadline_class.value,
        "reporter": ticket.reporter,
        "handler": ticket.handler,
        "filed_at": ticket.filed_at,
        "closed_at": ticket.closed_at,
        "next_due": ticket.next_due if ticket.open else None,
        "adrift": ticket.open and (ticket.next_due is None or (ticket.status is Status.FILED and not ticket.asked)),
        "state": ticket_to_json(ticket),
    }


def _asked(ticket: Ticket) -> frozenset[PersonId]:
    """Whoever is asked to take it, and the officers of departments that are at it."""
    offered = ticket.offered if ticket.status is Status.FILED else ()
    return frozenset((*offered, *(one for lane in ticket.lanes if lane.open for one in lane.people)))
