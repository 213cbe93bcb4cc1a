"""Play a month through the real service: `play_month`. Alone: `python -m tests.month.run --matters 300`."""

import argparse
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import uvloop

from bot.assemble import Tuning
from bot.speaker import Manners
from bot.speaker.limiter import Pace
from rehearsal import Rehearsal
from tests.month.account import Account, Told, report, settle
from tests.month.replay import Replay, settle_in
from tests.month.residents import Residents
from tests.month.staff import Staff
from tests.month.town import AUGUST, month, write_town
from tests.stories.theatre import playing

LIFTED = Tuning(
    tick=3600.0, manners=Manners(pace=Pace(group_calls=100_000, private_calls=100_000, overall_calls=100_000))
)
"""Telegram's limits are a minute of real time for twenty calls: at them a month would take days. And nothing ticks but
the clock's moves."""

AFTER = timedelta(days=10)


async def play_month(
    database_url: str, folder: Path, *, matters: int, grids: int, days: int, seed: int, grain: timedelta
) -> Account:
    """Let a town write so many matters in so many days; return the account ten days later."""
    began = time.process_time(), time.perf_counter()
    district = write_town(folder / "town.yaml", grids, seed)
    written = month(matters, grids, days, seed)
    async with (
        Rehearsal(start=AUGUST, limits=False, page=False) as rehearsal,
        playing(database_url, rehearsal=rehearsal, district=district, residents=(), tuning=LIFTED) as play,
    ):
        # What was learned from corrections would be learned for a minute each night, in a process of its own.
        play.service.ticks._ticks = {
            name: tick for name, tick in play.service.ticks._ticks.items() if name != "learning"
        }
        told = Told(play.bot)
        world = Replay(play, seed, grain, told.hear)
        residents = Residents(world, written)
        homes = sorted({(one.resident, one.grid) for one in written})
        await settle_in(play, [(who, grid, residents.started(who)) for who, grid in homes])
        staff = Staff(world, AUGUST, days)
        world.shown = lambda seen: staff.sees(seen) if seen.reader in staff.everybody else residents.sees(seen)
        await world.run(AUGUST + timedelta(days=days) + AFTER)
        return await settle(world, told, matters, grids, days, began, (staff.blocked, staff.away))


def main() -> None:
    """Play a month of any size and print its account."""
    options = argparse.ArgumentParser(prog="python -m tests.month.run")
    options.add_argument("--matters", type=int, default=300)
    options.add_argument("--grids", type=int, default=15)
    options.add_argument("--days", type=int, default=31)
    options.add_argument("--grain", type=int, default=5)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="gridbot-month-") as folder:
        url = f"sqlite+aiosqlite:///{folder}/month.db"
        sizes = {"matters": chosen.matters, "grids": chosen.grids, "days": chosen.days, "seed": chosen.seed}
        account = uvloop.run(play_month(url, Path(folder), grain=timedelta(minutes=chosen.grain), **sizes))
    print(report(account))
    print("\n".join(account.wrong[:60]))


if __name__ == "__main__":
    main()
