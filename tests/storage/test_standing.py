"""Locks that one process holds, and the bell that rings for others."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from storage import StorageTrouble, Store, open_store
from tests.conftest import Postgres


@pytest.fixture
async def two(postgres_url: str) -> AsyncIterator[tuple[Store, Store]]:
    stores = await open_store(postgres_url), await open_store(postgres_url)
    yield stores
    for store in stores:
        await store.close()


async def _cut(server: Postgres) -> None:
    await server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


async def test_a_lock_is_held_by_one_and_then_by_the_next(two: tuple[Store, Store]) -> None:
    first, second = two
    order: list[str] = []
    inside = asyncio.Event()

    async def standby() -> None:
        await inside.wait()
        async with second.hold("listener"):
            order.append("second")

    async with asyncio.TaskGroup() as group:
        group.create_task(standby())
        async with first.hold("listener"):
            inside.set()
            async with second.hold("speaker:1"):
                order.append("another lock is free")
            order.append("first")
    assert order == ["another lock is free", "first", "second"]


async def test_on_sqlite_a_lock_is_there_at_once(sqlite_store: Store) -> None:
    async with sqlite_store.hold("listener"):
        await sqlite_store.follow()


async def test_a_lost_lock_stops_its_holder(two: tuple[Store, Store], postgres_server: Postgres) -> None:
    stopped = asyncio.Event()

    async def holder() -> None:
        async with two[0].hold("listener"):
            try:
                await _cut(postgres_server)
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                stopped.set()
                raise

    with pytest.raises(StorageTrouble, match="lost"):
        await holder()
    assert stopped.is_set()
    async with two[1].hold("listener"):
        pass


async def test_an_error_of_the_holder_comes_out_as_it_is(two: tuple[Store, Store]) -> None:
    with pytest.raises(LookupError, match="mine"):
        async with two[0].hold("listener"):
            raise LookupError("mine")
    async with two[1].hold("listener"):
        pass


async def test_a_cancelled_holder_gives_its_lock_back(two: tuple[Store, Store]) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1), two[0].hold("listener"):
            await asyncio.Event().wait()
    async with two[1].hold("listener"):
        pass


async def test_a_cancelled_standby_leaves_nothing_behind(two: tuple[Store, Store]) -> None:
    async with two[0].hold("listener"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2), two[1].hold("listener"):
                raise AssertionError("the lock is held")
    async with two[1].hold("listener"):
        pass


async def _say(store: Store, key: str) -> None:
    async with store.unit() as unit:
        await unit.outbox.post(key=key, chat=1, template="t", language="zh", priority=1)
        await unit.commit()


async def test_words_left_by_another_process_ring_the_bell(
    two: tuple[Store, Store], postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.standing._AWAY", 0.01)
    here, there = two
    async with asyncio.TaskGroup() as group:
        following = group.create_task(here.follow())
        assert await here.bell.wait(10), "the first ring says that somebody listens"
        await _say(there, "k1")
        assert await here.bell.wait(10)
        await _cut(postgres_server)
        assert await here.bell.wait(10), "a connection made again rings for what was missed"
        await there._engine.dispose()
        await _say(there, "k2")
        assert await here.bell.wait(10)
        following.cancel()
