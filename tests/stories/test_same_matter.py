"""Neighbours with the same matter: one card with a count, thirty signs; what has come back names what was before."""

from bot.assemble import Tuning
from bot.stage import RESIDENTS, Resident
from tests.stories.test_budget import busiest
from tests.stories.test_own_matters import finished
from tests.stories.theatre import GRID1, Play, playing, wednesday
from tickets.household import Address
from tickets.model import Ending

NEIGHBOURS = 30
WORDS = (
    "我家也是",
    "+1",
    "{}栋也没水了",
    "我们楼也停了",
    "{}号楼停水了",
    "一样",
    "me too",
    "{}栋2单元没水，老人等着做饭",
)


async def test_thirty_neighbours_are_one_matter(sqlite_url: str) -> None:
    """One ticket, one card with the households, a sign for everybody, within what a group may receive."""
    many = tuple(Resident(4000 + number, f"住户{number}") for number in range(NEIGHBOURS))
    async with playing(sqlite_url, limits=True, tuning=Tuning(), residents=(*RESIDENTS, *many)) as play:
        gu, tu = play.people("顾阿姨", "tu")
        gu.says("3栋停水了，什么时候来")
        await gu.sees("〔1001〕")
        said = []
        for number, one in enumerate(many):
            words = WORDS[number % len(WORDS)].format(number + 1)
            said.append(play.world.say(one.telegram, GRID1, words)["message_id"])
        for message in said:
            await play.reacted(message)
        card = await gu.sees("〔1001〕", f"{NEIGHBOURS + 1}户反映")
        await tu.reads("〔1001〕", f"{NEIGHBOURS + 1}户反映", "邻居：", "老人等着做饭")
        await play.until_quiet()
        assert await play.no_ticket(1002)
        assert len([one for one in play.world.messages(GRID1) if one.sender_id == play.bot]) == 1
        assert card.reply_to is not None
        assert busiest(play) <= 20
        assert not any(call.error_code == 429 for call in play.world.calls)


async def test_neighbours_join_are_counted_and_told(play: Play) -> None:
    """By household where it is known; they may add words, never say yes for the reporter; each is told of the end."""
    gu, pan, lin, ana, tu, wang = play.people("顾阿姨", "潘大伯", "林小满", "Ana", "tu", "wang")
    pan.starts()
    ana.starts()
    await play.until_quiet()
    deps = play.service.deps
    async with deps.store.unit() as unit:
        for one in (pan, lin):
            await unit.households.join(one.telegram, Address(deps.district.grids[0].code, "6", "2", "301"), deps.now())
        await unit.commit()
    gu.says("停电了，整个小区都黑了")
    await gu.sees("〔1001〕")
    for one, words in ((pan, "我家也停了"), (lin, "+1"), (ana, "no power in building 9 either")):
        await play.reacted(one.says(words))
    await gu.sees("〔1001〕", "3户反映")
    heard = len(play.group_heard())
    for one, words in ((lin, "哈哈哈早点睡"), (ana, "thanks"), (pan, "谁家有蜡烛卖")):
        one.says(words)
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.households, len(ticket.joined), len(play.group_heard())) == (3, 3, heard), "chatter changes nothing"
    await tu.taps(await tu.asked_to("take", "〔1001〕", "邻居：no power in building 9 either"), "take")
    tu.tells("/done 1001 变压器换好了")
    done = await gu.asked_to("confirm", "〔1001〕", "变压器换好了", chat=GRID1)
    assert "顾阿姨" in await pan.taps(done, "confirm"), "only who reported it says yes"
    pan.says("还没好，我家还是没电", reply_to=done)
    await tu.reads("〔1001〕", "邻居：还没好，我家还是没电")
    assert (await play.ticket()).reopened == 0, "a neighbour's no is words"
    await wang.taps(await wang.asked_to("approve", "〔1001〕"), "approve")
    await gu.taps(await gu.asked_to("confirm", "〔1001〕", "变压器换好了", chat=GRID1), "confirm")
    await pan.reads("〔1001〕", "变压器换好了", "您也说过这件事")
    await ana.reads("〔1001〕", "You spoke of it too")
    await play.until_quiet()
    assert not lin.received(), "who never opened the private chat reads it on the card"
    assert sum("您也说过这件事" in text for text in pan.received()) == 1
    await gu.sees("〔1001〕", "已解决")
    assert play.most_live_cards("〔1001〕") == 1
    # Whoever joined can be forgotten; the household still counts.
    pan.tells("/forget")
    await pan.taps(await pan.asked_to("删掉", "删掉我的信息"), "删掉")
    await play.until_quiet()
    ticket = await play.ticket()
    assert f"tg{pan.telegram}" not in ticket.neighbours
    assert "我家也停了" not in [one.said.text for one in ticket.joined]
    assert ticket.households >= 3


async def test_what_is_the_same_and_what_is_not(play: Play) -> None:
    """Two buildings are two lights; pieces are one sentence; over in words; the next day's names the one before."""
    gu, pan, lin, tu = play.people("顾阿姨", "潘大伯", "林小满", "tu")
    gu.says("3栋楼道灯坏了")
    await gu.sees("〔1001〕")
    pan.says("2栋楼道灯也坏了")
    await pan.sees("〔1002〕", "2栋楼道灯也坏了")
    await play.reacted(lin.says("3栋楼道灯坏了好几天了"))
    await play.until_quiet()
    assert [(await play.ticket(number)).households for number in (1001, 1002)] == [2, 1]
    # A private matter is nobody's to join, and a group order takes the plus one.
    lin.says("接龙 草莓30元一箱，要的报名")
    pan.says("+1")
    await play.until_quiet()
    assert [(await play.ticket(number)).households for number in (1001, 1002)] == [2, 1]
    # Two people type in pieces at the same time; the earlier pieces belong to the ticket.
    said = [
        person.says(words)
        for person, words in ((lin, "我家厨房"), (lin, "下水道"), (tu, "大家好"), (lin, "堵住了 水往上冒"))
    ]
    await lin.sees("〔1003〕")
    await play.until_quiet()
    third = await play.ticket(1003)
    assert "我家厨房" in third.said[0].text
    async with play.service.deps.store.look() as unit:
        assert [await unit.sources.ticket_of(GRID1, one) for one in said] == [1003, 1003, None, 1003]
    # He says that it is over, with nothing but words; it comes back the next day.
    pan.says("谢谢，好的")
    await play.until_quiet()
    assert (await play.ticket(1002)).open, "thanks change nothing"
    pan.says("没事了，灯自己亮了")
    await pan.sees("〔1002〕", "反映的人说不用办了")
    assert (await play.ticket(1002)).ending is Ending.WITHDRAWN
    await finished(play, 1001, "换了灯泡", gu)
    await play.at(wednesday(10, days=1))
    gu.says("3栋楼道灯又坏了")
    await tu.reads("〔1004〕", "上次：〔1001〕")
    assert (await play.ticket(1004)).earlier == (1001,)


async def test_a_spot_that_keeps_failing_is_told_to_the_leader(play: Play) -> None:
    gu, tu, wang = play.people("顾阿姨", "tu", "wang")
    for number in (1001, 1002, 1003):
        gu.says("3栋楼道灯坏了")
        await gu.sees(f"〔{number}〕")
        await finished(play, number, f"{number} 换了灯泡", gu)
        await play.later(minutes=15)
    gu.says("3栋楼道灯坏了")
    await wang.reads("〔1004〕", "同一处又出问题了", "〔1003〕", "〔1002〕", "〔1001〕")
    await tu.reads("〔1004〕", "这一处老出问题")
    await play.until_quiet()
    assert sum("同一处又出问题了" in text for text in wang.received()) == 1
    assert (await play.ticket(1004)).standing
