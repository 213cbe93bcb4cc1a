"""Units that wait for each other on SQLite are kept by one commit, and each of them still whole or not at all."""

import asyncio
import sqlite3

import pytest

from storage import StorageTrouble, Store
from storage.inline import InlineConnection


async def _keep(store: Store, key: str) -> None:
    async with store.unit() as unit:
        await unit.marks.set(key, "kept")
        await unit.commit()


async def _kept(store: Store, *keys: str) -> list[bool]:
    async with store.look() as unit:
        return [await unit.marks.get(key) is not None for key in keys]


class Commits:
    """Counts the commits that reach the disk; `broken`: they fail like a disk that is full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.broken = False
        real = InlineConnection.commit

        async def commit(connection: InlineConnection) -> None:
            self.count += 1
            if self.broken:
                connection.raw.rollback()
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
            await real(connection)

        monkeypatch.setattr(InlineConnection, "commit", commit)


async def _all(store: Store, keys: list[str]) -> list[BaseException | None]:
    return await asyncio.gather(*(_keep(store, key) for key in keys), return_exceptions=True)


async def test_many_units_at_once_share_commits(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    commits, keys = Commits(monkeypatch), [f"k{number}" for number in range(12)]
    assert not any(await _all(sqlite_store, keys))
    assert all(await _kept(sqlite_store, *keys))
    assert 0 < commits.count < len(keys)


async def test_a_unit_that_fails_takes_nobody_with_it(sqlite_store: Store) -> None:
    async def fail() -> None:
        async with sqlite_store.unit() as unit:
            await unit.marks.set("lost", "1")
            raise LookupError("of the use case")

    work = (_keep(sqlite_store, "a"), fail(), _keep(sqlite_store, "b"), fail(), _keep(sqlite_store, "c"))
    results = await asyncio.gather(*work, return_exceptions=True)
    assert [type(result) for result in results if result is not None] == [LookupError, LookupError]
    assert await _kept(sqlite_store, "a", "lost", "b", "c") == [True, False, True, True]


async def test_a_commit_that_fails_fails_for_all_and_passes(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits, keys = Commits(monkeypatch), [f"k{number}" for number in range(6)]
    commits.broken = True
    assert {type(error) for error in await _all(sqlite_store, keys)} == {StorageTrouble}
    assert not any(await _kept(sqlite_store, *keys))
    commits.broken = False
    assert not any(await _all(sqlite_store, keys))
    assert all(await _kept(sqlite_store, *keys))


async def test_a_unit_that_is_cancelled_while_it_is_kept_leaves_the_others_alone(sqlite_store: Store) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_keep(sqlite_store, f"k{number}")) for number in range(6)]
        await asyncio.sleep(0)
        tasks[2].cancel()
    assert [number for number, task in enumerate(tasks) if task.cancelled()] == [2]
    kept = await _kept(sqlite_store, *(f"k{number}" for number in range(6)))
    assert [one for number, one in enumerate(kept) if number != 2] == [True] * 5
    await _keep(sqlite_store, "after")
    assert await _kept(sqlite_store, "after") == [True]
