"""The control API of the page, as the page uses it."""

import asyncio
from typing import Any

import aiohttp
import pytest
from aiogram import Bot

from rehearsal import Rehearsal, World
from rehearsal.page import Page
from tests.rehearsal.conftest import BOT, GROUP, LI, PNG, STRANGER, ZHANG, Raw


async def get(raw: Raw, path: str) -> dict[str, Any]:
    async with raw.session.get(raw.url + path) as answer:
        return dict(await answer.json())


async def post(raw: Raw, path: str, status: int = 200, **body: object) -> dict[str, Any]:
    async with raw.session.post(raw.url + path, json=body) as answer:
        assert answer.status == status
        return dict(await answer.json())


async def test_the_world_and_a_chat(w: World, raw: Raw) -> None:
    await post(raw, "/api/say", user=ZHANG, chat=GROUP, text="三栋灯坏了 <b>")
    world = await get(raw, "/api/world")
    assert world["bots"] == [{"id": BOT, "name": "网格", "username": "grid_bot"}]
    assert world["clock"]["revision"] == 0
    zhang = world["people"][0]
    assert (zhang["name"], zhang["label"]) == ("张 一", "居民")
    assert [(chat["title"], chat["type"]) for chat in zhang["chats"]] == [
        ("湘河第一网格", "supergroup"),
        ("小群", "group"),
        ("网格", "private"),
    ]
    await post(raw, "/api/say", user=LI, chat=GROUP, text="我家也是", reply_to=1)
    chat = await get(raw, f"/api/chat/{GROUP}?as={ZHANG}")
    first, second = chat["messages"]
    assert first["html"] == "三栋灯坏了 &lt;b&gt;"
    assert (first["mine"], second["mine"]) == (True, False)
    assert second["reply_to"] == {"message_id": 1, "name": "张 一", "text": "三栋灯坏了 <b>"}
    assert chat["seq"] > world["seq"] > 0


async def test_a_tap_and_its_toast(w: World, raw: Raw, aio: Bot) -> None:
    keyboard = {
        "inline_keyboard": [[{"text": "接单", "callback_data": "a"}, {"text": "站", "url": "https://a.example"}]]
    }
    await raw.done("sendMessage", chat_id=GROUP, text="卡", reply_markup=keyboard)
    chat = await get(raw, f"/api/chat/{GROUP}?as={LI}")
    (card,) = chat["messages"]
    assert card["buttons"] == [
        [{"text": "接单", "kind": "callback"}, {"text": "站", "kind": "url", "url": "https://a.example"}]
    ]
    await post(raw, "/api/tap", user=LI, chat=GROUP, key=card["key"], row=0, column=0)
    seq = (await get(raw, "/api/changes?after=0"))["seq"]
    (update,) = await aio.get_updates()
    assert update.callback_query is not None
    async with asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(get(raw, f"/api/changes?after={seq}"))
        await aio.answer_callback_query(update.callback_query.id, text="已接")
    changes = poll.result()
    assert changes["toasts"] == [{"user": LI, "text": "已接", "alert": False}]
    opened = await post(raw, "/api/tap", user=LI, chat=GROUP, key=card["key"], row=0, column=1)
    assert opened["url"] == "https://a.example"


async def test_changes_name_chats_and_the_clock(r: Rehearsal, w: World, raw: Raw) -> None:
    before = (await get(raw, "/api/world"))["seq"]
    await post(raw, "/api/start", user=ZHANG, bot=BOT, payload="x")
    await post(raw, "/clock", advance=600)
    w.say(LI, GROUP, "一")
    changes = await get(raw, f"/api/changes?after={before}")
    assert set(changes["chats"]) == {BOT, GROUP}
    assert changes["clock"] is True
    ahead = await get(raw, "/api/changes?after=99999")
    assert ahead["seq"] == changes["seq"]
    private = await get(raw, f"/api/chat/{BOT}?as={ZHANG}")
    assert [message["html"] for message in private["messages"]] == ["/start x"]
    unopened = await get(raw, f"/api/chat/{BOT}?as={LI}")
    assert unopened["messages"] == []
    assert (BOT, LI) not in r.state.privates


async def test_pictures_voice_place_edit_react(w: World, raw: Raw) -> None:
    form = aiohttp.FormData()
    form.add_field("user", str(ZHANG))
    form.add_field("chat", str(GROUP))
    form.add_field("caption", "看")
    form.add_field("file", PNG, filename="a.png", content_type="image/png")
    form.add_field("file", PNG, filename="b.png", content_type="image/png")
    async with raw.session.post(f"{raw.url}/api/photo", data=form) as answer:
        assert answer.status == 200
    await post(raw, "/api/voice", user=ZHANG, chat=GROUP)
    await post(raw, "/api/location", user=ZHANG, chat=GROUP, lat=30.5, lon=120.5)
    await post(raw, "/api/say", user=ZHANG, chat=GROUP, text="一")
    await post(raw, "/api/edit", user=ZHANG, chat=GROUP, message_id=5, text="二")
    await post(raw, "/api/react", user=LI, chat=GROUP, message_id=5, emoji="👍")
    shown = (await get(raw, f"/api/chat/{GROUP}?as={LI}"))["messages"]
    assert [bool(one["photos"]) for one in shown] == [True, True, False, False, False]
    assert shown[0]["album"] == shown[1]["album"] is not None
    assert shown[2]["voice"] is True
    assert shown[3]["location"] == {"lat": 30.5, "lon": 120.5}
    assert (shown[4]["html"], shown[4]["edited"]) == ("二", True)
    assert shown[4]["reactions"] == [{"emoji": "👍", "count": 1}]
    async with raw.session.get(raw.url + shown[0]["photos"][0]) as answer:
        assert answer.content_type == "image/png"
        assert await answer.read() == PNG
    async with raw.session.get(f"{raw.url}/file/local/none") as answer:
        assert answer.status == 404


async def test_faults_from_the_page(w: World, raw: Raw) -> None:
    await post(raw, "/api/fault", method="sendMessage", kind="429", times=5, retry_after=9)
    assert await raw.refused("sendMessage", chat_id=GROUP, text="一") == "Too Many Requests: retry after 9"
    async with raw.session.delete(f"{raw.url}/api/fault") as answer:
        assert answer.status == 200
    await raw.done("sendMessage", chat_id=GROUP, text="一")
    assert "colour" in (await post(raw, "/api/fault", 400, colour="red"))["error"]


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/api/say", {"user": STRANGER, "chat": GROUP, "text": "一"}, "is not in"),
        ("/api/say", {"user": "x", "chat": GROUP, "text": "一"}, '"user" must be a whole number'),
        ("/api/say", {"user": ZHANG, "chat": GROUP}, '"text" must be a text'),
        ("/api/edit", {"user": ZHANG, "chat": GROUP, "text": "一"}, '"message_id" is missing'),
        ("/api/tap", {"user": ZHANG, "chat": GROUP, "key": "m9", "row": 0, "column": 0}, "no message 'm9'"),
        ("/api/location", {"user": ZHANG, "chat": GROUP}, "in degrees"),
        ("/api/photo", {}, "multipart"),
        ("/api/fault", {"kind": "strange"}, "HTTP status"),
    ],
)
async def test_mistakes_say_how_to_mend_them(raw: Raw, path: str, body: dict[str, object], words: str) -> None:
    async with raw.session.post(raw.url + path, json=body) as answer:
        assert answer.status == 400
        assert words in (await answer.json())["error"]


async def test_odd_requests_are_refused(raw: Raw) -> None:
    async with raw.session.post(f"{raw.url}/api/say", data=b"{") as answer:
        assert (await answer.json())["error"] == "the body must be JSON"
    async with raw.session.post(f"{raw.url}/api/say", json=[]) as answer:
        assert (await answer.json())["error"] == "the body must be a JSON object"
    async with raw.session.get(f"{raw.url}/api/chat/{GROUP}?as={STRANGER}") as answer:
        assert answer.status == 400
    async with raw.session.get(f"{raw.url}/static/..%2Fserver.py") as answer:
        assert answer.status == 404


async def test_the_page_is_served_from_a_folder(raw: Raw, tmp_path: Any) -> None:
    (tmp_path / "index.html").write_text("<p>页</p>")
    answer = Page(tmp_path)._file("index.html")
    assert answer.body == "<p>页</p>".encode()
    assert answer.content_type == "text/html"


async def test_without_the_page_only_the_clock_stays() -> None:
    async with Rehearsal(page=False) as r, aiohttp.ClientSession() as session:
        async with session.get(f"{r.url}/api/world") as answer:
            assert answer.status == 404
        async with session.get(r.clock_url) as answer:
            assert answer.status == 200


async def test_other_sites_may_not_act(raw: Raw) -> None:
    body = {"user": ZHANG, "chat": GROUP, "text": "一"}
    headers = {"Origin": "https://elsewhere.example"}
    async with raw.session.post(f"{raw.url}/api/say", json=body, headers=headers) as answer:
        assert answer.status == 403
    async with raw.session.post(f"{raw.url}/api/say", json=body, headers={"Origin": raw.url}) as answer:
        assert answer.status == 200


async def test_a_taken_port_leaves_nothing_behind(r: Rehearsal) -> None:
    with pytest.raises(OSError, match=str(r.port)):
        async with Rehearsal(port=r.port):
            pytest.fail("two servers on one port")
