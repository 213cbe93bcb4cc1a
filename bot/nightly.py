"""Learning at night: in a process of its own, so that nobody waits for it, and never waited for."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.relearn import LEAST, TRIED, in_use, version_with
from bot.settings import PREFIX, Settings
from handlers.deps import Deps
from parsing.learned import Models
from storage import IN_USE

log = structlog.get_logger(__name__)

HOUR, MINUTE = 3, 10
"""When it begins, in the district's time."""

WITHIN = timedelta(hours=2)
"""A service that comes back later than this waits for the next night."""

COMMAND = (sys.executable, "-m", "bot.cli", "learn", "--gently")


class Nightly:
    """Looks which model is in use, whether it is time to learn, and whether there is anything new to learn from."""

    def __init__(self, deps: Deps, settings: Settings, command: Sequence[str] = COMMAND) -> None:
        self._deps, self._settings, self._command = deps, settings, command
        self._process: Process | None = None
        self._mark: str | None = None

    async def look(self) -> None:
        """Take up what was learned, here or elsewhere, and begin if it is time; never wait for it."""
        base = self._deps.learned.built_in
        if base is None:
            return
        await self._take_up(base)
        if self._process is not None:
            self._see(self._process)
        elif await self._due(base.version):
            log.info("learning_begins")
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, env=self._environment()
            )

    async def stop(self) -> None:
        """End what is under way: nothing is lost, it is done the next night."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def _due(self, version: str) -> bool:
        now = self._deps.now()
        moment = now.replace(hour=HOUR, minute=MINUTE, second=0, microsecond=0)
        if not moment <= now < moment + WITHIN:
            return False
        async with self._deps.store.look() as unit:
            if "" in await unit.slots.taken("learn", moment) or await unit.examples.count() < LEAST:
                return False
            if version_with(version, await unit.examples.all()) == await unit.marks.get(TRIED):
                return False
        async with self._deps.store.unit() as unit:
            mine = await unit.slots.take("learn", "", moment)
            await unit.commit()
        return mine

    async def _take_up(self, base: Models) -> None:
        async with self._deps.store.look() as unit:
            mark = await unit.marks.get(IN_USE)
        if mark != self._mark:
            model = await in_use(self._deps.store, base)
            self._mark, self._deps.learned.own = mark, model if model is not base else None
            log.info("model_taken_up", model=model.version)

    def _see(self, process: Process) -> None:
        if process.returncode is None:
            return
        self._process = None
        if process.returncode != 0:
            log.error("learning_failed", code=process.returncode, remedy="run gridbot learn and read what it says")

    def _environment(self) -> dict[str, str]:
        """Return ours, with what may have come from elsewhere."""
        own = {"DATABASE_URL": self._settings.database_url, "DISTRICT": str(self._settings.district)}
        return {**os.environ, **{f"{PREFIX}{name}": value for name, value in own.items()}}
