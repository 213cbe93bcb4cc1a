"""Notices to groups: written, looked at, sent, stopped, put off, seen; and what is said when something is wrong."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rehearsal import Message
from tests.stories.test_rights import Forger, labels
from tests.stories.theatre import GRID1, GRID2, GRID3, Person, Play, changed, in_english, playing, wednesday
from tickets.bulletin import Bulletin, Stage, Tally

JPEG = b"\xff\xd8\xff\xd9"
WATER = "明天上午 9 点到 11 点停水，请提前接好水"
ROOM = -1002000000001
GROUPS = (GRID1, GRID2, GRID3)


@pytest.fixture
async def lite(sqlite_url: str) -> AsyncIterator[Play]:
    """The sample district on one database: what these stories are about is the same on both."""
    async with playing(sqlite_url) as running:
        yield running


async def bulletin(play: Play, number: int = 1) -> Bulletin:
    """Return a bulletin as the store has it."""
    async with play.service.deps.store.look() as unit:
        found = await unit.bulletins.get(number)
    assert found is not None
    return found


def copies(play: Play, chat: int, words: str = WATER) -> list[Message]:
    """Return the bot's messages with these words in a group."""
    return [one for one in play.world.messages(chat) if one.sender_id == play.bot and words in one.text]


def sent(play: Play, chat: int, words: str = WATER) -> int:
    """Return how often the bot has sent these words to a group in the whole story."""
    said = [one for one in play.world.history if one.kind == "sent" and one.chat_id == chat and one.by == play.bot]
    return sum(words in one.message.text for one in said if one.message is not None)


async def done(play: Play, author: Person, *words: str) -> Message:
    """Let the clock look at what has gone, and read the author's card."""
    await play.later(seconds=1)
    return await author.reads(*words)


async def test_a_supervisor_tells_three_groups(play: Play) -> None:
    """Written in the staff room, shown in private as residents will see it, sent, seen, counted."""
    li, gu, pan, tu = play.people("li", "顾阿姨", "潘大伯", "tu")
    li.says(f"/notice {WATER}", chat=ROOM)
    card = await li.reads("湘河社区 · 通知", WATER, "发到 3 个群：湘河社区（3 个网格）")
    assert labels(card) == ["现在发出", "发到哪里", "什么时候发", "不置顶", "✓ 带“我知道了”", "改内容", "不发了"]
    await play.until_quiet()
    assert not [text for chat in (*GROUPS, ROOM) for text in play.group_heard(chat) if WATER in text]
    assert await li.taps(card, "pin_off") == "好"
    await li.reads("发到 3 个群")
    assert await li.taps(card, "现在发出") == "开始发了"
    for chat in GROUPS:
        shown = await gu.sees("湘河社区 · 通知", WATER, chat=chat)
        assert labels(shown) == ["我知道了"]
        assert shown.silent
    card = await done(play, li, "发完了，3 个群都收到了", "还没有人按")
    assert labels(card) == []
    assert [one.pinned for chat in GROUPS for one in copies(play, chat)] == [True] * 3
    # Seen: by household where one is known, by person where none is.
    for name in ("顾阿姨", "潘大伯"):
        play.person(name).starts()
        play.person(name).tells("/home 3幢2单元501")
        await play.person(name).reads("您家：湘河社区第一网格 3幢2单元501", "群里不显示")
    [shown] = copies(play, GRID1)
    assert await gu.taps(shown, "我知道了") == "好，您家记作看过了"
    assert await pan.taps(shown, "我知道了") == "好，您家记作看过了"
    assert await gu.taps(shown, "我知道了") == "已经记过了"
    assert await play.person("林小满").taps(shown, "我知道了") == "好，记下您看过了"
    await play.until_quiet()
    assert copies(play, GRID1)[0].text == shown.text, "the group is not edited at every press"
    await play.later(minutes=3)
    await gu.sees(WATER, "1 户、1 人看过了")
    await li.reads("发完了", "1 户、1 人看过了")
    assert [sent(play, chat) for chat in GROUPS] == [1, 1, 1]
    edits = [
        call
        for call in play.world.calls
        if call.method.lower() == "editmessagetext" and int(call.params["chat_id"]) == GRID1
    ]
    assert len(edits) == 1
    assert not [text for chat in GROUPS for text in play.group_heard(chat) if "501" in text]
    assert tu.received()[-1:] == tu.received()[:1], "nobody else heard of it in private"


async def test_where_and_when_are_chosen_by_buttons(lite: Play) -> None:
    """Groups one by one, the staff rooms, a later hour; the hour comes, and it goes."""
    play = lite
    wei, gu = play.people("wei", "顾阿姨")
    wei.tells(f"/notice {WATER}")
    card = await wei.reads(WATER, "湘河街道 · 通知")
    await wei.taps(card, "发到哪里")
    card = await wei.reads("发到哪里？", "已选 3 个群")
    assert labels(card) == ["✓ 湘河街道全部居民群", "湘河街道的工作群", "✓ 湘河社区 ›", "选好了"]
    await wei.taps(card, "✓ 湘河街道全部居民群")
    await wei.reads("还没有选")
    await wei.taps(card, "湘河社区 ›")
    card = await wei.asked_to("湘河社区第二网格")
    await wei.taps(card, "湘河社区第二网格")
    await wei.taps(card, "湘河社区的工作群")
    await wei.reads("已选 2 个群：湘河社区第二网格，1 个工作群")
    await wei.taps(card, "选好了")
    await wei.reads("发到 2 个群")
    await wei.taps(card, "什么时候发")
    card = await wei.asked_to("今天 18:00", "什么时候发")
    await wei.taps(card, "今天 18:00")
    card = await wei.asked_to("今天 18:00 发")
    assert await wei.taps(card, "今天 18:00 发") == "定好了"
    card = await wei.reads("今天 18:00，发到 2 个群")
    assert labels(card) == ["不等了，现在发", "改一改", "不发了"]
    await play.at(wednesday(17, 59))
    assert not any(copies(play, chat) for chat in (*GROUPS, ROOM))
    await play.at(wednesday(18))
    await gu.sees(WATER, chat=GRID2)
    await done(play, wei, "发完了，2 个群都收到了")
    assert [sent(play, chat) for chat in (*GROUPS, ROOM)] == [0, 1, 0, 1]


async def test_a_picture_a_reply_and_a_file_asked_for(lite: Play) -> None:
    """As a caption, as a reply to what stands in the staff room, and after being asked; an album is one file."""
    play = lite
    wang, gu, li = play.people("wang", "顾阿姨", "li")
    play.world.send_photo(wang.telegram, play.bot, JPEG, caption=f"/notice {WATER}")
    card = await wang.reads("湘河社区第一网格 · 通知", "发到 1 个群")
    assert "photo" in (card.media or {})
    await wang.taps(card, "现在发出")
    shown = await gu.sees(WATER)
    assert play.world.file(shown.media["photo"][-1]["file_id"]) == JPEG  # type: ignore[index]
    await gu.taps(shown, "我知道了")
    await play.later(minutes=3)
    await gu.sees(WATER, "1 人看过了")
    plan = play.world.send_document(li.telegram, ROOM, JPEG, "plan.jpg")
    li.says("/notice", chat=ROOM, reply_to=int(plan["message_id"]))
    card = await li.reads("湘河社区 · 通知", "发到 3 个群")
    assert "document" in (card.media or {})
    wang.tells("/notice")
    await wang.reads("通知写什么")
    for number in range(2):
        play.world.send_photo(
            wang.telegram, play.bot, JPEG, caption=None if number else "东门修好了", media_group_id="a"
        )
    card = await wang.reads("东门修好了", "一条通知只带一个文件")
    await play.until_quiet()
    assert not [text for text in wang.received() if "照片" in text and "哪一件" in text]
    said = wang.tells("/notice 东门下周修")
    await wang.reads("东门下周修", "发到 1 个群")
    play.world.edit(wang.telegram, play.bot, said, "/notice 楼道灯坏了，东门下周修")
    await wang.reads("楼道灯坏了，东门下周修", "发到 1 个群")
    await wang.taps(card, "改内容")
    await wang.reads("通知写什么")
    wang.tells("东门今天修好了")
    await wang.reads("换成下面那一条了")
    card = await wang.reads("东门今天修好了", "发到 1 个群")
    play.world.edit(wang.telegram, play.bot, said, "/notice " + "楼" * 4000)
    await wang.reads("太长了，多了 200 字")
    assert await wang.taps(card, "不发了") == "好，不发了"
    await wang.reads("没有发", "东门今天修好了")
    assert await play.no_ticket()


async def test_what_cannot_be_a_notice(lite: Play) -> None:
    """Too long, in two parts; in a residents' group; by somebody who may not; in the past."""
    play = lite
    li, tu, gu, wang = play.people("li", "tu", "顾阿姨", "wang")
    # An app cuts 5,000 characters into two messages: neither is a notice, nor a request.
    words = "停水" * 2500
    li.tells(f"/notice {words[:4088]}")
    await li.reads("太长了，多了 288 字", "写成文件")
    li.tells(words[4088:])
    await play.until_quiet()
    assert await play.no_ticket()
    await play.later(seconds=10)
    li.tells(words[:3000])
    await li.reads("发到 3 个群")
    wang.says("/notice 停水", chat=GRID1)
    await wang.reads("通知请单独和我写")
    for person in (tu, gu):
        person.starts()
        person.tells("/notice 停水")
        await person.reads("发通知要请网格长")
    wang.tells(f"/notice {WATER}")
    card = await wang.reads(WATER)
    await wang.taps(card, "什么时候发")
    card = await wang.asked_to("另写一个时间")
    await wang.taps(card, "另写一个时间")
    await wang.reads("比如“周五 18:00”")
    wang.tells("6月1日 9点")
    await wang.reads("那个时候已经过了，请另选一个")
    wang.tells("明早9点")
    card = await wang.asked_to("明早 9 点 发", WATER)
    await wang.taps(card, "什么时候发")
    card = await wang.asked_to("今天 18:00")
    await play.at(wednesday(18, 30))
    Forger(play, wang).taps("c1:notice:2:at=evening")
    await wang.reads("那个时候已经过了，请另选一个")
    assert (await bulletin(play, 2)).stage is Stage.DRAFT
    # Nobody else presses its buttons, whatever they send.
    forger = Forger(play, tu)
    for arg in ("send", "cancel", "pin", "t=d", "w=d", "at=now", "zz", "t=zz"):
        forger.taps(f"c1:notice:2:{arg}")
    for data in (
        "c1:notice:999999999999999999999:send",
        "c1:seen:2:",
        "c1:seen:x:",
        "c1:doors:2:d.s1.c1.g1",
        "c1:doors:x:y",
    ):
        forger.taps(data)
    Forger(play, wang).taps("c1:notice:2:t=d.s1.c1.g2")
    await play.until_quiet()
    assert play.service.handler.parked == 0
    assert (await bulletin(play, 2)).areas == ("d.s1.c1.g1",)
    assert not any(play.group_heard(chat) for chat in GROUPS)


async def test_stopped_half_way(play: Play) -> None:
    """What has gone has gone, and is told; what has not stays away, also after the flood is over."""
    li, gu = play.people("li", "顾阿姨")
    li.tells(f"/notice {WATER}")
    card = await li.reads(WATER)
    # Two groups are told to wait: the notice stands still half-way.
    for chat in (GRID2, GRID3):
        play.world.faults.add("sendMessage", "429", chat=chat, retry_after=2)
    await li.taps(card, "现在发出")
    await gu.sees(WATER)
    card = await li.reads("正在发：", "/ 3 个群", "还要约 1 秒")
    assert labels(card) == ["停下"]
    assert await li.taps(card, "停下") == "停下了"
    await done(play, li, "停下了：1 个群已经收到，2 个没有发")
    await play.later(minutes=5)
    assert [sent(play, chat) for chat in GROUPS] == [1, 0, 0]
    one = await bulletin(play)
    assert one.stage is Stage.CANCELLED
    assert one.ended_at is not None


async def test_who_did_not_get_it(sqlite_url: str, tmp_path: Path) -> None:
    """A group that threw the bot out, one without its rights to pin, a grid without a group: named, with the remedy."""
    district = changed(tmp_path, {"\n    chat: -1001000000003\n": "\n"})
    async with playing(sqlite_url, district=district, bot_status="member") as play:
        li, gu = play.people("li", "顾阿姨")
        play.world.kick(play.bot, GRID2)
        await play.until_quiet()
        li.tells(f"/notice {WATER}")
        card = await li.reads("发到 2 个群", "还没有群，发不到：湘河社区第三网格")
        await li.taps(card, "不置顶")
        await li.taps(card, "现在发出")
        await gu.sees(WATER)
        await done(
            play,
            li,
            "发完了：1 / 2 个群收到",
            "没发到湘河社区第二网格：我不在那个群里了",
            "还没有群，没发：湘河社区第三网格",
            "没能置顶：湘河社区第一网格",
        )
        assert not [text for text in play.person("shen").received() if "不收这一种" in text]


async def test_the_bot_was_away_at_its_hour(lite: Play) -> None:
    """Long after its hour a notice is not sent by itself: its author is asked; a fresh one at night waits too."""
    play = lite
    wang = play.person("wang")
    wang.tells(f"/notice {WATER}")
    card = await wang.reads(WATER)
    await wang.taps(card, "什么时候发")
    card = await wang.asked_to("今天 18:00")
    await wang.taps(card, "今天 18:00")
    await wang.taps(await wang.asked_to("今天 18:00 发"), "今天 18:00 发")
    await play.at(wednesday(22, 30))
    card = await wang.reads("说好的时候我不在", WATER)
    assert not copies(play, GRID1)
    await wang.taps(card, "不发了")
    wang.tells("/notice 明天修路")
    await wang.asked_to("明早 9 点 发", "明天修路")
    await play.until_quiet()
    assert not play.group_heard(GRID1)


async def test_a_card_that_the_group_deleted_stays_deleted(lite: Play) -> None:
    """Counting who has seen a notice never sends it again: not where it was deleted, not in a group that moved."""
    play = lite
    li, gu = play.people("li", "顾阿姨")
    li.tells(f"/notice {WATER}")
    await li.taps(await li.reads(WATER), "现在发出")
    for chat in GROUPS:
        await gu.taps(await gu.sees(WATER, chat=chat), "我知道了")
    await play.until_quiet()
    [gone] = copies(play, GRID1)
    play.world.delete(play.bot, GRID1, gone.id)
    await play.later(minutes=4)
    assert [sent(play, chat) for chat in GROUPS] == [1, 1, 1]
    async with play.service.deps.store.look() as unit:
        assert "pending" not in await unit.outbox.counts()


async def test_the_grids_own_staff_know_the_silent_doors(play: Play) -> None:
    """The workers' list, in private and for their own grid alone; what remains after a notice is who to knock at."""
    tu, wang, gu, zheng, li = play.people("tu", "wang", "顾阿姨", "zheng", "li")
    tu.tells("/homes\n3幢2单元501\n3幢2单元502\n10-1-301\n不是地址\n20幢1单元101")
    page = await tu.reads(
        "湘河社区第一网格 · 住户名单", "名单上 3 户，自己登记的 0 户", "这次添了 3 户", "没看懂：不是地址、20幢1单元101"
    )
    assert page.text.index("3幢2单元502") < page.text.index("10幢1单元301")
    tu.tells("/homes 删10幢1单元301")
    await tu.reads("名单上 2 户", "这次划掉 1 户")
    gu.starts()
    gu.tells("/home")
    await gu.reads("还没有记您家是哪一户")
    gu.tells("/home 我家")
    await gu.reads("没看懂地址")
    gu.tells("/home 3-2-501")
    await gu.reads("您家：湘河社区第一网格 3幢2单元501")
    wang.tells(f"/notice {WATER}")
    await wang.taps(await wang.reads(WATER), "现在发出")
    await gu.taps(await gu.sees(WATER), "我知道了")
    card = await done(play, wang, "发完了，1 个群都收到了")
    await play.later(minutes=3)
    card = await wang.reads("发完了", "1 户看过了")
    assert await wang.taps(card, "没看到的住户") == "发给您了"
    await wang.reads(
        "湘河社区第一网格 · 没看到通知的住户", "1 户还没有按“我知道了”", "3幢2单元502", without=("3幢2单元501",)
    )
    tu.tells("/homes")
    await tu.taps(await tu.reads("3幢2单元501 ✓", "3幢2单元502"), "哪几户没看到通知")
    await tu.reads("没看到通知的住户", "3幢2单元502")
    # Nobody above and nobody next door.
    for person in (li, gu):
        person.tells("/homes")
        await person.reads("住户名单只有本网格的")
    zheng.tells("/homes")
    await zheng.reads("湘河社区第二网格 · 住户名单", "名单上 0 户")
    before = len(zheng.received())
    Forger(play, zheng).taps("c1:doors:1:d.s1.c1.g1")
    Forger(play, li).taps("c1:doors:1:d.s1.c1.g1")
    await play.until_quiet()
    assert len(zheng.received()) == before
    assert not [text for text in li.received() if "502" in text]
    # A resident leaves as freely; an address said in the group is not taken.
    gu.tells("/home")
    assert await gu.taps(await gu.reads("您家：", "搬家了"), "不再登记") == "好，不再登记您家"
    gu.says("/home 3幢2单元501")
    await gu.reads("家里地址请单独和我说")
    gu.tells("/home 3幢2单元501")
    await gu.reads("您家：", "记下了")
    gu.tells("/forget")
    assert (await gu.taps(await gu.reads("删掉我的信息", "登记的是哪一户"), "删掉")).startswith("删掉了")
    async with play.service.deps.store.look() as unit:
        assert await unit.households.of(gu.telegram) is None
        assert await unit.bulletins.tally(1) == Tally()
    await play.until_quiet()
    assert not [text for text in play.group_heard(GRID1) if "501" in text]


async def test_in_english(sqlite_url: str, tmp_path: Path) -> None:
    """The group's language, the author's, and the presser's toast."""
    async with playing(sqlite_url, district=in_english(tmp_path)) as play:
        li, gu = play.people("li", "顾阿姨")
        li.tells("/notice Water is off tomorrow, 9 to 11")
        card = await li.reads("Residents will see it just like this", "Water is off")
        await li.taps(card, "Send now")
        shown = await gu.sees("Notice", "Water is off")
        assert await gu.taps(shown, "I’ve seen it") == "Thank you, noted that you have seen it"
        await done(play, li, "Done, groups that have it: all 3")
