"""getUpdates: offsets, long polls, the second poller, what a bot is told."""

import asyncio
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError
from aiogram.types import BotCommand
from telegram.error import Conflict
from telegram.ext import ExtBot

from rehearsal import Rehearsal, World
from tests.rehearsal.conftest import BASIC, BOT, GROUP, LI, ZHANG, Raw


async def test_offset_confirms_and_a_negative_one_forgets(w: World, raw: Raw) -> None:
    for text in "甲乙丙丁":
        w.say(ZHANG, GROUP, text)
    first = await raw.done("getUpdates", limit=2)
    assert [update["message"]["text"] for update in first] == ["甲", "乙"]
    rest = await raw.done("getUpdates", offset=first[-1]["update_id"] + 1)
    assert [update["message"]["text"] for update in rest] == ["丙", "丁"]
    last = await raw.done("getUpdates", offset=-1)
    assert [update["message"]["text"] for update in last] == ["丁"]
    assert (await raw.done("getWebhookInfo"))["pending_update_count"] == 1


async def test_a_long_poll_ends_with_the_first_update(w: World, aio: Bot) -> None:
    began = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(aio.get_updates(timeout=30))
        await w.until(lambda: w.calls, what="the poll")
        w.say(ZHANG, GROUP, "在吗")
    assert [update.message.text for update in poll.result() if update.message] == ["在吗"]
    assert asyncio.get_running_loop().time() - began < 5


async def test_the_first_of_two_pollers_is_sent_away(w: World, aio: Bot, ptb: ExtBot[None]) -> None:
    async def displaced() -> None:
        with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
            await aio.get_updates(timeout=30)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(displaced())
        await w.until(lambda: [call for call in w.calls if call.method == "getUpdates"], what="the first poll")
        second = tasks.create_task(ptb.get_updates(timeout=30, offset=5))
        await w.until(lambda: [call for call in w.calls if call.error_code == 409], what="the refusal")
        w.say(ZHANG, GROUP, "在吗")
    assert [update.message.text for update in second.result() if update.message] == ["在吗"]


async def test_no_polling_beside_a_webhook(raw: Raw, ptb: ExtBot[None]) -> None:
    await raw.done("setWebhook", url=f"{raw.url}/nowhere")
    with pytest.raises(Conflict, match="webhook is active"):
        await ptb.get_updates()
    await raw.done("deleteWebhook")
    assert await raw.done("getUpdates") == []


async def test_allowed_updates_are_remembered_and_default_without_reactions(w: World, raw: Raw) -> None:
    asked = w.say(ZHANG, GROUP, "一")["message_id"]
    w.react(LI, GROUP, asked, "👍")
    (update,) = await raw.done("getUpdates", allowed_updates=["message", "message_reaction"])
    w.react(LI, GROUP, asked, "🔥")
    w.edit(ZHANG, GROUP, asked, "一一")
    (update,) = await raw.done("getUpdates", offset=update["update_id"] + 1)
    assert update["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "🔥"}]
    assert update["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    await raw.done("getUpdates", offset=update["update_id"] + 1, allowed_updates=[])
    w.react(LI, GROUP, asked, None)
    w.edit(ZHANG, GROUP, asked, "二")
    (update,) = await raw.done("getUpdates", offset=update["update_id"] + 1)
    assert update["edited_message"]["text"] == "二"


async def test_updates_live_a_day_of_the_rehearsals_clock(r: Rehearsal, w: World, raw: Raw) -> None:
    w.say(ZHANG, GROUP, "旧")
    r.clock.advance(timedelta(hours=25))
    w.say(ZHANG, GROUP, "新")
    updates = await raw.done("getUpdates")
    assert [update["message"]["text"] for update in updates] == ["新"]


async def test_a_poller_that_never_moves_its_offset_crawls(w: World, raw: Raw) -> None:
    for text in "甲乙丙":
        w.say(ZHANG, GROUP, text)
    assert len(await raw.done("getUpdates")) == 3
    assert len(await raw.done("getUpdates")) == 1


async def test_duplicates_come_under_their_old_ids(w: World, raw: Raw) -> None:
    w.say(ZHANG, GROUP, "一")
    (one,) = await raw.done("getUpdates")
    following = one["update_id"] + 1
    async with asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(raw.done("getUpdates", offset=following, timeout=20))
        await w.until(lambda: len(w.calls) == 2)
        assert w.duplicate_updates(BOT, 5) == 1
    assert poll.result() == [one]
    assert await raw.done("getUpdates", offset=following + 1) == []


async def test_odd_updates_come_as_they_are(w: World, raw: Raw, ptb: ExtBot[None]) -> None:
    w.inject_update(BOT, {"message_reaction": {"new_reaction": [{"type": "hologram"}]}})
    w.inject_update(BOT, {"update_id": 900_000_000, "brand_new_kind": {}})
    updates = await raw.done("getUpdates")
    assert updates[0]["message_reaction"] == {"new_reaction": [{"type": "hologram"}]}
    assert updates[1] == {"update_id": 900_000_000, "brand_new_kind": {}}
    assert await raw.done("getUpdates", offset=900_000_001) == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [("大家好", False), ("/my", True), ("/my@grid_bot", True), ("/my@other_bot", False), ("@grid_bot 在吗", False)],
)
async def test_privacy_mode(r: Rehearsal, w: World, raw: Raw, text: str, seen: bool) -> None:
    bot = r.state.bots[BOT]
    bot.can_read_all_group_messages = False
    w.set_status(BOT, GROUP, "member")
    mark = (await raw.done("getUpdates"))[-1]["update_id"] + 1
    w.say(ZHANG, GROUP, text)
    updates = await raw.done("getUpdates", offset=mark, timeout=0, limit=5)
    assert [update["message"]["text"] for update in updates] == ([text] if seen else [])


async def test_in_privacy_mode_replies_to_the_bot_and_service_messages_come(r: Rehearsal, w: World, raw: Raw) -> None:
    r.state.bots[BOT].can_read_all_group_messages = False
    sent = await raw.done("sendMessage", chat_id=BASIC, text="问")
    w.say(LI, BASIC, "答", reply_to=sent["message_id"])
    w.say(LI, BASIC, "闲话")
    w.leave(LI, BASIC)
    updates = [update["message"] for update in await raw.done("getUpdates")]
    assert [update.get("text", "left" if "left_chat_member" in update else "?") for update in updates] == ["答", "left"]


async def test_membership_changes_are_told(w: World, raw: Raw) -> None:
    w.start(ZHANG, BOT)
    w.block(ZHANG, BOT)
    w.kick(BOT, BASIC)
    w.readd(BOT, BASIC, "administrator")
    changes = [update["my_chat_member"] for update in await raw.done("getUpdates") if "my_chat_member" in update]
    assert [
        (one["chat"]["type"], one["old_chat_member"]["status"], one["new_chat_member"]["status"]) for one in changes
    ] == [
        ("private", "member", "kicked"),
        ("group", "member", "kicked"),
        ("group", "kicked", "administrator"),
    ]


async def test_questions_about_chats(w: World, aio: Bot, ptb: ExtBot[None]) -> None:
    chat = await aio.get_chat(GROUP)
    assert (chat.title, chat.type) == ("湘河第一网格", "supergroup")
    assert (await ptb.get_chat(BASIC)).title == "小群"
    me = await aio.get_chat_member(GROUP, BOT)
    assert me.status == "administrator"
    assert (await ptb.get_chat_member(GROUP, ZHANG)).status == "member"
    assert [member.user.id for member in await ptb.get_chat_administrators(GROUP)] == [BOT]
    assert await ptb.get_chat_member_count(GROUP) == 4
    await aio.set_my_commands([BotCommand(command="my", description="我的")], language_code="zh")
    assert w.commands(BOT, language="zh") == [{"command": "my", "description": "我的"}]
    assert [command.command for command in await ptb.get_my_commands(language_code="zh")] == ["my"]
    assert await ptb.get_my_commands() == ()
    assert await aio.send_chat_action(GROUP, "typing")
    await ptb.set_my_description("说一句就好")
    assert (await aio.get_my_description()).description == "说一句就好"
    assert await aio.leave_chat(BASIC)
