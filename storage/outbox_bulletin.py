"""The side of the outbox for bulletins: one row a group, all left at once; looked at, dropped and renewed together."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.line import Line
from storage.outgoing import COLUMNS, UNTOUCHED, Outgoing, OutKind, OutStatus, outgoing
from storage.tables import OUTBOX

_ROW = OUTBOX.c
_IN_FLIGHT = (OutStatus.SENDING.value, OutStatus.UNKNOWN.value)


class OutboxBulletin:
    """Rows of many groups that belong together; they are found by their keys, which are made from their cause."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def spread(self, kind: OutKind, rows: Sequence[Mapping[str, Any]], **facts: Any) -> None:
        """Leave one row for each of `rows` (their `key`, `chat`, `data`); `facts` are the same for all.

        A key that is there already is left as it is: nobody gets anything twice.
        """
        if not rows:
            return
        insert = self._line.insert(OUTBOX).values(created_at=self._line.wall)
        await self._line.write_many(
            insert.on_conflict_do_nothing(index_elements=[_ROW.key]), [_fresh(kind, **facts, **row) for row in rows]
        )
        self._line.spoke = True

    async def mark_own(self, key: str, *, data: Mapping[str, str], loud: bool = False, **facts: Any) -> None:
        """Say that a card which is no ticket's, but has a key of its own, is stale.

        `data` are those of its first mark. `loud`: it is a new message where there is one already.
        """
        marks = {"loud": True, "loud_at": 1} if loud else {}
        fresh = _fresh(OutKind.CARD, key=key, data=data, **facts) | marks
        insert = self._line.insert(OUTBOX).values(created_at=self._line.wall, **fresh)
        in_flight, waits = _ROW.status.in_(_IN_FLIGHT), _ROW.status == OutStatus.PENDING.value
        changes: dict[str, Any] = {
            "generation": _ROW.generation + 1,
            # A call in flight keeps its status: when its end is known, the newer generation makes it pending again.
            "status": sa.case((in_flight, _ROW.status), else_=OutStatus.PENDING.value),
            "priority": fresh["priority"],
            "not_before": None,
            "attempts": sa.case((sa.or_(waits, in_flight), _ROW.attempts), else_=0),
            "retry_at": sa.case((waits, _ROW.retry_at), else_=0.0),
            "created_at": sa.case((waits, _ROW.created_at), else_=self._line.wall),
        }
        if loud:
            has_message = sa.or_(_ROW.message_id.is_not(None), in_flight)
            changes |= {"loud": True, "loud_at": _ROW.generation + 1, "replace": sa.or_(_ROW.replace, has_message)}
        await self._line.write(insert.on_conflict_do_update(index_elements=[_ROW.key], set_=changes))
        self._line.spoke = True

    async def by_keys(self, keys: Sequence[str]) -> dict[str, Outgoing]:
        """Return the rows with these keys."""
        rows = await self._line.all(sa.select(*COLUMNS).where(_ROW.key.in_(keys)))
        return {row.key: outgoing(row) for row in rows}

    async def drop(self, keys: Sequence[str], why: str) -> int:
        """Give up what has not been said yet; a call in flight is left alone. Returns how many."""
        unsaid = (_ROW.status == OutStatus.PENDING.value, _ROW.sent_at.is_(None))
        return await self._line.write(
            sa.update(OUTBOX).where(_ROW.key.in_(keys), *unsaid).values(status=OutStatus.DROPPED.value, error=why)
        )

    async def touch(self, key: str, not_before: datetime, priority: int) -> bool:
        """Say that a message which is there is stale, to be edited no sooner than `not_before`.

        One that was not sent yet, or is stale already, is left as it is; False when there is nothing to edit.
        """
        said = _ROW.status == OutStatus.SENT.value
        edited = sa.and_(_ROW.status.in_(_IN_FLIGHT), _ROW.claimed == _ROW.generation)
        changed = await self._line.write(
            sa.update(OUTBOX)
            .where(_ROW.key == key, _ROW.message_id.is_not(None), sa.or_(said, edited))
            .values(
                generation=_ROW.generation + 1,
                status=sa.case((said, OutStatus.PENDING.value), else_=_ROW.status),
                not_before=not_before,
                priority=int(priority),
                attempts=0,
                created_at=self._line.wall,
            )
        )
        self._line.spoke = self._line.spoke or changed > 0
        return changed > 0


def _fresh(kind: OutKind, **facts: Any) -> dict[str, Any]:
    """Return the values of a row that nobody has touched yet, but for when it was made: the database's own clock."""
    return {
        **UNTOUCHED,
        "kind": kind.value,
        "status": OutStatus.PENDING.value,
        "template": "",
        "retry_at": 0.0,
        **facts,
        "priority": int(facts["priority"]),
    }
