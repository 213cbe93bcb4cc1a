"""A locked database or a full disk: nothing is confirmed to Telegram before it is kept, and it goes on when mended."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest

from storage import open_store
from storage.turns import Seat
from tests.stories.theatre import Play, playing

CARD = "〔1001〕"
SENTENCE = "3栋楼道灯坏了"


def waiting(play: Play) -> int:
    """Return how many updates Telegram still keeps because they were not confirmed."""
    return len(play.rehearsal.state.bots[play.bot].queue)


async def trouble(play: Play) -> None:
    """Wait until the listener has noticed that it cannot write."""
    while not play.service.listener.stuck:
        await play.rehearsal.state.changed(0.2)


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[None]:
    """Hold the database like a second program that writes into it and does not come to an end."""
    other = sqlite3.connect(url.partition("///")[2], isolation_level=None, timeout=30, check_same_thread=False)
    # In a thread: the service, on this very loop, may be in the middle of a write and must be able to end it.
    await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


class Disk:
    """The disk under the store's connections: while it is `full`, SQLite itself says so."""

    def __init__(self, play: Play) -> None:
        self.full = False
        turns = play.service.store._turn  # no other way to SQLite's own error
        assert turns is not None
        self._begin = turns.begun
        turns.begun = self._limited  # type: ignore[method-assign]

    async def _limited(self) -> Seat:
        seat = await self._begin()
        (used,) = seat.driver.raw.execute("PRAGMA page_count").fetchone()
        seat.driver.raw.execute(f"PRAGMA max_page_count = {used if self.full else 1_000_000}")
        return seat


async def test_a_locked_database(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The listener stops before it confirms anything and says so; nothing is lost and nothing is doubled."""
    monkeypatch.setattr("bot.assemble.open_store", partial(open_store, busy_seconds=1.0))  # each write waits so long
    async with playing(sqlite_url) as play:
        gu, tu = play.people("顾阿姨", "tu")
        async with locked(sqlite_url):
            gu.says(SENTENCE)
            await trouble(play)
            gu.says("5栋门口井盖松了")
            assert waiting(play) == 2
            assert play.group_heard() == []
        await gu.sees(CARD)
        await gu.sees("〔1002〕")
        await tu.asked_to("take", CARD)
        await play.until_quiet()
        assert not play.service.listener.stuck
        assert waiting(play) == 0
        assert await play.no_ticket(1003)
        assert len(play.live_cards(CARD)) == 1
        said = capsys.readouterr().err
        assert "store_in_trouble" in said
        assert "confirmed=nothing" in said


async def test_a_full_disk(sqlite_url: str) -> None:
    """The same when the disk is full; what was asked meanwhile is done once there is room again."""
    async with playing(sqlite_url) as play:
        gu, tu = play.people("顾阿姨", "tu")
        disk = Disk(play)
        disk.full = True
        gu.says(SENTENCE + "，" + "楼道里很黑，" * 600)
        await trouble(play)
        assert waiting(play) == 1
        assert play.group_heard() == []
        disk.full = False
        await gu.sees(CARD)
        await tu.taps(await tu.asked_to("take", CARD), "take")
        await play.until_quiet()
        assert (await play.ticket()).handler == "tu"
        assert await play.no_ticket(1002)
        assert waiting(play) == 0
