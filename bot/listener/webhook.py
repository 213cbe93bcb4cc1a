"""The webhook: Telegram brings the updates, and hears 200 only when their effects are committed.

Telegram keeps the order of a queue (a chat's messages; a person's taps) by waiting for each answer, and tries again
what was not answered with 200. Any number of processes may stand behind one address: within a process there is one
turn for each chat, between processes an advisory lock for each chat.
"""

import asyncio
import hmac
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import WebhookInfo
from aiohttp import web

from bot.listener.fetch import ALLOWED
from bot.listener.handle import Handler, chat_key
from bot.logs import where
from bot.settings import PREFIX, Problem, SettingsError
from bot.speaker import TokenError
from storage import StorageTrouble, Store

log = structlog.get_logger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
CONNECTIONS = 40
"""Deliveries side by side that Telegram may make; each chat needs one at a time."""

AT_ONCE = 8
"""Chats handled side by side; the store is the limit, not the waiting."""

READ_SECONDS = 10.0
"""Time for the body of a delivery to arrive."""

STOPPING_AGAIN, TROUBLE_AGAIN = 1, 3
"""Seconds after which Telegram may try again: another process is up, or this one soon; the store may be mended."""

LOOK = 20.0
"""Seconds between two questions about the webhook."""

FIRST_LOOK = 0.5
"""The same until everything that had waited at the start is handled."""

SHORTEST, LONGEST = 0.5, 15.0
"""Seconds between tries when Telegram is away."""

PATIENCE = 15
"""Seconds for which an answer of Telegram is waited."""


@dataclass(frozen=True)
class Hook:
    """Where Telegram delivers, and what it says to prove that it is Telegram."""

    url: str
    secret: str


class Webhook:
    """Hears through `receive`. `caught_up` is set once nothing waits at Telegram any more.

    `on_heard` is called before an update is handled, and whenever Telegram says that nothing waits.
    """

    def __init__(
        self,
        bot: Bot,
        handler: Handler,
        store: Store,
        hook: Hook,
        look: float = LOOK,
        on_heard: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._bot = bot
        self._on_heard = on_heard
        self._handler = handler
        self._store = store
        self._hook = hook
        self._look = look
        self._open = False
        self._stopping = asyncio.Event()
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        # A chat without anybody in it is forgotten.
        self._room = asyncio.Semaphore(AT_ONCE)
        self.caught_up = asyncio.Event()
        self.stuck = False
        """Whether the store could not be written at the last update."""

        self.waiting: int | None = None
        """Updates that wait at Telegram, as it said last."""

        self.answers: Counter[int] = Counter()
        """Deliveries by the status they were answered with."""

    def stop(self) -> None:
        """Take no more; end `run` when what is under way is committed. Telegram keeps the rest and the address."""
        self._stopping.set()

    async def run(self) -> None:
        """Hear until stopped. Raises `TokenError`, and `SettingsError` when Telegram refuses the address."""
        try:
            # Open first: what waits there comes before the answer to setWebhook does.
            self._open = True
            await self._register()
            await self._watch()
        finally:
            self._open = False
        await self._idle.wait()

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one delivery.

        200 committed (or parked, or seen before) · 400 no update · 401 wrong secret · 408 and 413 slow or large body ·
        503 with Retry-After: not now.
        """
        self._under_way += 1
        self._idle.clear()
        try:
            answer = await self._answer(request)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()
        self.answers[answer.status] += 1
        return answer

    async def _answer(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._hook.secret.encode()):
            log.info("webhook_refused", why="wrong secret")
            return web.Response(status=401)
        if not self._open or self._stopping.is_set():
            return later(STOPPING_AGAIN)
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            log.warning("webhook_refused", why="too large")
            return web.Response(status=413)
        except TimeoutError:
            return web.Response(status=408)
        raw = _update(body)
        if raw is None:
            log.warning("webhook_refused", why="no update")
            return web.Response(status=400)
        return await self._handle(raw)

    async def _handle(self, raw: dict[str, Any]) -> web.Response:
        chat = chat_key(raw)
        try:
            async with self._turn(chat), self._room:
                if self._stopping.is_set():
                    return later(STOPPING_AGAIN)
                async with self._store.hold(f"chat:{chat}"):
                    await self._heard()
                    await self._handler.handle(raw)
        except StorageTrouble as trouble:
            self.stuck = True
            log.error("store_in_trouble", trouble=str(trouble), confirmed="nothing", again_in=TROUBLE_AGAIN)
            return later(TROUBLE_AGAIN)
        except Exception as error:
            log.error("update_failed", update_id=raw["update_id"], error=type(error).__name__, at=where(error))
            return web.Response(status=500)
        if self.stuck:
            log.info("store_mended")
        self.stuck = False
        return web.Response()

    @asynccontextmanager
    async def _turn(self, chat: int) -> AsyncIterator[None]:
        turn = self._turns.get(chat)
        if turn is None:
            turn = self._turns[chat] = asyncio.Lock()
        async with turn:
            yield

    async def _register(self) -> None:
        """Tell Telegram the address; it is told anew at each start, since the secret cannot be read back."""
        pause = SHORTEST
        while not self._stopping.is_set():
            try:
                await self._bot.set_webhook(
                    self._hook.url,
                    secret_token=self._hook.secret,
                    allowed_updates=ALLOWED,
                    max_connections=CONNECTIONS,
                    request_timeout=PATIENCE,
                )
                log.info("webhook_set")
                return
            except TelegramUnauthorizedError:
                raise TokenError from None
            except TelegramBadRequest as refused:
                what = f"is refused by Telegram ({refused.message})"
                remedy = "give an https address on port 443, 80, 88 or 8443 that leads here"
                raise SettingsError([Problem(f"{PREFIX}WEBHOOK_URL", what, remedy)]) from None
            except TelegramRetryAfter as told:
                pause = max(pause, float(told.retry_after))
            except AiogramError as error:
                log.warning("telegram_silent", error=type(error).__name__, again_in=pause)
            await self._rest(pause)
            pause = min(pause * 2, LONGEST)

    async def _watch(self) -> None:
        """Ask now and then what waits, and whether the address still stands: Telegram gives up dead ones."""
        while not self._stopping.is_set():
            info = await self._info()
            if info is not None:
                self.waiting = info.pending_update_count
                if info.url != self._hook.url:
                    log.warning("webhook_taken_away", remedy="stop whatever else uses this token")
                    await self._register()
                elif not info.pending_update_count:
                    await self._heard()
                    self.caught_up.set()
            await self._rest(self._look if self.caught_up.is_set() else FIRST_LOOK)

    async def _info(self) -> WebhookInfo | None:
        try:
            return await self._bot.get_webhook_info(request_timeout=PATIENCE)
        except TelegramUnauthorizedError:
            raise TokenError from None
        except AiogramError as error:
            log.warning("telegram_silent", error=type(error).__name__, again_in=self._look)
            return None

    async def _heard(self) -> None:
        if self._on_heard is not None:
            await self._on_heard()

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return


def later(seconds: int) -> web.Response:
    """Return the answer that makes Telegram keep an update and bring it again."""
    return web.Response(status=503, headers={"Retry-After": str(seconds)})


def _update(body: bytes) -> dict[str, Any] | None:
    """Return the update in `body`; None for what is none."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict):
        return None
    number = raw.get("update_id")
    # bool is an int to Python; beyond 64 bits the store would refuse it for ever.
    return raw if type(number) is int and 0 <= number < 1 << 63 else None
