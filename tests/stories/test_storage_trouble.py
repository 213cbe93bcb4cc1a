"""A locked database or a full disk: nothing is confirmed to Telegram before it is kept, and it goes on when mended."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from tests.stories.theatre import Play, playing

CARD = "〔1001〕"
SENTENCE = "3栋楼道灯坏了"


@pytest.fixture
async def small(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Play]:
    """The sample district on a database file; `capsys` first, so that it hears what the service logs."""
    assert capsys.readouterr().err == ""
    async with playing(sqlite_url) as running:
        yield running


def waiting(play: Play) -> int:
    """Return how many updates Telegram still keeps because they were not confirmed."""
    return len(play.rehearsal.state.bots[play.bot].queue)


async def trouble(play: Play) -> None:
    """Wait until the listener has noticed that it cannot write."""
    while not play.service.listener.stuck:
        await play.rehearsal.state.changed(0.2)


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Hold the database like a second program that writes into it and does not come to an end."""
    other = sqlite3.connect(url.partition("///")[2], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


class Disk:
    """A disk of a given size under the store's connections: SQLite itself says that it is full."""

    def __init__(self, play: Play) -> None:
        self.pages: int | None = None
        engine = play.service.store._engine.sync_engine  # noqa: SLF001 - there is no other way to the real error
        sa.event.listen(engine, "begin", self._limit)

    def _limit(self, connection: sa.Connection) -> None:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {used if self.pages == 0 else 1_000_000}")


async def test_a_locked_database(small: Play, sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The listener stops before it confirms anything and says so; nothing is lost and nothing is doubled."""
    play = small
    gu, tu = play.people("顾阿姨", "tu")
    with locked(sqlite_url):
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


async def test_a_full_disk(small: Play) -> None:
    """The same when the disk is full; what was asked meanwhile is done once there is room again."""
    play = small
    gu, tu = play.people("顾阿姨", "tu")
    disk = Disk(play)
    disk.pages = 0
    gu.says(SENTENCE + "，" + "楼道里很黑，" * 600)
    await trouble(play)
    assert waiting(play) == 1
    assert play.group_heard() == []
    disk.pages = None
    await gu.sees(CARD)
    await tu.taps(await tu.asked_to("take", CARD), "take")
    await play.until_quiet()
    assert (await play.ticket()).handler == "tu"
    assert await play.no_ticket(1002)
    assert waiting(play) == 0
