"""The ordinary day: cards, messages, reactions, order, limits."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.speaker import Pace, TokenError
from rehearsal import limits
from tests.speaker.conftest import BASIC, BOT, GROUP, LI, OTHER_GROUP, TU, Stage


async def test_a_card_is_sent_once_and_edited_from_then_on(both_stages: Stage) -> None:
    stage = both_stages
    said = stage.world.say(LI, GROUP, "3栋楼道灯坏了")
    async with stage.speaking() as speaker:
        await stage.card(1024, text="〔1024〕收到", reply_to=said["message_id"])
        await stage.world.until(lambda: stage.texts() == ["〔1024〕收到"])
        await stage.quiet(sent=1)
        await stage.card(1024, text="〔1024〕屠师傅已接")
        await stage.world.until(lambda: stage.texts() == ["〔1024〕屠师傅已接"])
        await stage.quiet(sent=1)
    card = stage.world.messages(GROUP)[-1]
    assert card.reply_to == said["message_id"]
    assert card.silent
    assert card.buttons[0][0].text == "接单"
    assert len(stage.calls("sendMessage")) == 1
    assert (speaker.counts.sent, speaker.counts.edited) == (1, 1)


async def test_ten_marks_while_nobody_speaks_become_one_edit(stage: Stage) -> None:
    async with stage.speaking():
        await stage.card(1)
        await stage.quiet(sent=1)
    for number in range(10):
        await stage.card(1, text=f"〔1〕{number}")
    async with stage.speaking():
        await stage.quiet(sent=1)
    assert len(stage.calls("editMessageText")) == 1
    assert stage.texts() == ["〔1〕9"]


async def test_a_card_that_reads_the_same_costs_no_call(stage: Stage) -> None:
    async with stage.speaking() as speaker:
        await stage.card(1)
        await stage.quiet(sent=1)
        await stage.card(1)
        await stage.quiet(sent=1)
        assert stage.calls("editMessageText") == []
        for text in ("another", None):  # there and back: each is a change
            await stage.card(1, text=text)
            await stage.quiet(sent=1)
    assert speaker.counts.failed == 0
    assert [call.params["text"] for call in stage.calls("editMessageText")] == ["another", "〔1〕"]


async def test_a_card_of_which_nobody_knows_what_it_shows_is_no_trouble(stage: Stage) -> None:
    async with stage.speaking() as speaker:
        await stage.card(1)
        await stage.quiet(sent=1)
        row = await stage.card_row(1)
        await stage.write(lambda unit: unit.outbox.sent(row.id, row.generation, row.message_id, 0.0))
        await stage.card(1)
        await stage.quiet(sent=1)
    assert speaker.counts.failed == 0
    assert [call.error_code for call in stage.calls("editMessageText")] == [400]


async def test_a_mark_during_a_call_is_not_lost(stage: Stage) -> None:
    stage.world.faults.add(method="sendMessage", kind="slow", seconds=0.3)
    async with stage.speaking():
        await stage.card(1, text="old")
        await stage.world.until(lambda: stage.texts() == ["old"])
        await stage.card(1, text="new")
        await stage.quiet(sent=1)
    assert stage.texts() == ["new"]


async def test_a_loud_card_replaces_the_old_one_and_never_are_there_two(stage: Stage) -> None:
    async with stage.speaking():
        await stage.card(1, text="quiet card")
        await stage.quiet(sent=1)
        said = stage.world.say(LI, GROUP, "还没好吗")
        await stage.card(1, text="question", loud=True, reply_to=said["message_id"])
        await stage.quiet(sent=1)
        await stage.card(1, text="edited")
        await stage.quiet(sent=1)
    assert stage.texts() == ["edited"]
    card = stage.world.messages(GROUP)[-1]
    assert not card.silent
    assert card.reply_to == said["message_id"]
    assert most_live_cards(stage) == 1


async def test_an_old_card_is_edited_to_a_pointer_before_the_new_one_comes(stage: Stage) -> None:
    async with stage.speaking():
        await stage.card(7, chat=BASIC, text="〔7〕card")
        await stage.quiet(sent=1)
        stage.rehearsal.clock.advance(timedelta(hours=49))
        await stage.card(7, chat=BASIC, text="〔7〕question", loud=True)
        await stage.quiet(sent=1)
    assert stage.texts(BASIC) == ["〔7〕↓", "〔7〕question"]
    assert stage.world.messages(BASIC)[0].buttons == []
    assert most_live_cards(stage) == 1


def most_live_cards(stage: Stage) -> int:
    """Return how many messages of the bot with buttons stood in one chat at the same time."""
    live: set[tuple[int, int]] = set()
    most = 0
    for event in stage.world.history:
        message = event.message
        if message is None or message.sender_id != BOT:
            continue
        key = (message.chat_id, message.id)
        live = live - {key} if event.kind == "deleted" or not message.buttons else live | {key}
        most = max(most, len(live))
    return most


async def test_order_within_a_chat_holds_and_life_goes_first(stage: Stage) -> None:
    for number in range(6):
        await stage.post(f"m{number}")
    await stage.post("life", priority=0)
    async with stage.speaking():
        await stage.quiet(sent=7)
    assert stage.texts() == ["life", *(f"m{number}" for number in range(6))]
    assert [one.silent for one in stage.world.messages(GROUP)] == [False, *[True] * 6]


async def test_order_holds_through_short_trouble(stage: Stage) -> None:
    stage.world.faults.add(method="sendMessage", kind="500", times=2)
    for number in range(4):
        await stage.post(f"m{number}")
    async with stage.speaking():
        await stage.quiet(sent=4)
    assert stage.texts() == [f"m{number}" for number in range(4)]


async def test_a_private_message_makes_a_sound_and_two_keep_their_distance(stage: Stage) -> None:
    stage.world.start(TU, BOT)
    for number in range(2):
        await stage.post(f"m{number}", chat=TU)
    async with stage.speaking(manners={"pace": Pace()}):
        await stage.quiet(sent=2)
    first, second = stage.calls("sendMessage", TU)
    assert second.at_monotonic - first.at_monotonic > 1.0
    assert not stage.world.messages(BOT, as_user=TU)[-1].silent


async def test_an_ephemeral_message_is_seen_by_one_member(stage: Stage) -> None:
    async with stage.speaking():
        await stage.post("only for you", ephemeral_to=LI)
        await stage.quiet(sent=1)
    assert stage.texts(GROUP, LI) == ["only for you"]
    assert stage.texts(GROUP, TU) == []


async def test_a_field_to_answer_in(stage: Stage) -> None:
    stage.words.force_reply.add("prompt")
    async with stage.speaking():
        await stage.post("请写", template="prompt")
        await stage.quiet(sent=1)
    markup = stage.calls("sendMessage")[0].params["reply_markup"]
    assert "force_reply" in str(markup)


async def test_reactions_and_deletes(stage: Stage) -> None:
    said = stage.world.say(LI, GROUP, "身份证号")["message_id"]
    other = stage.world.say(LI, GROUP, "停电了")["message_id"]
    async with stage.speaking() as speaker:
        await stage.write(lambda unit: unit.outbox.delete(key="d", chat=GROUP, message=said, priority=1))
        await stage.write(lambda unit: unit.outbox.react(key="r", chat=GROUP, message=other, emoji="✍", priority=1))
        await stage.write(lambda unit: unit.outbox.react(key="bad", chat=GROUP, message=other, emoji="no", priority=1))
        await stage.quiet(sent=2, dropped=1)
    (left,) = stage.world.messages(GROUP)
    assert left.id == other
    assert list(left.reactions) == ["✍"]
    assert speaker.counts.signs == 2
    assert stage.failed == []


async def test_a_row_waits_for_its_moment_and_a_jump_of_the_clock_wakes(stage: Stage) -> None:
    await stage.post("later", not_before=stage.clock.now() + timedelta(hours=2))
    async with stage.speaking() as speaker:
        await stage.world.settled(quiet=0.2)
        assert stage.texts() == []
        stage.rehearsal.clock.advance(timedelta(hours=2))
        speaker.wake()
        await stage.world.until(lambda: stage.texts() == ["later"], timeout=3)
        await stage.quiet(sent=1)


async def test_what_no_longer_matters_is_dropped_and_a_broken_wording_stops_nobody(stage: Stage) -> None:
    await stage.post("a", template="dropped", key="gone")
    await stage.post("b", template="broken", key="broken")
    await stage.post("c", template="bad_html", key="bad")
    await stage.post("d")
    async with stage.speaking() as speaker:
        await stage.quiet(dropped=1, failed=2, sent=1)
    assert stage.texts() == ["d"]
    assert [key for key, _ in stage.failed] == ["broken", "bad"]
    assert "can't parse entities" in stage.failed[1][1].lower()
    assert (speaker.counts.failed, speaker.counts.dropped) == (2, 1)


async def test_sixty_cards_stay_within_the_minute_and_every_reporter_is_acknowledged(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "GROUP_SECONDS", 1.8)
    said = [stage.world.say(LI, GROUP, f"停电了 {number}")["message_id"] for number in range(60)]
    begin = asyncio.get_running_loop().time()
    for number, message in enumerate(said):
        await stage.card(number + 1, reply_to=message)
    async with stage.speaking(manners={"pace": Pace(group_seconds=1.83)}) as speaker:
        await stage.world.until(lambda: len(heard_by_reporter(stage)) == 60, what="a sign for each reporter")
        acknowledged = asyncio.get_running_loop().time() - begin
        await stage.world.until(lambda: len(stage.texts()) == 60, timeout=20, what="all cards")
        await stage.quiet(sent=60)
    assert acknowledged < 10
    assert stage.rehearsal.state.limits.refused == 0
    assert speaker.counts.flood_waits == 0
    assert stage.texts() == [f"〔{number + 1}〕" for number in range(60)]


def heard_by_reporter(stage: Stage) -> set[int]:
    """Return the residents' messages that the bot has answered with a card or a reaction."""
    every = stage.world.messages(GROUP)
    return {one.reply_to for one in every if one.reply_to} | {one.id for one in every if one.reactions}


async def test_groups_do_not_wait_for_each_other(stage: Stage) -> None:
    stage.world.faults.add(method="sendMessage", kind="slow", seconds=0.4, chat=GROUP)
    await stage.post("slow", priority=0)
    for number in range(3):
        await stage.post(f"quick {number}", chat=OTHER_GROUP)
    async with stage.speaking():
        await stage.quiet(sent=4)
    answered = [call.params["chat_id"] for call in stage.calls("sendMessage")]
    assert [int(chat) for chat in answered[:2]] == [GROUP, OTHER_GROUP]
    assert stage.texts(OTHER_GROUP) == [f"quick {number}" for number in range(3)]


async def test_a_refused_token_ends_it_with_a_clear_message_and_without_the_token(stage: Stage) -> None:
    speaker = stage.speaker(token="700002:wrong")
    with pytest.raises(TokenError, match="GRIDBOT_TOKEN") as refused:
        await speaker.run()
    assert "wrong" not in str(refused.value)


async def test_a_token_that_is_withdrawn_later_ends_it_too(stage: Stage) -> None:
    speaker = stage.speaker()
    stage.world.faults.add(method="sendMessage", kind="401")
    await stage.post("a", key="k")
    with pytest.raises(TokenError):
        await speaker.run()
    assert (await stage.row("k")).status == "pending"


async def test_telegram_may_be_away_at_the_start(stage: Stage) -> None:
    stage.world.faults.add(method="getMe", kind="502", times=1)
    await stage.post("a")
    async with stage.speaking():
        await stage.world.until(lambda: stage.texts() == ["a"])
        await stage.quiet(sent=1)


async def test_stopping_finishes_what_is_under_way(stage: Stage) -> None:
    stage.world.faults.add(method="sendMessage", kind="slow", seconds=0.3)
    await stage.post("a", key="a")
    await stage.post("b", key="b")
    speaker: Any = stage.speaker()
    async with stage.speaking(speaker):
        await stage.world.until(lambda: stage.texts() == ["a"])
    assert (await stage.row("a")).status == "sent"
    assert (await stage.row("b")).status == "pending"
    assert stage.texts() == ["a"]
