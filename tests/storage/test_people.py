"""Contacts, drafts, slots, updates, marks, chats and tokens."""

import asyncio

from storage import ChatState, Contact, Store
from tests.storage.samples import GRID, GROUP, NOW, later


async def test_a_contact_is_written_only_when_something_changed(store: Store) -> None:
    async def see(cause: int, name: str, language: str | None, grid: str | None = None) -> bool:
        async with store.unit(cause=cause) as unit:
            await unit.contacts.see(10021, name, language, grid)
            await unit.commit()
        async with store.look() as unit:
            return await unit.updates.seen(cause)

    assert await see(1, "陈己", "zh", GRID)
    assert not await see(2, "陈己", "zh", GRID)
    assert not await see(3, "陈己", None)
    assert await see(4, "陈己\x00庚", None)
    assert await see(5, "陈己庚", "en")
    async with store.look() as unit:
        assert await unit.contacts.get(10021) == Contact(10021, "陈己庚", "en", grid=GRID)
        assert await unit.contacts.get(10022) is None


async def test_a_chosen_language_wins_over_the_app(store: Store) -> None:
    async with store.unit() as unit:
        await unit.contacts.choose_language(10021, "en")
        await unit.contacts.see(10021, "陈己", "zh")
        await unit.commit()
    async with store.unit() as unit:
        chosen = await unit.contacts.get(10021)
        await unit.contacts.choose_language(10021, None)
        again = await unit.contacts.get(10021)
    assert chosen is not None
    assert again is not None
    assert (chosen.language, again.language) == ("en", "zh")


async def test_who_cannot_be_written_to(store: Store) -> None:
    async with store.unit() as unit:
        await unit.contacts.set_started(1, True)
        await unit.contacts.set_started(2, True)
        await unit.contacts.set_blocked(2, True)
        await unit.contacts.see(3, "陈己", "zh")
        await unit.contacts.set_blocked(4, True)
        await unit.contacts.set_started(4, True)
        await unit.commit()
    async with store.look() as unit:
        assert await unit.contacts.unreachable({1, 2, 3, 4, 5}) == {2, 3, 5}
        assert await unit.contacts.unreachable(()) == set()
        assert set(await unit.contacts.all_staff((1, 5))) == {1}


async def test_a_new_dialogue_ends_the_earlier_one_of_the_same_chat(store: Store) -> None:
    async with store.unit() as unit:
        drafts = unit.drafts
        first = await drafts.open(telegram=1, chat=1, kind="ask", expires_at=later(minutes=5))
        elsewhere = await drafts.open(telegram=1, chat=GROUP, kind="ask", expires_at=later(minutes=5))
        second = await drafts.open(
            telegram=1, chat=1, kind="done", ticket=1001, data={"a": "b"}, expires_at=later(minutes=5)
        )
        await unit.commit()
    assert len({first, elsewhere, second}) == 3
    async with store.unit() as unit:
        assert await unit.drafts.get(first) is None
        current = await unit.drafts.current(1, 1, NOW)
        assert current is not None
        assert (current.id, current.kind, current.ticket, current.data) == (second, "done", 1001, {"a": "b"})
        assert await unit.drafts.current(1, 1, later(minutes=5)) is None
        assert await unit.drafts.get(second) == current
        assert await unit.drafts.close(second)
        assert not await unit.drafts.close(second)
        third = await unit.drafts.open(telegram=1, chat=1, kind="ask", expires_at=NOW)
        assert third > second
        assert await unit.drafts.prune(later(seconds=1)) == 1


async def test_dialogues_of_a_kind_the_newest_first(store: Store) -> None:
    """Those that wait for a button live side by side; whose time is over is not among them."""
    async with store.unit() as unit:
        for cause, hours in ((1, 1), (2, 3), (3, 2)):
            await unit.drafts.open(
                telegram=7, kind="lead", cause=cause, data={"n": str(cause)}, expires_at=later(hours=hours)
            )
        await unit.drafts.open(telegram=7, kind="reply", cause=4, expires_at=later(hours=9))
        await unit.drafts.open(telegram=8, kind="lead", cause=5, expires_at=later(hours=9))
        await unit.commit()
    async with store.unit() as unit:
        found = await unit.drafts.all_of(7, "lead", later(hours=1))
        assert [one.data["n"] for one in found] == ["3", "2"]
        newest = await unit.drafts.latest(7, "lead", NOW)
        assert newest == found[0]
        assert await unit.drafts.latest(9, "lead", NOW) is None
        await unit.drafts.change(found[0].id, {"n": "9"})
        changed = await unit.drafts.get(found[0].id)
        assert changed is not None
        assert changed.data == {"n": "9"}


async def test_each_slot_is_taken_once_however_many_race(store: Store) -> None:
    async def engine() -> int:
        won = 0
        for hour in range(10):
            async with store.unit() as unit:
                if await unit.slots.take("digest", GRID, later(hours=hour)):
                    await unit.outbox.post(key=f"digest:{hour}", chat=1, template="digest", language="zh", priority=5)
                    won += 1
                    await unit.commit()
        return won

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(engine()) for _ in range(4)]
    assert sum(task.result() for task in tasks) == 10
    async with store.unit() as unit:
        assert await unit.outbox.counts() == {"pending": 10}
        assert await unit.slots.prune(later(hours=5)) == 5


async def test_a_slot_that_was_not_kept_is_free(store: Store) -> None:
    async with store.unit() as unit:
        assert await unit.slots.take("digest", GRID, NOW)
    async with store.unit() as unit:
        assert await unit.slots.take("digest", GRID, NOW)
        assert not await unit.slots.take("digest", GRID, NOW)
        assert await unit.slots.take("digest", "d.s1", NOW)


async def test_parked_updates_are_seen_and_listed(store: Store) -> None:
    async with store.unit() as unit:
        await unit.updates.park(9, '{"odd": "\x00"}', "KeyError", NOW)
        await unit.updates.park(9, "again", "KeyError", NOW)
        await unit.commit()
    async with store.look() as unit:
        assert await unit.updates.seen(9)
        assert not await unit.updates.seen(8)
        parked = await unit.updates.parked(NOW)
        assert [(one.update_id, one.raw, one.at) for one in parked] == [(9, '{"odd": ""}', NOW)]
        assert await unit.updates.parked(later(seconds=1)) == []


async def test_old_updates_are_forgotten(store: Store) -> None:
    for number in (5, 6):
        async with store.unit(cause=number) as unit:
            await unit.marks.set("a", str(number))
            await unit.commit()
    async with store.unit() as unit:
        assert await unit.updates.prune(6) == 1
        assert not await unit.updates.seen(5)
        assert await unit.updates.seen(6)


async def test_a_chat_is_kept_with_its_rights(store: Store) -> None:
    state = ChatState(GROUP, GRID, "administrator", can_delete=True)
    for cause, kept in ((1, state), (2, state), (3, ChatState(GROUP, GRID, "left"))):
        async with store.unit(cause=cause) as unit:
            await unit.chats.put(kept)
            await unit.commit()
    async with store.look() as unit:
        assert await unit.chats.get(GROUP) == ChatState(GROUP, GRID, "left")
        assert [one.chat for one in await unit.chats.all()] == [GROUP]
        assert [await unit.updates.seen(cause) for cause in (1, 2, 3)] == [True, False, True]


async def test_a_moved_chat_takes_its_area_along_once(store: Store) -> None:
    new = -1001000000009
    async with store.unit() as unit:
        await unit.chats.put(ChatState(GROUP, GRID, "administrator", can_delete=True))
        await unit.chats.move(GROUP, new)
        await unit.commit()
    async with store.unit(cause=1) as unit:
        await unit.chats.move(GROUP, new)
        await unit.commit()
    async with store.look() as unit:
        assert await unit.chats.get(new) == ChatState(new, GRID, "administrator", can_delete=True)
        assert [one.chat for one in await unit.chats.all()] == [new]
        assert not await unit.updates.seen(1)


async def test_a_token_serves_one_person_once(store: Store) -> None:
    async with store.unit() as unit:
        token = await unit.tokens.issue(10021, 1001, NOW)
        assert await unit.tokens.issue(10021, 1001, NOW) == token
        assert await unit.tokens.issue(10022, 1001, NOW) != token
        await unit.commit()
    assert len(token) <= 40
    assert token.replace("-", "a").replace("_", "a").isalnum()
    async with store.unit() as unit:
        assert await unit.tokens.use(token, 10022) is None
        assert await unit.tokens.use(token, 10021) == 1001
        assert await unit.tokens.use(token, 10021) is None
        assert await unit.tokens.use("unknown", 10021) is None
        assert await unit.tokens.issue(10021, 1001, NOW) != token
