"""The HTTP server: Bot API, files, clock, the page and its control API on one loopback port."""

import asyncio
import contextlib
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from .botapi.dispatch import BotApi
from .botapi.params import BODY_BYTES
from .clock import Clock
from .control import Control
from .page import Page
from .state import State
from .webhooks import Webhooks
from .world import World

SHUTDOWN_SECONDS = 2.0
PAGE_FOLDER = Path(__file__).with_name("page")


class Rehearsal:
    """`async with Rehearsal(...) as r`: a Bot API server at `r.url`, people in `r.world`, time in `r.clock`.

    port: 0 chooses a free one. start: aware; its zone is that of the rehearsal. limits: whether flood limits
    refuse calls. page: whether the chat page and its control API are served.
    """

    def __init__(
        self,
        port: int = 0,
        start: datetime | None = None,
        limits: bool = True,
        page: bool = True,
        host: str = "127.0.0.1",
    ) -> None:
        self._host = host
        self._port = port
        self._page = page
        self.clock = Clock(start or datetime.now(UTC))
        self.state = State(self.clock, limits=limits)
        self.webhooks = Webhooks(lambda: self.clock.now().timestamp())
        self.state.webhooks = self.webhooks
        self.world = World(self.state)
        self._exit = contextlib.AsyncExitStack()

    @property
    def port(self) -> int:
        """The port that listens."""
        return self._port

    @property
    def url(self) -> str:
        """Base address: the Bot API is at {url}/bot<token>/<method>, files at {url}/file/bot<token>/<path>."""
        return f"http://{self._host}:{self._port}"

    @property
    def clock_url(self) -> str:
        """Address of the clock."""
        return f"{self.url}/clock"

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as opening:
            await self._open(opening)
            # Only a server that is up stays up; a port that is taken leaves nothing behind.
            self._exit = opening.pop_all()
        return self

    async def _open(self, opening: contextlib.AsyncExitStack) -> None:
        api = BotApi(self.state)
        self.webhooks.reply = api.run_reply
        app = web.Application(client_max_size=BODY_BYTES)
        api.add_routes(app)
        control = Control(self.state, self.world)
        control.add_clock_routes(app)
        if self._page:
            control.add_routes(app)
            Page(PAGE_FOLDER).add_routes(app)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        opening.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, self._host, self._port)
        await site.start()
        self._port = runner.addresses[0][1]
        # Entered last, so that a failure above is raised as it is; left after `_close` has stopped its tasks.
        self.webhooks.open(await opening.enter_async_context(asyncio.TaskGroup()))
        opening.push_async_callback(self._close, runner)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._exit.aclose()

    async def _close(self, runner: web.AppRunner) -> None:
        self.state.close()
        await self.webhooks.close()
        await runner.cleanup()
