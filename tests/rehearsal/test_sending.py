"""Both libraries send, edit and delete over real sockets."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    ReplyParameters,
)
from telegram import InputMediaPhoto as PtbInputMediaPhoto
from telegram.error import BadRequest, ChatMigrated, Forbidden
from telegram.ext import ExtBot

from rehearsal import World
from tests.rehearsal.conftest import BASIC, BOT, GROUP, LI, PNG, STRANGER, TOKEN, TU, ZHANG, Raw

KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="接单", callback_data="take:1")]])


async def test_aiogram_sends_text_with_reply_and_keyboard(w: World, aio: Bot) -> None:
    asked = w.say(ZHANG, GROUP, "3栋楼道灯坏了")
    sent = await aio.send_message(
        GROUP,
        "<b>〔1〕</b> a &lt; b",
        parse_mode="HTML",
        reply_parameters=ReplyParameters(message_id=asked["message_id"]),
        reply_markup=KEYBOARD,
    )
    assert sent.text == "〔1〕 a < b"
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "3栋楼道灯坏了"
    shown = w.messages(GROUP)[-1]
    assert (shown.id, shown.html, shown.reply_to) == (sent.message_id, "<b>〔1〕</b> a &lt; b", asked["message_id"])
    assert [[button.data for button in row] for row in shown.buttons] == [["take:1"]]
    assert shown.sender_id == BOT


async def test_ptb_sends_edits_and_deletes(w: World, ptb: ExtBot[None]) -> None:
    sent = await ptb.send_message(GROUP, "一", parse_mode="HTML")
    edited = await ptb.edit_message_text("<i>二</i>", GROUP, sent.message_id, parse_mode="HTML")
    assert not isinstance(edited, bool)
    assert edited.edit_date is not None
    assert w.messages(GROUP)[-1].html == "<i>二</i>"
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await ptb.edit_message_text("<i>二</i>", GROUP, sent.message_id, parse_mode="HTML")
    assert await ptb.delete_message(GROUP, sent.message_id)
    assert w.messages(GROUP) == []
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await ptb.edit_message_text("三", GROUP, sent.message_id)
    assert [event.kind for event in w.history] == ["sent", "edited", "deleted"]


async def test_an_edit_without_a_keyboard_takes_the_keyboard_away(w: World, aio: Bot) -> None:
    sent = await aio.send_message(GROUP, "一", reply_markup=KEYBOARD)
    await aio.edit_message_text("二", chat_id=GROUP, message_id=sent.message_id)
    assert w.messages(GROUP)[-1].buttons == []
    await aio.edit_message_reply_markup(chat_id=GROUP, message_id=sent.message_id, reply_markup=KEYBOARD)
    shown = w.messages(GROUP)[-1]
    assert shown.button("接单").data == "take:1"
    with pytest.raises(LookupError, match="接单"):
        shown.button("转给")


async def test_photos_travel_as_bytes_and_by_id(w: World, aio: Bot, ptb: ExtBot[None]) -> None:
    one = await aio.send_photo(GROUP, BufferedInputFile(PNG, "a.png"), caption="<b>灯</b>", parse_mode="HTML")
    assert one.photo is not None
    assert (one.photo[-1].width, one.photo[-1].height) == (320, 240)
    two = await ptb.send_photo(GROUP, PNG, caption="灯")
    three = await ptb.send_photo(GROUP, one.photo[-1].file_id)
    assert three.photo[-1].file_id == one.photo[-1].file_id
    assert [message.html for message in w.messages(GROUP)] == ["<b>灯</b>", "灯", ""]
    file = await ptb.get_file(two.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == PNG
    got = await aio.get_file(one.photo[-1].file_id)
    assert got.file_path is not None
    stream = await aio.download_file(got.file_path)
    assert stream is not None
    assert stream.read() == PNG
    photo = w.messages(GROUP)[0].photo
    assert photo is not None
    assert w.file(photo) == PNG
    await ptb.edit_message_caption(GROUP, two.message_id, caption="换好了")
    assert w.messages(GROUP)[1].text == "换好了"
    with pytest.raises(BadRequest, match=r"(?i)there is no text in the message to edit"):
        await ptb.edit_message_text("文", GROUP, two.message_id)
    with pytest.raises(BadRequest, match=r"(?i)IMAGE_PROCESS_FAILED"):
        await ptb.send_photo(GROUP, b"no picture at all")
    with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
        await ptb.send_photo(GROUP, "AgAC-unknown-file-id")


async def test_albums_of_both_libraries(w: World, aio: Bot, ptb: ExtBot[None]) -> None:
    first = await aio.send_media_group(
        GROUP,
        [
            InputMediaPhoto(media=BufferedInputFile(PNG, "a.png"), caption="前"),
            InputMediaPhoto(media=BufferedInputFile(PNG, "b.png")),
        ],
    )
    second = await ptb.send_media_group(GROUP, [PtbInputMediaPhoto(PNG, caption="后"), PtbInputMediaPhoto(PNG)])
    assert len({message.media_group_id for message in first}) == 1
    assert first[0].media_group_id != second[0].media_group_id
    assert [message.text for message in w.messages(GROUP)] == ["前", "", "后", ""]
    assert all(message.photo for message in w.messages(GROUP))


async def test_voice_location_document_copy_forward(w: World, aio: Bot, ptb: ExtBot[None]) -> None:
    voice = w.send_voice(ZHANG, GROUP, b"OggS-voice", duration=7)
    await aio.forward_message(GROUP, GROUP, voice["message_id"])
    forwarded = w.messages(GROUP)[-1]
    assert forwarded.media["voice"]["duration"] == 7
    assert forwarded.forward_origin is not None
    assert forwarded.forward_origin["sender_user"]["id"] == ZHANG
    copied = await ptb.copy_message(GROUP, GROUP, voice["message_id"], caption="留言")
    assert w.messages(GROUP)[-1].id == copied.message_id
    assert w.messages(GROUP)[-1].text == "留言"
    place = await ptb.send_location(GROUP, 30.76, 120.75)
    assert place.location is not None
    assert place.location.latitude == 30.76
    sheet = await aio.send_document(GROUP, BufferedInputFile(b"PK", "表.xlsx"))
    assert sheet.document is not None
    assert sheet.document.file_name == "表.xlsx"


async def test_numbers_are_per_supergroup_and_shared_by_privates_and_basic_groups(w: World, aio: Bot) -> None:
    w.start(ZHANG, BOT)
    w.start(LI, BOT)
    ids = [
        (await aio.send_message(ZHANG, "一")).message_id,
        (await aio.send_message(BASIC, "二")).message_id,
        (await aio.send_message(LI, "三")).message_id,
    ]
    assert ids == [3, 4, 5]
    assert (await aio.send_message(GROUP, "四")).message_id == 1
    assert w.say(ZHANG, GROUP, "五")["message_id"] == 2


async def test_who_may_not_be_written_to(w: World, aio: Bot, ptb: ExtBot[None]) -> None:
    with pytest.raises(TelegramForbiddenError, match=r"(?i)bot can't initiate conversation with a user"):
        await aio.send_message(ZHANG, "您好")
    with pytest.raises(BadRequest, match=r"(?i)[Cc]hat not found"):
        await ptb.send_message(STRANGER, "您好")
    with pytest.raises(TelegramBadRequest, match=r"(?i)chat not found"):
        await aio.send_message(-1009999, "您好")
    w.start(ZHANG, BOT)
    await aio.send_message(ZHANG, "您好")
    w.block(ZHANG, BOT)
    with pytest.raises(Forbidden, match=r"(?i)bot was blocked by the user"):
        await ptb.send_message(ZHANG, "您好")
    w.unblock(ZHANG, BOT)
    await ptb.send_message(ZHANG, "您好")
    w.deactivate(ZHANG)
    with pytest.raises(Forbidden, match=r"(?i)user is deactivated"):
        await ptb.send_message(ZHANG, "您好")
    w.kick(BOT, GROUP)
    with pytest.raises(Forbidden, match=r"(?i)bot was kicked from the supergroup chat"):
        await ptb.send_message(GROUP, "您好")
    w.readd(BOT, GROUP, "member")
    await ptb.send_message(GROUP, "您好")


async def test_migration(w: World, aio: Bot, ptb: ExtBot[None]) -> None:
    await aio.send_message(BASIC, "一")
    new = w.migrate(BASIC)
    with pytest.raises(ChatMigrated) as ptb_error:
        await ptb.send_message(BASIC, "二")
    assert ptb_error.value.new_chat_id == new
    with pytest.raises(TelegramMigrateToChat) as aio_error:
        await aio.send_message(BASIC, "二")
    assert aio_error.value.migrate_to_chat_id == new
    updates = await aio.get_updates()
    moves = [
        (update.message.chat.id, update.message.migrate_to_chat_id, update.message.migrate_from_chat_id)
        for update in updates
        if update.message
    ]
    assert moves == [(BASIC, new, None), (new, None, BASIC)]
    assert (await aio.send_message(new, "三")).message_id == 2


async def test_reactions_and_pins(w: World, aio: Bot, ptb: ExtBot[None]) -> None:
    asked = w.say(ZHANG, GROUP, "停电了")
    await ptb.set_message_reaction(GROUP, asked["message_id"], "👀")
    assert w.messages(GROUP)[0].reactions == {"👀": (BOT,)}
    with pytest.raises(BadRequest, match=r"REACTION_INVALID|Reaction_invalid"):
        await ptb.set_message_reaction(GROUP, asked["message_id"], "🥟")
    w.react(LI, GROUP, asked["message_id"], "👍")
    assert w.messages(GROUP)[0].reactions == {"👀": (BOT,), "👍": (LI,)}
    card = await aio.send_message(GROUP, "〔1〕")
    await aio.pin_chat_message(GROUP, card.message_id)
    assert [message.pinned for message in w.messages(GROUP)] == [False, True, False]
    assert (await aio.get_chat(GROUP)).pinned_message is not None
    await aio.unpin_chat_message(GROUP, message_id=card.message_id)
    assert not any(message.pinned for message in w.messages(GROUP))


async def test_replies_and_deletes_have_their_limits(w: World, raw: Raw, aio: Bot) -> None:
    text = {"chat_id": GROUP, "text": "一"}
    refusal = await raw.refused("sendMessage", **text, reply_parameters={"message_id": 99})
    assert refusal == "Bad Request: message to be replied not found"
    await raw.done("sendMessage", **text, reply_parameters={"message_id": 99, "allow_sending_without_reply": True})
    asked = w.say(ZHANG, GROUP, "二")
    assert (
        await raw.refused("editMessageText", chat_id=GROUP, message_id=asked["message_id"], text="三")
        == "Bad Request: message can't be edited"
    )
    await raw.done("deleteMessage", chat_id=GROUP, message_id=asked["message_id"])
    w.set_status(BOT, GROUP, "member")
    asked = w.say(TU, GROUP, "四")
    assert (
        await raw.refused("deleteMessage", chat_id=GROUP, message_id=asked["message_id"])
        == "Bad Request: message can't be deleted"
    )


async def test_the_same_call_in_four_encodings(r_url: str, w: World, raw: Raw) -> None:
    address = f"{r_url}/bot{TOKEN}/SENDMESSAGE"
    await raw.done("sendmessage", chat_id=GROUP, text="json", reply_markup={"inline_keyboard": []})
    form = {"chat_id": str(GROUP), "text": "form", "disable_notification": "true"}
    async with raw.session.post(address, data=form) as answer:
        assert answer.status == 200
    async with raw.session.get(address, params={**form, "text": "query"}) as answer:
        assert answer.status == 200
    shown = w.messages(GROUP)
    assert [message.text for message in shown] == ["json", "form", "query"]
    assert [message.silent for message in shown] == [False, True, True]


@pytest.fixture
def r_url(raw: Raw) -> str:
    return raw.url
