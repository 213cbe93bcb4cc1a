"""One at a time in each chat, within a process and between processes; and how a webhook comes and goes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp
import pytest
from aiogram import Bot
from aiohttp import web

from bot.http import Front
from bot.listener.handle import Handler
from bot.listener.webhook import Hook, Webhook
from bot.settings import SettingsError
from bot.stage import TOKEN
from handlers.web.vitals import Role
from rehearsal import Rehearsal
from storage import StorageTrouble, Store, open_store
from tests.stories.theatre import GRID1, GRID2, PATIENCE
from tests.web.conftest import HEADER, SECRET, Open
from tests.web.test_webhook import update


@dataclass
class Slow:
    """Stands for the handler: an update is under way until the test lets it go."""

    begun: list[int] = field(default_factory=list)
    inside: Counter[int] = field(default_factory=Counter)
    most: Counter[int] = field(default_factory=Counter)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    trouble: Exception | None = None

    async def handle(self, raw: dict[str, Any]) -> None:
        chat = raw["message"]["chat"]["id"]
        async with self.changed:
            self.begun.append(raw["update_id"])
            self.inside[chat] += 1
            self.most[chat] = max(self.most[chat], self.inside[chat])
            self.changed.notify_all()
        try:
            await self.go.wait()
            if self.trouble is not None:
                raise self.trouble
        finally:
            self.inside[chat] -= 1

    async def until(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(lambda: len(self.begun) >= count)


@asynccontextmanager
async def door(rehearsal: Rehearsal, store: Store, slow: Slow) -> AsyncIterator[tuple[Webhook, str]]:
    """Open a webhook of its own over `slow`; Telegram knows an address where nobody is."""
    app = web.Application()
    runner = web.AppRunner(app, access_log=None)
    hook = Hook("http://127.0.0.1:9/hook", SECRET)
    async with Bot(TOKEN, session=_session(rehearsal)) as bot, asyncio.TaskGroup() as group:
        hears = Webhook(bot, cast("Handler", slow), store, hook, look=0.05)
        app.router.add_post("/hook", hears.receive)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        running = group.create_task(hears.run())
        try:
            await rehearsal.world.until(
                lambda: rehearsal.webhooks.url(bot.id) == hook.url, timeout=PATIENCE, what="setWebhook"
            )
            yield hears, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        finally:
            hears.stop()
            slow.go.set()
            await running
            await runner.cleanup()


def _session(rehearsal: Rehearsal) -> Any:
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    return AiohttpSession(api=TelegramAPIServer.from_base(rehearsal.url))


async def deliver(url: str, body: dict[str, Any]) -> int:
    async with aiohttp.ClientSession() as client, client.post(url, json=body, headers={HEADER: SECRET}) as answer:
        return answer.status


async def test_one_at_a_time_in_a_chat_and_chats_side_by_side(rehearsal: Rehearsal, sqlite_store: Store) -> None:
    slow = Slow()
    async with door(rehearsal, sqlite_store, slow) as (_, url), asyncio.TaskGroup() as group:
        calls = [group.create_task(deliver(url, update(number, "甲"))) for number in (1, 2, 3)]
        await slow.until(1)
        calls.append(group.create_task(deliver(url, update(9, "乙", chat=GRID2))))
        await slow.until(2)
        assert slow.inside == {GRID1: 1, GRID2: 1}
        slow.go.set()
        assert [await call for call in calls] == [200] * 4
    assert slow.most == {GRID1: 1, GRID2: 1}


async def test_one_at_a_time_in_a_chat_between_processes(rehearsal: Rehearsal, postgres_url: str) -> None:
    """Two stores on one database are two processes to it."""
    slow, others = Slow(), Slow()
    one, two = await open_store(postgres_url), await open_store(postgres_url)
    try:
        async with (
            door(rehearsal, one, slow) as (_, first),
            door(rehearsal, two, others) as (_, second),
            asyncio.TaskGroup() as group,
        ):
            here = group.create_task(deliver(first, update(1, "甲")))
            await slow.until(1)
            there = group.create_task(deliver(second, update(2, "乙")))
            elsewhere = group.create_task(deliver(second, update(3, "丙", chat=GRID2)))
            await others.until(1)
            assert others.begun == [3], "the other chat goes on, this one waits"
            slow.go.set()
            assert await here == 200
            await others.until(2)
            others.go.set()
            assert (await there, await elsewhere) == (200, 200)
    finally:
        await one.close()
        await two.close()


async def test_at_the_stop_what_is_under_way_is_finished_and_the_rest_comes_again(
    rehearsal: Rehearsal, sqlite_store: Store
) -> None:
    slow = Slow()
    async with door(rehearsal, sqlite_store, slow) as (hears, url), asyncio.TaskGroup() as group:
        under_way = group.create_task(deliver(url, update(1, "甲")))
        await slow.until(1)
        behind = group.create_task(deliver(url, update(2, "乙")))
        hears.stop()
        assert await deliver(url, update(3, "丙", chat=GRID2)) == 503
        slow.go.set()
        assert (await under_way, await behind) == (200, 503)
    assert slow.begun == [1]
    assert hears.answers == {200: 1, 503: 2}


@pytest.mark.parametrize(("trouble", "status"), [(StorageTrouble("locked"), 503), (ValueError("words of people"), 500)])
async def test_an_update_that_cannot_be_kept_is_not_confirmed(
    rehearsal: Rehearsal, sqlite_store: Store, trouble: Exception, status: int
) -> None:
    slow = Slow(trouble=trouble)
    slow.go.set()
    async with door(rehearsal, sqlite_store, slow) as (hears, url):
        assert await deliver(url, update(1, "甲")) == status
        assert hears.stuck is (status == 503)
        slow.trouble = None
        assert await deliver(url, update(1, "甲")) == 200
        assert hears.stuck is False


async def test_an_address_that_was_taken_away_is_set_again(rehearsal: Rehearsal, sqlite_store: Store) -> None:
    async with door(rehearsal, sqlite_store, Slow()) as (_, _url), Bot(TOKEN, session=_session(rehearsal)) as other:
        await other.delete_webhook()
        await rehearsal.world.until(
            lambda: sum(call.method == "setWebhook" for call in rehearsal.world.calls) >= 2,
            timeout=PATIENCE,
            what="setWebhook again",
        )


async def test_an_outage_of_telegram_is_waited_out(house: Open, rehearsal: Rehearsal, sqlite_url: str) -> None:
    rehearsal.world.faults.add("setWebhook", "429", times=1, retry_after=1)
    rehearsal.world.faults.add("setWebhook", "502", times=1)
    rehearsal.world.faults.add("getWebhookInfo", "502", times=1)
    async with house(sqlite_url) as home:
        place = home.said("3栋楼道灯坏了")
        await home.cards(1)
        assert await home.tickets() == [place]


async def test_an_address_that_telegram_refuses_ends_the_start(
    house: Open, rehearsal: Rehearsal, sqlite_url: str
) -> None:
    rehearsal.world.faults.add("setWebhook", "400", times=1)
    with pytest.raises(ExceptionGroup) as told:
        async with house(sqlite_url):
            raise AssertionError("it must not get this far")
    wrong, others = told.value.split(SettingsError)
    assert others is None
    assert wrong is not None
    while isinstance(wrong, ExceptionGroup):
        wrong = wrong.exceptions[0]
    assert str(wrong).startswith("GRIDBOT_WEBHOOK_URL: is refused by Telegram")


async def test_two_processes_hear_one_speaks_and_a_restart_is_not_noticed(
    house: Open, rehearsal: Rehearsal, postgres_url: str, unused_tcp_port_factory: Callable[[], int]
) -> None:
    port = unused_tcp_port_factory()
    async with house(postgres_url, port=port) as first:
        async with house(postgres_url, hook_port=port) as second:
            assert (await second.until_readyz(200))["speaker"] == "standing by"
            assert first.service.front.vitals.speaker is Role.WORKING
            twice = [update(71, "1栋楼道灯坏了", message=71), update(72, "2栋楼道灯坏了", chat=GRID2, message=72)]
            statuses = await asyncio.gather(*(one.deliver(raw) for one in (first, second) for raw in twice))
            assert [answer.status for answer in statuses] == [200] * 4
            assert len(await first.tickets()) == 2, "each once, though both heard both"
            place = first.said("5栋电梯坏了")
            await first.cards(2)
        # The second one, which only stood by for speaking, has ended by itself; the first goes on.
        again = first.said("6栋电梯坏了")
        await first.cards(3)
        heard = await first.tickets()
        assert place in heard
        assert again in heard
        assert len(heard) == 4


async def test_an_address_in_use_is_told(house: Open, sqlite_url: str) -> None:
    async with house(sqlite_url) as home:
        port = int(home.url.rpartition(":")[2])
        busy = Front(_listening_on(port), home.service.clock, home.service.store)
        with pytest.raises(SettingsError, match=f"GRIDBOT_HTTP_LISTEN: 127.0.0.1:{port} is in use; choose another"):
            async with busy.open():
                raise AssertionError("it must not get this far")


def _listening_on(port: int) -> Any:
    from bot.settings import load_settings

    return load_settings({}, http_listen=f"127.0.0.1:{port}")
