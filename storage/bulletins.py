"""Notices of the community to groups, and who has seen them. What is said of them is in the outbox."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.codec import plain
from storage.line import Line
from storage.tables import BULLETIN, HOUSEHOLD, MEMBER, SEEN
from tickets.bulletin import Bulletin, Stage, Tally
from tickets.household import Address

_NAMES = tuple(field.name for field in fields(Bulletin))
_COLUMNS = tuple(BULLETIN.c[name] for name in _NAMES)


class Bulletins:
    """The one writer of bulletins and of what was seen."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def add(
        self,
        *,
        author: str,
        chat: int,
        area: str,
        text: str,
        media: str,
        areas: Sequence[str],
        at: datetime | None,
        now: datetime,
        pin: bool = False,
        button: bool = True,
        note: str = "",
        source: int | None = None,
    ) -> int:
        """Keep a fresh draft and return its number."""
        row = await self._line.write_back(
            sa.insert(BULLETIN)
            .values(
                author=author,
                chat=chat,
                area=area,
                text=plain(text),
                media=media,
                areas=list(areas),
                pin=pin,
                button=button,
                at=at,
                stage=Stage.DRAFT.value,
                view="",
                note=note,
                made_at=now,
                skipped=[],
                said=0,
                source=source,
            )
            .returning(BULLETIN.c.id)
        )
        assert row is not None
        return int(row.id)

    async def get(self, number: int) -> Bulletin | None:
        """Return one bulletin."""
        row = await self._line.first(sa.select(*_COLUMNS).where(BULLETIN.c.id == number))
        return None if row is None else _bulletin(row)

    async def change(self, number: int, *stages: Stage, **values: Any) -> bool:
        """Change a bulletin that stands at one of `stages`; False when it does not any more: somebody was first."""
        given = {key: _kept(value) for key, value in values.items()}
        where = (BULLETIN.c.id == number, BULLETIN.c.stage.in_([stage.value for stage in stages]))
        return await self._line.write(sa.update(BULLETIN).where(*where).values(**given)) > 0

    async def made_from(self, chat: int, source: int) -> Bulletin | None:
        """Return the bulletin that a message of its author's private chat became."""
        return next(iter(await self._many(sa.and_(BULLETIN.c.chat == chat, BULLETIN.c.source == source))), None)

    async def due(self, now: datetime) -> list[Bulletin]:
        """Return those whose hour has come."""
        waits = sa.and_(BULLETIN.c.stage == Stage.WAITING.value, BULLETIN.c.at <= now)
        return await self._many(waits)

    async def under_way(self) -> list[Bulletin]:
        """Return those that are going out, or were stopped on the way and not all of whose calls have ended."""
        stopped = sa.and_(
            BULLETIN.c.stage == Stage.CANCELLED.value, BULLETIN.c.begun_at.is_not(None), BULLETIN.c.ended_at.is_(None)
        )
        return await self._many(sa.or_(BULLETIN.c.stage == Stage.SENDING.value, stopped))

    async def saw(self, number: int, telegram: int, area: str, now: datetime) -> bool:
        """Note that somebody has seen it; False when that is known already."""
        insert = self._line.insert(SEEN).values(bulletin=number, telegram=telegram, area=area, at=now)
        return await self._line.write(insert.on_conflict_do_nothing()) == 1

    async def forget(self, telegram: int) -> int:
        """Forget what somebody has seen; returns how much that was."""
        return await self._line.write(sa.delete(SEEN).where(SEEN.c.telegram == telegram))

    async def tally(self, number: int, area: str | None = None) -> Tally:
        """Count who has seen it, in all groups or in that of `area`: a household once, whoever has none one by one."""
        where = [SEEN.c.bulletin == number, *([SEEN.c.area == area] if area is not None else [])]
        row = await self._line.first(
            sa.select(
                sa.func.count(sa.distinct(MEMBER.c.household)).label("households"),
                sa.func.count().filter(MEMBER.c.household.is_(None)).label("people"),
            )
            .select_from(SEEN.outerjoin(MEMBER, MEMBER.c.telegram == SEEN.c.telegram))
            .where(*where)
        )
        assert row is not None
        return Tally(row.households, row.people)

    async def silent(self, number: int, grid: str) -> list[Address]:
        """Return the households of a grid none of whose people has pressed "seen"."""
        heard = (
            sa.select(MEMBER.c.household)
            .join(SEEN, SEEN.c.telegram == MEMBER.c.telegram)
            .where(SEEN.c.bulletin == number)
        )
        rows = await self._line.all(
            sa.select(HOUSEHOLD.c.grid, HOUSEHOLD.c.building, HOUSEHOLD.c.unit, HOUSEHOLD.c.room).where(
                HOUSEHOLD.c.grid == grid, HOUSEHOLD.c.id.not_in(heard)
            )
        )
        return [Address(row.grid, row.building, row.unit, row.room) for row in rows]

    async def latest(self, areas: Sequence[str]) -> Bulletin | None:
        """Return the newest bulletin with a "seen" button that went to one of `areas`."""
        # The areas are a JSON list, which the two databases search in different words: the newest few are enough.
        sent = (BULLETIN.c.stage.in_((Stage.SENDING.value, Stage.DONE.value)), BULLETIN.c.button.is_(sa.true()))
        rows = await self._line.all(
            sa.select(*_COLUMNS).where(*sent).order_by(BULLETIN.c.begun_at.desc()).limit(_LOOK_BACK)
        )
        return next((_bulletin(row) for row in rows if set(row.areas) & set(areas)), None)

    async def _many(self, condition: sa.ColumnElement[bool]) -> list[Bulletin]:
        rows = await self._line.all(sa.select(*_COLUMNS).where(condition).order_by(BULLETIN.c.id))
        return [_bulletin(row) for row in rows]


_LOOK_BACK = 50


def _kept(value: Any) -> Any:
    """Return a value as its column holds it."""
    if isinstance(value, tuple):
        return list(value)
    return plain(value) if isinstance(value, str) else value


def _bulletin(row: sa.Row[Any]) -> Bulletin:
    values = dict(zip(_NAMES, row, strict=True))
    values |= {"stage": Stage(values["stage"]), "areas": tuple(values["areas"]), "skipped": tuple(values["skipped"])}
    return Bulletin(**values)
