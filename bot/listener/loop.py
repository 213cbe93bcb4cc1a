"""The fetch loop of long polling: fetch, handle in each chat's order, commit, and only then confirm."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)

from bot.listener.fetch import LIMIT, WAIT, GetRawUpdates
from bot.listener.handle import Handler, chat_key
from bot.speaker import TokenError
from storage import StorageTrouble

log = structlog.get_logger(__name__)

AT_ONCE = 8
"""Chats handled side by side; the store is the limit, not the waiting."""

SHORTEST, LONGEST = 0.2, 15.0
"""Seconds between tries when Telegram or the store is away."""


class Listener:
    """Long polling. `caught_up` is set once everything that waited at the start has been handled.

    `on_heard` is called after each answer of Telegram, before what it brought is handled. `run` may be run again.
    """

    def __init__(self, bot: Bot, handler: Handler, on_heard: Callable[[], Awaitable[None]] | None = None) -> None:
        self._bot = bot
        self._handler = handler
        self._on_heard = on_heard
        self._stopping = asyncio.Event()
        self.caught_up = asyncio.Event()
        self.stuck = False
        """Whether the store refuses to be written at the moment: nothing is confirmed then."""

    def stop(self) -> None:
        """End `run` after the batch that is being handled; what is not confirmed comes again."""
        self._stopping.set()

    async def run(self) -> None:
        """Hear until stopped. Raises `TokenError`."""
        offset: int | None = None
        self.caught_up.clear()
        while not self._stopping.is_set():
            batch = await self._fetch(offset, WAIT if self.caught_up.is_set() else 0)
            if batch is None:
                break
            if self._on_heard is not None:
                await self._on_heard()
            await self._handled(batch)
            if batch and not self._stopping.is_set():
                offset = int(batch[-1]["update_id"]) + 1
            if len(batch) < LIMIT:
                self.caught_up.set()

    async def _fetch(self, offset: int | None, wait: int) -> list[dict[str, Any]] | None:
        """Return the next batch; None when stopped. Outages of Telegram are waited out."""
        pause = SHORTEST
        while not self._stopping.is_set():
            try:
                return await self._unless_stopped(GetRawUpdates(offset=offset, timeout=wait), wait)
            except TelegramUnauthorizedError:
                raise TokenError from None
            except TelegramRetryAfter as told:
                pause = float(told.retry_after)
            except TelegramConflictError:
                log.warning("second_listener", remedy="stop the other process that uses this token")
            except AiogramError as error:  # also what a proxy on the way answers instead of Telegram
                log.warning("telegram_silent", error=type(error).__name__, again_in=pause)
            await self._rest(pause)
            pause = min(pause * 2, LONGEST)
        return None

    async def _unless_stopped(self, method: GetRawUpdates, wait: int) -> list[dict[str, Any]] | None:
        """Fetch, but let go of a long poll at once when stopped: it holds nothing that does not come again."""
        found: list[dict[str, Any]] | None = None
        failed: Exception | None = None

        async def fetch() -> None:
            nonlocal found, failed
            try:
                found = await self._bot(method, request_timeout=wait + 10)
            except Exception as error:  # raised again below, outside the group, which would wrap it
                failed = error

        async with asyncio.TaskGroup() as group:
            call = group.create_task(fetch())
            stop = group.create_task(self._stopping.wait())
            await asyncio.wait({call, stop}, return_when=asyncio.FIRST_COMPLETED)
            call.cancel()
            stop.cancel()
        if failed is not None:
            raise failed
        return found

    async def _handled(self, batch: list[dict[str, Any]]) -> None:
        """Handle a batch to its end. While the store is in trouble it is tried again; nothing is confirmed."""
        pause = SHORTEST
        while True:
            try:
                await self._by_chat(batch)
            except StorageTrouble as trouble:
                self.stuck = True
                log.error("store_in_trouble", trouble=str(trouble), confirmed="nothing", again_in=pause)
                await self._rest(pause)
                pause = min(pause * 2, LONGEST)
                if self._stopping.is_set():
                    return
                continue
            if self.stuck:
                log.info("store_mended")
            self.stuck = False
            return

    async def _by_chat(self, batch: list[dict[str, Any]]) -> None:
        """One after the other in each chat, chats side by side."""
        chats: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for raw in batch:
            chats[chat_key(raw)].append(raw)
        ahead = await self._handler.look_ahead(batch) if batch else None
        room = asyncio.Semaphore(AT_ONCE)
        troubles: list[StorageTrouble] = []

        async def one_chat(updates: list[dict[str, Any]]) -> None:
            async with room:
                try:
                    for raw in updates:
                        await self._handler.handle(raw, ahead)
                except StorageTrouble as trouble:
                    troubles.append(trouble)

        async with asyncio.TaskGroup() as group:
            for updates in chats.values():
                group.create_task(one_chat(updates))
        if troubles:
            raise troubles[0]

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
