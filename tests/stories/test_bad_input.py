"""What people and wires do wrong: every case has a defined, worded answer, and the rest goes on."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import create_async_engine

from storage import tables
from tests.stories.theatre import GRID1, Play, wednesday

CAUSED = (tables.TICKET, tables.JOURNAL, tables.OUTBOX, tables.SOURCE, tables.CONTACT, tables.DRAFT, tables.UPDATE)
CARD = "〔1001〕"
SENTENCE = "3栋楼道灯坏了"
UNSURE, OTHER = "楼下灯好像不太对", "门禁好像有点问题"


async def rows(database: str) -> int:
    """Count what the store keeps that a message could have caused, over a connection of our own."""
    engine = create_async_engine(database)
    try:
        async with engine.connect() as connection:
            counts = [await connection.scalar(select(func.count()).select_from(one)) for one in CAUSED]
    finally:
        await engine.dispose()
    return sum(count or 0 for count in counts)


async def test_a_tap_without_the_right(play: Play) -> None:
    """Somebody else presses the reporter's button: refused with whose it is, and nothing changes."""
    gu, neighbour, tu = play.people("顾阿姨", "林小满", "tu")
    gu.says(SENTENCE)
    await tu.asked_to("take", CARD)
    stranger = play.person("chen")
    stranger.tells("/take 1001")
    await stranger.reads("〔1001〕不在您手上")
    tu.tells("/done 1001 换好了")
    card = await gu.asked_to("confirm", CARD, chat=GRID1)
    assert await neighbour.taps(card, "confirm") == "这一步要顾阿姨自己来点"
    assert await tu.taps(card, "confirm") == "这一步要顾阿姨自己来点"
    assert (await play.ticket()).status == "fed_back"
    neighbour.tells("/take 1001")
    await neighbour.reads("这个命令是给网格员用的")
    tu.tells("/take 9999")
    await tu.reads("没有找到〔9999〕")


async def test_an_aged_card(play: Play) -> None:
    """A yes under an earlier result is not taken for the new one."""
    gu, tu = play.people("顾阿姨", "tu")
    gu.starts()
    await play.until_quiet()
    gu.says(SENTENCE)
    await tu.asked_to("take", CARD)
    tu.tells("/done 1001 换好了")
    first = await gu.asked_to("confirm", CARD, "换好了")
    await gu.taps(first, "dispute")
    await tu.reads("住户说没解决")
    tu.tells("/done 1001 又换了灯头")
    await gu.asked_to("confirm", CARD, "又换了灯头")
    assert await gu.taps(first, "confirm") == "这个按钮旧了，请看最新的那张卡片"
    await play.until_quiet()
    assert (await play.ticket()).status == "fed_back"
    assert (await play.ticket()).confirmed_at is None


async def test_an_unknown_button(play: Play) -> None:
    """Data that no button of ours carries (any more): an answer, and the card is drawn again."""
    gu, tu = play.people("顾阿姨", "tu")
    gu.says(SENTENCE)
    await tu.asked_to("take", CARD)
    for data in ("zz9:1:take", "t1:x:take:1", "t1:1001:dance:1", "d1:77:yes", "v1:late:nowhere", ""):
        query = {"id": f"q{data}", "from": {"id": 1001, "is_bot": False, "first_name": "屠甲"}, "chat_instance": "1"}
        play.world.inject_update(play.bot, {"callback_query": query | ({"data": data} if data else {})})
    await play.until_quiet()
    assert play.service.handler.parked == 0
    assert (await play.ticket()).status == "filed"


async def test_the_longest_message_and_the_strangest_name(play: Play) -> None:
    """4096 characters and a name full of HTML: cards stay within the limits, nothing is taken for markup."""
    before = len(play.world.calls)  # at the start it asked whether it is in rooms that are not on this stage
    play.world.add_user(3001, '<b>"张&amp;</b><a href="x">三', language_code="zh-hans")
    play.world.set_status(3001, GRID1, "member")
    long = SENTENCE + "，" + "<i>&楼</i>" * 500
    play.world.say(3001, GRID1, long[:4096])
    tu = play.person("tu")
    work = await tu.asked_to("take", CARD, "<i>&楼</i>")
    assert '<b>"张&amp;</b>' in work.text
    await tu.taps(work, "take")
    tu.tells("/done 1001 " + "&<>" * 1300)
    await tu.sees(CARD, "&<>", chat=GRID1)
    await play.until_quiet()
    assert [call.method for call in play.world.calls[before:] if call.ok is False] == []


async def test_nothing_but_signs_and_chatter(play: Play, database: str) -> None:
    """Emoji, stickers' words, thanks and small talk: silence, and not one row."""
    gu, lin = play.people("顾阿姨", "林小满")
    before = await rows(database)
    for text in ("😀😀😀", "👍", "谢谢大家", "今天天气真好", "哈哈哈", "早上好", "...", "？？", "1"):
        gu.says(text)
    lin.says("[强]")
    await play.until_quiet()
    assert await rows(database) == before
    assert play.group_heard() == []
    assert await play.no_ticket()


async def test_an_edit_a_follow_up_and_an_album(play: Play) -> None:
    """An edited message, words within three minutes and further pictures of an album belong to the same matter."""
    gu, tu = play.people("顾阿姨", "tu")
    first = play.world.send_photo(gu.telegram, GRID1, b"\xff\xd8\xff\xd9", caption=SENTENCE, media_group_id="a")
    play.world.send_photo(gu.telegram, GRID1, b"\xff\xd8\xff\xd8", media_group_id="a")
    await tu.asked_to("take", CARD, "有照片或语音")
    await play.until_quiet()
    assert len([one for one in (await play.ticket()).said if one.media]) == 2
    await play.later(minutes=1)
    gu.says("2单元三楼")
    await play.until_quiet()
    play.world.edit(gu.telegram, GRID1, first["message_id"], "5栋楼道灯坏了")
    await gu.sees(CARD, "5栋楼道灯坏了")
    await play.until_quiet()
    assert await play.no_ticket(1002)
    assert play.most_live_cards(CARD) == 1
    await play.later(minutes=5)
    gu.says("7栋水管爆了")
    await gu.sees("〔1002〕")


async def test_an_unsure_message(play: Play) -> None:
    """A doubt is put to the sender alone, and filed on a yes."""
    gu, tu = play.people("顾阿姨", "tu")
    gu.starts()
    await play.until_quiet()
    said = gu.says(UNSURE)
    doubt = await gu.asked_to("choice.yes", UNSURE, "要请网格员处理吗")
    assert await play.no_ticket()
    assert play.group_heard() == []
    assert "〔1001〕" in await gu.taps(doubt, "choice.yes")
    await tu.asked_to("take", CARD, UNSURE)
    assert (await gu.sees(CARD)).reply_to == said
    gu.says("好几天了")
    await tu.asked_to("take", CARD, "好几天了")
    await play.until_quiet()
    assert [one.text for one in (await play.ticket()).said] == [UNSURE, "好几天了"], "what is filed is no piece again"
    await play.later(minutes=5)
    gu.says(OTHER)
    again = await gu.asked_to("choice.no", OTHER)
    assert await gu.taps(again, "choice.no") == "好，不惊动网格员"
    assert await play.no_ticket(1002)


async def test_an_odd_update_is_put_aside(play: Play) -> None:
    """One update with an unknown member, one without fields: parked, the operators told, everybody else served."""
    gu, tu, shen = play.people("顾阿姨", "tu", "shen")
    play.world.inject_update(play.bot, {"message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "nebula"}}})
    play.world.inject_update(
        play.bot,
        {
            "my_chat_member": {
                "chat": {"id": GRID1, "type": "supergroup", "title": "x"},
                "from": {"id": 1, "is_bot": False, "first_name": "x"},
                "date": 0,
                "old_chat_member": {"status": "astral", "user": {"id": 1, "is_bot": True, "first_name": "x"}},
                "new_chat_member": {"status": "astral", "user": {"id": 1, "is_bot": True, "first_name": "x"}},
            }
        },
    )
    play.world.inject_update(play.bot, {"message": "not an object"})
    play.world.inject_update(play.bot, {"some_future_kind": {"x": 1}})
    gu.says(SENTENCE)
    await tu.asked_to("take", CARD)
    await shen.reads("有一条消息处理不了")
    await play.until_quiet()
    assert play.service.handler.parked == 3
    async with play.service.deps.store.look() as unit:
        assert len(await unit.updates.parked(wednesday(0))) == 3
