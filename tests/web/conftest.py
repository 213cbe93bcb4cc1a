"""The real service with its HTTP side open, over the rehearsal server and its webhooks."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest

from bot import logs
from bot.assemble import assemble
from bot.district import load_district
from bot.service import Service
from bot.settings import load_settings
from bot.stage import TOKEN, set_stage
from parsing import load_catalogue
from rehearsal import Rehearsal
from tests.stories.theatre import GRID1, PATIENCE, QUICK, SAMPLE, WEDNESDAY

SECRET = "only-telegram-knows"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
RESIDENT = 2001


@dataclass
class House:
    """A running service, and a client that knocks at its door."""

    service: Service
    rehearsal: Rehearsal
    client: aiohttp.ClientSession
    url: str

    async def get(self, page: str) -> tuple[int, Any]:
        """Return the status and the body of a page: JSON as it is meant, else text."""
        async with self.client.get(self.url + page) as answer:
            body = await (answer.json() if answer.content_type == "application/json" else answer.text())
            return answer.status, body

    async def deliver(self, body: object, secret: str | None = SECRET) -> aiohttp.ClientResponse:
        """Deliver as Telegram would; bytes go out as they are."""
        headers = {} if secret is None else {HEADER: secret}
        data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        async with self.client.post(self.url + "/hook", headers=headers, data=data) as answer:
            await answer.read()
            return answer

    async def until_readyz(self, status: int, reason: str = "") -> dict[str, Any]:
        """Ask until /readyz answers with `status`, and with a reason that begins so; return its body."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found, body = await self.get("/readyz")
                if found == status and (not reason or any(one.startswith(reason) for one in body["reasons"])):
                    return dict(body)
                await asyncio.sleep(0.05)

    async def tickets(self) -> list[tuple[int, int]]:
        """Return (chat, message) of every open ticket, sorted."""
        async with self.service.store.look() as unit:
            return sorted((one.origin.chat, one.origin.message) for one in await unit.tickets.open_in(None))

    async def cards(self, count: int, chat: int = GRID1) -> None:
        """Wait until a group has so many cards."""

        def there() -> bool:
            cards = [one for one in self.rehearsal.world.messages(chat) if one.sender.is_bot and one.text[:1] == "〔"]
            return len(cards) == count

        await self.rehearsal.world.until(there, timeout=PATIENCE, what=f"{count} cards in {chat}")

    def said(self, text: str, chat: int = GRID1, user: int = RESIDENT) -> tuple[int, int]:
        """Let a resident write; return the chat and the message id."""
        return chat, int(self.rehearsal.world.say(user, chat, text)["message_id"])


Open = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture
async def rehearsal() -> AsyncIterator[Rehearsal]:
    """The sample district on stage."""
    async with Rehearsal(start=WEDNESDAY, limits=False, page=False) as running:
        running.webhooks.first_pause = 0.05
        set_stage(running, load_district(SAMPLE, load_catalogue()).district)
        yield running


@pytest.fixture
def house(rehearsal: Rehearsal, unused_tcp_port_factory: Callable[[], int]) -> Open:
    """Opens a service: `async with house(database_url) as running`.

    `hook_port`: where Telegram is told to deliver. `wait`: until it has heard everything. `tick`: seconds between two
    looks at the database, too.
    """

    @asynccontextmanager
    async def opened(
        database_url: str,
        *,
        webhook: bool = True,
        port: int | None = None,
        hook_port: int | None = None,
        wait: bool = True,
        tick: float = QUICK.tick,
    ) -> AsyncIterator[House]:
        logs.set_up("critical", "console")
        port = port or unused_tcp_port_factory()
        hook = {"webhook_url": f"http://127.0.0.1:{hook_port or port}/hook", "webhook_secret": SECRET}
        settings = load_settings(
            {},
            token=TOKEN,
            telegram_url=rehearsal.url,
            clock_url=rehearsal.clock_url,
            database_url=database_url,
            district=SAMPLE,
            http_listen=f"127.0.0.1:{port}",
            **(hook if webhook else {}),
        )
        async with (
            assemble(settings, replace(QUICK, tick=tick)) as service,
            aiohttp.ClientSession() as client,
            asyncio.TaskGroup() as group,
        ):
            running = group.create_task(service.run())
            try:
                if wait:
                    await service.listener.caught_up.wait()
                yield House(service, rehearsal, client, f"http://127.0.0.1:{port}")
            finally:
                service.stop()
                await running

    return opened
