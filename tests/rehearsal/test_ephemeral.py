"""Ephemeral messages: seen by one member of a group."""

import pytest
from aiogram import Bot
from aiogram.types import EphemeralMessageParameters
from telegram.error import BadRequest
from telegram.ext import ExtBot

from rehearsal import World
from rehearsal.state import EPHEMERAL_SECONDS
from tests.rehearsal.conftest import BASIC, BOT, GROUP, LI, STRANGER, ZHANG, Raw


async def test_one_member_sees_it_and_it_has_no_number(w: World, ptb: ExtBot[None], aio: Bot) -> None:
    sent = await ptb.send_message(
        GROUP, "只给您", api_kwargs={"ephemeral_message_parameters": {"receiver_user_id": LI}}
    )
    assert sent.message_id == 0
    number = sent.api_kwargs["ephemeral_message_id"]
    assert sent.api_kwargs["receiver_user"]["id"] == LI
    assert [message.text for message in w.messages(GROUP, as_user=LI)] == ["只给您"]
    assert w.messages(GROUP) == w.messages(GROUP, as_user=ZHANG) == []
    (seen,) = w.messages(GROUP, as_user=LI)
    assert (seen.ephemeral_for, seen.id, seen.key) == (LI, 0, f"e{number}")
    names = {"chat_id": GROUP, "receiver_user_id": LI, "ephemeral_message_id": number}
    assert await ptb.do_api_request("editEphemeralMessageText", api_kwargs={**names, "text": "改了"})
    with pytest.raises(BadRequest, match="not modified"):
        await ptb.do_api_request("editEphemeralMessageText", api_kwargs={**names, "text": "改了"})
    assert w.messages(GROUP, as_user=LI)[0].text == "改了"
    assert await aio.delete_ephemeral_message(GROUP, LI, number)
    assert w.messages(GROUP, as_user=LI) == []
    with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
        await ptb.do_api_request("deleteEphemeralMessage", api_kwargs=names)


async def test_a_plain_member_bot_has_fifteen_seconds_after_a_tap(w: World, raw: Raw, aio: Bot) -> None:
    card = await raw.done(
        "sendMessage",
        chat_id=BASIC,
        text="卡",
        reply_markup={"inline_keyboard": [[{"text": "看", "callback_data": "v"}]]},
    )
    refusal = await raw.refused(
        "sendMessage", chat_id=BASIC, text="一", ephemeral_message_parameters={"receiver_user_id": LI}
    )
    assert "not enough rights to send ephemeral messages" in refusal
    tap = w.tap(LI, BASIC, card["message_id"], "看")
    parameters = EphemeralMessageParameters(
        receiver_user_id=LI, callback_query_id=tap.id, replace_callback_query_message=True
    )
    await aio.send_message(BASIC, "一", ephemeral_message_parameters=parameters)
    assert [message.text for message in w.messages(BASIC, as_user=LI)] == ["一"]
    assert [message.text for message in w.messages(BASIC, as_user=ZHANG)] == ["卡"]
    tap.at_monotonic -= EPHEMERAL_SECONDS + 1
    late = {"receiver_user_id": LI, "callback_query_id": tap.id}
    assert "not enough rights" in await raw.refused(
        "sendMessage", chat_id=BASIC, text="二", ephemeral_message_parameters=late
    )
    foreign = {"receiver_user_id": ZHANG, "callback_query_id": tap.id}
    assert (
        await raw.refused("sendMessage", chat_id=BASIC, text="二", ephemeral_message_parameters=foreign)
        == "Bad Request: QUERY_ID_INVALID"
    )


async def test_a_tap_on_an_ephemeral_message(w: World, raw: Raw, aio: Bot) -> None:
    await raw.done(
        "sendMessage",
        chat_id=GROUP,
        text="请选",
        ephemeral_message_parameters={"receiver_user_id": LI},
        reply_markup={"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]},
    )
    (shown,) = w.messages(GROUP, as_user=LI)
    w.tap(LI, GROUP, shown, "好")
    (update,) = await aio.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert update.callback_query.message.message_id == 0


async def test_an_ephemeral_command_is_seen_by_the_bot_alone(w: World, raw: Raw) -> None:
    await raw.done("setMyCommands", commands=[{"command": "my", "description": "我的", "is_ephemeral": True}])
    w.say(LI, GROUP, "/my")
    w.say(LI, GROUP, "/who")
    (command, _) = await raw.done("getUpdates")
    assert command["message"]["message_id"] == 0
    number = command["message"]["ephemeral_message_id"]
    assert [message.text for message in w.messages(GROUP, as_user=ZHANG)] == ["/who"]
    assert [message.text for message in w.messages(GROUP, as_user=LI)] == ["/my", "/who"]
    w.set_status(BOT, GROUP, "member")
    answer = {"chat_id": GROUP, "text": "二", "ephemeral_message_parameters": {"receiver_user_id": LI}}
    await raw.done("sendMessage", **answer, reply_parameters={"ephemeral_message_id": number})
    assert [message.text for message in w.messages(GROUP, as_user=LI)] == ["/my", "/who", "二"]
    plain = {"chat_id": GROUP, "text": "三", "reply_parameters": {"ephemeral_message_id": number}}
    assert "must itself be ephemeral" in await raw.refused("sendMessage", **plain)


@pytest.mark.parametrize(
    ("chat", "parameters", "words"),
    [
        (GROUP, {}, 'Can\'t find field "receiver_user_id"'),
        (GROUP, {"receiver_user_id": STRANGER}, "user not found"),
        (GROUP, {"receiver_user_id": BOT}, "user not found"),
        (GROUP, {"receiver_user_id": LI, "replace_callback_query_message": True}, "callback query identifier"),
        (ZHANG, {"receiver_user_id": ZHANG}, "only to groups"),
    ],
)
async def test_what_is_refused(w: World, raw: Raw, chat: int, parameters: dict[str, object], words: str) -> None:
    w.start(ZHANG, BOT)
    refusal = await raw.refused("sendMessage", chat_id=chat, text="一", ephemeral_message_parameters=parameters)
    assert words in refusal


async def test_it_may_be_lost_on_the_way(w: World, raw: Raw) -> None:
    w.faults.add("sendMessage", "lost")
    await raw.done("sendMessage", chat_id=GROUP, text="一", ephemeral_message_parameters={"receiver_user_id": LI})
    assert w.messages(GROUP, as_user=LI) == []
