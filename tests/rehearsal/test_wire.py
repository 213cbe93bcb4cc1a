"""Tokens, method names, parameters of the wrong type, big bodies."""

import io

import aiohttp
import pytest

from rehearsal import World
from rehearsal.errors import ControlError
from rehearsal.files import DOWNLOAD_BYTES, PHOTO_BYTES
from tests.rehearsal.conftest import BOT, GROUP, LI, PNG, TOKEN, ZHANG, Raw


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"bot{TOKEN}/getMe", 200),
        (f"bot{TOKEN}/GETME", 200),
        (f"bot{TOKEN}/getYou", 404),
        ("bot700001:wrong/getMe", 401),
        ("botnonsense/getMe", 404),
        (f"file/bot{TOKEN}/photos/none.png", 404),
        ("file/bot700001:wrong/photos/none.png", 401),
    ],
)
async def test_addresses(raw: Raw, path: str, status: int) -> None:
    async with raw.session.get(f"{raw.url}/{path}") as answer:
        assert answer.status == status
        body = await answer.json()
        assert body["ok"] == (status == 200)
    async with raw.session.put(f"{raw.url}/{path}") as answer:
        assert answer.status in {401, 404, 405}


@pytest.mark.parametrize(
    ("method", "parameters", "words"),
    [
        ("sendMessage", {"text": "一"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": "@somebody", "text": "一"}, "chat not found"),
        ("sendMessage", {"chat_id": "x", "text": "一"}, "chat not found"),
        ("sendMessage", {"chat_id": True, "text": "一"}, "chat not found"),
        ("sendMessage", {"chat_id": GROUP}, "message text is empty"),
        ("sendMessage", {"chat_id": GROUP, "text": []}, 'parameter "text" must be of type String'),
        ("sendMessage", {"chat_id": GROUP, "text": "一", "message_thread_id": 5}, "message thread not found"),
        ("sendMessage", {"chat_id": GROUP, "text": "一", "message_thread_id": "v"}, "must be of type Integer"),
        ("sendMessage", {"chat_id": GROUP, "text": "一", "disable_notification": "maybe"}, "type Boolean"),
        ("sendMessage", {"chat_id": GROUP, "text": "一", "reply_markup": "{"}, "can't parse reply markup JSON"),
        ("sendMessage", {"chat_id": GROUP, "text": "一", "reply_markup": []}, "object expected as reply markup"),
        ("sendMessage", {"chat_id": GROUP, "text": "一", "reply_markup": {"x": 1}}, "can't parse reply markup"),
        ("sendMessage", {"chat_id": GROUP, "text": "一", "entities": {}}, "must be of type Array"),
        ("sendMessage", {"chat_id": GROUP, "text": "一", "entities": [{"type": "bold"}]}, 'field "offset"'),
        ("sendMessage", {"chat_id": GROUP, "text": "一", "entities": [5]}, "expected an Object"),
        ("sendMessage", {"chat_id": GROUP, "text": "一", "reply_parameters": {}}, 'field "message_id"'),
        ("sendMessage", {"chat_id": GROUP, "text": "*一*", "parse_mode": "MarkdownV2"}, "HTML only"),
        ("sendMessage", {"chat_id": GROUP, "text": "一", "protect_content": "maybe"}, "type Boolean"),
        ("sendMessage", {"chat_id": GROUP, "text": "一", "message_effect_id": {}}, "type String"),
        ("sendLocation", {"chat_id": GROUP, "latitude": "x", "longitude": 1}, "must be of type Float"),
        ("sendLocation", {"chat_id": GROUP, "latitude": 91, "longitude": 1}, "wrong latitude"),
        ("sendLocation", {"chat_id": GROUP, "latitude": 9}, '"longitude" is required'),
        ("sendPhoto", {"chat_id": GROUP}, "there is no photo in the request"),
        ("sendPhoto", {"chat_id": GROUP, "photo": "attach://x"}, "wrong file identifier"),
        ("sendPhoto", {"chat_id": GROUP, "photo": "https://example.org/a.png"}, "failed to get HTTP URL content"),
        ("sendMediaGroup", {"chat_id": GROUP}, "there are no messages to send"),
        ("sendMediaGroup", {"chat_id": GROUP, "media": [{"type": "photo", "media": "x"}]}, "too few"),
        ("sendMediaGroup", {"chat_id": GROUP, "media": [{"type": "x"}] * 2}, "not allowed in an album"),
        ("sendMediaGroup", {"chat_id": GROUP, "media": [1, 2]}, "expected an Object"),
        ("editMessageText", {"chat_id": GROUP, "text": "一"}, "message identifier is not specified"),
        ("editMessageMedia", {"chat_id": GROUP, "message_id": 1}, "message to edit not found"),
        ("deleteMessage", {"chat_id": GROUP, "message_id": 7}, "message to delete not found"),
        ("deleteMessages", {"chat_id": GROUP, "message_ids": []}, "message identifiers are not specified"),
        ("deleteMessages", {"chat_id": GROUP, "message_ids": list(range(1, 102))}, "too many"),
        ("copyMessage", {"chat_id": GROUP, "from_chat_id": GROUP, "message_id": 7}, "message to copy not found"),
        ("forwardMessage", {"chat_id": GROUP, "from_chat_id": GROUP, "message_id": 7}, "message to forward not"),
        ("copyMessages", {"chat_id": GROUP, "from_chat_id": GROUP, "message_ids": [2, 1]}, "strictly increasing"),
        ("forwardMessages", {"chat_id": GROUP, "from_chat_id": GROUP, "message_ids": [8]}, "no messages to"),
        ("setMessageReaction", {"chat_id": GROUP, "message_id": 7}, "message to react not found"),
        ("pinChatMessage", {"chat_id": GROUP, "message_id": 7}, "message to pin not found"),
        ("unpinChatMessage", {"chat_id": GROUP}, "message to unpin not found"),
        ("getChatMember", {"chat_id": GROUP}, '"user_id" is required'),
        ("getChatMember", {"chat_id": GROUP, "user_id": 99}, "user not found"),
        ("getFile", {}, "file_id not specified"),
        ("getFile", {"file_id": "none"}, "invalid file_id"),
        ("sendChatAction", {"chat_id": GROUP, "action": "dance"}, "wrong parameter action"),
        ("setMyCommands", {}, '"commands" is required'),
        ("setMyCommands", {"commands": [{"command": "A-B", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}, "DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a"}]}, 'field "description"'),
        ("setMyCommands", {"commands": [], "scope": {"type": "moon"}}, "unsupported type"),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat"}}, 'field "chat_id"'),
        ("setMyCommands", {"commands": [], "language_code": "zh-hans"}, "invalid language code"),
        ("setMyName", {"name": "x" * 65}, "name is too long"),
        ("createForumTopic", {"chat_id": GROUP, "name": "题"}, "not a forum"),
        ("createForumTopic", {"chat_id": GROUP, "name": ""}, "TOPIC_TITLE_EMPTY"),
        ("editEphemeralMessageText", {"chat_id": GROUP, "text": "一"}, '"receiver_user_id" is required'),
    ],
)
async def test_refusals(w: World, raw: Raw, method: str, parameters: dict[str, object], words: str) -> None:
    refusal = await raw.refused(method, **parameters)
    assert refusal.startswith("Bad Request: ")
    assert words in refusal
    assert w.history == []


async def test_old_messages_cannot_be_deleted(r_clock: None, w: World, raw: Raw) -> None:
    (message,) = w.messages(GROUP)
    assert await raw.refused("deleteMessage", chat_id=GROUP, message_id=message.id) == (
        "Bad Request: message can't be deleted"
    )
    assert await raw.done("editMessageText", chat_id=GROUP, message_id=message.id, text="二")


@pytest.fixture
async def r_clock(r: object, raw: Raw) -> None:
    await raw.done("sendMessage", chat_id=GROUP, text="一")
    async with raw.session.post(f"{raw.url}/clock", json={"advance": 48 * 3600}) as answer:
        assert answer.status == 200


async def test_many_at_once(w: World, raw: Raw) -> None:
    for text in "甲乙丙":
        w.say(ZHANG, GROUP, text)
    copies = await raw.done("copyMessages", chat_id=GROUP, from_chat_id=GROUP, message_ids=[1, 2, 77])
    assert [copy["message_id"] for copy in copies] == [4, 5]
    await raw.done("forwardMessages", chat_id=GROUP, from_chat_id=GROUP, message_ids=[3])
    await raw.done("deleteMessages", chat_id=GROUP, message_ids=[1, 2, 77])
    assert [message.text for message in w.messages(GROUP)] == ["丙", "甲", "乙", "丙"]
    await raw.done("pinChatMessage", chat_id=GROUP, message_id=3)
    await raw.done("unpinAllChatMessages", chat_id=GROUP)
    assert not any(message.pinned for message in w.messages(GROUP))


async def test_rights(w: World, raw: Raw) -> None:
    asked = w.say(ZHANG, GROUP, "一")["message_id"]
    w.set_status(BOT, GROUP, "administrator", rights={"can_pin_messages": False, "can_delete_messages": False})
    assert "not enough rights" in await raw.refused("pinChatMessage", chat_id=GROUP, message_id=asked)
    assert "can't be deleted" in await raw.refused("deleteMessage", chat_id=GROUP, message_id=asked)
    member = await raw.done("getChatMember", chat_id=GROUP, user_id=BOT)
    assert (member["can_pin_messages"], member["can_invite_users"]) == (False, True)
    w.start(ZHANG, BOT)
    assert "private chat" in await raw.refused("getChatAdministrators", chat_id=ZHANG)
    assert "private chats" in await raw.refused("leaveChat", chat_id=ZHANG)


async def test_topics(w: World, raw: Raw) -> None:
    w.add_group(-1002, "论坛", members=[ZHANG], bots={BOT: "administrator"}, is_forum=True)
    topic = await raw.done("createForumTopic", chat_id=-1002, name="路灯")
    sent = await raw.done("sendMessage", chat_id=-1002, text="一", message_thread_id=topic["message_thread_id"])
    assert sent["message_thread_id"] == topic["message_thread_id"]
    assert sent["is_topic_message"] is True
    assert (await raw.done("getChat", chat_id=-1002))["is_forum"] is True
    opened = w.open_topic(ZHANG, -1002, "停水")
    said = w.say(ZHANG, -1002, "二", thread=opened)
    assert said["reply_to_message"]["forum_topic_created"]["name"] == "停水"
    answer = await raw.done(
        "sendMessage", chat_id=-1002, text="三", reply_parameters={"message_id": said["message_id"]}
    )
    assert answer["message_thread_id"] == opened
    with pytest.raises(ControlError, match="no topic 5"):
        w.say(ZHANG, -1002, "四", thread=5)
    with pytest.raises(ControlError, match="only a forum"):
        w.open_topic(ZHANG, GROUP, "五")
    w.set_status(ZHANG, -1002, "creator")
    w.delete_topic(ZHANG, -1002, opened)
    refusal = await raw.refused("sendMessage", chat_id=-1002, text="六", message_thread_id=opened)
    assert refusal == "Bad Request: message thread not found"
    with pytest.raises(ControlError, match="no topic"):
        w.delete_topic(ZHANG, -1002, opened)


async def test_forwards_quotes_and_anonymous_administrators(w: World) -> None:
    said = w.say(ZHANG, GROUP, "楼道灯坏了")
    known = w.forward(LI, BOT, GROUP, said["message_id"])["forward_origin"]
    assert (known["type"], known["sender_user"]["id"]) == ("user", ZHANG)
    hidden = w.forward(LI, BOT, GROUP, said["message_id"], hidden=True)["forward_origin"]
    assert (hidden["type"], "sender_user" in hidden) == ("hidden_user", False)
    assert w.say(LI, GROUP, "是的", reply_to=said["message_id"], quote="灯坏了")["quote"]["text"] == "灯坏了"
    with pytest.raises(ControlError, match="only an administrator"):
        w.say(LI, GROUP, "通知", anonymous=True)
    w.set_status(LI, GROUP, "administrator")
    notice = w.say(LI, GROUP, "通知", anonymous=True)
    assert (notice["from"]["username"], notice["sender_chat"]["id"]) == ("GroupAnonymousBot", GROUP)


async def test_sizes_of_files(w: World, raw: Raw) -> None:
    form = aiohttp.FormData({"chat_id": str(GROUP)})
    form.add_field("photo", io.BytesIO(PNG + b"\0" * PHOTO_BYTES), filename="a.png")
    async with raw.session.post(f"{raw.url}/bot{TOKEN}/sendPhoto", data=form) as answer:
        assert "is too big for a photo" in (await answer.json())["description"]
    big = w.send_document(ZHANG, GROUP, b"\0" * (DOWNLOAD_BYTES + 1), "big.bin")
    refusal = await raw.refused("getFile", file_id=big["document"]["file_id"])
    assert refusal == "Bad Request: file is too big"
    large = w.send_document(ZHANG, GROUP, b"\1" * DOWNLOAD_BYTES, "large.bin")
    path = (await raw.done("getFile", file_id=large["document"]["file_id"]))["file_path"]
    async with raw.session.get(f"{raw.url}/file/bot{TOKEN}/{path}") as answer:
        assert len(await answer.read()) == DOWNLOAD_BYTES
    file_id = w.send_voice(ZHANG, GROUP)["voice"]["file_id"]
    assert "can't use file of type Voice as Photo" in await raw.refused("sendPhoto", chat_id=GROUP, photo=file_id)


async def test_media_can_be_replaced(w: World, raw: Raw) -> None:
    one = w.send_photo(ZHANG, GROUP, PNG)["photo"][-1]["file_id"]
    two = w.send_document(ZHANG, GROUP, b"PK")["document"]["file_id"]
    card = await raw.done("sendPhoto", chat_id=GROUP, photo=one, caption="前")
    media = {"type": "document", "media": two, "caption": "<b>后</b>", "parse_mode": "HTML"}
    await raw.done("editMessageMedia", chat_id=GROUP, message_id=card["message_id"], media=media)
    shown = w.messages(GROUP)[-1]
    assert (shown.html, shown.photo, "document" in shown.media) == ("<b>后</b>", None, True)
    plain = await raw.done("sendMessage", chat_id=GROUP, text="文")
    refusal = await raw.refused("editMessageCaption", chat_id=GROUP, message_id=plain["message_id"], caption="x")
    assert refusal == "Bad Request: there is no caption in the message to edit"


async def test_quotes_must_be_found(w: World, raw: Raw) -> None:
    w.say(ZHANG, GROUP, "三栋灯坏了")
    text = {"chat_id": GROUP, "text": "一"}
    sent = await raw.done("sendMessage", **text, reply_parameters={"message_id": 1, "quote": "灯坏"})
    assert sent["quote"]["text"] == "灯坏"
    assert "quote not found" in await raw.refused(
        "sendMessage", **text, reply_parameters={"message_id": 1, "quote": "水管"}
    )
    old = await raw.done("sendMessage", **text, reply_to_message_id=1)
    assert old["reply_to_message"]["text"] == "三栋灯坏了"


async def test_keyboards_of_the_other_kinds(w: World, raw: Raw) -> None:
    text = {"chat_id": GROUP, "text": "一"}
    sent = await raw.done("sendMessage", **text, reply_markup={"keyboard": [[{"text": "位置"}, "好"]]})
    await raw.done("sendMessage", **text, reply_markup={"remove_keyboard": True})
    await raw.done("sendMessage", **text, reply_markup={"force_reply": True})
    assert "Can't find field" in await raw.refused("sendMessage", **text, reply_markup={"keyboard": [[{}]]})
    assert "must be of type Array" in await raw.refused("sendMessage", **text, reply_markup={"keyboard": 1})
    edit = {"chat_id": GROUP, "message_id": sent["message_id"], "text": "二"}
    assert "inline keyboard expected" in await raw.refused(
        "editMessageText", **edit, reply_markup={"force_reply": True}
    )


async def test_small_things(raw: Raw) -> None:
    assert await raw.done("logOut") is True
    assert await raw.done("close") is True
    await raw.done("setChatMenuButton", menu_button={"type": "default"})
    assert await raw.done("getChatMenuButton") == {"type": "default"}
    await raw.done("setMyShortDescription", short_description="短")
    assert await raw.done("getMyShortDescription") == {"short_description": "短"}
    await raw.done("setMyName", name="网格小助手", language_code="zh")
    assert await raw.done("getMyName", language_code="zh") == {"name": "网格小助手"}
    assert await raw.done("getMyName") == {"name": "网格"}
    await raw.done("setMyCommands", commands=[{"command": "a", "description": "b"}])
    await raw.done("deleteMyCommands")
    assert await raw.done("getMyCommands") == []
