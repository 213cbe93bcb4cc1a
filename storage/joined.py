"""With which Telegram account a member of staff joined, where the district file does not say."""

from datetime import datetime

import sqlalchemy as sa

from storage.line import Line
from storage.marks import Marks
from storage.tables import JOINED


class Joined:
    """The one writer of joined people."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def all(self) -> dict[str, int]:
        """Return person -> Telegram user id."""
        return {row.person: row.telegram for row in await self._line.all(sa.select(JOINED))}

    async def join(self, person: str, telegram: int, at: datetime) -> None:
        """Note with which account a person joined; an earlier account of theirs no longer counts.

        Raises Conflict when the account is another person's.
        """
        values = {"telegram": telegram, "at": at}
        await self._line.write(
            self._line.insert(JOINED)
            .values(person=person, **values)
            .on_conflict_do_update(index_elements=[JOINED.c.person], set_=values)
        )
        await Marks(self._line).directory_changed()
