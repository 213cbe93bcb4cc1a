"""Play a month through the real service: `play_month`. Alone: `python -m tests.month.run --matters 300`."""

import argparse
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from bot import steady
from bot.assemble import Tuning
from bot.speaker import Manners
from bot.speaker.limiter import Pace
from rehearsal import Rehearsal
from storage.inline import InlineConnection
from tests.month.account import Account, Told, report, settle, together
from tests.month.replay import Replay, settle_in
from tests.month.residents import Residents
from tests.month.staff import Staff
from tests.month.town import AUGUST, DAYS, GRIDS, MATTERS, month, write_town
from tests.stories.theatre import playing

LIFTED = Tuning(
    tick=3600.0, manners=Manners(pace=Pace(group_calls=100_000, private_calls=100_000, overall_calls=100_000))
)
"""Telegram's limits are a minute of real time for twenty calls: at them a month would take days. And nothing ticks but
the clock's moves."""

MEMORY = Path("/dev/shm")
"""A disk that nobody waits for, where there is one."""

T = TypeVar("T")


@dataclass(frozen=True)
class Size:
    """How much of a town, and how long. `grain`: minutes from one move of the clock to the next at least;
    `after`: how long it goes on when nobody writes of anything new."""

    matters: int = MATTERS
    grids: int = GRIDS
    days: int = DAYS
    grain: int = 5
    after: timedelta = timedelta(days=10)

    def part(self, number: int, parts: int) -> "Size":
        """Return the size of one of so many equal parts of the town."""
        matters = self.matters * (number + 1) // parts - self.matters * number // parts
        return replace(self, matters=matters, grids=max(1, self.grids // parts))


async def play_month(
    database_url: str, folder: Path, size: Size, seed: int, progress: Callable[[str], None] = lambda _: None
) -> Account:
    """Let a town write so many matters in so many days; return the account some days later."""
    began = time.process_time(), time.perf_counter()
    district = write_town(folder / "town.yaml", size.grids, seed)
    written = month(size.matters, size.grids, size.days, seed)
    async with (
        Rehearsal(start=AUGUST, limits=False, page=False) as rehearsal,
        playing(database_url, rehearsal=rehearsal, district=district, residents=(), tuning=LIFTED) as play,
    ):
        # What was learned from corrections would be learned for a minute each night, in a process of its own.
        ticks = play.service.ticks
        ticks._ticks = {name: tick for name, tick in ticks._ticks.items() if name != "learning"}
        told = Told(play.bot)
        world = Replay(play, seed, timedelta(minutes=size.grain), told.hear, progress=progress)
        residents = Residents(world, written)
        homes = sorted({(one.resident, one.grid) for one in written})
        await settle_in(play, [(who, grid, residents.started(who)) for who, grid in homes])
        staff = Staff(world, AUGUST, size.days)
        world.shown = lambda seen: staff.sees(seen) if seen.reader in staff.everybody else residents.sees(seen)
        await world.run(AUGUST + timedelta(days=size.days) + size.after)
        around = staff.around + residents.around
        return await settle(world, told, (size.matters, size.grids, size.days), began, around)


async def at_once(_: InlineConnection, work: Callable[[], T]) -> T:
    """Do without a thread what the bot does in one, so that nothing else waits for the disk: here is no disk."""
    return work()


def play_part(size: Size, seed: int, number: int) -> Account:
    """Play one part of a town in a process of its own."""

    def progress(text: str) -> None:
        print(f"  part {number + 1}: {text}", flush=True)

    InlineConnection._aside = at_once  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory(prefix="gridbot-month-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        url = f"sqlite+aiosqlite:///{folder}/month.db"
        steady.settle()  # as a process of the bot does at its start
        return steady.run(play_month(url, Path(folder), size, seed + number, progress))


def play_town(size: Size, seed: int, parts: int) -> Account:
    """Play a town in so many parts at once, one for each core: each has a bot and a database of its own."""
    with ProcessPoolExecutor(parts, mp_context=get_context("spawn")) as pool:
        playing = [pool.submit(play_part, size.part(number, parts), seed, number) for number in range(parts)]
        return together([one.result() for one in playing])


def main() -> None:
    """Play a month of any size and print its account."""
    options = argparse.ArgumentParser(prog="python -m tests.month.run")
    options.add_argument("--matters", type=int, default=300)
    options.add_argument("--grids", type=int, default=14)
    options.add_argument("--days", type=int, default=DAYS)
    options.add_argument("--grain", type=int, default=5)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--parts", type=int, default=1)
    chosen = options.parse_args()
    account = play_town(Size(chosen.matters, chosen.grids, chosen.days, chosen.grain), chosen.seed, chosen.parts)
    print(report(account))
    print("\n".join(account.wrong[:60]))


if __name__ == "__main__":
    main()
