"""One running process: it listens, speaks and ticks until stopped, and waits for a lock or a database that is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from aiogram import Bot

from bot.clock import PracticeClock, SystemClock
from bot.http import Front
from bot.listener import Listener
from bot.listener.handle import Handler
from bot.listener.webhook import Webhook
from bot.rights import look_around
from bot.scheduler import Ticks
from bot.speaker import Speaker
from handlers.deps import Deps
from handlers.web.vitals import Role
from storage import StorageTrouble, Store

log = structlog.get_logger(__name__)

HEAR_FIRST = 30.0
"""Seconds for which what is due waits at the start until everybody's taps and words have been heard."""

SHORTEST, LONGEST = 0.5, 15.0
"""Seconds between tries while the database is away."""


@dataclass
class Service:
    """One running process. `run` returns after `stop`."""

    deps: Deps
    listener: Listener | Webhook
    handler: Handler
    speaker: Speaker
    ticks: Ticks
    bot: Bot
    store: Store
    clock: SystemClock
    front: Front
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Listen, speak and tick until stopped. Whatever ends one part ends all, with its error."""
        jumped = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            background = [group.create_task(self.store.follow()), group.create_task(self._tick(jumped))]
            background.append(group.create_task(self.front.beat()))
            if isinstance(self.clock, PracticeClock):
                background.append(group.create_task(self.clock.follow(jumped.set)))
            working = [group.create_task(self._listen()), group.create_task(self._speak())]
            try:
                await asyncio.gather(*working)
            finally:
                for task in background:
                    task.cancel()
                await self.ticks.stop()

    def stop(self) -> None:
        """Stop hearing, finish what is being said, end `run`."""
        self.front.vitals.stopping = True
        self._stopping.set()
        self.listener.stop()
        self.speaker.stop()

    async def _listen(self) -> None:
        if isinstance(self.listener, Webhook):  # any number of processes may hear
            await self._hear()
        else:
            await self._holding("listener", self.front.listening, self._hear)

    async def _hear(self) -> None:
        self.front.listening(Role.WORKING)
        failed: Exception | None = None
        async with asyncio.TaskGroup() as group:  # residents do not wait until every group has been looked at
            looking = group.create_task(self._look_around())
            try:
                await self.listener.run()
            except Exception as error:  # raised below, outside the group, which would wrap it
                failed = error
            looking.cancel()
        if failed is not None:
            raise failed

    async def _look_around(self) -> None:
        pause = SHORTEST
        while True:
            try:
                return await look_around(self.bot, self.deps)
            except StorageTrouble as trouble:
                log.warning("store_in_trouble", trouble=str(trouble), again_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST)

    async def _speak(self) -> None:
        await self._holding(f"speaker:{self.deps.bot_id}", self.front.speaking, self.speaker.run)

    async def _holding(self, name: str, show: Callable[[Role], None], work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` while this process alone holds `name`, until the stop; a lock that is lost is waited for again."""
        pause = SHORTEST
        while not self._stopping.is_set():
            since = self.clock.monotonic()
            show(Role.STANDING_BY)
            try:
                await self._turn(name, show, work)
            except StorageTrouble as trouble:
                if self.clock.monotonic() - since > LONGEST:
                    pause = SHORTEST
                log.warning("lock_lost", lock=name, trouble=str(trouble), again_in=pause)
            else:
                return
            show(Role.STANDING_BY)
            await self._rest(pause)
            pause = min(pause * 2, LONGEST)

    async def _turn(self, name: str, show: Callable[[Role], None], work: Callable[[], Awaitable[None]]) -> None:
        """Wait for `name`, do `work` once; whoever still stands by at the stop is let go. Raises what stops it."""
        holds = False
        failed: Exception | None = None

        async def turn() -> None:
            nonlocal holds, failed
            try:
                async with self.store.hold(name):
                    holds = True
                    show(Role.WORKING)
                    await work()
            except Exception as error:  # raised again below, outside the group, which would wrap it
                failed = error

        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(self._stopping.wait())
            turning = group.create_task(turn())
            await asyncio.wait({waiting, turning}, return_when=asyncio.FIRST_COMPLETED)
            if not holds:
                turning.cancel()
            await asyncio.wait({turning})
            waiting.cancel()
        if failed is not None:
            raise failed

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _tick(self, jumped: asyncio.Event) -> None:
        """Begin to tick when what had waited is heard: a tap from before a deadline must not lose to the ladder.

        After a jump of the practice clock everything that is due is looked at, and said, at once.
        """
        try:
            async with asyncio.timeout(HEAR_FIRST):
                await self.listener.caught_up.wait()
        except TimeoutError:  # another process hears, or Telegram is away
            log.info("ticks_begin_unheard", waited=HEAR_FIRST)
        self.ticks.start()
        while True:
            await self.ticks.all_now()
            self.speaker.wake()
            await jumped.wait()
            jumped.clear()
