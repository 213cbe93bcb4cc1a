"""When the database cannot, the caller hears StorageTrouble, nothing is half kept, and it goes on when mended."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import StorageError, StorageTrouble, Store, StoreBusy, open_store
from storage.turns import Seat
from tests.conftest import Postgres
from tests.storage.samples import keep


async def _set(store: Store, value: str) -> None:
    async with store.unit() as unit:
        await unit.marks.set("a", value)
        await unit.commit()


async def _get(store: Store) -> str | None:
    async with store.look() as unit:
        return await unit.marks.get("a")


async def test_a_full_disk_is_trouble_and_passes(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"limit": 1}

    assert sqlite_store._turn is not None
    begin = sqlite_store._turn.begun

    async def begun() -> Seat:
        seat = await begin()
        seat.driver.raw.execute(f"PRAGMA max_page_count = {pages['limit']}")
        return seat

    monkeypatch.setattr(sqlite_store._turn, "begun", begun)

    await _set(sqlite_store, "small")
    with pytest.raises(StorageTrouble, match="full"):
        await _set(sqlite_store, "x" * 5_000_000)
    assert await _get(sqlite_store) == "small"
    pages["limit"] = 1_000_000
    await _set(sqlite_store, "x" * 5_000_000)
    assert len(await _get(sqlite_store) or "") == 5_000_000


async def test_a_locked_database_is_trouble_and_passes(sqlite_url: str) -> None:
    store = await open_store(sqlite_url, busy_seconds=0.05)
    other = sqlite3.connect(sqlite_url.partition(":///")[2], isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageTrouble, match="locked"):
            await _set(store, "1")
        assert await _get(store) is None
        other.execute("ROLLBACK")
        await _set(store, "2")
        assert await _get(store) == "2"
    finally:
        other.close()
        await store.close()


async def test_a_lost_connection_is_trouble_and_passes(postgres_url: str, postgres_server: Postgres) -> None:
    store = await open_store(postgres_url)
    database = postgres_url.rpartition("/gridbot_")[2].partition("?")[0]

    async def cut_in_the_middle() -> None:
        async with store.unit() as unit:
            await unit.marks.set("a", "1")
            await postgres_server.run(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'gridbot_{database}'"
            )
            await unit.commit()

    try:
        with pytest.raises(StorageTrouble):
            await cut_in_the_middle()
        await _set(store, "2")
        assert await _get(store) == "2"
    finally:
        await store.close()


async def test_a_server_that_is_away_is_trouble(tmp_path: Path) -> None:
    for address in (f"/gridbot?host={tmp_path}", "127.0.0.1:1/gridbot"):
        with pytest.raises(StorageTrouble):
            await open_store(f"postgresql+asyncpg://postgres@{address}")


async def test_a_file_that_is_no_database_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "odd.db").write_bytes(b"no database at all, and long enough to be looked at" * 40)
    with pytest.raises(StorageTrouble, match="not a database"):
        await open_store(f"sqlite+aiosqlite:///{tmp_path / 'odd.db'}")


async def test_a_mistake_of_ours_is_no_trouble(store: Store) -> None:
    async with store.unit() as unit:
        with pytest.raises(sa.exc.DBAPIError, match="missing"):
            await unit._line.all(sa.text("SELECT 1 FROM missing"))


async def test_a_second_process_is_refused_and_may_look(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    ticket = await keep(store)
    with pytest.raises(StoreBusy, match="PostgreSQL"):
        await open_store(sqlite_url)
    beside = await open_store(sqlite_url, reading=True)
    async with beside.look() as unit:
        assert await unit.tickets.get(ticket.id) == ticket
    with pytest.raises(StorageError, match="look only"):
        async with beside.unit():
            pass
    with pytest.raises(StorageError, match="look only"):
        await beside.migrate()
    await beside.close()
    await store.close()
    await (await open_store(sqlite_url)).close()


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("sqlite+aiosqlite://", "give a file"),
        ("sqlite:///:memory:", "give a file"),
        ("sqlite+aiosqlite:////nowhere/at/all/gridbot.db", "make it"),
        ("mysql://root@127.0.0.1/x", "PostgreSQL"),
        ("gridbot.db", "Examples"),
    ],
)
async def test_an_address_that_cannot_work_says_what_would(url: str, remedy: str) -> None:
    with pytest.raises(StorageError, match=remedy):
        await open_store(url)


async def test_looking_at_a_database_that_is_not_there_makes_none(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'none.db'}"
    for _ in range(2):
        with pytest.raises(StorageError, match="gridbot migrate"):
            await open_store(url, reading=True)


async def test_the_settings_that_keep_writes_are_on(sqlite_store: Store) -> None:
    async with sqlite_store._engine.connect() as connection:
        for name, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)):
            assert (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar() == value
