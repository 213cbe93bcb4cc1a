"""Two processes tick over the same due steps."""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from handlers.actions.ticks import climb_due
from handlers.deps import Deps
from storage import Store, open_store
from tests.faults.standstill import GRIDS, MONDAY, RESIDENTS, deps_on, everybody_started, file
from tickets.events import Climbed
from tickets.service import DeadlineClass

LATER = MONDAY + timedelta(minutes=61)
"""When the first reminder of each matter is due."""


@dataclass(frozen=True)
class Ticked:
    """What two processes made of the due steps."""

    steps: int
    moved: int
    """Tickets that the processes say they moved."""
    again: int
    """Steps that happened twice."""
    never: int
    most: int
    """Messages that whoever got most of them got."""
    seconds: float

    @property
    def held(self) -> bool:
        """Whether each step happened exactly once."""
        return self.moved == self.steps and not self.again and not self.never

    def __str__(self) -> str:
        return (
            f"{self.steps} due steps, {self.moved} climbed in {self.seconds:.0f} s by two processes; "
            f"{self.again} twice, {self.never} never; {self.most} messages at most to one person"
        )


async def fill(deps: Deps, matters: int, say: Callable[[str], None]) -> None:
    """File so many matters at one moment."""
    await everybody_started(deps)
    for number in range(matters):
        if number and number % 1000 == 0:
            say(f"  {number} filed")
        grid = GRIDS[number % 2]
        resident = RESIDENTS[number % len(RESIDENTS)]
        await file(deps, DeadlineClass.ORDINARY, f"tg{resident}", grid, deps.district.areas[grid].chat or 0)
    async with deps.store.unit() as unit:  # the first cards were said long ago
        await unit.outbox._line.write(sa.text("UPDATE outbox SET status = 'sent', message_id = id"))
        await unit.commit()


async def tick_twice(url: str, matters: int, say: Callable[[str], None] = lambda _: None) -> Ticked:
    """Let two processes climb at once; look at every journal afterwards."""
    store = await open_store(url)
    await store.migrate()
    try:
        await fill(deps_on(store, lambda: MONDAY), matters, say)
        say("  two processes climb")
        began = time.perf_counter()
        moved = await asyncio.gather(*(_process(url) for _ in range(2)))
        seconds = time.perf_counter() - began
        return await _account(store, sum(moved), seconds)
    finally:
        await store.close()


async def _process(url: str) -> int:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.ticking", "--url", url, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()
    assert child.returncode == 0, "a process failed"
    return int(out)


async def _account(store: Store, moved: int, seconds: float) -> Ticked:
    again = never = steps = 0
    async with store.look() as unit:
        for ticket in await unit.tickets.open_in(None):
            steps += 1
            ids = [one.event.step.id for one in await unit.tickets.journal(ticket.id) if isinstance(one.event, Climbed)]
            again += len(ids) - len(set(ids))
            never += not ids
        rows = await unit.outbox.ready(LATER, 4e9, 100 * max(steps, 1))  # cards of groups come first
    said = Counter(row.chat for row in rows if row.chat > 0 and row.message_id is None)
    return Ticked(steps, moved, again, never, max(said.values(), default=0), seconds)


async def climb_once(url: str) -> int:
    """What one process does."""

    def fail(number: int, error: Exception) -> None:
        raise AssertionError(f"ticket {number} cannot be decided") from error

    store = await open_store(url)
    try:
        return await climb_due(deps_on(store, lambda: LATER), fail)
    finally:
        await store.close()


def main() -> None:
    """Be one of two processes; print how many tickets moved."""
    options = argparse.ArgumentParser()
    options.add_argument("--url", required=True)
    sys.stdout.write(str(asyncio.run(climb_once(options.parse_args().url))))


if __name__ == "__main__":
    main()
