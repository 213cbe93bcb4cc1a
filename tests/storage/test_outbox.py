"""The outbox says everything once, the newest state of a card, and never forgets what is in flight."""

import asyncio
from typing import Any

from storage import Outgoing, OutKind, OutStatus, Store
from storage.outbox import Outbox
from tests.storage.samples import GROUP, NOW, WALL, keep, later


async def _mark(store: Store, **changes: Any) -> Outgoing:
    facts: dict[str, Any] = {
        "ticket": 1001, "chat": GROUP, "template": "group_card", "reader": None, "priority": 2, "language": "zh",
    } | changes  # fmt: skip
    async with store.unit() as unit:
        await unit.outbox.mark_card(**facts)
        await unit.commit()
    return await _row(store, f"card:{facts['ticket']}:{facts['chat']}:{facts['template']}")


async def _post(store: Store, key: str = "k", **changes: Any) -> Outgoing:
    facts: dict[str, Any] = {"chat": GROUP, "template": "closed", "language": "zh", "priority": 4} | changes
    async with store.unit() as unit:
        assert await unit.outbox.post(key=key, **facts)
        await unit.commit()
    return await _row(store, key)


async def _row(store: Store, key: str) -> Outgoing:
    async with store.look() as unit:
        row = await unit.outbox.by_key(key)
    assert row is not None
    return row


async def _do(store: Store, method: str, number: int, *arguments: Any) -> Any:
    async with store.unit() as unit:
        result = await getattr(unit.outbox, method)(number, *arguments)
        await unit.commit()
    return result


async def _ready(store: Store, wall: float = WALL, **span: float) -> list[int]:
    async with store.look() as unit:
        return [row.id for row in await unit.outbox.ready(later(**span), wall)]


async def test_a_row_comes_back_as_it_was_posted(store: Store) -> None:
    row = await _post(store, ticket=1001, reader="tu", data={"words": "几单元 💡"}, not_before=NOW, reply_to=7,
                      ephemeral_to=10021, expires_at=later(hours=1))  # fmt: skip
    assert (row.kind, row.status, row.key) == (OutKind.MESSAGE, OutStatus.PENDING, "k")
    assert (row.ticket, row.reader, row.data) == (1001, "tu", {"words": "几单元 💡"})
    assert (row.not_before, row.expires_at) == (NOW, later(hours=1))
    assert (row.reply_to, row.ephemeral_to, row.message_id) == (7, 10021, None)
    assert row.created_at > 1_700_000_000


async def test_the_same_cause_is_said_once(store: Store) -> None:
    await _post(store)
    async with store.unit(cause=5) as unit:
        assert not await unit.outbox.post(key="k", chat=GROUP, template="closed", language="zh", priority=4)
        await unit.commit()
        assert not await store.bell.wait(0) or not await store.bell.wait(0)
    async with store.look() as unit:
        assert await unit.outbox.counts() == {"pending": 1}
        assert not await unit.updates.seen(5)


async def test_what_is_ready_comes_by_priority_then_oldest_first(store: Store) -> None:
    notice = await _post(store, "a")
    life = await _post(store, "b", priority=0)
    second = await _post(store, "c")
    tomorrow = await _post(store, "d", not_before=later(hours=8))
    await _post(store, "e", waiting=True)
    assert await _ready(store) == [life.id, notice.id, second.id]
    assert await _ready(store, hours=8) == [life.id, notice.id, second.id, tomorrow.id]


async def test_a_busy_group_hides_no_other_chat(store: Store) -> None:
    async with store.unit() as unit:
        for number in range(30):
            await unit.outbox.post(key=f"b{number}", chat=GROUP, template="t", language="zh", priority=0)
        await unit.outbox.post(key="quiet", chat=10021, template="t", language="zh", priority=4)
        await unit.commit()
    async with store.look() as unit:
        rows = await unit.outbox.ready(NOW, WALL, limit=10)
    assert len(rows) == 10
    assert [row.key for row in rows] == [*(f"b{number}" for number in range(9)), "quiet"]


async def test_many_marks_are_one_card(store: Store) -> None:
    first = await _mark(store, priority=3, not_before=later(hours=1))
    last = await _mark(store, priority=1)
    again = await _mark(store, priority=2, not_before=later(hours=2))
    assert first.id == last.id == again.id
    assert again.generation == 3
    assert again.priority == 1
    assert again.not_before is None
    assert await _ready(store) == [first.id]


async def test_a_marked_card_waits_for_the_earlier_of_two_moments(store: Store) -> None:
    await _mark(store, not_before=later(hours=2))
    assert (await _mark(store, not_before=later(hours=1))).not_before == later(hours=1)
    assert (await _mark(store, not_before=later(hours=3))).not_before == later(hours=1)


async def test_a_card_marked_while_it_is_sent_is_sent_again(store: Store) -> None:
    card = await _mark(store)
    assert await _do(store, "claim", card.id, 1, 55, WALL)
    during = await _mark(store)
    assert during.status is OutStatus.SENDING
    assert await _ready(store) == []
    await _do(store, "sent", card.id, 1, 77, WALL)
    after = await _row(store, card.key)
    assert (after.status, after.message_id, after.floor) == (OutStatus.PENDING, 77, 55)
    assert await _do(store, "claim", card.id, 2, None, WALL)
    await _do(store, "sent", card.id, 2, None, WALL)
    settled = await _row(store, card.key)
    assert (settled.status, settled.message_id, settled.attempts) == (OutStatus.SENT, 77, 0)


async def test_an_unknown_card_stays_unknown_until_it_is_settled(store: Store) -> None:
    card = await _mark(store)
    await _do(store, "claim", card.id, 1, None, WALL)
    await _do(store, "unknown", card.id, "time-out")
    assert (await _mark(store)).status is OutStatus.UNKNOWN
    async with store.look() as unit:
        assert [row.id for row in await unit.outbox.unsettled()] == [card.id]
    await _do(store, "sent", card.id, 1, 77, WALL)
    assert (await _row(store, card.key)).status is OutStatus.PENDING


async def test_a_loud_mark_wants_a_new_message_once(store: Store) -> None:
    card = await _mark(store, loud=True)
    assert (card.loud, card.replace) == (True, False)
    await _do(store, "claim", card.id, 1, None, WALL)
    await _do(store, "sent", card.id, 1, 77, WALL)
    assert not (await _mark(store)).replace
    loud = await _mark(store, loud=True)
    assert (loud.loud, loud.replace) == (True, True)
    await _do(store, "claim", card.id, 3, None, WALL)
    await _mark(store)
    await _do(store, "sent", card.id, 3, 78, WALL)
    after = await _row(store, card.key)
    assert (after.status, after.loud, after.replace) == (OutStatus.PENDING, False, False)


async def test_a_loud_mark_during_the_first_send_replaces_it(store: Store) -> None:
    card = await _mark(store)
    await _do(store, "claim", card.id, 1, None, WALL)
    await _mark(store, loud=True)
    await _do(store, "sent", card.id, 1, 77, WALL)
    after = await _row(store, card.key)
    assert (after.status, after.message_id, after.replace) == (OutStatus.PENDING, 77, True)


async def test_one_of_many_claimers_wins(store: Store) -> None:
    row = await _post(store)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_do(store, "claim", row.id, 1, None, WALL)) for _ in range(6)]
    assert sum(task.result() for task in tasks) == 1
    assert (await _row(store, "k")).attempts == 1


async def test_an_old_generation_cannot_be_claimed(store: Store) -> None:
    card = await _mark(store)
    await _mark(store)
    assert not await _do(store, "claim", card.id, 1, None, WALL)


async def test_a_retry_waits_for_its_time(store: Store) -> None:
    row = await _post(store)
    await _do(store, "claim", row.id, 1, None, WALL)
    await _do(store, "retry", row.id, WALL + 9, "flood")
    assert await _ready(store, WALL + 8) == []
    assert await _ready(store, WALL + 9) == [row.id]


async def test_endings_stay_unless_the_card_was_marked_meanwhile(store: Store) -> None:
    for method, status in (("failed", OutStatus.FAILED), ("dropped", OutStatus.DROPPED)):
        card = await _mark(store, template=method)
        await _do(store, "claim", card.id, 1, None, WALL)
        await _do(store, method, card.id, "because")
        ended = await _row(store, card.key)
        assert (ended.status, ended.error) == (status, "because")
        again = await _mark(store, template=method)
        assert (again.status, again.attempts) == (OutStatus.PENDING, 0)
        await _do(store, "claim", card.id, 2, None, WALL)
        await _mark(store, template=method)
        await _do(store, method, card.id, "because")
        assert (await _row(store, card.key)).status is OutStatus.PENDING


async def test_a_row_dropped_before_it_was_claimed_stays_dropped(store: Store) -> None:
    row = await _post(store)
    await _do(store, "dropped", row.id, "expired")
    assert (await _row(store, "k")).status is OutStatus.DROPPED


async def test_a_message_that_is_gone_is_sent_anew(store: Store) -> None:
    card = await _mark(store)
    await _do(store, "claim", card.id, 1, None, WALL)
    await _do(store, "sent", card.id, 1, 77, WALL)
    await _do(store, "forget_message", card.id)
    assert (await _row(store, card.key)).message_id is None


async def test_counted_calls_are_remembered_for_the_flood_windows(store: Store) -> None:
    card, row = await _mark(store), await _post(store)
    async with store.unit() as unit:
        await unit.outbox.react(key="r", chat=GROUP, message=5, emoji="✍", priority=1)
        await unit.outbox.delete(key="d", chat=GROUP, message=6, priority=1)
        await unit.commit()
    free = [await _row(store, "r"), await _row(store, "d")]
    for offset, one in enumerate((card, row, *free)):
        await _do(store, "claim", one.id, 1, None, WALL + offset)
    async with store.look() as unit:
        assert await unit.outbox.recent(WALL) == [(GROUP, WALL, 1), (GROUP, WALL + 1, 1)]
        assert await unit.outbox.recent(WALL + 1) == [(GROUP, WALL + 1, 1)]
    assert [(one.kind, one.reply_to) for one in free] == [(OutKind.REACTION, 5), (OutKind.DELETE, 6)]
    assert free[0].data == {"emoji": "✍"}


async def test_what_waits_for_start_is_released_once(store: Store) -> None:
    waiting = await _post(store, chat=10021, waiting=True)
    assert waiting.status is OutStatus.WAITING
    assert await _do(store, "release", 10022) == 0
    assert await _do(store, "release", 10021) == 1
    assert await _do(store, "release", 10021) == 0
    assert await _ready(store) == [waiting.id]


async def test_the_auditor_finds_what_should_have_been_said(store: Store) -> None:
    said_late = await _post(store, "a")
    asleep = await _post(store, "b", not_before=later(hours=8))
    sent = await _post(store, "c")
    await _do(store, "claim", sent.id, 1, None, WALL)
    await _do(store, "sent", sent.id, 1, 5, WALL)
    after = said_late.created_at + 3600

    async def stale(wall: float, **span: float) -> list[int]:
        async with store.look() as unit:
            return [row.id for row in await unit.outbox.stale(wall, later(**span))]

    assert await stale(after) == [said_late.id]
    assert await stale(said_late.created_at - 1) == []
    assert await stale(after, hours=9) == [said_late.id, asleep.id]
    async with store.look() as unit:
        assert await unit.outbox.next_not_before() == later(hours=8)
        assert await unit.outbox.next_not_before(later(hours=8)) is None
        assert await unit.outbox.counts() == {"pending": 2, "sent": 1}


async def test_acknowledged_once_until_it_is_stale_anew(store: Store) -> None:
    card = await _mark(store)
    await _do(store, "acked", card.id)
    assert (await _mark(store)).acked
    await _do(store, "claim", card.id, 2, None, WALL)
    await _do(store, "sent", card.id, 2, 77, WALL)
    assert not (await _mark(store)).acked


async def test_a_group_that_moves_takes_its_unsaid_rows_along(store: Store) -> None:
    new = -1001000000009
    card, row = await _mark(store), await _post(store)
    said = await _post(store, "said")
    for one, message in ((card, 77), (said, 78)):
        await _do(store, "claim", one.id, 1, None, WALL)
        await _do(store, "sent", one.id, 1, message, WALL)
    await _mark(store, loud=True)
    async with store.unit() as unit:
        await unit.outbox.react(key="r", chat=GROUP, message=5, emoji="✍", priority=1)
        await unit.chats.move(GROUP, new)
        await unit.commit()
    moved = await _row(store, f"card:1001:{new}:group_card")
    assert (moved.id, moved.chat, moved.message_id, moved.replace) == (card.id, new, None, False)
    assert (await _row(store, "k")).chat == new
    assert (await _row(store, "said")).chat == GROUP
    assert (await _row(store, "r")).status is OutStatus.DROPPED
    async with store.look() as unit:
        old_state, new_state = await unit.chats.get(GROUP), await unit.chats.get(new)
    assert old_state is not None
    assert new_state is not None
    assert (old_state.moved_to, new_state.moved_to) == (new, None)
    assert row.chat == GROUP


async def test_a_reply_to_something_the_bot_said_finds_its_ticket(store: Store) -> None:
    ticket = await keep(store)
    card = await _mark(store, ticket=ticket.id)
    await _do(store, "claim", card.id, 1, None, WALL)
    await _do(store, "sent", card.id, 1, 77, WALL)
    async with store.unit() as unit:
        await unit.sources.add(GROUP, 5, ticket.id, group_id="album", author="tg10021")
        await unit.commit()
    async with store.look() as unit:
        assert await unit.sources.ticket_of(GROUP, 77) == ticket.id
        assert await unit.sources.ticket_of(GROUP, 5) == ticket.id
        assert await unit.sources.ticket_of(GROUP, 6) is None
        assert await unit.sources.ticket_of_album(GROUP, "album") == ticket.id
        assert await unit.sources.ticket_of_album(10021, "album") is None


async def test_the_bell_rings_after_the_commit_and_only_for_words(store: Store) -> None:
    async with store.unit() as unit:
        await unit.marks.set("a", "1")
        await unit.commit()
    assert not await store.bell.wait(0)
    async with store.unit() as unit:
        await unit.outbox.post(key="k", chat=GROUP, template="t", language="zh", priority=1)
        assert not await store.bell.wait(0)
        await unit.commit()
    assert await store.bell.wait(0)
    assert not await store.bell.wait(0)


async def test_old_reactions_are_forgotten_and_messages_kept(store: Store) -> None:
    row = await _post(store)
    async with store.unit() as unit:
        await unit.outbox.react(key="r", chat=GROUP, message=5, emoji="✍", priority=1)
        await unit.commit()
    reaction = await _row(store, "r")
    for one in (row, reaction):
        await _do(store, "claim", one.id, 1, None, WALL)
        await _do(store, "sent", one.id, 1, None, WALL)
    assert await _do(store, "prune", int(reaction.created_at) + 60) == 1
    async with store.look() as unit:
        outbox: Outbox = unit.outbox
        assert await outbox.get(reaction.id) is None
        assert await outbox.get(row.id) is not None


async def test_files_of_one_album_join_the_row_until_it_is_sent(store: Store) -> None:
    facts = {"key": "m", "chat": 5, "template": "media", "language": "zh", "priority": 2, "ticket": None}

    async def share(*media: str) -> int:
        async with store.unit() as unit:
            taken = await unit.outbox.share(media=media, hold=1.0, **facts)
            await unit.commit()
        return taken

    assert await share("photo:a") == 1
    assert await share("photo:a", "photo:b") == 2
    async with store.look() as unit:
        row = await unit.outbox.by_key("m")
    assert row is not None
    assert (row.items, row.data["media"], row.retry_at > row.created_at) == (2, "photo:a photo:b", True)
    async with store.unit() as unit:
        assert not await unit.outbox.claim(row.id, row.generation - 1, None, WALL, row.items), "one more has joined"
        assert await unit.outbox.claim(row.id, row.generation, None, WALL, row.items)
        await unit.commit()
    assert await share("photo:a", "photo:b", "photo:c") == 2, "on its way: the third wants a message of its own"
    async with store.unit() as unit:
        assert [weight for _, _, weight in await unit.outbox.recent(0)] == [2]
        await unit.outbox.dropped(row.id, "no matter of the reader")
        await unit.commit()
    assert await share("photo:a", "photo:b", "photo:c") == 3, "asked again, everything is shown"
    async with store.look() as unit:
        again = await unit.outbox.by_key("m")
    assert again is not None
    assert (again.status, again.items) == (OutStatus.PENDING, 3)


async def test_which_row_a_message_is(store: Store) -> None:
    """Also one of the later messages of an album; a message behind it, or of another chat, is not."""
    album = await _post(store, "album", data={"media": "photo:a photo:b photo:c"})
    single = await _post(store, "single")
    for row, message in ((album, 20), (single, 24)):
        assert await _do(store, "claim", row.id, row.generation, None, WALL, row.items)
        await _do(store, "sent", row.id, row.generation, message, WALL)
    async with store.look() as unit:
        found = [await unit.outbox.said_at(GROUP, message) for message in (19, 20, 22, 23, 24, 25)]
        assert [one.key if one else None for one in found] == [None, "album", "album", None, "single", None]
        assert await unit.outbox.said_at(5, 20) is None


async def test_what_is_not_wanted_any_more_is_not_said(store: Store) -> None:
    """What has been said, or is on its way, stays."""
    said, waits = await _post(store, "said"), await _post(store, "waits")
    assert await _do(store, "claim", said.id, said.generation, None, WALL)
    async with store.unit() as unit:
        await unit.outbox.withdraw("said")
        await unit.outbox.withdraw("waits")
        await unit.outbox.withdraw("unknown")
        await unit.commit()
    assert (await _row(store, "said")).status is OutStatus.SENDING
    assert (await _row(store, "waits")).status is OutStatus.DROPPED
    async with store.look() as unit:
        assert await unit.outbox.ready(later(hours=1), WALL + 10) == []
        assert waits.id > said.id
