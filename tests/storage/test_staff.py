"""Absences, pages, marks under a prefix, slots taken, holders: on both databases."""

from datetime import date

from storage import DIRECTORY, OutStatus, Store, page_key
from tests.storage.samples import NOW, WALL, keep, later
from tickets.roster import Leave

FIRST, LAST = date(2026, 5, 11), date(2026, 5, 13)


async def test_absences_are_kept_found_and_struck(store: Store) -> None:
    async with store.unit() as unit:
        one = await unit.absences.enter("tu", Leave(FIRST, LAST, "xu"), "wang", NOW)
        two = await unit.absences.enter("xu", Leave(LAST, LAST), "xu", NOW)
        await unit.commit()
    async with store.look() as unit:
        assert [(found.id, found.leave, found.by) for found in await unit.absences.of("tu", LAST)] == [
            (one, Leave(FIRST, LAST, "xu"), "wang")
        ]
        assert await unit.absences.of("tu", date(2026, 5, 14)) == []
        assert {found.id for found in await unit.absences.all()} == {one, two}
        before = await unit.marks.get(DIRECTORY)
    async with store.unit() as unit:
        assert await unit.absences.strike(one)
        assert not await unit.absences.strike(one)
        assert await unit.absences.get(one) is None
        assert await unit.marks.get(DIRECTORY) != before
        # A number is never given twice: an old button ends no newer leave.
        assert await unit.absences.enter("tu", Leave(FIRST, FIRST), "tu", NOW) > two
        assert await unit.absences.prune(LAST) == 1
        await unit.commit()


async def test_a_page_is_one_message_that_shows_what_was_marked_last(store: Store) -> None:
    async def mark(area: str, *, loud: bool = False) -> None:
        async with store.unit() as unit:
            data = {"area": area}
            await unit.outbox.mark_page(
                chat=7, template="board", reader="wang", priority=1, language="zh", data=data, loud=loud
            )
            await unit.commit()

    async def said(message: int) -> None:
        async with store.unit() as unit:
            row = await unit.outbox.by_key(page_key(7, "board"))
            assert row is not None
            assert await unit.outbox.claim(row.id, row.generation, None, WALL)
            await unit.outbox.sent(row.id, row.generation, message, WALL)
            await unit.commit()

    await mark("g1", loud=True)
    await said(5)
    await mark("g2")
    async with store.look() as unit:
        row = await unit.outbox.by_key(page_key(7, "board"))
    assert row is not None
    assert (row.status, row.data, row.message_id, row.replace) == (OutStatus.PENDING, {"area": "g2"}, 5, False)
    await said(5)
    await mark("g3", loud=True)
    async with store.look() as unit:
        row = await unit.outbox.by_key(page_key(7, "board"))
    assert row is not None
    assert (row.data, row.message_id, row.replace) == ({"area": "g3"}, 5, True)


async def test_marks_are_found_by_their_prefix(store: Store) -> None:
    async with store.unit() as unit:
        for key, value in (("menu:1", ""), ("menu:2", "abc"), ("menus", "x"), ("men", "y"), ("menu_3", "")):
            await unit.marks.set(key, value)
        await unit.commit()
    async with store.look() as unit:
        assert await unit.marks.under("menu:") == {"1": "", "2": "abc"}
        assert await unit.marks.under("menu:", "") == {"1": ""}


async def test_slots_that_are_taken(store: Store) -> None:
    async with store.unit() as unit:
        await unit.slots.take("morning", "tu", NOW)
        await unit.slots.take("morning", "xu", later(hours=1))
        await unit.slots.take("digest", "li", NOW)
        assert await unit.slots.taken("morning", NOW) == {"tu"}
        await unit.commit()


async def test_who_has_anything_in_hand(store: Store) -> None:
    await keep(store)
    async with store.look() as unit:
        assert await unit.tickets.holders() == ["tu", "wang"]
