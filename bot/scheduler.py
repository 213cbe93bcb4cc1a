"""Wakes the ticks. APScheduler keeps no business here: what is due is a column, this only looks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.logs import where
from storage import StorageTrouble

log = structlog.get_logger(__name__)

Tick = Callable[[], Awaitable[object]]


class Ticks:
    """Runs each tick every so many real seconds, and all of them at once when the clock jumps."""

    def __init__(self, ticks: Mapping[str, tuple[float, Tick]]) -> None:
        self._ticks = ticks
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._under_way: set[asyncio.Task[Any]] = set()
        self._stopping = False
        for name, (seconds, tick) in ticks.items():
            self._scheduler.add_job(
                self._beat,
                "interval",
                args=(name, tick),
                id=name,
                seconds=seconds,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Tick no more. A tick under way is cancelled and has let go of the store when this returns."""
        self._stopping = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
            await asyncio.sleep(0)  # it does so in the loop's next round, and waits for nothing that it cancels
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def all_now(self) -> None:
        """Run every tick once, in order: after a jump of the clock, and at the start."""
        for name, (_, tick) in self._ticks.items():
            await self._run(name, tick)

    async def _beat(self, name: str, tick: Tick) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            await self._run(name, tick)
        except asyncio.CancelledError:
            if not self._stopping:  # at the stop that is no failure, which it would be to the scheduler
                raise
        finally:
            self._under_way.discard(task)

    async def _run(self, name: str, tick: Tick) -> None:
        try:
            await tick()
        except StorageTrouble as trouble:
            log.error("tick_waits_for_store", tick=name, trouble=str(trouble))
        except Exception as error:
            log.error("tick_failed", tick=name, error=type(error).__name__, at=where(error))
