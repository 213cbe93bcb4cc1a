"""Unfinished dialogues. They are rows, so any process can go on with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.line import Line
from storage.tables import DRAFT


@dataclass(frozen=True)
class Draft:
    """What the bot waits for from one person in one chat."""

    id: int
    telegram: int
    chat: int
    kind: str
    ticket: int | None
    data: dict[str, str]
    expires_at: datetime


class Drafts:
    """The one writer of drafts."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def open(
        self,
        *,
        telegram: int,
        chat: int,
        kind: str,
        expires_at: datetime,
        ticket: int | None = None,
        data: Mapping[str, str] | None = None,
    ) -> int:
        """Begin a dialogue and return its number; an earlier one of the same person in the same chat is over."""
        await self._line.write(sa.delete(DRAFT).where(DRAFT.c.telegram == telegram, DRAFT.c.chat == chat))
        row = await self._line.write_back(
            sa.insert(DRAFT)
            .values(
                telegram=telegram,
                chat=chat,
                kind=kind,
                ticket=ticket,
                data=dict(data or {}),
                expires_at=expires_at,
            )
            .returning(DRAFT.c.id)
        )
        assert row is not None
        return int(row.id)

    async def current(self, telegram: int, chat: int, now: datetime) -> Draft | None:
        """Return the dialogue of this person in this chat, unless its time is over."""
        return _draft(
            await self._line.first(
                sa.select(DRAFT).where(DRAFT.c.telegram == telegram, DRAFT.c.chat == chat, DRAFT.c.expires_at > now)
            )
        )

    async def get(self, number: int) -> Draft | None:
        """Return a dialogue by its number, even when its time is over."""
        return _draft(await self._line.first(sa.select(DRAFT).where(DRAFT.c.id == number)))

    async def close(self, number: int) -> bool:
        """End a dialogue; False when it was over already."""
        return await self._line.write(sa.delete(DRAFT).where(DRAFT.c.id == number)) > 0

    async def prune(self, before: datetime) -> int:
        """Forget dialogues whose time was over before `before`."""
        return await self._line.write(sa.delete(DRAFT).where(DRAFT.c.expires_at < before))


def _draft(row: sa.Row[Any] | None) -> Draft | None:
    return None if row is None else Draft(**row._mapping)
