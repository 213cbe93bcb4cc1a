"""What there was in a grid lately: the matters that neighbours may join, and those that a new one may name."""

from dataclasses import replace

from storage import Store
from tests.storage.samples import GRID, NOW, filed, keep, later
from tickets.events import Entry, NeighbourJoined
from tickets.model import Ending, Joined, Said, Status
from tickets.replay import apply


async def test_open_ones_lately_and_all_of_a_service(store: Store) -> None:
    old, over, fresh = await keep(store, at=later(hours=-30)), await keep(store), await keep(store, at=later(hours=1))
    closed = replace(over, status=Status.CLOSED, ending=Ending.SOLVED, closed_at=NOW)
    async with store.unit() as unit:
        await unit.tickets.save(over, closed, [])
        await unit.commit()
    async with store.look() as unit:
        assert await unit.tickets.lately(GRID, later(hours=-24)) == [fresh]
        assert await unit.tickets.before(GRID, "lamp", later(days=-2)) == [fresh, closed, old]
        assert await unit.tickets.before(GRID, "lamp", later(hours=-24)) == [fresh, closed]
        assert await unit.tickets.before(GRID, "other", later(days=-2)) == []
        assert await unit.tickets.before(GRID, "lamp", later(days=-2), fresh.reporter) == [fresh, closed, old]
        assert await unit.tickets.before(GRID, "lamp", later(days=-2), "somebody else") == []
        assert await unit.tickets.lately("elsewhere", later(days=-2)) == []


async def test_who_joined_is_kept_and_found_by_what_they_said(store: Store) -> None:
    ticket, _ = filed((await keep(store)).id)
    entry = Entry(NOW, "tg5", NeighbourJoined(Joined("tg5", "household 7", Said("我家也黑了", NOW, -1, 9), "zh")))
    async with store.unit() as unit:
        before = await unit.tickets.get(ticket.id)
        assert before is not None
        after = apply(before, entry)
        await unit.tickets.save(before, after, [entry])
        await unit.sources.add(-1, 9, ticket.id, None, "tg5")
        await unit.sources.add(-1, 8, ticket.id, None, "tg10021", pieces=(6, 7))
        await unit.commit()
    async with store.look() as unit:
        assert [await unit.sources.ticket_of(-1, one) for one in (5, 6, 7, 8)] == [None, *[ticket.id] * 3]
        assert await unit.tickets.joined_by(["tg5"]) == [after]
        assert await unit.tickets.joined_by(["tg10021", "tg6"]) == []
        assert (await unit.tickets.journal(ticket.id))[-1] == entry
