"""What the clock causes, at full size: rows of `make prove`."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager

from tests.faults.standstill import MOST, stand_still
from tests.faults.ticking import Scale, measure, tick_twice

DUE, OPEN, MATTERS = 10_000, 100_000, 150
Row = tuple[str, str, str, bool]
"""Name, what is wanted, what was found, whether it held."""

Postgres = Callable[[], AbstractContextManager[str]]
Say = Callable[[str], None]


def standing_still(seed: int, _: Postgres, say: Say) -> Iterator[Row]:
    """Down for one, ten and seventy-two hours."""
    for hours in (1, 10, 72):
        with tempfile.TemporaryDirectory(prefix="gridbot-prove-") as folder:
            url = f"sqlite+aiosqlite:///{folder}/still.db"
            found = asyncio.run(stand_still(url, hours=hours, matters=MATTERS, seed=seed + hours))
        say(f"  {found}")
        wanted = f"each due thing once, in order; at most {MOST} messages to anybody, life apart"
        yield f"down for {hours} h with {MATTERS} matters, then back", wanted, str(found), found.held


def two_processes(_: int, postgres: Postgres, say: Say) -> Iterator[Row]:
    """Two processes on PostgreSQL over the same due steps."""
    with postgres() as url:
        ticked = asyncio.run(tick_twice(url, DUE))
    say(f"  {ticked}")
    held = ticked.held and ticked.most <= MOST
    yield f"two processes on PostgreSQL tick over {DUE} due steps", "each exactly once", str(ticked), held


def city(_: int, postgres: Postgres, say: Say) -> Iterator[Row]:
    """The looks of the clock at a city's tickets, and at a tenth of them."""
    for database in ("SQLite", "PostgreSQL"):
        small, large = (_scaled(database, postgres, tickets) for tickets in (OPEN // 10, OPEN))
        growth = max(large.best_claim / small.best_claim, large.best_audit / small.best_audit)
        found = (
            f"claim {large.claim * 1000:.1f} ms (a tenth: {small.claim * 1000:.1f}), auditor "
            f"{large.audit * 1000:.1f} ms (a tenth: {small.audit * 1000:.1f}), best against best × {growth:.2f}"
        )
        say(f"  {database}: {found}")
        wanted = "claiming 1,000 due steps ≤ 0.5 s, the auditor's pass ≤ 10 s, ≤ 1.3 × with a tenth of the tickets"
        held = large.claim <= 0.5 and large.audit <= 10 and growth <= 1.3
        yield f"the clock looks at {OPEN} open tickets, {database}", wanted, found, held


def _scaled(database: str, postgres: Postgres, tickets: int) -> Scale:
    if database == "PostgreSQL":
        with postgres() as url:
            return asyncio.run(measure(url, tickets, tries=21))
    with tempfile.TemporaryDirectory(prefix="gridbot-prove-") as folder:
        return asyncio.run(measure(f"sqlite+aiosqlite:///{folder}/city.db", tickets, tries=21))


CLOCK: Mapping[str, Callable[[int, Postgres, Say], Iterator[Row]]] = {
    "still": standing_still,
    "ticks": two_processes,
    "clock": city,
}
"""Name -> what shows it."""
