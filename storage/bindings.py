"""Which group belongs to which area, where the district file does not say."""

from datetime import datetime

import sqlalchemy as sa

from storage.line import Line
from storage.marks import Marks
from storage.tables import BINDING


class Bindings:
    """The one writer of bindings."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def all(self) -> dict[str, int]:
        """Return area -> chat."""
        return {row.area: row.chat for row in await self._line.all(sa.select(BINDING))}

    async def bind(self, area: str, chat: int, by: str, at: datetime) -> bool:
        """Bind a group to an area; False when the area has another group or the group another area."""
        insert = self._line.insert(BINDING).values(area=area, chat=chat, by=by, at=at)
        if not await self._line.write(insert.on_conflict_do_nothing()):
            return False
        await Marks(self._line).directory_changed()
        return True

    async def release(self, area: str) -> bool:
        """Take an area's group off it; False = none was bound to it."""
        if not await self._line.write(sa.delete(BINDING).where(BINDING.c.area == area)):
            return False
        await Marks(self._line).directory_changed()
        return True
