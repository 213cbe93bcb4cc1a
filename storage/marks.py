"""Small things to remember, by key."""

import secrets

import sqlalchemy as sa

from storage.line import Line
from storage.quick import Dialect, Quick, named
from storage.tables import MARK

DIRECTORY = "directory"
"""Changes whenever groups are bound or people join: what a process keeps in memory of them is then read anew."""


def _set(here: Dialect) -> sa.Executable:
    insert = here.insert(MARK).values(key=named(MARK.c.key), value=named(MARK.c.value))
    return insert.on_conflict_do_update(
        index_elements=[MARK.c.key],
        set_={"value": insert.excluded.value},
        where=MARK.c.value != insert.excluded.value,
    )


_GET = Quick(lambda _: sa.select(MARK.c.value).where(MARK.c.key == named(MARK.c.key)))
_SET = Quick(_set)


class Marks:
    """The one writer of marks."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def get(self, key: str) -> str | None:
        """Return what was remembered under `key`."""
        row = await self._line.row(_GET, key=key)
        return None if row is None else str(row[0])

    async def set(self, key: str, value: str) -> None:
        """Remember `value` under `key`; the same value again writes nothing."""
        await self._line.change(_SET, key=key, value=value)

    async def remove(self, key: str) -> bool:
        """Forget what was remembered under `key`; False = nothing was."""
        return await self._line.write(sa.delete(MARK).where(MARK.c.key == key)) > 0

    async def under(self, prefix: str, value: str | None = None) -> dict[str, str]:
        """Return what was remembered under keys with this prefix: the rest of the key -> value.

        With `value` only those that have it.
        """
        key = MARK.c.key
        query = sa.select(key, MARK.c.value).where(key.startswith(prefix, autoescape=True)).order_by(key)
        rows = await self._line.all(query if value is None else query.where(MARK.c.value == value))
        return {row.key.removeprefix(prefix): row.value for row in rows}

    async def directory_changed(self) -> None:
        """Note that bindings or joined people changed; the value itself says nothing."""
        await self.set(DIRECTORY, secrets.token_hex(8))
