"""A unit is kept whole or not at all, once, and never over somebody else's work."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from storage import AlreadyHandled, Conflict, StorageError, StorageTrouble, Store, open_store
from storage.line import Line
from storage.turns import Turns
from tests.storage.samples import GROUP, NOW, filed, keep
from tickets.events import Entry, Taken
from tickets.model import Ticket


async def test_what_was_not_committed_never_was(store: Store) -> None:
    async with store.unit(cause=7) as unit:
        number = await unit.tickets.reserve_number()
        await unit.tickets.add(*filed(number))
        await unit.outbox.post(key="k", chat=GROUP, template="closed", language="zh", priority=1)
        await unit.sources.add(GROUP, 5, number)
    async with store.look() as unit:
        assert await unit.tickets.get(number) is None
        assert await unit.tickets.journal(number) == []
        assert await unit.outbox.counts() == {}
        assert await unit.sources.ticket_of(GROUP, 5) is None
        assert not await unit.updates.seen(7)
    assert not await store.bell.wait(0)


async def test_an_error_in_the_body_comes_out_as_it_is_and_keeps_nothing(store: Store) -> None:
    async def fail() -> None:
        async with store.unit() as unit:
            await unit.marks.set("a", "1")
            raise LookupError("of the use case")

    with pytest.raises(LookupError, match="of the use case"):
        await fail()
    async with store.look() as unit:
        assert await unit.marks.get("a") is None


async def test_a_unit_that_is_over_refuses_more(store: Store) -> None:
    async with store.unit() as unit:
        await unit.marks.set("a", "1")
        await unit.commit()
        with pytest.raises(RuntimeError, match="open another"):
            await unit.marks.set("a", "2")


async def test_a_look_refuses_to_write(store: Store) -> None:
    async with store.look() as unit:
        with pytest.raises(RuntimeError, match=r"store\.unit"):
            await unit.marks.set("a", "1")


async def test_whoever_is_still_inside_lets_go_when_the_store_is_closed(sqlite_url: str) -> None:
    """Nothing is left to the garbage collector, which would warn: the look and the unit end after the store."""
    store = await open_store(sqlite_url)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        async with store.look() as looking:
            assert await looking.marks.get("a") is None
            async with store.unit() as unit:
                await unit.marks.set("a", "1")
                await store.close()
        with pytest.raises(StorageError, match="open another one"):
            async with store.look():
                pass
        del store, looking, unit
        gc.collect()
    assert [str(one.message) for one in told] == []


async def test_a_look_sees_one_moment(store: Store) -> None:
    async with store.look() as unit:
        assert await unit.marks.get("a") is None
        async with store.unit() as other:
            await other.marks.set("a", "1")
            await other.commit()
        assert await unit.marks.get("a") is None


async def test_an_update_is_handled_once(store: Store) -> None:
    async with store.unit(cause=41) as unit:
        await unit.marks.set("a", "first")
        await unit.commit()
    async with store.unit(cause=41) as unit:
        await unit.marks.set("a", "second")
        with pytest.raises(AlreadyHandled):
            await unit.commit()
    async with store.look() as unit:
        assert await unit.marks.get("a") == "first"
        assert await unit.updates.seen(41)


async def test_one_update_handled_by_many_at_once_leaves_its_effect_once(store: Store) -> None:
    async def handle() -> bool:
        async with store.unit(cause=41) as unit:
            number = await unit.tickets.reserve_number()
            await unit.tickets.add(*filed(number))
            try:
                await unit.commit()
            except AlreadyHandled:
                return False
            return True

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(handle()) for _ in range(6)]
    assert sum(task.result() for task in tasks) == 1
    async with store.look() as unit:
        assert len(await unit.tickets.open_in(None)) == 1


async def test_chatter_leaves_nothing_behind(store: Store) -> None:
    async with store.unit(cause=42) as unit:
        await unit.contacts.see(10021, "陈己", "zh")
        await unit.commit()
    async with store.unit(cause=43) as unit:
        await unit.contacts.see(10021, "陈己", "zh")
        await unit.commit()
    async with store.look() as unit:
        assert await unit.updates.seen(42)
        assert not await unit.updates.seen(43)


class _NoQueue(Turns):
    """Everybody has a queue of their own: what is left is SQLite's own locking."""

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Line]:
        alone = Turns(self.take, self.busy_seconds)
        try:
            async with alone.unit() as line:
                yield line
        finally:
            await alone.close()


@pytest.mark.parametrize("queue", [True, False], ids=["with our queue", "with SQLite's locking alone"])
async def test_eight_concurrent_read_then_write_units_keep_eight(sqlite_store: Store, queue: bool) -> None:
    """The driver's default mode keeps one of eight, without any error."""
    if not queue:
        assert sqlite_store._turn is not None
        sqlite_store._turn = _NoQueue(sqlite_store._turn.take, sqlite_store._turn.busy_seconds)

    async def count_up() -> None:
        async with sqlite_store.unit() as unit:
            before = int(await unit.marks.get("n") or 0)
            await asyncio.sleep(0)
            await unit.marks.set("n", str(before + 1))
            await unit.commit()

    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(count_up())
    async with sqlite_store.look() as unit:
        assert await unit.marks.get("n") == "8"


async def test_eight_concurrent_changes_of_one_ticket_keep_eight(store: Store) -> None:
    ticket = await keep(store)

    async def change() -> None:
        for _ in range(20):
            try:
                async with store.unit() as unit:
                    before = await unit.tickets.get(ticket.id)
                    assert before is not None
                    after = replace(before, version=before.version + 1, reopened=before.reopened + 1)
                    await unit.tickets.save(before, after, [])
                    await unit.commit()
            except Conflict:
                continue
            return
        raise AssertionError("twenty conflicts in a row")

    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(change())
    async with store.look() as unit:
        kept = await unit.tickets.get(ticket.id)
    assert kept is not None
    assert kept.reopened == 8


async def test_of_ten_takers_one_wins(store: Store) -> None:
    before = await keep(store)

    async def take(person: str) -> str | None:
        after: Ticket = replace(before, version=before.version + 1, handler=person)
        try:
            async with store.unit() as unit:
                await unit.tickets.save(before, after, [Entry(at=NOW, by=person, event=Taken(by=person))])
                await unit.commit()
        except Conflict:
            return None
        return person

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(take(f"worker{n}")) for n in range(10)]
    winners = [task.result() for task in tasks if task.result() is not None]
    assert len(winners) == 1
    async with store.look() as unit:
        kept = await unit.tickets.get(before.id)
        journal = await unit.tickets.journal(before.id)
    assert kept is not None
    assert [kept.handler] == winners
    assert [entry.by for entry in journal if isinstance(entry.event, Taken)] == winners


async def test_a_unit_inside_a_unit_is_named_instead_of_hanging(sqlite_store: Store) -> None:
    assert sqlite_store._turn is not None
    sqlite_store._turn.busy_seconds = 0.05
    async with sqlite_store.unit():
        with pytest.raises(StorageTrouble, match="Another unit"):
            async with sqlite_store.unit():
                pass


async def test_a_cancelled_unit_frees_the_database(store: Store) -> None:
    async def cancelled() -> None:
        async with asyncio.timeout(0.05), store.unit() as unit:
            await unit.marks.set("a", "1")
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await cancelled()
    async with store.unit() as unit:
        assert await unit.marks.get("a") is None
        await unit.marks.set("a", "2")
        await unit.commit()
