"""Periodic posts: each slot is taken once, whoever comes first."""

from datetime import datetime

import sqlalchemy as sa

from storage.line import Line
from storage.quick import Quick, named, row_of
from storage.tables import SLOT

_TAKE = Quick(lambda here: here.insert(SLOT).values(row_of(SLOT)).on_conflict_do_nothing())
_TAKEN = Quick(lambda _: sa.select(SLOT.c.area).where(SLOT.c.job == named(SLOT.c.job), SLOT.c.at == named(SLOT.c.at)))


class Slots:
    """The one writer of slots."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def take(self, job: str, area: str, at: datetime) -> bool:
        """Take the slot of this job, area and time; False when somebody has it. Given back when the unit is undone."""
        return await self._line.change(_TAKE, job=job, area=area, at=at) == 1

    async def taken(self, job: str, at: datetime) -> set[str]:
        """Return the areas whose slot of this job and time somebody has."""
        return {row[0] for row in await self._line.rows(_TAKEN, job=job, at=at)}

    async def prune(self, before: datetime) -> int:
        """Forget slots before `before`; they must be too old to be asked for again."""
        return await self._line.write(sa.delete(SLOT).where(SLOT.c.at < before))
