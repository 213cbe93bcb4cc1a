"""Who is away on which days, where the district file does not say."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from storage.line import Line
from storage.marks import Marks
from storage.tables import ABSENCE
from tickets.roster import Leave


@dataclass(frozen=True)
class Absence:
    """Somebody's days away; `id` is for the button that ends them, `by` who entered them."""

    id: int
    person: str
    leave: Leave
    by: str


class Absences:
    """The one writer of absences."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def all(self) -> list[Absence]:
        """Return every absence that is not forgotten yet, the first ones first."""
        return await self._many(sa.true())

    async def of(self, person: str, since: date) -> list[Absence]:
        """Return those of one person that are not over before `since`, the first ones first."""
        return await self._many(sa.and_(ABSENCE.c.person == person, ABSENCE.c.last >= since.isoformat()))

    async def get(self, number: int) -> Absence | None:
        """Return one absence."""
        return next(iter(await self._many(ABSENCE.c.id == number)), None)

    async def enter(self, person: str, leave: Leave, by: str, at: datetime) -> int:
        """Note that somebody is away; return the number of the entry."""
        row = await self._line.write_back(
            sa.insert(ABSENCE)
            .values(
                person=person,
                first=leave.first.isoformat(),
                last=leave.last.isoformat(),
                substitute=leave.substitute,
                by=by,
                at=at,
            )
            .returning(ABSENCE.c.id)
        )
        assert row is not None
        await Marks(self._line).directory_changed()
        return int(row.id)

    async def strike(self, number: int) -> bool:
        """Take an entry back; False = there was none."""
        if not await self._line.write(sa.delete(ABSENCE).where(ABSENCE.c.id == number)):
            return False
        await Marks(self._line).directory_changed()
        return True

    async def prune(self, before: date) -> int:
        """Forget absences that were over before `before`."""
        return await self._line.write(sa.delete(ABSENCE).where(ABSENCE.c.last < before.isoformat()))

    async def _many(self, condition: "sa.ColumnElement[bool]") -> list[Absence]:
        rows = await self._line.all(sa.select(ABSENCE).where(condition).order_by(ABSENCE.c.first, ABSENCE.c.id))
        return [
            Absence(
                row.id,
                row.person,
                Leave(date.fromisoformat(row.first), date.fromisoformat(row.last), row.substitute),
                row.by,
            )
            for row in rows
        ]
