"""People, the clock, waiting, and the record."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
from aiogram import Bot

from rehearsal import Rehearsal, World
from rehearsal.errors import ControlError
from tests.rehearsal.conftest import BASIC, BOT, GROUP, LI, PNG, START, STRANGER, TU, ZHANG, Raw


async def test_the_clock_flows_and_jumps(r: Rehearsal, w: World, raw: Raw) -> None:
    assert timedelta(0) <= r.clock.now() - START < timedelta(seconds=20)
    r.clock.advance(timedelta(hours=3))
    assert r.clock.revision == 1
    r.clock.set(datetime(2026, 6, 3, 10, 0, tzinfo=UTC))
    assert r.clock.now().strftime("%H:%M %z") == "18:00 +0800"
    w.say(ZHANG, GROUP, "一")
    assert w.messages(GROUP)[0].date == datetime(2026, 6, 3, 10, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="aware"):
        r.clock.set(datetime(2026, 6, 3))  # noqa: DTZ001 - the mistake under test


async def test_the_clock_over_http(r: Rehearsal, raw: Raw) -> None:
    async def post(**body: object) -> dict[str, object]:
        async with raw.session.post(r.clock_url, json=body) as answer:
            return dict(await answer.json())

    assert str((await post(to="18:00"))["now"]).startswith("2026-06-03T18:00:00")
    assert str((await post(to="tomorrow"))["now"]).startswith("2026-06-04T09:00:00")
    assert str((await post(now="2026-06-05T01:00:00+00:00"))["now"]).startswith("2026-06-05T09:00:00")
    assert (await post(advance=60))["revision"] == 4
    assert "18:00" in str((await post(to="soon"))["error"])
    assert "advance" in str((await post())["error"])
    async with asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(raw.session.get(f"{r.clock_url}?revision=4&timeout=30"))
        quick = await raw.session.get(f"{r.clock_url}?revision=4&timeout=0.01")
        assert (await quick.json())["revision"] == 4
        r.clock.advance(timedelta(minutes=1))
    async with poll.result() as answer:
        assert (await answer.json())["revision"] == 5


async def test_until_wakes_at_the_change(w: World, aio: Bot) -> None:
    async with asyncio.TaskGroup() as tasks:
        wait = tasks.create_task(w.until(lambda: w.messages(GROUP), what="a message"))
        await aio.send_message(GROUP, "到了")
    assert [message.text for message in wait.result()] == ["到了"]


async def test_until_says_what_was_there_instead(w: World, raw: Raw) -> None:
    w.say(ZHANG, GROUP, "三栋灯坏了")
    await raw("sendMessage", chat_id=GROUP, text="")
    with pytest.raises(TimeoutError) as error:
        await w.until(lambda: False, timeout=0.05, what="a card")
    assert "waited 0.05 s for a card in vain" in str(error.value)
    assert "张 一: '三栋灯坏了'" in str(error.value)
    assert "refused sendMessage: Bad Request: message text is empty" in str(error.value)


async def test_settled_waits_for_quiet(w: World, aio: Bot) -> None:
    began = asyncio.get_running_loop().time()
    w.faults.add("sendMessage", "slow", seconds=0.15)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(aio.send_message(GROUP, "一"))
        await w.until(lambda: w.calls, what="the call")
        await w.settled(quiet=0.05)
        assert w.messages(GROUP)
    assert asyncio.get_running_loop().time() - began >= 0.2


async def test_settled_gives_up_on_a_restless_bot(w: World, aio: Bot) -> None:
    w.faults.add("sendMessage", "slow", seconds=30)
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(aio.send_message(GROUP, "一"))
        await w.until(lambda: w.calls, what="the call")
        with pytest.raises(TimeoutError, match=r"no 0\.05 s of quiet"):
            await w.settled(quiet=0.05, timeout=0.2)
        call.cancel()


async def test_people_edit_delete_and_send_pictures(w: World, raw: Raw) -> None:
    said = w.say(ZHANG, GROUP, "三栋")
    w.edit(ZHANG, GROUP, said["message_id"], "三栋灯坏了")
    w.send_photo(ZHANG, GROUP, PNG, caption="看", media_group_id="album")
    w.send_photo(ZHANG, GROUP, b"any bytes will do", media_group_id="album")
    w.send_location(ZHANG, GROUP, 30.7, 120.7)
    w.send_video(ZHANG, GROUP, b"film")
    w.send_document(ZHANG, GROUP, b"PK", "表.xlsx")
    updates = await raw.done("getUpdates")
    edited = updates[1]["edited_message"]
    assert (edited["text"], edited["message_id"]) == ("三栋灯坏了", said["message_id"])
    albums = {update["message"]["media_group_id"] for update in updates[2:4]}
    assert len(albums) == 1
    assert updates[4]["message"]["location"] == {"latitude": 30.7, "longitude": 120.7}
    w.delete(ZHANG, GROUP, said["message_id"])
    assert said["message_id"] not in [message.id for message in w.messages(GROUP)]
    assert len(await raw.done("getUpdates", offset=updates[-1]["update_id"] + 1, timeout=0)) == 0
    with pytest.raises(ControlError, match="one's own"):
        w.edit(LI, GROUP, w.messages(GROUP)[0], "不是我的")
    with pytest.raises(ControlError, match="one's own"):
        w.delete(LI, GROUP, w.messages(GROUP)[0])


async def test_snapshots_do_not_change(w: World) -> None:
    said = w.say(ZHANG, GROUP, "一")
    before = w.messages(GROUP)[0]
    w.edit(ZHANG, GROUP, said["message_id"], "二")
    w.react(LI, GROUP, said["message_id"], "👍")
    assert (before.text, before.reactions) == ("一", {})
    kinds = [(event.kind, event.message.text if event.message else None) for event in w.history]
    assert kinds == [("sent", "一"), ("edited", "二"), ("reacted", "二")]


async def test_mistakes_of_the_director_are_named(w: World) -> None:
    with pytest.raises(ControlError, match="not in"):
        w.say(STRANGER, GROUP, "一")
    with pytest.raises(ControlError, match="nobody has the id 99"):
        w.start(99, BOT)
    with pytest.raises(ControlError, match="no bot"):
        w.start(ZHANG, 98)
    with pytest.raises(ControlError, match="no group"):
        w.say(ZHANG, -5, "一")
    with pytest.raises(ControlError, match="needs text"):
        w.say(ZHANG, GROUP, "  ")
    with pytest.raises(ControlError, match="free reactions"):
        w.react(ZHANG, GROUP, 1, "🥟")
    with pytest.raises(ControlError, match="as_user"):
        w.messages(BOT)
    with pytest.raises(ControlError, match="700001:"):
        w.add_bot("no-token")
    with pytest.raises(ControlError, match="negative"):
        w.add_group(5, "正")
    with pytest.raises(ControlError, match="no file"):
        w.file("none")
    w.start(ZHANG, BOT)
    w.block(ZHANG, BOT)
    with pytest.raises(ControlError, match="blocked the bot"):
        w.say(ZHANG, BOT, "一")
    new = w.migrate(BASIC)
    with pytest.raises(ControlError, match=str(new)):
        w.say(ZHANG, BASIC, "一")


async def test_people_come_and_go(w: World, raw: Raw) -> None:
    await raw.done("getUpdates", allowed_updates=["message", "chat_member"])
    w.join(STRANGER, GROUP)
    w.leave(TU, GROUP)
    updates = await raw.done("getUpdates", timeout=1, offset=1)
    assert [next(key for key in update if key != "update_id") for update in updates] == [
        "chat_member",
        "message",
        "message",
        "chat_member",
    ]
    assert w.look_up(GROUP).status(STRANGER) == "member"


async def test_private_chats_are_found_by_bot_or_person(w: World, aio: Bot) -> None:
    assert w.messages(ZHANG) == []
    w.start(ZHANG, BOT, "abc")
    await aio.send_message(ZHANG, "您好")
    assert w.messages(ZHANG) == w.messages(BOT, as_user=ZHANG)
    assert [message.text for message in w.messages(ZHANG)] == ["/start abc", "您好"]
    assert {message.chat_id for message in w.messages(ZHANG)} == {ZHANG}


async def test_two_hundred_messages_a_second_are_easy() -> None:
    async with Rehearsal(start=START, limits=False) as r:
        r.world.add_bot("1:a", id=1)
        r.world.add_user(ZHANG, "张")
        r.world.add_group(GROUP, "群", members=[ZHANG], bots={1: "administrator"})
        began = time.process_time()
        for number in range(1000):
            r.world.say(ZHANG, GROUP, f"第 {number} 条")
        assert time.process_time() - began < 2.5
        assert len(r.state.bots[1].queue) == 1000
