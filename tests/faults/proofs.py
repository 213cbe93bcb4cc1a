"""What the clock causes, at full size: rows of `make prove`."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager

from tests.faults.crowded import HOUSEHOLDS, TICKETS, Looks, Size, look_by_turns
from tests.faults.standstill import MOST, stand_still
from tests.faults.ticking import tick_twice
from tests.tickets.city import GRIDS, POSTS

DUE, MATTERS, TRIES = 10_000, 300, 51
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
        ticked = asyncio.run(tick_twice(url, DUE, say))
    say(f"  {ticked}")
    held = ticked.held and ticked.most <= MOST
    yield f"two processes on PostgreSQL tick over {DUE} due steps", "each exactly once", str(ticked), held


def city(_: int, postgres: Postgres, say: Say) -> Iterator[Row]:
    """The looks of the clock at a city's tickets, and at a tenth of everything, by turns."""
    for database in ("SQLite", "PostgreSQL"):
        sizes = (Size(), Size(10, TICKETS // 10, HOUSEHOLDS // 10))
        with ExitStack() as opened:
            urls = [opened.enter_context(postgres() if database == "PostgreSQL" else _sqlite()) for _ in sizes]
            large, small = asyncio.run(look_by_turns(dict(zip(urls, sizes, strict=True)), TRIES))
        growth = {look: large.best[look] / small.best[look] for look in ("claim", "audit")}
        found = (
            f"claim {_milliseconds(large, small, 'claim')} × {growth['claim']:.2f}; auditor "
            f"{_milliseconds(large, small, 'audit')} × {growth['audit']:.2f}; who has anything in hand "
            f"{_milliseconds(large, small, 'gone')}; the middle of {TRIES}, and best against best"
        )
        say(f"  {database}: {found}")
        wanted = "claiming 1,000 due steps ≤ 0.5 s, the auditor's pass ≤ 10 s, ≤ 1.3 × with a tenth of everything"
        held = large.middle["claim"] <= 0.5 and large.middle["audit"] <= 10 and max(growth.values()) <= 1.3
        name = f"the clock looks at {TICKETS} open tickets, {HOUSEHOLDS} households, {GRIDS} grids, {POSTS} posts"
        yield f"{name}, {database}", wanted, found, held


def _milliseconds(large: Looks, small: Looks, look: str) -> str:
    return f"{large.middle[look] * 1000:.1f} ms (a tenth: {small.middle[look] * 1000:.1f})"


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="gridbot-prove-") as folder:
        yield f"sqlite+aiosqlite:///{folder}/city.db"


CLOCK: Mapping[str, Callable[[int, Postgres, Say], Iterator[Row]]] = {
    "still": standing_still,
    "ticks": two_processes,
    "clock": city,
}
"""Name -> what shows it."""
