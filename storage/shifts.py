"""Shifts that staff took over: who serves where, besides the hours of the posts."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.line import Line
from storage.marks import Marks
from storage.tables import SHIFT
from tickets.roster import Shift


@dataclass(frozen=True)
class TakenShift:
    """A shift; `id` is for the button that ends it."""

    id: int
    shift: Shift


class Shifts:
    """The one writer of shifts."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def all(self) -> list[TakenShift]:
        """Return every shift that is not forgotten yet, the first ones first."""
        rows = await self._line.all(sa.select(SHIFT).order_by(SHIFT.c.begins, SHIFT.c.id))
        return [
            TakenShift(row.id, Shift(row.person, row.area, row.key, row.begins, row.ends, row.instead_of))
            for row in rows
        ]

    async def of(self, person: str, now: datetime) -> list[TakenShift]:
        """Return what somebody has taken and serves at a moment."""
        return [one for one in await self.all() if one.shift.person == person and one.shift.holds(now)]

    async def take(self, shift: Shift) -> int:
        """Keep a shift; return its number."""
        row = await self._line.write_back(sa.insert(SHIFT).values(**vars(shift)).returning(SHIFT.c.id))
        assert row is not None
        await Marks(self._line).directory_changed()
        return int(row.id)

    async def end(self, number: int, at: datetime) -> bool:
        """End a shift early; False = it is over."""
        over = sa.update(SHIFT).where(SHIFT.c.id == number, SHIFT.c.ends > at).values(ends=at)
        if not await self._line.write(over):
            return False
        await Marks(self._line).directory_changed()
        return True

    async def prune(self, before: datetime) -> int:
        """Forget shifts that were over before `before`."""
        return await self._line.write(sa.delete(SHIFT).where(SHIFT.c.ends < before))
