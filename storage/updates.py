"""Updates whose effects are kept, and those that could not be handled."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.codec import plain
from storage.line import Line
from storage.quick import Quick, named
from storage.tables import PARKED, UPDATE

_SEEN = Quick(
    lambda _: (
        sa.select(UPDATE.c.update_id)
        .where(UPDATE.c.update_id == named(UPDATE.c.update_id))
        .union_all(sa.select(PARKED.c.update_id).where(PARKED.c.update_id == named(UPDATE.c.update_id)))
    )
)
_KEEP = Quick(lambda here: here.insert(UPDATE).values(update_id=named(UPDATE.c.update_id)).on_conflict_do_nothing())
_SEEN_OF = Quick(
    lambda here: (
        sa.select(UPDATE.c.update_id)
        .where(here.among(UPDATE.c.update_id, "ids"))
        .union_all(sa.select(PARKED.c.update_id).where(here.among(PARKED.c.update_id, "ids")))
    )
)


@dataclass(frozen=True)
class Parked:
    """An update that stopped its handler again and again. `raw` is private: it may hold what a resident wrote."""

    update_id: int
    raw: str
    error: str
    at: datetime


class Updates:
    """The one writer of updates."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def seen(self, update_id: int) -> bool:
        """Return whether the update left something behind before, or was parked."""
        return await self._line.row(_SEEN, update_id=update_id) is not None

    async def seen_of(self, update_ids: Sequence[int]) -> frozenset[int]:
        """Return which of these left something behind before, or were parked."""
        return frozenset(row[0] for row in await self._line.rows(_SEEN_OF, ids=list(update_ids)))

    async def keep(self, update_id: int) -> bool:
        """Note that the update's effects are in this unit; False when they are kept already."""
        return await self._line.change(_KEEP, update_id=update_id) == 1

    async def park(self, update_id: int, raw: str, error: str, at: datetime) -> None:
        """Put aside an update that cannot be handled."""
        insert = self._line.insert(PARKED).values(update_id=update_id, raw=plain(raw), error=plain(error), at=at)
        await self._line.write(insert.on_conflict_do_nothing())

    async def parked(self, since: datetime) -> list[Parked]:
        """Return what was parked at `since` or later, oldest first."""
        rows = await self._line.all(
            sa.select(PARKED).where(PARKED.c.at >= since).order_by(PARKED.c.at, PARKED.c.update_id)
        )
        return [Parked(**row._mapping) for row in rows]

    async def highest(self) -> int | None:
        """Return the highest id whose effects are kept; None without any."""
        found: int | None = await self._line.value(sa.select(sa.func.max(UPDATE.c.update_id)))
        return found

    async def prune_parked(self, before: datetime) -> int:
        """Forget what was parked before `before`: the words in it are private."""
        return await self._line.write(sa.delete(PARKED).where(PARKED.c.at < before))

    async def forget(self, telegram: int) -> int:
        """Forget what was parked and names this person."""
        number = re.compile(rf"(?<!\d){telegram}(?!\d)")
        rows = await self._line.all(sa.select(PARKED).where(PARKED.c.raw.contains(str(telegram))))
        mine = [row.update_id for row in rows if number.search(row.raw)]
        return await self._line.write(sa.delete(PARKED).where(PARKED.c.update_id.in_(mine))) if mine else 0

    async def prune(self, before_id: int) -> int:
        """Forget the updates below `before_id`; Telegram must not be able to send them again (it keeps them 24 h)."""
        return await self._line.write(sa.delete(UPDATE).where(UPDATE.c.update_id < before_id))
