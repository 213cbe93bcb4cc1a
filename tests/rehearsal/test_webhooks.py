"""Webhook delivery: order per queue, retries, the secret, calls in the answer."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from rehearsal import Rehearsal, World
from tests.rehearsal.conftest import BASIC, GROUP, LI, ZHANG, Raw


@dataclass
class Receiver:
    """A bot's own server."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.arrived.set()
        return self.answers.pop(0) if self.answers else web.Response()

    async def wait(self, count: int) -> list[str]:
        """Return the texts, as soon as `count` updates came."""
        async with asyncio.timeout(5):
            while len(self.got) < count:
                self.arrived.clear()
                await self.arrived.wait()
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def receiver(r: Rehearsal) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    r.webhooks.first_pause = 0.02
    yield receiver
    await runner.cleanup()


async def test_updates_arrive_in_order_with_the_secret(w: World, raw: Raw, receiver: Receiver) -> None:
    w.say(ZHANG, GROUP, "早先")
    await raw.done("setWebhook", url=receiver.url, secret_token="se-cret")
    for text in "甲乙丙":
        w.say(ZHANG, GROUP, text)
    assert await receiver.wait(4) == ["早先", "甲", "乙", "丙"]
    assert set(receiver.secrets) == {"se-cret"}
    info = await raw.done("getWebhookInfo")
    assert (info["url"], info["max_connections"]) == (receiver.url, 40)


async def test_a_failing_update_holds_up_its_chat_only(w: World, raw: Raw, receiver: Receiver) -> None:
    receiver.answers = [web.Response(status=500)]
    await raw.done("setWebhook", url=receiver.url)
    w.say(ZHANG, GROUP, "甲")
    await receiver.wait(1)
    w.say(ZHANG, GROUP, "乙")
    w.say(LI, BASIC, "旁")
    texts = await receiver.wait(4)
    assert [text for text in texts if text != "旁"] == ["甲", "甲", "乙"]
    assert texts.count("旁") == 1
    assert "500" in (await raw.done("getWebhookInfo"))["last_error_message"]


async def test_the_answer_may_be_a_call(w: World, raw: Raw, receiver: Receiver) -> None:
    receiver.answers = [
        web.json_response({"method": "sendMessage", "chat_id": GROUP, "text": "收到"}),
        web.json_response({"method": "deleteWebhook"}),
        web.json_response({"method": "sendMessage"}),
    ]
    await raw.done("setWebhook", url=receiver.url)
    for text in "甲乙丙":
        w.say(ZHANG, GROUP, text)
    await receiver.wait(3)
    await w.until(lambda: any(message.text == "收到" for message in w.messages(GROUP)))
    assert (await raw.done("getWebhookInfo"))["url"] == receiver.url


async def test_taking_the_webhook_away_keeps_what_waits(w: World, raw: Raw, receiver: Receiver) -> None:
    receiver.answers = [web.Response(status=503, headers={"Retry-After": "3000"})]
    await raw.done("setWebhook", url=receiver.url)
    w.say(ZHANG, GROUP, "甲")
    await receiver.wait(1)
    await raw.done("setWebhook", url="")
    (update,) = await raw.done("getUpdates")
    assert update["message"]["text"] == "甲"
    await raw.done("deleteWebhook", drop_pending_updates=True)
    assert (await raw.done("getWebhookInfo"))["pending_update_count"] == 0


async def test_nobody_there(w: World, raw: Raw, unused_tcp_port: int) -> None:
    await raw.done("setWebhook", url=f"http://127.0.0.1:{unused_tcp_port}/hook")
    w.say(ZHANG, GROUP, "甲")

    async def failed() -> str:
        return str((await raw.done("getWebhookInfo")).get("last_error_message", ""))

    async with asyncio.timeout(5):
        while not await failed():
            pass
    assert await failed() == "Connection failed: ClientConnectorError"


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"url": "http://example.org/hook"}, "An HTTPS URL must be provided for webhook"),
        ({"url": "https://example.org:9/hook"}, "only on ports 80, 88, 443 or 8443"),
        ({"url": "https://example.org/hook"}, "loopback"),
        ({"url": "http://127.0.0.1:1/", "secret_token": "a b"}, "unallowed characters"),
        ({"url": "http://127.0.0.1:1/", "max_connections": 101}, "between 1 and 100"),
    ],
)
async def test_bad_addresses(raw: Raw, parameters: dict[str, object], words: str) -> None:
    assert words in await raw.refused("setWebhook", **parameters)
