"""`gridbot demo`: the main job on loopback, with a chat page or, with `--once`, as a transcript."""

import asyncio
import errno
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import logs
from bot.assemble import Tuning, assemble
from bot.clock import SystemClock
from bot.district import load_district, profiles
from bot.scene import RESIDENT, SENTENCE, Scene, cast_of, main_scene, opening_scene
from bot.service import Service
from bot.settings import load_settings
from bot.stage import RESIDENTS, TOKEN, set_stage
from parsing import load_catalogue
from rehearsal import Rehearsal
from tickets.policy import Policy

SAMPLES = Path(__file__).with_name("samples")
MORNING = time(10, 0)
TUNING = Tuning(tick=1.0)
NEIGHBOURS = tuple(replace(one, everywhere=False) for one in RESIDENTS)


def demo(*, once: bool, port: int, profile: str) -> int:
    """Run the demo; return the exit code. With `once`, 0 only if every step of the scene happened."""
    sample = SAMPLES / f"{profile}.yaml"
    if profile not in profiles() or not sample.exists():
        there = ", ".join(name for name in profiles() if (SAMPLES / f"{name}.yaml").exists())
        known = "is a profile, but has no sample district yet" if profile in profiles() else "is no profile"
        print(f"--profile {profile}: {profile} {known}; there are: {there}", file=sys.stderr)
        return 1
    logs.set_up(os.environ.get("GRIDBOT_LOG_LEVEL", "warning"), "console")
    try:
        return asyncio.run(_once(sample) if once else _stay(sample, port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        print(f"port {port} is in use; choose another: gridbot demo --port {port + 1}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print()
        return 0


async def _once(sample: Path) -> int:
    async with running_scene(sample, 0, page=False) as scene:
        return await main_scene(scene)


async def _stay(sample: Path, port: int) -> int:
    async with running_scene(sample, port, page=True) as scene:
        await opening_scene(scene)
        people, cast = scene.service.deps.district.people, scene.cast
        worker, doctor, leader = (people[one].name for one in (cast.worker, cast.doctor, cast.leader))
        for line in (
            f"\n  {scene.rehearsal.url}\n",
            f"  在网页里以{RESIDENT}的身份写：{SENTENCE}",
            f"  As {RESIDENT} write that; then go on as {worker} (worker), {doctor} (doctor), {leader} (leader).",
            "  Ctrl-C ends the demo; nothing is kept.\n",
        ):
            print(line, flush=True)
        await asyncio.Event().wait()
    return 0


@asynccontextmanager
async def running_scene(sample: Path, port: int, *, page: bool, tuning: Tuning = TUNING) -> AsyncIterator[Scene]:
    """Start the rehearsal server and the real service against it, on a database that is thrown away."""
    loaded = load_district(sample, load_catalogue())
    start = _working_morning(loaded.policy, ZoneInfo(loaded.district.timezone))
    with tempfile.TemporaryDirectory(prefix="gridbot-demo-") as folder:
        async with Rehearsal(port=port, start=start, page=page) as rehearsal:
            bot = set_stage(
                rehearsal,
                loaded.district,
                residents=NEIGHBOURS,
                on_page=cast_of(loaded.district, loaded.policy).on_page,
            )
            settings = load_settings(
                {},
                token=TOKEN,
                telegram_url=rehearsal.url,
                clock_url=rehearsal.clock_url,
                database_url=f"sqlite+aiosqlite:///{folder}/demo.db",
                district=sample,
                http_listen="",
            )
            async with assemble(settings, tuning) as service, asyncio.TaskGroup() as group:
                running = group.create_task(service.run())
                try:
                    yield await _ready(rehearsal, service, bot)
                finally:
                    service.stop()
                    await running


async def _ready(rehearsal: Rehearsal, service: Service, bot: int) -> Scene:
    await service.listener.caught_up.wait()
    await rehearsal.world.settled(quiet=0.3, timeout=30)
    return Scene(rehearsal, service, bot)


def _working_morning(policy: Policy, zone: ZoneInfo) -> datetime:
    """Return ten o'clock of today, or of the next day on which people work."""
    morning = datetime.combine(SystemClock(zone).now().date(), MORNING, tzinfo=zone)
    while not policy.hours.working(morning):
        morning += timedelta(days=1)
    return morning
