"""Periodic posts: each slot is taken once, whoever comes first."""

from datetime import datetime

import sqlalchemy as sa

from storage.line import Line
from storage.tables import SLOT


class Slots:
    """The one writer of slots."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def take(self, job: str, area: str, at: datetime) -> bool:
        """Take the slot of this job, area and time; False when somebody has it. Given back when the unit is undone."""
        insert = self._line.insert(SLOT).values(job=job, area=area, at=at)
        return await self._line.write(insert.on_conflict_do_nothing()) == 1

    async def taken(self, job: str, at: datetime) -> set[str]:
        """Return the areas whose slot of this job and time somebody has."""
        rows = await self._line.all(sa.select(SLOT.c.area).where(SLOT.c.job == job, SLOT.c.at == at))
        return {row.area for row in rows}

    async def prune(self, before: datetime) -> int:
        """Forget slots before `before`; they must be too old to be asked for again."""
        return await self._line.write(sa.delete(SLOT).where(SLOT.c.at < before))
