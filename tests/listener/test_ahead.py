"""One look for a whole batch: chatter costs none of its own, and whoever does something is looked at again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from storage import Store, Unit
from tests.stories.theatre import GRID1, Play, playing

FIRST, GU, PAN = 800_000_000, 2001, 2002


def said(play: Play, number: int, text: str, *, by: int = GU, reply_to: int | None = None) -> dict[str, Any]:
    """Return an update as Telegram words it; `reply_to` is the number of another one."""
    chat = {"id": GRID1, "type": "supergroup", "title": "居民群"}
    moment = int(play.rehearsal.clock.now().timestamp())
    message: dict[str, Any] = {
        "message_id": 70_000 + number,
        "date": moment,
        "chat": chat,
        "from": {"id": by, "is_bot": False, "first_name": "住户", "language_code": "zh-hans"},
        "text": text,
    }
    if reply_to is not None:
        message["reply_to_message"] = {"message_id": 70_000 + reply_to, "date": moment, "chat": chat}
    return {"update_id": FIRST + number, "message": message}


async def handle(play: Play, *batch: dict[str, Any]) -> None:
    handler = play.service.handler
    ahead = await handler.look_ahead(list(batch))
    for raw in batch:
        await handler.handle(raw, ahead)


async def words(play: Play, ticket: int) -> list[str]:
    async with play.service.store.look() as unit:
        found = await unit.tickets.get(ticket)
    return [one.text for one in found.said] if found is not None else []


async def test_what_somebody_did_in_the_same_batch_counts(database_url: str) -> None:
    async with playing(database_url) as play:
        batch = said(play, 1, "3栋楼道灯坏了"), said(play, 2, "3栋2单元的"), said(play, 3, "大家早上好", by=PAN)
        await handle(play, *batch)
        assert await words(play, 1001) == ["3栋楼道灯坏了", "3栋2单元的"]
        await handle(play, *batch, said(play, 4, "3栋2单元三楼", reply_to=1))
        assert await words(play, 1001) == ["3栋楼道灯坏了", "3栋2单元的", "3栋2单元三楼"]
        assert await play.no_ticket(1002)


async def test_chatter_of_a_batch_looks_once(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    real = Store.look

    @asynccontextmanager
    async def look(store: Store) -> AsyncIterator[Unit]:
        nonlocal looks
        looks += 1
        async with real(store) as unit:
            yield unit

    async with playing(sqlite_url) as play:
        await play.until_quiet()
        batch = [said(play, number, "哈哈哈明天一起去跳广场舞呀", by=5000 + number) for number in range(20)]
        batch.append(said(play, 20, "好的好的", by=6000, reply_to=3))
        with monkeypatch.context() as patch:
            patch.setattr(Store, "look", look)
            ahead = await play.service.handler.look_ahead(batch)
            before = looks
            for raw in batch:
                await play.service.handler.handle(raw, ahead)
            assert before == 1
            assert looks == before
        assert await play.no_ticket(1001)
