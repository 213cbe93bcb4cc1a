"""Bulletins, who has seen them, households, and the rows of many groups that belong together."""

from datetime import datetime
from typing import Any

from storage import Outgoing, OutKind, OutStatus, Store, Unit
from tests.storage.samples import NOW, WALL, later
from tickets.bulletin import Bulletin, Stage, Tally
from tickets.household import Address

GRID, OTHER = "d.s1.c1.g1", "d.s1.c1.g2"
HOME, NEXT = Address(GRID, "3", "2", "501"), Address(GRID, "3", "2", "502")


async def fresh(store: Store, **facts: Any) -> Bulletin:
    given = {"author": "li", "chat": 1004, "area": "d.s1.c1", "text": "停水\x00", "media": "", "areas": (GRID, OTHER)}
    async with store.unit() as unit:
        number = await unit.bulletins.add(**{**given, "at": None, "now": NOW, **facts})
        found = await unit.bulletins.get(number)
        await unit.commit()
    assert found is not None
    return found


async def begin(store: Store, one: Bulletin, now: datetime = NOW) -> bool:
    async with store.unit() as unit:
        begun = await unit.bulletins.change(one.id, Stage.DRAFT, stage=Stage.SENDING.value, begun_at=now)
        await unit.commit()
    return begun


async def row(unit: Unit, key: str) -> Outgoing:
    found = await unit.outbox.by_key(key)
    assert found is not None
    return found


async def test_a_bulletin_from_draft_to_end(store: Store) -> None:
    one = await fresh(store, at=later(hours=1), source=77)
    assert (one.text, one.areas, one.stage, one.button, one.pin) == ("停水", (GRID, OTHER), Stage.DRAFT, True, False)
    async with store.unit() as unit:
        assert await unit.bulletins.get(one.id + 1) is None
        assert await unit.bulletins.made_from(1004, 77) == one
        assert await unit.bulletins.made_from(1004, 78) is None
        assert await unit.bulletins.due(later(days=1)) == [], "a draft waits for its author"
        assert await unit.bulletins.change(one.id, Stage.DRAFT, stage=Stage.WAITING.value, areas=(OTHER,))
        assert not await unit.bulletins.change(one.id, Stage.DRAFT, stage=Stage.SENDING.value)
        assert await unit.bulletins.due(later(minutes=59)) == []
        [due] = await unit.bulletins.due(later(hours=1))
        assert (due.id, due.areas, due.at) == (one.id, (OTHER,), later(hours=1))
        assert await unit.bulletins.change(one.id, Stage.WAITING, stage=Stage.SENDING.value, begun_at=NOW)
        assert [found.id for found in await unit.bulletins.under_way()] == [one.id]
        assert await unit.bulletins.change(one.id, Stage.SENDING, stage=Stage.CANCELLED.value)
        assert [found.id for found in await unit.bulletins.under_way()] == [one.id], "its calls have not all ended"
        assert await unit.bulletins.change(one.id, Stage.CANCELLED, ended_at=NOW)
        assert await unit.bulletins.under_way() == []
        await unit.commit()


async def test_only_one_begins_it(store: Store) -> None:
    one = await fresh(store)
    assert [await begin(store, one), await begin(store, one)] == [True, False]


async def test_seen_by_household_and_by_person(store: Store) -> None:
    one = await fresh(store)
    async with store.unit() as unit:
        for telegram, home in ((1, HOME), (2, HOME), (3, NEXT)):
            assert await unit.households.join(telegram, home, NOW)
        pressed = [(1, GRID), (2, GRID), (4, GRID), (3, OTHER), (5, OTHER), (1, OTHER), (1, GRID)]
        found = [await unit.bulletins.saw(one.id, telegram, area, NOW) for telegram, area in pressed]
        assert found == [True, True, True, True, True, False, False]
        assert await unit.bulletins.tally(one.id) == Tally(2, 2)
        assert await unit.bulletins.tally(one.id, GRID) == Tally(1, 1)
        assert await unit.bulletins.tally(one.id, OTHER) == Tally(1, 1)
        assert await unit.bulletins.tally(one.id + 1) == Tally()
        await unit.households.record([Address(GRID, "4", "1", "101"), HOME], "tu", NOW)
        assert await unit.bulletins.silent(one.id, GRID) == [Address(GRID, "4", "1", "101")]
        # Who leaves counts as a person again.
        assert await unit.households.leave(3)
        assert await unit.bulletins.tally(one.id) == Tally(1, 3)
        assert await unit.bulletins.forget(3) == 1
        assert await unit.bulletins.tally(one.id) == Tally(1, 2)


async def test_the_newest_that_went_somewhere(store: Store) -> None:
    first, second = await fresh(store), await fresh(store, areas=(OTHER,))
    async with store.look() as unit:
        assert await unit.bulletins.latest([GRID]) is None
    await begin(store, first)
    await begin(store, second, later(hours=1))
    async with store.look() as unit:
        newest = {area: await unit.bulletins.latest([area]) for area in (GRID, OTHER, "x")}
    assert {area: one.id if one else None for area, one in newest.items()} == {
        GRID: first.id,
        OTHER: second.id,
        "x": None,
    }


async def test_a_household_is_joined_listed_and_left(store: Store) -> None:
    async with store.unit() as unit:
        homes = unit.households
        assert await homes.of(1) is None
        assert not await homes.leave(1)
        assert await homes.join(1, HOME, NOW)
        assert not await homes.join(1, HOME, NOW)
        assert await homes.join(2, HOME, NOW)
        mine = await homes.of(1)
        assert mine is not None
        assert (mine.address, mine.members, mine.listed) == (HOME, 2, False)
        assert await homes.record([HOME, NEXT, NEXT], "tu", NOW) == 2
        assert await homes.record([NEXT], "wang", NOW) == 0
        assert {one.address: (one.members, one.listed) for one in await homes.in_grid(GRID)} == {
            HOME: (2, True),
            NEXT: (0, True),
        }
        assert await homes.join(1, NEXT, NOW), "who moves belongs to one household"
        assert await homes.strike([HOME, NEXT]) == 2
        assert await homes.strike([HOME]) == 0
        assert {one.address: one.members for one in await homes.in_grid(GRID)} == {HOME: 1, NEXT: 1}
        assert await homes.leave(2)
        assert [one.address for one in await homes.in_grid(GRID)] == [NEXT], "nobody lists it, nobody lives there"
        assert await homes.in_grid(OTHER) == []
        await unit.commit()


async def leave(store: Store, *keys: str) -> None:
    rows = [{"key": key, "chat": -number, "data": {"n": key}} for number, key in enumerate(keys, 1)]
    async with store.unit() as unit:
        await unit.outbox.spread(OutKind.CARD, rows, template="bulletin", language="zh", priority=4)
        await unit.outbox.spread(OutKind.CARD, [], template="bulletin", language="zh", priority=4)
        await unit.commit()


async def say(store: Store, key: str, message: int = 7) -> None:
    async with store.unit() as unit:
        found = await row(unit, key)
        assert await unit.outbox.claim(found.id, found.generation, None, WALL)
        await unit.outbox.sent(found.id, found.generation, message, WALL)
        await unit.commit()


async def test_rows_of_many_groups_are_left_once(store: Store) -> None:
    await leave(store, "a", "b")
    await say(store, "a")
    await leave(store, "a", "b", "c")
    async with store.unit() as unit:
        found = await unit.outbox.by_keys(["a", "b", "c", "d"])
        assert {key: (one.status, one.chat, one.data["n"]) for key, one in found.items()} == {
            "a": (OutStatus.SENT, -1, "a"),
            "b": (OutStatus.PENDING, -2, "b"),
            "c": (OutStatus.PENDING, -3, "c"),
        }
        assert all(one.created_at > 1_500_000_000 for one in found.values())
        assert await unit.outbox.drop(["a", "b", "d"], "stopped") == 1
        assert (await row(unit, "b")).status is OutStatus.DROPPED
        await unit.commit()


async def test_a_message_is_touched_only_where_it_is(store: Store) -> None:
    """A count under a message never makes a new one: not before it was sent, not after its group has moved."""
    await leave(store, "a", "b")
    async with store.look() as unit:
        made = (await row(unit, "a")).created_at
    soon, latest = later(minutes=3), later(minutes=4)
    async with store.unit() as unit:
        assert not await unit.outbox.touch("a", soon, 5)
        assert not await unit.outbox.touch("none", soon, 5)
    await say(store, "a")
    async with store.unit() as unit:
        assert await unit.outbox.touch("a", soon, 5)
        assert not await unit.outbox.touch("a", latest, 5), "it is stale already"
        one = await row(unit, "a")
        assert (one.status, one.not_before, one.priority, one.message_id) == (OutStatus.PENDING, soon, 5, 7)
        assert one.created_at > made, "it has waited since the press, not since the notice"
        assert [ready.key for ready in await unit.outbox.ready(NOW, WALL + 10)] == ["b"]
        # A press while the edit is under way asks for another one.
        assert await unit.outbox.claim(one.id, one.generation, None, WALL)
        assert await unit.outbox.touch("a", latest, 5)
        assert not await unit.outbox.touch("a", later(minutes=9), 5)
        await unit.outbox.sent(one.id, one.generation, 7, WALL)
        assert (await row(unit, "a")).status is OutStatus.PENDING
        await unit.outbox.move(-1, -100)
        moved = await row(unit, "a")
        assert (moved.status, moved.chat, moved.message_id) == (OutStatus.SENT, -100, None)
        assert not await unit.outbox.touch("a", soon, 5)
        # One that was not read in the old group is said in the new one.
        await unit.outbox.move(-2, -200)
        assert ((await row(unit, "b")).status, (await row(unit, "b")).chat) == (OutStatus.PENDING, -200)
        await unit.commit()


async def test_a_card_of_no_ticket_is_one_row(store: Store) -> None:
    async with store.unit() as unit:
        for loud in (False, True):
            await unit.outbox.mark_own(
                "bulletin_card:1",
                chat=5,
                template="bulletin_card",
                reader="li",
                language="zh",
                priority=1,
                data={"bulletin": "1"},
                loud=loud,
            )
        one = await row(unit, "bulletin_card:1")
        assert (one.generation, one.data, one.ticket, one.loud) == (2, {"bulletin": "1"}, None, True)
        await unit.commit()
