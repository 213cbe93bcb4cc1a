"""What staff have corrected: words of residents, masked, and what they were. Nobody's name is here, nor who said so."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.codec import plain
from storage.line import Line
from storage.marks import Marks
from storage.tables import EXAMPLE

IN_USE = "model"
"""The mark of the model that was learned from the examples and is in use; what it says is for `bot/relearn.py`."""


@dataclass(frozen=True)
class Example:
    """One lesson of a district. `service`: what was asked for, None = nothing; `danger`: somebody was in danger."""

    ticket: int
    text: str
    service: str | None
    grid: str
    at: datetime
    danger: bool = False


class Examples:
    """The one writer of examples: one for each ticket, the last word counts."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def keep(self, example: Example) -> None:
        """Keep what a ticket has taught, in place of what it taught before."""
        values = {
            "text": plain(example.text),
            "service": example.service,
            "grid": example.grid,
            "at": example.at,
            "danger": example.danger,
        }
        insert = self._line.insert(EXAMPLE).values(ticket=example.ticket, **values)
        await self._line.write(insert.on_conflict_do_update(index_elements=[EXAMPLE.c.ticket], set_=values))

    async def all(self) -> list[Example]:
        """Return every example, in the order of the tickets."""
        rows = await self._line.all(sa.select(EXAMPLE).order_by(EXAMPLE.c.ticket))
        return [Example(row.ticket, row.text, row.service, row.grid, row.at, row.danger) for row in rows]

    async def count(self) -> int:
        """Return how many there are."""
        return int(await self._line.value(sa.select(sa.func.count()).select_from(EXAMPLE)))

    async def forget(self, tickets: list[int]) -> int:
        """Delete what these tickets have taught; returns how many there were.

        A model that has read it is used no longer: the next one is learned without.
        """
        if not tickets:
            return 0
        gone = await self._line.write(sa.delete(EXAMPLE).where(EXAMPLE.c.ticket.in_(tickets)))
        if gone:
            await Marks(self._line).remove(IN_USE)
        return gone
