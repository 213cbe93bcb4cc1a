"""The life of a tap, from the press to what the person is shown."""

from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from telegram.ext import ExtBot

from rehearsal import Rehearsal, World
from rehearsal.errors import ControlError
from rehearsal.updates import TAP_SECONDS
from tests.rehearsal.conftest import BOT, GROUP, LI, STRANGER, ZHANG, Raw


async def card(raw: Raw, *rows: list[dict[str, object]], chat: int = GROUP) -> int:
    sent = await raw.done("sendMessage", chat_id=chat, text="卡", reply_markup={"inline_keyboard": list(rows)})
    return int(sent["message_id"])


async def test_a_tap_reaches_the_bot_and_its_answer_the_person(w: World, raw: Raw, aio: Bot) -> None:
    number = await card(raw, [{"text": "接单", "callback_data": "take:1"}])
    tap = w.tap(LI, GROUP, number, "接单")
    (update,) = await aio.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "take:1"
    assert update.callback_query.from_user.id == LI
    assert update.callback_query.message is not None
    assert update.callback_query.message.message_id == number
    await aio.answer_callback_query(update.callback_query.id, text="已接", show_alert=True)
    assert await tap.answer() == {"text": "已接", "show_alert": True}
    with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
        await aio.answer_callback_query(update.callback_query.id)


async def test_an_answer_within_150_seconds_and_200_characters(w: World, raw: Raw, ptb: ExtBot[None]) -> None:
    number = await card(raw, [{"text": "接单", "callback_data": "take:1"}])
    tap = w.tap(LI, GROUP, number, (0, 0))
    assert await raw.refused("answerCallbackQuery", callback_query_id=tap.id, text="字" * 201) == (
        "Bad Request: MESSAGE_TOO_LONG"
    )
    tap.at_monotonic -= TAP_SECONDS + 1
    assert "query is too old" in await raw.refused("answerCallbackQuery", callback_query_id=tap.id)
    assert "query ID is invalid" in await raw.refused("answerCallbackQuery", callback_query_id="12345")
    silent = w.tap(LI, GROUP, number, "take:1")
    with pytest.raises(TimeoutError, match="接单"):
        await silent.answer(timeout=0.01)


async def test_links_start_the_bot_and_others_only_open(w: World, raw: Raw, aio: Bot) -> None:
    number = await card(
        raw,
        [{"text": "私聊", "url": "https://t.me/grid_bot?start=tok_1"}, {"text": "站", "url": "https://example.org/a"}],
        [{"text": "抄", "copy_text": {"text": "1024"}}],
    )
    await w.tap(ZHANG, GROUP, number, "私聊").answer()
    assert [message.text for message in w.messages(BOT, as_user=ZHANG)] == ["/start tok_1"]
    (update,) = await aio.get_updates()
    assert update.message is not None
    assert update.message.chat.type == "private"
    tap = w.tap(ZHANG, GROUP, number, "站")
    assert (await tap.answer(), tap.url) == ({"text": None, "show_alert": False}, "https://example.org/a")
    assert w.tap(ZHANG, GROUP, number, (1, 0)).button.copy == "1024"


async def test_what_cannot_be_pressed(w: World, raw: Raw) -> None:
    number = await card(raw, [{"text": "歇", "callback_data": "x", "disabled": None}])
    with pytest.raises(LookupError, match="歇"):
        w.tap(ZHANG, GROUP, number, "没有")
    with pytest.raises(LookupError, match="歇"):
        w.tap(ZHANG, GROUP, number, (1, 0))
    with pytest.raises(ControlError, match="not in"):
        w.tap(STRANGER, GROUP, number, "歇")
    with pytest.raises(ControlError, match="no message 77"):
        w.tap(ZHANG, GROUP, 77, "歇")
    resting = await card(raw, [{"text": "歇", "disabled": {}}])
    with pytest.raises(ControlError, match="disabled"):
        w.tap(ZHANG, GROUP, resting, "歇")


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "长", "callback_data": "字" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "空", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "无"}, "Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "a"}, 'Can\'t find field "text"'),
        ({"text": " ", "callback_data": "a"}, "non-empty"),
        ({"text": 5, "callback_data": "a"}, 'Field "text" must be of type String'),
        ({"text": "a", "callback_data": "a", "url": "https://example.org"}, "Only one type"),
        ({"text": "a", "url": "not a link"}, "Wrong HTTP URL"),
        ({"text": "a", "callback_data": "a", "style": "pink"}, "style"),
        ({"text": "a", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ("a", "must be an Object"),
    ],
)
async def test_buttons_are_checked(w: World, raw: Raw, button: object, words: str) -> None:
    refusal = await raw.refused("sendMessage", chat_id=GROUP, text="卡", reply_markup={"inline_keyboard": [[button]]})
    assert words in refusal
    assert w.messages(GROUP) == []


async def test_sixty_four_bytes_are_just_right(raw: Raw, w: World) -> None:
    await card(raw, [{"text": "满", "callback_data": "字" * 21 + "a"}])
    assert w.messages(GROUP)[-1].buttons[0][0].data == "字" * 21 + "a"
    many = [[{"text": "a", "callback_data": "a"}]] * 101
    refusal = await raw.refused("sendMessage", chat_id=GROUP, text="卡", reply_markup={"inline_keyboard": many})
    assert refusal == "Bad Request: reply markup is too long"


async def test_a_tap_expires_in_the_queue_by_monotonic_time(
    r: Rehearsal, w: World, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await card(raw, [{"text": "接单", "callback_data": "take:1"}])
    with monkeypatch.context() as patch:
        patch.setattr("rehearsal.updates.TAP_SECONDS", -0.001)
        w.tap(LI, GROUP, number, "接单")
    fresh = w.tap(LI, GROUP, number, "接单")
    r.clock.advance(timedelta(days=1, hours=1))
    (update,) = await raw.done("getUpdates")
    assert update["callback_query"]["id"] == fresh.id
