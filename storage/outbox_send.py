"""The side of the outbox that the speaker uses: what is ready, what was claimed, and how it ended."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.codec import plain
from storage.line import Line
from storage.outgoing import COLUMNS, Outgoing, OutKind, OutStatus, outgoing
from storage.quick import Dialect, Quick, named, row_of
from storage.tables import CALL, OUTBOX

_ROW = OUTBOX.c
_LARGEST_ALBUM = 10
_REMEMBERED = 180.0
"""Seconds for which calls are kept: longer than any window of Telegram's that is known."""

_TIDY_EVERY = 64
"""One claim in so many forgets the calls that are too old."""


def _sent(_: Dialect) -> sa.Executable:
    said = named(_ROW.generation, "said")
    current = _ROW.generation == said
    pending: sa.ColumnElement[str] = sa.literal_column(f"'{OutStatus.PENDING.value}'")
    sent: sa.ColumnElement[str] = sa.literal_column(f"'{OutStatus.SENT.value}'")
    return (
        sa.update(OUTBOX)
        .where(_ROW.id == named(_ROW.id, "number"))
        .values(
            status=sa.case((current, sent), else_=pending),
            message_id=sa.func.coalesce(named(_ROW.message_id, "message"), _ROW.message_id),
            # A loud mark that came while this was in flight still wants its new message.
            replace=sa.case((_ROW.loud_at > said, _ROW.replace), else_=sa.false()),
            loud=sa.case((_ROW.loud_at > said, _ROW.loud), else_=sa.false()),
            attempts=0,
            retry_at=0.0,
            sent_at=named(_ROW.sent_at, "wall"),
            error="",
            shown=named(_ROW.shown),
        )
        .returning(_ROW.status)
    )


_CLAIM = Quick(
    lambda _: (
        sa.update(OUTBOX)
        .where(
            _ROW.id == named(_ROW.id, "number"),
            _ROW.generation == named(_ROW.generation, "now_at"),
            _ROW.status == OutStatus.PENDING.value,
        )
        .values(
            status=OutStatus.SENDING.value, attempts=_ROW.attempts + 1, claimed=_ROW.generation, floor=named(_ROW.floor)
        )
        .returning(_ROW.chat, _ROW.kind)
    )
)
_SENT = Quick(_sent)
_CALL = Quick(lambda _: sa.insert(CALL).values(row_of(CALL, "id")))
_TIDY = Quick(lambda _: sa.delete(CALL).where(CALL.c.wall < named(CALL.c.wall, "before")))
_FIRST = Quick(
    lambda _: (
        sa.select(*COLUMNS)
        .where(
            _ROW.status == sa.literal_column(f"'{OutStatus.PENDING}'"),
            sa.or_(_ROW.not_before.is_(None), _ROW.not_before <= named(_ROW.not_before, "now")),
            _ROW.retry_at <= named(_ROW.retry_at, "wall"),
        )
        .order_by(_ROW.priority, _ROW.id)
        .limit(named(_ROW.id, "most"))
    )
)


class OutboxSend:
    """Each call of the speaker is a short unit of its own; none is open while Telegram is being called."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def ready(self, now: datetime, wall: float, limit: int = 200) -> list[Outgoing]:
        """Return what may be said now, by priority, then oldest first.

        With more than `limit` rows every chat gets its first ones, so that one busy group hides nobody.
        """
        place = sa.func.row_number().over(partition_by=_ROW.chat, order_by=(_ROW.priority, _ROW.id)).label("place")
        may = (
            sa.select(_ROW.id, place)
            .where(
                _ROW.status == OutStatus.PENDING.value,
                sa.or_(_ROW.not_before.is_(None), _ROW.not_before <= now),
                _ROW.retry_at <= wall,
            )
            .subquery()
        )
        rows = await self._line.all(
            sa.select(*COLUMNS)
            .join(may, may.c.id == _ROW.id)
            .order_by(may.c.place, _ROW.priority, _ROW.id)
            .limit(limit)
        )
        return sorted((outgoing(row) for row in rows), key=lambda one: (one.priority, one.id))

    async def first(self, now: datetime, wall: float, limit: int) -> list[Outgoing]:
        """Return the first of what may be said now, by priority, then oldest first; one busy chat may fill them all."""
        return [outgoing(row) for row in await self._line.rows(_FIRST, now=now, wall=wall, most=limit)]

    async def unsettled(self) -> list[Outgoing]:
        """Return calls whose end is not known. At start every `sending` is a dead process's."""
        return await self._many(_ROW.status.in_((OutStatus.SENDING.value, OutStatus.UNKNOWN.value)))

    async def get(self, number: int) -> Outgoing | None:
        """Return one row."""
        row = await self._line.first(sa.select(*COLUMNS).where(_ROW.id == number))
        return None if row is None else outgoing(row)

    async def by_key(self, key: str) -> Outgoing | None:
        """Return the row with this key."""
        row = await self._line.first(sa.select(*COLUMNS).where(_ROW.key == key))
        return None if row is None else outgoing(row)

    async def said_at(self, chat: int, message: int) -> Outgoing | None:
        """Return the row that became this message, or the album that it is a part of."""
        near = sa.and_(_ROW.chat == chat, _ROW.message_id <= message, _ROW.message_id > message - _LARGEST_ALBUM)
        row = await self._line.first(sa.select(*COLUMNS).where(near).order_by(_ROW.message_id.desc()))
        found = None if row is None else outgoing(row)
        return found if found is not None and (found.message_id or 0) + found.items > message else None

    async def claim(self, number: int, generation: int, floor: int | None, wall: float, weight: int = 1) -> bool:
        """Take a pending row for sending; False when somebody else has it or it was marked anew: read it again.

        `floor` is the last message id known in that chat's numbering. The call is counted from here on, so that a
        process that dies while sending does not forget it.
        """
        row = await self._line.change_back(_CLAIM, number=number, now_at=generation, floor=floor)
        if row is None:
            return False
        chat, kind = row
        if kind in (OutKind.CARD.value, OutKind.MESSAGE.value, OutKind.PIN.value):
            await self._line.change(_CALL, chat=chat, wall=wall, weight=weight)
            if number % _TIDY_EVERY == 0:
                await self._line.change(_TIDY, before=wall - _REMEMBERED)
        return True

    async def sent(self, number: int, generation: int, message_id: int | None, wall: float, shown: str = "") -> None:
        """It was said. A card that was marked meanwhile is pending again; `message_id` None keeps the one there is."""
        row = await self._line.change_back(
            _SENT, number=number, said=generation, message=message_id, wall=wall, shown=shown
        )
        self._line.spoke = self._line.spoke or (row is not None and row[0] == OutStatus.PENDING.value)

    async def retry(self, number: int, at_wall: float, error: str) -> None:
        """It was not said, and may be said at `at_wall` (real seconds since 1970)."""
        await self._set(number, status=OutStatus.PENDING.value, retry_at=at_wall, error=plain(error))

    async def unknown(self, number: int, error: str) -> None:
        """Nobody knows whether it was said."""
        await self._set(number, status=OutStatus.UNKNOWN.value, error=plain(error))

    async def failed(self, number: int, error: str) -> None:
        """It can never be said. A card that was marked meanwhile is tried again."""
        await self._end(number, OutStatus.FAILED, error)

    async def dropped(self, number: int, why: str) -> None:
        """It need not be said any more. A card that was marked meanwhile is tried again."""
        await self._end(number, OutStatus.DROPPED, why)

    async def acked(self, number: int) -> None:
        """Whoever waits for it has seen a reaction."""
        await self._set(number, acked=True)

    async def forget_message(self, number: int) -> None:
        """The card's message is gone: next time it is a new one."""
        await self._set(number, message_id=None, replace=False)

    async def recent(self, since_wall: float) -> list[tuple[int, float, int]]:
        """Return calls that count against a budget as (chat, wall, weight), oldest first."""
        rows = await self._line.all(
            sa.select(CALL.c.chat, CALL.c.wall, CALL.c.weight)
            .where(CALL.c.wall >= since_wall)
            .order_by(CALL.c.wall, CALL.c.id)
        )
        return [(row.chat, row.wall, row.weight) for row in rows]

    async def stale(self, before_wall: float, before: datetime) -> list[Outgoing]:
        """Return what is unsaid though it might have been said before `before_wall` (real) and `before` (domain)."""
        unsaid = (OutStatus.PENDING.value, OutStatus.SENDING.value, OutStatus.UNKNOWN.value)
        return await self._many(
            sa.and_(
                _ROW.status.in_(unsaid),
                _ROW.created_at < before_wall,
                sa.or_(_ROW.not_before.is_(None), _ROW.not_before < before),
            )
        )

    async def counts(self) -> dict[str, int]:
        """Return how many rows stand where."""
        rows = await self._line.all(
            sa.select(_ROW.status, sa.func.count().label("rows")).group_by(_ROW.status).order_by(_ROW.status)
        )
        return {row.status: row.rows for row in rows}

    async def next_not_before(self, now: datetime | None = None) -> datetime | None:
        """Return the earliest moment for which a pending row waits; with `now`, the earliest after it."""
        waits = sa.select(sa.func.min(_ROW.not_before)).where(_ROW.status == OutStatus.PENDING.value)
        found: datetime | None = await self._line.value(waits if now is None else waits.where(_ROW.not_before > now))
        return found

    async def prune(self, before_wall: float) -> int:
        """Forget reactions and deletes that ended before; what belongs to a ticket is kept for replies to it."""
        ended = (OutStatus.SENT.value, OutStatus.FAILED.value, OutStatus.DROPPED.value)
        kinds = (OutKind.REACTION.value, OutKind.DELETE.value)
        return await self._line.write(
            sa.delete(OUTBOX).where(_ROW.status.in_(ended), _ROW.kind.in_(kinds), _ROW.created_at < before_wall)
        )

    async def _many(self, condition: sa.ColumnElement[bool]) -> list[Outgoing]:
        rows = await self._line.all(sa.select(*COLUMNS).where(condition).order_by(_ROW.id))
        return [outgoing(row) for row in rows]

    async def _end(self, number: int, status: OutStatus, why: str) -> None:
        marked_since = sa.and_(_ROW.status == OutStatus.SENDING.value, _ROW.generation > _ROW.claimed)
        row = await self._line.write_back(
            sa.update(OUTBOX)
            .where(_ROW.id == number)
            .values(status=sa.case((marked_since, OutStatus.PENDING.value), else_=status.value), error=plain(why))
            .returning(_ROW.status)
        )
        self._line.spoke = self._line.spoke or (row is not None and row.status == OutStatus.PENDING.value)

    async def _set(self, number: int, **values: Any) -> None:
        await self._line.write(sa.update(OUTBOX).where(_ROW.id == number).values(**values))
