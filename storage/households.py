"""Households, and who belongs to them. Private: read for counts, by their own people and by their grid's staff."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.line import Line
from storage.tables import HOUSEHOLD, MEMBER
from tickets.household import Address, Household

_ROW = HOUSEHOLD.c


class Households:
    """The one writer of households and their members."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def of(self, telegram: int) -> Household | None:
        """Return the household that somebody has joined."""
        mine = sa.select(MEMBER.c.household).where(MEMBER.c.telegram == telegram).scalar_subquery()
        row = await self._line.first(_counted().where(_ROW.id == mine))
        return None if row is None else _household(row)

    async def join(self, telegram: int, address: Address, now: datetime) -> bool:
        """Make somebody one of this household, and no longer of another; False when they are already."""
        number = await self._number(address, now)
        insert = self._line.insert(MEMBER).values(telegram=telegram, household=number, at=now)
        changed = await self._line.write(
            insert.on_conflict_do_update(
                index_elements=[MEMBER.c.telegram],
                set_={"household": number, "at": now},
                where=MEMBER.c.household != number,
            )
        )
        await self._tidy()
        return changed > 0

    async def leave(self, telegram: int) -> bool:
        """Forget which household is somebody's; False when none was known."""
        gone = await self._line.write(sa.delete(MEMBER).where(MEMBER.c.telegram == telegram)) > 0
        await self._tidy()
        return gone

    async def record(self, addresses: Iterable[Address], by: str, now: datetime) -> int:
        """Put households on the list of their grid's workers; returns how many were not on it."""
        fresh = 0
        for address in dict.fromkeys(addresses):
            number = await self._number(address, now)
            fresh += await self._line.write(
                sa.update(HOUSEHOLD).where(_ROW.id == number, _ROW.listed_by.is_(None)).values(listed_by=by)
            )
        return fresh

    async def strike(self, addresses: Iterable[Address]) -> int:
        """Take households off the list; those that their people have joined stay known. Returns how many were on it."""
        gone = 0
        for address in dict.fromkeys(addresses):
            gone += await self._line.write(
                sa.update(HOUSEHOLD).where(_at(address), _ROW.listed_by.is_not(None)).values(listed_by=None)
            )
        await self._tidy()
        return gone

    async def in_grid(self, grid: str) -> list[Household]:
        """Return the households known in a grid, in no particular order."""
        return [_household(row) for row in await self._line.all(_counted().where(_ROW.grid == grid))]

    async def _number(self, address: Address, now: datetime) -> int:
        insert = self._line.insert(HOUSEHOLD).values(
            grid=address.grid, building=address.building, unit=address.unit, room=address.room, at=now
        )
        await self._line.write(insert.on_conflict_do_nothing())
        return int(await self._line.value(sa.select(_ROW.id).where(_at(address))))

    async def _tidy(self) -> None:
        """Forget households that nobody lists and nobody belongs to."""
        lived_in = sa.select(MEMBER.c.household).where(MEMBER.c.household == _ROW.id).exists()
        await self._line.write(sa.delete(HOUSEHOLD).where(_ROW.listed_by.is_(None), ~lived_in))


def _at(address: Address) -> sa.ColumnElement[bool]:
    return sa.and_(
        _ROW.grid == address.grid,
        _ROW.building == address.building,
        _ROW.unit == address.unit,
        _ROW.room == address.room,
    )


def _counted() -> sa.Select[Any]:
    members = sa.select(sa.func.count()).where(MEMBER.c.household == _ROW.id).scalar_subquery().label("members")
    return sa.select(HOUSEHOLD, members)


def _household(row: sa.Row[Any]) -> Household:
    return Household(
        row.id, Address(row.grid, row.building, row.unit, row.room), row.members, row.listed_by is not None
    )
