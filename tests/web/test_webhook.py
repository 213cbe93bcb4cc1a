"""Updates that Telegram brings: each kept once, in order, and answered with 200 only when it is kept."""

import asyncio
import re
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from bot.listener import webhook as hearing
from rehearsal import Rehearsal
from storage import open_store
from tests.stories.theatre import GRID1, GRID2, GRID3, PATIENCE
from tests.web.conftest import RESIDENT, SECRET, Open


def update(number: int, text: str, *, chat: int = GRID1, message: int = 900) -> dict[str, Any]:
    """Return an update as Telegram words it."""
    return {
        "update_id": number,
        "message": {
            "message_id": message,
            "date": 1780452000,
            "chat": {"id": chat, "type": "supergroup", "title": "居民群"},
            "from": {"id": RESIDENT, "is_bot": False, "first_name": "顾阿姨", "language_code": "zh-hans"},
            "text": text,
        },
    }


async def test_a_message_becomes_a_ticket(house: Open, rehearsal: Rehearsal, database_url: str) -> None:
    async with house(database_url) as home:
        place = home.said("3栋楼道灯坏了")
        await home.cards(1)
        assert await home.tickets() == [place]
        status, page = await home.get("/metrics")
        assert status == 200
        assert re.search(r'^gridbot_webhook_requests_total{code="200"} [1-9]', page, re.MULTILINE)
    methods = [call.method for call in rehearsal.world.calls]
    assert "getUpdates" not in methods
    assert "deleteWebhook" not in methods, "not at the end either: Telegram keeps what comes meanwhile"
    told = next(call.params for call in rehearsal.world.calls if call.method == "setWebhook")
    assert "callback_query" in str(told["allowed_updates"])
    assert int(str(told["max_connections"])) == hearing.CONNECTIONS


async def test_a_tap_comes_the_same_way(house: Open, sqlite_url: str) -> None:
    async with house(sqlite_url) as home:
        home.said("3栋楼道灯坏了")
        world = home.rehearsal.world
        bot = home.service.deps.bot_id

        def card() -> Any:
            return next((one for one in world.messages(bot, as_user=1001) if one.buttons), None)

        offered = await world.until(card, timeout=PATIENCE, what="the worker's card")
        tap = world.tap(1001, bot, offered.key, "接单")
        assert (await tap.answer(timeout=PATIENCE))["text"]
        async with home.service.store.look() as unit:
            (ticket,) = await unit.tickets.open_in(None)
        assert ticket.handler == "tu"


async def test_who_does_not_know_the_secret_is_not_heard(house: Open, sqlite_url: str) -> None:
    async with house(sqlite_url) as home:
        for secret in (None, "", SECRET[:-1], SECRET + "X", "ünlesbar"):
            answer = await home.deliver(update(7, "3栋楼道灯坏了"), secret)
            assert answer.status == 401, secret
        assert await home.tickets() == []
        assert (await home.deliver(update(7, "3栋楼道灯坏了"))).status == 200
        assert len(await home.tickets()) == 1


NO_UPDATES = (
    (b"", 400),
    (b"{", 400),
    (b"\xff\xfe\x00", 400),
    (b"[1]", 400),
    (b"{}", 400),
    (b'{"update_id": "7"}', 400),
    (b'{"update_id": true}', 400),
    (b'{"update_id": 1e3}', 400),
    (b'{"update_id": -1}', 400),
    (b'{"update_id": 99999999999999999999}', 400),
    (b'{"update_id": ' + b"9" * 5000 + b"}", 400),
    (b"[" * 100_000, 400),
    (b'{"update_id": 7, "x": "' + b"y" * (1 << 20) + b'"}', 413),
    (b'{"update_id": 7}', 200),
    (b'{"update_id": 8, "message": {"odd": 1}}', 200),
)
"""Bodies and their answers. The last ones are updates, if odd ones: there is nothing to bring again."""


async def test_what_is_no_update_harms_nobody(house: Open, sqlite_url: str) -> None:
    async with house(sqlite_url) as home:
        for body, status in NO_UPDATES:
            assert (await home.deliver(body)).status == status, body[:40]
        place = home.said("3栋楼道灯坏了")
        await home.cards(1)
        assert await home.tickets() == [place]
        async with home.service.store.look() as unit:
            assert await unit.updates.seen(8), "parked"


async def test_other_doors_are_closed(house: Open, sqlite_url: str) -> None:
    async with house(sqlite_url) as home:
        assert (await home.get("/hook"))[0] == 405
        assert (await home.get("/hook/more"))[0] == 404
        async with home.client.post(home.url + "/", json={}) as answer:
            assert answer.status == 404


async def test_the_same_delivery_again_adds_nothing(house: Open, database_url: str) -> None:
    async with house(database_url) as home:
        again = [home.deliver(update(7, "3栋楼道灯坏了")) for _ in range(5)]
        assert [answer.status for answer in await asyncio.gather(*again)] == [200] * 5
        assert len(await home.tickets()) == 1


async def test_a_graceful_restart_loses_and_doubles_nothing(
    house: Open, rehearsal: Rehearsal, database_url: str, unused_tcp_port: int
) -> None:
    said: list[tuple[int, int]] = []
    async with house(database_url, port=unused_tcp_port) as home:
        said += [home.said(f"{number}栋楼道灯坏了", chat) for number in range(1, 9) for chat in (GRID1, GRID2, GRID3)]
        await rehearsal.world.until(
            lambda: home.service.handler.handled >= 3, timeout=PATIENCE, what="some to be handled"
        )
    early = home.service.handler.handled
    said += [home.said(f"{number}栋电梯坏了", GRID1) for number in range(1, 4)]
    assert rehearsal.webhooks.url(home.service.deps.bot_id), "the address stays: another process may be up"
    async with house(database_url, port=unused_tcp_port) as home:
        queue = rehearsal.state.bots[home.service.deps.bot_id].queue
        await rehearsal.world.until(lambda: not len(queue), timeout=PATIENCE, what="the queue to be empty")
        heard = await _heard(home.service.store)
        assert heard == sorted(said)
    assert 3 <= early < len(said)


async def _heard(store: Any) -> list[tuple[int, int]]:
    """Return the place of every message that is in a ticket, with repetitions."""
    async with store.look() as unit:
        tickets = await unit.tickets.open_in(None)
    return sorted((said.chat, said.message) for ticket in tickets for said in ticket.said)


async def test_database_trouble_is_told_and_mended(
    house: Open, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "TROUBLE_AGAIN", 1)
    monkeypatch.setattr("bot.assemble.open_store", partial(open_store, busy_seconds=1.0))  # each write waits so long
    file = Path(make_url(sqlite_url).database or "")
    async with house(sqlite_url, tick=0.5) as home:
        await home.until_readyz(200)
        other = sqlite3.connect(file, isolation_level=None, timeout=30, check_same_thread=False)
        # In a thread: the service, on this very loop, may be in the middle of a write and must be able to end it.
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        answer = await home.deliver(update(7, "3栋楼道灯坏了", chat=GRID2))
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "1"
        place = home.said("5栋电梯坏了")
        await home.until_readyz(503, "listener: what was heard last could not be kept")
        await home.until_readyz(503, "database: locked, full or away")
        assert (await home.get("/healthz"))[0] == 200
        assert "gridbot_listener_stuck 1.0" in (await home.get("/metrics"))[1]
        assert await home.tickets() == []
        other.execute("ROLLBACK")
        other.close()
        await home.cards(1)
        assert await home.tickets() == [place]
        await home.until_readyz(200)
