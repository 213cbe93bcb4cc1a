"""Flood limits and ordered trouble, as the libraries' own exceptions."""

import asyncio

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.types import BufferedInputFile, InputMediaPhoto, MediaUnion, ReactionTypeEmoji
from telegram import InputMediaPhoto as PtbInputMediaPhoto
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.ext import ExtBot

from rehearsal import Rehearsal, World
from rehearsal.errors import ApiError
from rehearsal.limits import Bucket, Limits, Window
from rehearsal.model import Chat
from tests.rehearsal.conftest import BOT, GROUP, PNG, START, TOKEN, ZHANG, Raw, populate


async def test_a_group_takes_twenty_calls_a_minute_edits_included(r: Rehearsal, w: World, aio: Bot) -> None:
    sent = await aio.send_message(GROUP, "一")
    for number in range(19):
        await aio.edit_message_text(f"改{number}", chat_id=GROUP, message_id=sent.message_id)
    assert r.state.limits.used(BOT, GROUP) == 20
    with pytest.raises(TelegramRetryAfter) as error:
        await aio.send_message(GROUP, "二")
    assert 50 <= error.value.retry_after <= 60
    asked = w.say(ZHANG, GROUP, "在吗")
    await aio.set_message_reaction(GROUP, asked["message_id"], [ReactionTypeEmoji(emoji="👀")])
    await aio.delete_message(GROUP, asked["message_id"])
    assert r.state.limits.refused == 1


async def test_an_album_counts_its_items(aio: Bot, ptb: ExtBot[None], r: Rehearsal) -> None:
    album: list[MediaUnion] = [InputMediaPhoto(media=BufferedInputFile(PNG, "a.png")) for _ in range(9)]
    await aio.send_media_group(GROUP, album)
    await aio.send_media_group(GROUP, album)
    with pytest.raises(RetryAfter) as error:
        await ptb.send_media_group(GROUP, [PtbInputMediaPhoto(PNG) for _ in range(3)])
    assert error.value._retry_after.total_seconds() > 50
    assert r.state.limits.used(BOT, GROUP) == 18


async def test_a_private_chat_takes_a_burst_of_three(w: World, raw: Raw) -> None:
    w.start(ZHANG, BOT)
    for _ in range(3):
        await raw.done("sendMessage", chat_id=ZHANG, text="一")
    async with raw.session.post(f"{raw.url}/bot{TOKEN}/sendMessage", json={"chat_id": ZHANG, "text": "一"}) as answer:
        body = await answer.json()
        assert answer.status == 429
        assert answer.headers["Retry-After"] == "1"
    assert body == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }


async def test_without_limits_nothing_is_refused() -> None:
    async with Rehearsal(limits=False) as r:
        assert not r.state.limits.enabled


def test_a_bot_says_thirty_things_a_second_whatever_the_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("rehearsal.limits.time.monotonic", lambda: now)
    limits = Limits(enabled=True)
    chats = [Chat(-1001000000000 - number, "supergroup", "") for number in range(61)]
    for chat in chats[:30]:
        limits.spend(BOT, chat)
    with pytest.raises(ApiError) as refused:
        limits.spend(BOT, chats[30])
    assert (refused.value.code, refused.value.parameters) == (429, {"retry_after": 1})
    limits.spend(BOT + 1, chats[30])
    now += 1.0
    for chat in chats[30:60]:
        limits.spend(BOT, chat)
    with pytest.raises(ApiError):
        limits.spend(BOT, chats[60])
    assert limits.refused == 2


def test_a_window_slides() -> None:
    window = Window(3, 10.0)
    for moment in (0.0, 4.0, 8.0):
        assert window.wait(moment, 1) == 0
        window.spend(moment, 1)
    assert window.wait(9.0, 1) == 1.0
    assert window.wait(9.0, 2) == 5.0
    assert window.wait(10.0, 1) == 0
    assert window.used(13.9) == 2


def test_a_bucket_refills_by_one_a_second() -> None:
    bucket = Bucket()
    for _ in range(3):
        assert bucket.wait(100.0, 1) == 0
        bucket.spend(100.0, 1)
    assert bucket.wait(100.5, 1) == 0.5
    assert bucket.wait(101.0, 1) == 0
    assert bucket.used(101.0) == 2


async def test_ordered_refusals(w: World, aio: Bot, ptb: ExtBot[None]) -> None:
    w.faults.add("sendMessage", "429", retry_after=7)
    with pytest.raises(RetryAfter):
        await ptb.send_message(GROUP, "一")
    await ptb.send_message(GROUP, "一")
    w.faults.add("sendMessage", "500")
    with pytest.raises(TelegramServerError):
        await aio.send_message(GROUP, "二")
    w.faults.add("*", "502", chat=-1)
    await aio.send_message(GROUP, "二")
    w.faults.clear()
    w.faults.add(kind="403", times=None, probability=0.5, seed=7)
    fates = [await fate(aio) for _ in range(10)]
    w.faults.clear()
    assert {True, False} == set(fates)
    assert [message.text for message in w.messages(GROUP)].count("三") == sum(fates)
    with pytest.raises(ValueError, match="timeout_after_delivery"):
        w.faults.add(kind="nonsense")


async def fate(aio: Bot) -> bool:
    try:
        await aio.send_message(GROUP, "三")
    except TelegramForbiddenError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "delivered"),
    [("drop", 0), ("timeout", 0), ("drop_after_delivery", 1), ("timeout_after_delivery", 1)],
)
async def test_answers_that_never_arrive(w: World, aio: Bot, ptb: ExtBot[None], kind: str, delivered: int) -> None:
    w.faults.add("sendMessage", kind, times=2)
    with pytest.raises(TelegramNetworkError):
        await aio.send_message(GROUP, "一", request_timeout=1)
    with pytest.raises(TimedOut if kind.startswith("timeout") else NetworkError):
        await ptb.send_message(GROUP, "一", read_timeout=0.3)
    assert len(w.messages(GROUP)) == 2 * delivered
    await w.until(lambda: all(call.lost for call in w.calls if call.method == "sendMessage"))
    await aio.send_message(GROUP, "二")
    assert w.messages(GROUP)[-1].text == "二"


async def test_a_slow_answer_still_comes(w: World, raw: Raw) -> None:
    fault = w.faults.add("sendMessage", "slow", seconds=0.05)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await raw.done("sendMessage", chat_id=GROUP, text="一")
    assert loop.time() - began >= 0.05
    assert fault.hits == 1


async def test_the_record_of_calls(w: World, raw: Raw) -> None:
    await raw("sendMessage", chat_id=GROUP, text="7", reply_parameters={"message_id": 3})
    await raw.done("sendMessage", chat_id=str(GROUP), text="7")
    refused, done = w.calls
    assert (refused.ok, refused.error_code) == (False, 400)
    assert refused.description == "Bad Request: message to be replied not found"
    assert done.ok
    assert done.params == {"chat_id": GROUP, "text": "7"}
    assert done.result["text"] == "7"
    assert done.unknown == ()
    await raw.done("sendMessage", chat_id=GROUP, text="7", reply_makrup={})
    assert w.calls[-1].unknown == ("reply_makrup",)


async def test_closing_lets_go_of_those_who_hang() -> None:
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as tasks, Rehearsal(start=START) as r:
        populate(r.world)
        r.world.faults.add("sendMessage", "timeout_after_delivery")
        address = f"{r.url}/bot{TOKEN}"
        hanging = tasks.create_task(hang(session, f"{address}/sendMessage?chat_id={GROUP}&text=x"))
        await r.world.until(lambda: r.world.messages(GROUP), what="the delivery")
        polling = tasks.create_task(hang(session, f"{address}/getUpdates?timeout=50"))
        await r.world.until(lambda: len(r.world.calls) == 2, what="the poll")
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 2
    assert await hanging == "broken"
    assert await polling in {"answered", "broken"}


async def hang(session: aiohttp.ClientSession, address: str) -> str:
    try:
        async with session.get(address) as answer:
            await answer.read()
    except aiohttp.ClientError:
        return "broken"
    return "answered"
