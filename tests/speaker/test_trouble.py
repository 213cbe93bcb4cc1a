"""Everything that Telegram, the network and the store can do to a message; none lost, none doubled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram.ext import ExtBot

from bot.speaker import Pace, Seen
from rehearsal import limits
from storage import StorageTrouble
from tests.speaker.conftest import BASIC, BOT, GROUP, LI, OTHER_GROUP, TOKEN, TU, Stage, heard

LOST = ["500", "502", "drop", "timeout", "timeout_after_delivery", "drop_after_delivery"]


@pytest.mark.parametrize("chat", [GROUP, BASIC, TU])
@pytest.mark.parametrize("kind", LOST)
async def test_trouble_while_sending_loses_nothing_and_doubles_nothing(stage: Stage, kind: str, chat: int) -> None:
    seen = Seen()
    stage.world.start(TU, BOT)
    seen.note(TU, "private", 1)
    for where in (GROUP, BASIC):
        heard(stage.world, seen, LI, where, "在吗")
    stage.world.faults.add(method="sendMessage", kind=kind, chat=chat)
    async with stage.speaking(seen=seen) as speaker:
        await stage.card(1, chat=chat, text="card")
        await stage.quiet(sent=1)
        await stage.card(1, chat=chat, text="card, changed")
        await stage.quiet(sent=1)
    where, user = (BOT, TU) if chat == TU else (chat, None)
    assert stage.texts(where, user) == ["card, changed"]
    assert speaker.counts.unknown == 1
    assert speaker.counts.adopted == (1 if kind.endswith("after_delivery") else 0)
    assert speaker.counts.unproved == 0


@pytest.mark.parametrize("kind", LOST)
async def test_trouble_while_editing_is_repeated(stage: Stage, kind: str) -> None:
    async with stage.speaking() as speaker:
        await stage.card(1, text="card")
        await stage.quiet(sent=1)
        stage.world.faults.add(method="editMessageText", kind=kind)
        await stage.card(1, text="card, changed")
        await stage.quiet(sent=1)
    assert stage.texts() == ["card, changed"]
    assert (speaker.counts.retried, speaker.counts.unknown) == (1, 0)


async def test_no_connection_at_all_is_waited_out(stage: Stage) -> None:
    async with stage.speaking() as speaker:
        await stage.world.settled()
        stage.world.faults.add(method="*", kind="drop", times=3)
        await stage.post("a")
        await stage.quiet(sent=1)
    assert stage.texts() == ["a"]
    assert speaker.counts.failed == 0


async def test_a_429_is_obeyed_to_the_second_and_for_that_chat_only(stage: Stage) -> None:
    stage.world.faults.add(method="sendMessage", kind="429", retry_after=2, chat=GROUP)
    await stage.post("first")
    await stage.post("second")
    await stage.post("elsewhere", chat=OTHER_GROUP)
    async with stage.speaking() as speaker:
        await stage.quiet(sent=3)
    refused, first, _ = stage.calls("sendMessage", GROUP)
    (elsewhere,) = stage.calls("sendMessage", OTHER_GROUP)
    assert refused.error_code == 429
    assert first.at_monotonic - refused.at_monotonic > 2.0
    assert elsewhere.at_monotonic < first.at_monotonic
    assert stage.texts() == ["first", "second"]
    assert (speaker.counts.flood_waits, speaker.counts.sent) == (1, 3)


async def test_somebody_who_blocked_the_bot_is_told_about_and_others_are_not_held_up(stage: Stage) -> None:
    stage.world.start(TU, BOT)
    stage.world.start(LI, BOT)
    stage.world.block(TU, BOT)
    await stage.post("for Tu", chat=TU, ticket=None, key="tu")
    await stage.post("for Li", chat=LI)
    await stage.write(lambda unit: unit.contacts.set_started(TU, True))
    async with stage.speaking() as speaker:
        await stage.quiet(failed=1, sent=1)
    assert stage.unreachable == [(TU, None)]
    assert stage.failed == []
    async with stage.store.look() as unit:
        contact = await unit.contacts.get(TU)
    assert contact is not None
    assert contact.blocked
    assert speaker.counts.failed == 1


async def test_somebody_who_never_started_the_bot(stage: Stage) -> None:
    await stage.post("for Tu", chat=TU)
    async with stage.speaking():
        await stage.quiet(failed=1)
    assert stage.unreachable == [(TU, None)]
    async with stage.store.look() as unit:
        assert await unit.contacts.unreachable([TU]) == {TU}


async def test_a_group_that_put_the_bot_out_is_for_the_operators(stage: Stage) -> None:
    stage.world.kick(BOT, GROUP)
    await stage.post("a", key="a")
    async with stage.speaking():
        await stage.quiet(failed=1)
    assert [key for key, _ in stage.failed] == ["a"]
    assert stage.unreachable == []


async def test_a_callback_that_fails_silences_nobody(stage: Stage) -> None:
    speaker = stage.speaker()

    async def broken(*_: object) -> None:
        raise RuntimeError("a mistake of others")

    speaker._hands.on_failed = broken
    await stage.post("a", template="bad_html")
    await stage.post("b")
    async with stage.speaking(speaker):
        await stage.quiet(failed=1, sent=1)
    assert stage.texts() == ["b"]


async def test_a_group_that_became_a_supergroup(stage: Stage) -> None:
    async with stage.speaking():
        await stage.card(1, chat=BASIC, text="card")
        await stage.quiet(sent=1)
        new = stage.world.migrate(BASIC)
        await stage.card(1, chat=BASIC, text="card, changed")
        await stage.post("message", chat=BASIC)
        await stage.quiet(sent=2)
    assert stage.texts(new) == ["card, changed", "message"]
    assert (await stage.card_row(1, new)).chat == new
    assert stage.failed == []


async def test_a_card_that_somebody_deleted_comes_anew(stage: Stage) -> None:
    stage.world.add_user(99, "汪", "网格长")
    stage.world.add_group(OTHER_GROUP, "第一网格", members=[LI], admins=[99], bots={BOT: "administrator"})
    said = stage.world.say(LI, OTHER_GROUP, "灯坏了")["message_id"]
    async with stage.speaking():
        await stage.card(1, chat=OTHER_GROUP, text="card", reply_to=said)
        await stage.quiet(sent=1)
        stage.world.delete(99, OTHER_GROUP, stage.world.messages(OTHER_GROUP)[-1].id)
        await stage.card(1, chat=OTHER_GROUP, text="card, changed")
        await stage.quiet(sent=1)
    assert stage.texts(OTHER_GROUP) == ["card, changed"]
    assert stage.world.messages(OTHER_GROUP)[-1].reply_to == said


@asynccontextmanager
async def other_hand(stage: Stage) -> AsyncIterator["ExtBot[None]"]:
    """The bot as a dead process used it."""
    async with ExtBot(TOKEN, base_url=f"{stage.rehearsal.url}/bot") as bot:
        yield bot


async def die_while_sending(stage: Stage, chat: int, *, delivered: bool, floor: int, text: str = "card") -> None:
    await stage.card(1, chat=chat, text=text)
    row = await stage.card_row(1, chat)
    await stage.write(lambda unit: unit.outbox.claim(row.id, row.generation, floor, stage.clock.wall()))
    if delivered:
        async with other_hand(stage) as bot:
            await bot.send_message(chat, text)


@pytest.mark.parametrize("delivered", [True, False])
@pytest.mark.parametrize("chat", [GROUP, BASIC, TU])
async def test_after_a_kill_the_message_is_adopted_or_sent_never_both(stage: Stage, chat: int, delivered: bool) -> None:
    world, seen = stage.world, Seen()
    world.start(TU, BOT)
    world.start(LI, BOT)
    floor = world.say(LI, GROUP if chat == GROUP else BASIC, "在吗")["message_id"]
    await die_while_sending(stage, chat, delivered=delivered, floor=floor, text="card as it was")
    # While we are away others write; the listener hears it first.
    for number in range(3):
        heard(world, seen, LI, GROUP if chat == GROUP else BOT, f"还有 {number}")
    await stage.card(1, chat=chat, text="card as it is")
    caught_up = asyncio.Event()
    async with stage.speaking(seen=seen, caught_up=caught_up, manners={"catch_up": 30.0}) as speaker:
        await stage.post("next", chat=chat)
        await stage.post("elsewhere", chat=OTHER_GROUP)
        await world.until(lambda: stage.texts(OTHER_GROUP) == ["elsewhere"])
        await world.settled(quiet=0.2)
        assert stage.calls("sendMessage", chat)[delivered:] == []
        caught_up.set()
        await stage.quiet(sent=3)
    where, user = (BOT, TU) if chat == TU else (chat, None)
    assert sorted(stage.texts(where, user)) == ["card as it is", "next"]
    assert speaker.counts.adopted == delivered
    assert speaker.counts.unproved == 0


async def test_a_listener_that_never_catches_up_is_not_waited_for_for_ever(stage: Stage) -> None:
    floor = stage.world.say(LI, GROUP, "在吗")["message_id"]
    await die_while_sending(stage, GROUP, delivered=True, floor=floor)
    async with stage.speaking(caught_up=asyncio.Event(), manners={"catch_up": 0.2}) as speaker:
        await stage.quiet(sent=1)
    assert stage.texts() == ["card"]
    assert speaker.counts.adopted == 1


async def test_an_interrupted_edit_is_repeated_at_once(stage: Stage) -> None:
    async with stage.speaking():
        await stage.card(1, text="card")
        await stage.quiet(sent=1)
    await die_while_sending(stage, GROUP, delivered=False, floor=1, text="card, changed")
    async with stage.speaking() as speaker:
        await stage.quiet(sent=1)
    assert stage.texts() == ["card, changed"]
    assert speaker.counts.sent == 0


async def test_a_kill_between_deleting_the_old_card_and_sending_the_new_one(stage: Stage) -> None:
    async with stage.speaking():
        await stage.card(1, text="card")
        await stage.quiet(sent=1)
    await stage.card(1, text="question", loud=True)
    row = await stage.card_row(1)
    await stage.write(lambda unit: unit.outbox.claim(row.id, row.generation, 1, stage.clock.wall()))
    async with other_hand(stage) as bot:
        await bot.delete_message(GROUP, row.message_id)
    async with stage.speaking():
        await stage.quiet(sent=1)
    assert stage.texts() == ["question"]


async def test_where_nothing_can_be_proved_there_is_at_most_one_too_many(stage: Stage) -> None:
    stage.world.faults.add(method="sendMessage", kind="timeout_after_delivery", times=None)
    async with stage.speaking() as speaker:
        await stage.post("only for you", ephemeral_to=LI, key="e")
        await stage.quiet(failed=1)
    assert stage.texts(GROUP, LI) == ["only for you"] * 2
    assert speaker.counts.unproved == 2


async def test_a_lost_message_that_arrives_late_is_removed(stage: Stage) -> None:
    floor = stage.world.say(LI, GROUP, "在吗")["message_id"]
    await stage.card(1, text="card")
    row = await stage.card_row(1)
    speaker = stage.speaker()
    speaker.seen.note(GROUP, "supergroup", floor)
    speaker._hands.reborn[row.id] = floor  # it was looked for and not found …
    async with other_hand(stage) as bot:
        await bot.send_message(GROUP, "card")  # … and comes just before it is sent again
    async with stage.speaking(speaker):
        await stage.world.until(lambda: stage.calls("deleteMessage"))
        await stage.quiet(sent=1)
    assert stage.texts() == ["card"]
    assert speaker.counts.removed_twins == 1
    assert (await stage.card_row(1)).message_id == stage.world.messages(GROUP)[-1].id


async def test_a_search_that_is_interrupted_begins_again(stage: Stage) -> None:
    floor = stage.world.say(LI, GROUP, "在吗")["message_id"]
    await die_while_sending(stage, GROUP, delivered=True, floor=floor)
    stage.world.faults.add(method="editMessageText", kind="429", retry_after=1)
    stage.world.faults.add(method="editMessageText", kind="500")
    async with stage.speaking() as speaker:
        await stage.quiet(sent=1)
    assert stage.texts() == ["card"]
    assert (speaker.counts.adopted, speaker.counts.sent) == (1, 0)


async def test_messages_of_ours_are_never_taken_for_a_lost_one(stage: Stage) -> None:
    """After a restart nothing is in memory: the mark and the outbox know which numbers are ours."""
    async with stage.speaking():
        for number in (2, 3, 4):
            await stage.card(number, text=f"card {number}")
        await stage.quiet(sent=3)
    await die_while_sending(stage, GROUP, delivered=False, floor=0)
    async with stage.speaking():
        await stage.quiet(sent=4)
    assert stage.texts() == ["card 2", "card 3", "card 4", "card"]


async def test_a_restart_remembers_the_minute(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GROUP_SECONDS", 3.0)
    pace = {"pace": Pace(group_seconds=3.03)}
    for number in range(30):
        await stage.post(f"m{number}", priority=1)
    async with stage.speaking(manners=pace):
        await stage.world.until(lambda: len(stage.texts()) == 15)
    async with stage.speaking(manners=pace):
        await stage.quiet(sent=30)
    assert stage.rehearsal.state.limits.refused == 0
    assert stage.texts() == [f"m{number}" for number in range(30)]


async def test_a_store_in_trouble_is_waited_out(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    real_unit, real_look = stage.store.unit, stage.store.look
    trouble = {"unit": 0, "look": 0}

    @asynccontextmanager
    async def unit(cause: int | None = None) -> AsyncIterator[Any]:
        async with real_unit(cause) as opened:
            yield opened
            if trouble["unit"] > 0:
                trouble["unit"] -= 1
                raise StorageTrouble("disk full")

    @asynccontextmanager
    async def look() -> AsyncIterator[Any]:
        if trouble["look"] > 0:
            trouble["look"] -= 1
            raise StorageTrouble("database is locked")
        async with real_look() as opened:
            yield opened

    await stage.post("a")
    await stage.post("b")
    monkeypatch.setattr(stage.store, "unit", unit)
    monkeypatch.setattr(stage.store, "look", look)
    trouble["look"] = 2
    async with stage.speaking() as speaker:
        await stage.world.until(lambda: len(stage.texts()) == 1)
        trouble["unit"] = 2
        await stage.quiet(sent=2)
    assert stage.texts() == ["a", "b"]
    assert speaker.counts.unknown == 0


async def test_a_mistake_of_ours_while_sending_is_settled_like_a_kill(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.speaker.loop.IDLE", 0.2)
    speaker = stage.speaker()
    heard(stage.world, speaker.seen, LI, GROUP, "在吗")
    real = speaker._hands.voice.send
    mistakes = [RuntimeError("after it was delivered")]

    async def send(*args: Any, **facts: Any) -> int:
        message = await real(*args, **facts)
        if mistakes:
            raise mistakes.pop()
        return message

    monkeypatch.setattr(speaker._hands.voice, "send", send)
    await stage.post("a")
    await stage.post("b")
    async with stage.speaking(speaker):
        await stage.quiet(sent=2)
    assert stage.texts() == ["a", "b"]
    assert speaker.counts.adopted == 1


async def test_a_search_in_a_full_minute_goes_on_where_it_stopped(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "GROUP_SECONDS", 2.5)
    floor = stage.world.say(LI, GROUP, "在吗")["message_id"]
    for number in range(8):
        stage.world.say(LI, GROUP, f"还有 {number}")
    await die_while_sending(stage, GROUP, delivered=True, floor=floor)
    seen = Seen()
    seen.note(GROUP, "supergroup", floor + 8)
    pace = Pace(group_calls=3, group_seconds=2.53)
    async with stage.speaking(seen=seen, manners={"pace": pace}) as speaker:
        await stage.post("elsewhere", chat=OTHER_GROUP)
        await stage.world.until(lambda: stage.texts(OTHER_GROUP) == ["elsewhere"])
        await stage.quiet(sent=2)
    tried = [int(call.params["message_id"]) for call in stage.calls("editMessageText")]
    assert tried == [*range(floor + 1, floor + 8), floor + 9]
    assert (speaker.counts.adopted, speaker.counts.sent) == (1, 1)
