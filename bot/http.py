"""Our HTTP server: up before Telegram has answered, so that a process that waits can say what it waits for."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from urllib.parse import urlsplit

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import AiogramError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import web

from bot.clock import Clock
from bot.listener.handle import Handler
from bot.listener.loop import Listener
from bot.listener.webhook import Webhook, later
from bot.settings import PREFIX, Problem, Settings, SettingsError
from bot.speaker import Speaker
from handlers.web.app import application
from handlers.web.figures import Reader
from handlers.web.vitals import Role, Totals, Vitals
from storage import StorageTrouble, Store

log = structlog.get_logger(__name__)

BEAT = 5.0
"""Seconds between two questions to the database."""

ASK = 20.0
"""Seconds between two questions to Telegram: what waits there, and whether it is there."""

PATIENCE = 15
"""Seconds for which an answer of Telegram is waited."""

LAST_ANSWERS = 10.0
"""Seconds that answers under way have when the process ends."""


class Front:
    """What this process shows of itself. `address` is (host, port), None while it listens nowhere."""

    def __init__(self, settings: Settings, clock: Clock, store: Store, beat: float = BEAT) -> None:
        self.vitals = Vitals(clock.monotonic, webhook=settings.webhook_url is not None)
        self.address: tuple[str, int] | None = None
        self._listen = settings.listen
        self._path = urlsplit(settings.webhook_url).path or "/" if settings.webhook_url else None
        self._store = store
        self._beat = beat
        self._reader = Reader(store, clock.now, clock.wall, clock.monotonic)
        self._bot: Bot | None = None
        self._webhook: Webhook | None = None
        self._waiting: int | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Front"]:
        """Answer requests; nothing is opened where the settings name no address. Raises `SettingsError`."""
        if self._listen is None:
            yield self
            return
        app = application(self.vitals, self._reader, webhook_path=self._path, receive=self._receive)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=LAST_ANSWERS)
        await runner.setup()
        try:
            await self._bind(runner, *self._listen)
            yield self
        finally:
            await runner.cleanup()

    async def beat(self) -> None:
        """Ask the database and Telegram now and then, until cancelled; returns at once where nobody listens."""
        if self.address is None:
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(self._ask_store())
            if self._webhook is None:  # which asks for itself
                group.create_task(self._ask_telegram())

    async def _bind(self, runner: web.AppRunner, host: str, port: int) -> None:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            used = error.errno == errno.EADDRINUSE
            what = f"{host}:{port} is in use" if used else f"{host}:{port} cannot be listened on"
            remedy = "choose another address, or leave it empty for none"
            raise SettingsError([Problem(f"{PREFIX}HTTP_LISTEN", what, remedy)]) from error
        self.address = runner.addresses[0][:2]
        log.info("http_listens", host=self.address[0], port=self.address[1])

    def watch(self, bot: Bot) -> None:
        """Notice each answer that Telegram gives to `bot`."""
        self._bot = bot
        bot.session.middleware(_Answers(self.vitals))

    def show(self, listener: Listener | Webhook, handler: Handler, speaker: Speaker) -> None:
        """Show what these parts do; deliveries go to the listener if it is a webhook."""
        self._webhook = listener if isinstance(listener, Webhook) else None
        self.vitals.stuck = lambda: listener.stuck
        self.vitals.waiting = lambda: listener.waiting if isinstance(listener, Webhook) else self._waiting
        self.vitals.totals = lambda: Totals(
            updates={"handled": handler.handled, "parked": handler.parked},
            speaker=asdict(speaker.counts),
            requests=dict(self._webhook.answers) if self._webhook else {},
        )

    def listening(self, role: Role) -> None:
        """Note what the listener does from now on."""
        self.vitals.listener, self.vitals.listener_since = role, self.vitals.monotonic()

    def speaking(self, role: Role) -> None:
        """Note what the speaker does from now on."""
        self.vitals.speaker = role

    async def _receive(self, request: web.Request) -> web.Response:
        if self._webhook is None:
            return later(1)
        answer = await self._webhook.receive(request)
        if answer.status == 200:
            self.vitals.update_at = self.vitals.monotonic()
        return answer

    async def _ask_store(self) -> None:
        """Begin to write, read, and leave everything as it was: a reader alone would not notice a lock."""
        while True:
            try:
                async with self._store.unit() as unit:
                    await unit.marks.get("")
                self.vitals.store_at, self.vitals.store_refused = self.vitals.monotonic(), False
            except StorageTrouble:
                self.vitals.store_refused = True
            await asyncio.sleep(self._beat)

    async def _ask_telegram(self) -> None:
        """Ask what waits there. A process that stands by hears of Telegram only here."""
        while self._bot is not None:
            try:
                info = await self._bot.get_webhook_info(request_timeout=PATIENCE)
                self._waiting = info.pending_update_count
            except AiogramError as error:
                log.warning("telegram_silent", error=type(error).__name__, again_in=ASK)
            await asyncio.sleep(ASK)


class _Answers(BaseRequestMiddleware):
    """Notes when Telegram answered."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        answer = await make_request(bot, method)
        self._vitals.telegram_at = self._vitals.monotonic()
        if method.__api_method__ == "getUpdates":
            self._vitals.fetched_at = self._vitals.telegram_at
        return answer
