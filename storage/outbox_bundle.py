"""The side of the outbox on which many small things for one reader become one message."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.outbox_write import OutboxWrite
from storage.outgoing import COLUMNS, Outgoing, OutKind, OutStatus, outgoing
from storage.tables import OUTBOX

BUNDLE = "bundle"


class OutboxBundle(OutboxWrite):
    """Rows of the template `bundle`: `data["items"]` grows, a word each, as long as the row has not been sent."""

    async def gather(
        self, items: Iterable[str], *, chat: int, hold: float, not_before: datetime | None, **facts: Any
    ) -> None:
        """Put items into the message that gathers for this chat and moment; the first ones open it.

        `hold`: real seconds that it waits for more, unless `let_go` comes before; other facts: those of `post`.
        """
        row = OUTBOX.c
        found = await self._line.first(
            sa.select(row.id, row.data)
            .where(
                row.chat == chat,
                row.template == BUNDLE,
                row.status == OutStatus.PENDING.value,
                row.not_before.is_not_distinct_from(sa.literal(not_before, row.not_before.type)),
            )
            .order_by(row.id)
            .with_for_update(key_share=True)
        )
        if found is None:
            data = {"items": " ".join(items)}
            await self._once(
                kind=OutKind.MESSAGE, chat=chat, template=BUNDLE, data=data, hold=hold, not_before=not_before, **facts
            )
            return
        words = dict.fromkeys((*found.data["items"].split(), *items))
        await self._line.write(
            sa.update(OUTBOX)
            .where(row.id == found.id)
            .values(
                data={**found.data, "items": " ".join(words)},
                generation=row.generation + 1,
                retry_at=self._line.wall + hold,
            )
        )
        self._line.spoke = True

    async def gathering(self) -> list[Outgoing]:
        """Return the messages that wait for more."""
        row = OUTBOX.c
        rows = await self._line.all(
            sa.select(*COLUMNS)
            .where(
                row.status == OutStatus.PENDING.value,
                row.template == BUNDLE,
                row.attempts == 0,
                row.retry_at > self._line.wall,
            )
            .order_by(row.id)
            .with_for_update(key_share=True)
        )
        return [outgoing(found) for found in rows]

    async def missed_cards(self, template: str, before: datetime) -> list[Outgoing]:
        """Return cards that should have gone out before a moment and never did, matters of life apart; by chat."""
        row = OUTBOX.c
        rows = await self._line.all(
            sa.select(*COLUMNS)
            .where(
                row.status == OutStatus.PENDING.value,
                row.priority > 0,
                row.template == template,
                row.message_id.is_(None),
                row.not_before < before,
            )
            .order_by(row.chat, row.not_before, row.id)
        )
        return [outgoing(found) for found in rows]

    async def let_go(self, number: int, alone: tuple[str, int, dict[str, str]] | None = None) -> None:
        """Let a message go now; `alone`: what it says as a message of its own (template, ticket, data)."""
        values: dict[str, Any] = {"retry_at": 0.0, "generation": OUTBOX.c.generation + 1}
        if alone is not None:
            values |= dict(zip(("template", "ticket", "data"), alone, strict=True))
        await self._line.write(sa.update(OUTBOX).where(OUTBOX.c.id == number).values(**values))
        self._line.spoke = True

    async def unsay(self, number: int) -> None:
        """Drop a message: what it would say is said otherwise."""
        await self._line.write(
            sa.update(OUTBOX)
            .where(OUTBOX.c.id == number)
            .values(status=OutStatus.DROPPED.value, error="it is said otherwise")
        )
