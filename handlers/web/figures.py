"""Figures from the database for /metrics: counted at most once in a few seconds, whoever asks and how often."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.actions.ticks import STALE
from storage import Outgoing, StorageTrouble, Store

KEPT = 10.0
"""Seconds for which figures are good."""

PATIENCE = 8.0
"""Seconds for which the database is waited; a scrape gives up after ten."""

PARKED_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Figures:
    """Ages in seconds, 0 where there is nothing that ages."""

    outbox: Mapping[str, int]
    """Rows by status."""

    unsaid: float
    """How long the oldest row that may be said has waited, in real seconds."""

    tickets: Mapping[tuple[str, str], int]
    """Open tickets by (status, deadline class)."""

    oldest_ticket: float
    """How long ago the oldest open ticket was filed, in the district's time."""

    parked: int
    """Updates parked within the last day."""

    findings: Mapping[str, int]
    """What the auditor finds, by kind."""


class Reader:
    """Reads the figures. `now` is the district's time, `wall` and `monotonic` are real seconds."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        wall: Callable[[], float],
        monotonic: Callable[[], float],
        kept: float = KEPT,
    ) -> None:
        self._store = store
        self._now = now
        self._wall = wall
        self._monotonic = monotonic
        self._kept = kept
        self._last: tuple[float, Figures] | None = None
        self._turn = asyncio.Lock()

    async def figures(self) -> Figures | None:
        """Return the figures, None when the database does not answer: old ones would look like calm."""
        async with self._turn:
            if self._last is not None and self._monotonic() - self._last[0] < self._kept:
                return self._last[1]
            try:
                async with asyncio.timeout(PATIENCE):
                    found = await self._read()
            except (StorageTrouble, TimeoutError):
                self._last = None
                return None
            self._last = (self._monotonic(), found)
            return found

    async def _read(self) -> Figures:
        now, wall = self._now(), self._wall()
        async with self._store.look() as unit:
            outbox = await unit.outbox.counts()
            unsaid = await unit.outbox.stale(wall, now)
            tickets, oldest = await unit.tickets.totals()
            parked = await unit.updates.parked(now - PARKED_WITHIN)
            adrift = await unit.tickets.without_next_step()
            late = await unit.tickets.due(now - STALE, limit=10_000)
        waits = [_waited(row, now, wall) for row in unsaid]
        return Figures(
            outbox=outbox,
            unsaid=max(waits, default=0.0),
            tickets=tickets,
            oldest_ticket=0.0 if oldest is None else (now - oldest).total_seconds(),
            parked=len(parked),
            findings={
                "no_next_step": len(adrift),
                "late_step": len(late),
                "unsent": sum(wait > STALE.total_seconds() for wait in waits),
            },
        )


def _waited(row: Outgoing, now: datetime, wall: float) -> float:
    """Return the seconds since which a row might have been said."""
    since_made = wall - row.created_at
    return since_made if row.not_before is None else min(since_made, (now - row.not_before).total_seconds())
