"""Tickets are kept whole and found again by what people ask for."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from storage import Conflict, Store
from tests.storage.samples import GRID, NOW, filed, keep, later
from tickets.events import Entry, Taken
from tickets.model import Clock, Status, Step, Ticket
from tickets.policy import Rung
from tickets.replay import apply


def _step(due: datetime) -> tuple[Step, ...]:
    return (Step(id="1", clock=Clock.TAKE, rung=Rung.REMIND, due=due),)


async def test_a_ticket_comes_back_as_it_was_kept(store: Store) -> None:
    ticket = await keep(store, steps=_step(NOW))
    async with store.look() as unit:
        assert await unit.tickets.get(ticket.id) == ticket
        assert await unit.tickets.journal(ticket.id) == filed(ticket.id)[1]
        assert await unit.tickets.get(1) is None


async def test_numbers_begin_at_1001_and_are_never_given_twice(store: Store) -> None:
    numbers = [(await keep(store)).id for _ in range(2)]
    async with store.unit() as unit:
        numbers.append(await unit.tickets.reserve_number())
        await unit.commit()
    assert numbers == [1001, 1002, 1003]


async def test_what_lies_too_far_ahead_is_found_by_what_it_may_wait_for(store: Store) -> None:
    near, far, beyond = later(days=30), later(days=100), later(days=400)
    made = [
        await keep(store, steps=_step(due), status=status)
        for status in (Status.HANDLING, Status.RESTING)
        for due in (near, later(days=200), later(days=500))
    ]
    async with store.look() as unit:
        found = await unit.tickets.due_after(far, beyond)
    assert found == [made[1].id, made[2].id, made[5].id]


async def test_a_number_that_is_taken_is_a_conflict(store: Store) -> None:
    ticket = await keep(store)
    async with store.unit() as unit:
        with pytest.raises(Conflict):
            await unit.tickets.add(*filed(ticket.id))


async def test_saving_adds_to_the_journal_and_refuses_an_old_version(store: Store) -> None:
    before = await keep(store)
    entry = Entry(at=later(minutes=5), by="tu", event=Taken(by="tu"))
    after = apply(before, entry)
    async with store.unit() as unit:
        await unit.tickets.save(before, after, [entry])
        await unit.commit()
    async with store.unit() as unit:
        with pytest.raises(Conflict, match=str(before.version)):
            await unit.tickets.save(before, after, [entry])
    async with store.look() as unit:
        assert await unit.tickets.get(before.id) == after
        assert await unit.tickets.journal(before.id) == [*filed(before.id)[1], entry]


async def test_due_tickets_come_oldest_first(store: Store) -> None:
    late = await keep(store, steps=_step(later(minutes=-1)))
    later_still = await keep(store, steps=_step(NOW))
    await keep(store, steps=_step(later(seconds=1)))
    await keep(store)
    await keep(store, steps=_step(later(hours=-1)), status=Status.CLOSED, closed_at=NOW)
    async with store.look() as unit:
        assert await unit.tickets.due(NOW) == [late.id, later_still.id]
        assert await unit.tickets.due(NOW, limit=1) == [late.id]


async def test_four_claimers_never_get_the_same_ticket(store: Store) -> None:
    for _ in range(20):
        await keep(store, steps=_step(NOW))
    claimed: list[int] = []
    together = asyncio.Barrier(4)

    async def claim() -> None:
        await together.wait()
        while True:
            async with store.unit() as unit:
                mine = await unit.tickets.due(NOW, limit=3)
                for number in mine:
                    ticket = await unit.tickets.get(number)
                    assert ticket is not None
                    await unit.tickets.save(ticket, replace(ticket, version=ticket.version + 1, steps=()), [])
                await unit.commit()
            claimed.extend(mine)
            if not mine:
                return

    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(claim())
    assert sorted(claimed) == list(range(1001, 1021))


async def test_a_claimed_ticket_is_skipped_by_other_claimers(postgres_url: str) -> None:
    from storage import open_store

    store = await open_store(postgres_url)
    try:
        first = await keep(store, steps=_step(later(minutes=-2)))
        second = await keep(store, steps=_step(later(minutes=-1)))
        async with store.unit() as one, store.unit() as other:
            assert await one.tickets.due(NOW, limit=1) == [first.id]
            assert await other.tickets.due(NOW, limit=1) == [second.id]
    finally:
        await store.close()


async def test_a_reporter_has_open_matters_oldest_first_and_a_list_newest_first(store: Store) -> None:
    old, new, newest = [await keep(store) for _ in range(3)]
    async with store.look() as unit:
        assert [one.id for one in await unit.tickets.open_of("tg10021")] == [old.id, new.id, newest.id]
        assert [one.id for one in await unit.tickets.of_reporter("tg10021", 2)] == [newest.id, new.id]


async def test_a_worker_holds_what_is_offered_until_somebody_takes_it(store: Store) -> None:
    offered = await keep(store, steps=_step(later(hours=2)))
    urgent = await keep(store, steps=_step(later(hours=1)))
    undated = await keep(store)
    entry = Entry(at=NOW, by="wang", event=Taken(by="wang"))
    async with store.unit() as unit:
        await unit.tickets.save(offered, apply(offered, entry), [entry])
        await unit.commit()
    async with store.look() as unit:
        assert [one.id for one in await unit.tickets.held_by("tu")] == [urgent.id, undated.id]
        assert [one.id for one in await unit.tickets.held_by("wang")] == [urgent.id, offered.id, undated.id]
        assert await unit.tickets.loads() == {"wang": 1}
        assert await unit.tickets.without_next_step() == [undated.id]


async def test_an_area_shows_its_open_tickets(store: Store) -> None:
    here = await keep(store)
    there = await keep(store, grid="d.s1.c1.g2")
    gone = await keep(store, status=Status.CLOSED, closed_at=later(hours=-1))

    def ids(found: list[Ticket]) -> list[int]:
        return [one.id for one in found]

    async with store.look() as unit:
        assert ids(await unit.tickets.open_in({GRID})) == [here.id]
        assert ids(await unit.tickets.open_in(None)) == [here.id, there.id]
        assert ids(await unit.tickets.open_in(())) == []
        assert ids(await unit.tickets.touched_since(NOW)) == [here.id, there.id]
        assert ids(await unit.tickets.touched_since(later(hours=-1))) == [here.id, there.id, gone.id]
        assert ids(await unit.tickets.touched_since(later(hours=-1), {GRID})) == [here.id, gone.id]
        assert ids(await unit.tickets.touched_since(NOW, ())) == []


async def test_handlers_and_totals_count_what_is_open(store: Store) -> None:
    async with store.look() as unit:
        assert await unit.tickets.loads() == {}
        assert await unit.tickets.totals() == ({}, None)
    await keep(store, handler="xu", status=Status.HANDLING, filed_at=later(hours=-3))
    await keep(store, handler="xu", status=Status.ON_HOLD)
    await keep(store, handler="ann", status=Status.HANDLING)
    await keep(store, handler="zed", status=Status.CLOSED, closed_at=NOW, filed_at=later(hours=-9))
    await keep(store, handler="mo", status=Status.RESTING)
    async with store.look() as unit:
        assert await unit.tickets.loads() == {"ann": 1, "xu": 2}
        found, oldest = await unit.tickets.totals()
    assert found == {("handling", "ordinary"): 2, ("on_hold", "ordinary"): 1, ("resting", "ordinary"): 1}
    assert oldest == later(hours=-3)
