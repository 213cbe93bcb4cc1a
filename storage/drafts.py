"""Unfinished dialogues. They are rows, so any process can go on with them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.line import Line
from storage.quick import Quick, named
from storage.tables import DRAFT


@dataclass(frozen=True)
class Draft:
    """What the bot waits for from one person. `chat` is where the next words are the answer; None = a button is."""

    id: int
    telegram: int
    chat: int | None
    kind: str
    ticket: int | None
    data: dict[str, str]
    expires_at: datetime


_NO_CHAT = -(2**62)
"""Below every chat id of Telegram. In one chat one question can wait for words, and the table sees to that; what waits
for a button stands at a place of its own below this."""


_ALL = Quick(
    lambda _: (
        sa.select(DRAFT)
        .where(
            DRAFT.c.telegram == named(DRAFT.c.telegram),
            DRAFT.c.kind == named(DRAFT.c.kind),
            DRAFT.c.expires_at > named(DRAFT.c.expires_at, "now"),
        )
        .order_by(DRAFT.c.id.desc())
    )
)
_NAMES = tuple(column.name for column in DRAFT.columns)


class Drafts:
    """The one writer of drafts."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def open(
        self,
        *,
        telegram: int,
        kind: str,
        expires_at: datetime,
        chat: int | None = None,
        cause: int = 0,
        ticket: int | None = None,
        data: Mapping[str, str] | None = None,
    ) -> int:
        """Begin a dialogue and return its number.

        With a `chat` the next words there are the answer, so an earlier one of the same person in the same chat is
        over. Without, a button is the answer, and any number live side by side, one for each update (`cause`).
        """
        place = _NO_CHAT - cause if chat is None else chat
        await self._line.write(sa.delete(DRAFT).where(DRAFT.c.telegram == telegram, DRAFT.c.chat == place))
        row = await self._line.write_back(
            sa.insert(DRAFT)
            .values(
                telegram=telegram,
                chat=place,
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
        """Return what this person's words in this chat are the answer to, unless its time is over."""
        return _draft(
            await self._line.first(
                sa.select(DRAFT).where(DRAFT.c.telegram == telegram, DRAFT.c.chat == chat, DRAFT.c.expires_at > now)
            )
        )

    async def latest(self, telegram: int, kind: str, now: datetime) -> Draft | None:
        """Return the newest dialogue of a kind with this person, unless its time is over."""
        mine = (DRAFT.c.telegram == telegram, DRAFT.c.kind == kind, DRAFT.c.expires_at > now)
        return _draft(await self._line.first(sa.select(DRAFT).where(*mine).order_by(DRAFT.c.id.desc()).limit(1)))

    async def all_of(self, telegram: int, kind: str, now: datetime) -> list[Draft]:
        """Return the dialogues of a kind with this person whose time is not over, the newest first."""
        rows = await self._line.rows(_ALL, telegram=telegram, kind=kind, now=now)
        return [_made(dict(zip(_NAMES, row, strict=True))) for row in rows]

    async def get(self, number: int) -> Draft | None:
        """Return a dialogue by its number, even when its time is over."""
        return _draft(await self._line.first(sa.select(DRAFT).where(DRAFT.c.id == number)))

    async def change(self, number: int, data: Mapping[str, str]) -> None:
        """Keep other data in a dialogue that goes on."""
        await self._line.write(sa.update(DRAFT).where(DRAFT.c.id == number).values(data=dict(data)))

    async def close(self, number: int) -> bool:
        """End a dialogue; False when it was over already."""
        return await self._line.write(sa.delete(DRAFT).where(DRAFT.c.id == number)) > 0

    async def forget(self, telegram: int) -> int:
        """Forget every dialogue of one person."""
        return await self._line.write(sa.delete(DRAFT).where(DRAFT.c.telegram == telegram))

    async def prune(self, before: datetime) -> int:
        """Forget dialogues whose time was over before `before`."""
        return await self._line.write(sa.delete(DRAFT).where(DRAFT.c.expires_at < before))


def _draft(row: sa.Row[Any] | None) -> Draft | None:
    if row is None:
        return None
    return _made(dict(row._mapping))


def _made(values: dict[str, Any]) -> Draft:
    found = Draft(**values)
    return replace(found, chat=None) if found.chat is not None and found.chat <= _NO_CHAT else found
