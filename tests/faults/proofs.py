"""What the clock causes, at full size: rows of `make prove`."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager

from tests.faults.standstill import MOST, stand_still
from tests.faults.ticking import Scale, measure, tick_twice

DUE, OPEN, MATTERS = 10_000, 100_000, 150
LIVES, STEPS = 2500, 40
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


def machine(seed: int, _: Postgres, say: Say) -> Iterator[Row]:
    """Random people do random things to tickets, with clocks that jump."""
    command = [sys.executable, "-m", "pytest", "tests/tickets/test_machine.py", "-q", "-n", "0", "--no-cov"]
    command += ["--timeout", "7200", "--hypothesis-seed", str(seed), "-p", "no:randomly"]
    environment = {**os.environ, "PROVE_CASES": str(LIVES)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        say(done.stdout[-4000:])
    found = "0 violations" if done.returncode == 0 else "a violation, shown in the output"
    wanted = "the journal replays to the state, nothing open without a next step, nothing closed with one"
    yield f"{LIVES} lives of a ticket, {STEPS} random steps each", wanted, found, done.returncode == 0


CLOCK: Mapping[str, Callable[[int, Postgres, Say], Iterator[Row]]] = {
    "still": standing_still,
    "ticks": two_processes,
    "clock": city,
    "machine": machine,
}
"""Name -> what shows it."""
