"""People who cannot be reached, who press at the same moment, and groups that the bot leaves, rejoins or follows."""

import asyncio

from rehearsal import Rehearsal
from tests.stories.conftest import Staging
from tests.stories.theatre import GRID1, Play, playing, wednesday

CARD = "〔1001〕"
SENTENCE = "3栋楼道灯坏了"
GROUPS = {-1001000000001, -1001000000002, -1001000000003}


async def test_a_worker_who_blocked_the_bot(play: Play) -> None:
    """Skipped at once, the leader is asked instead and reads why; the digest names who is lost."""
    gu, tu, wang = play.people("顾阿姨", "tu", "wang")
    play.world.block(tu.telegram, play.bot)
    await play.until_quiet()
    gu.says(SENTENCE)
    await wang.asked_to("take", CARD, SENTENCE)
    await gu.sees(CARD, "汪网格长")
    await play.until_quiet()
    ticket = await play.ticket()
    assert "tu" not in ticket.offered
    assert ("tu", "blocked") in {(one.person, one.reason.code.value) for one in ticket.route.passed_over}
    await play.at(wednesday(14, 31))
    await wang.reads(CARD, "没找屠师傅：把我屏蔽了，发不到")
    await play.at(wednesday(18, 1))
    await play.person("li").reads("湘河社区 · 今天", "发不到消息：", "屠")
    play.world.unblock(tu.telegram, play.bot)
    tu.starts()
    await play.until_quiet()
    play.person("林小满").says("5栋楼道灯坏了")
    await play.until_quiet()
    assert "tu" not in {one.person for one in (await play.ticket(1002)).route.passed_over}


async def test_a_block_that_is_noticed_only_when_writing(play: Play) -> None:
    """Telegram refuses the card: the person counts as lost from then on, and the next one is asked at once."""
    gu, tu, wang = play.people("顾阿姨", "tu", "wang")
    play.world.faults.add("sendMessage", "403", times=1, chat=tu.telegram)
    gu.says(SENTENCE)
    await wang.asked_to("take", CARD)
    await play.until_quiet()
    assert "wang" in (await play.ticket()).offered


async def test_two_workers_tap_at_the_same_moment(play: Play) -> None:
    """One winner; the other reads who was first."""
    gu = play.person("顾阿姨")
    gu.says("我爸胸口疼得厉害，喘不上气")
    fei, tu = play.people("fei", "tu")
    cards = [await fei.asked_to("take", CARD), await tu.asked_to("take", CARD)]
    toasts = await asyncio.gather(fei.taps(cards[0], "take"), tu.taps(cards[1], "take"))
    await play.until_quiet()
    winner = (await play.ticket()).handler
    names = {"fei": "费医生", "tu": "屠师傅"}
    assert winner in names
    lost = toasts[1] if winner == "fei" else toasts[0]
    won = toasts[0] if winner == "fei" else toasts[1]
    assert won == "您接下了"
    assert lost == f"{names[winner]}先接下了，您不用管了"


async def test_a_group_that_belongs_to_no_grid(play: Play) -> None:
    """An unbound group: said once with the remedy, then silence; nothing said there becomes a ticket."""
    gu = play.person("顾阿姨")
    play.world.add_group(-1007000000007, "隔壁小区", [gu.telegram], {play.bot: "administrator"}, announce=True)
    await gu.sees("这个群还没绑到网格", "/bind", chat=-1007000000007)
    gu.says(SENTENCE, chat=-1007000000007)
    gu.says(SENTENCE, chat=-1007000000007)
    await play.until_quiet()
    assert await play.no_ticket()
    assert len(play.group_heard(-1007000000007)) == 1


async def test_kicked_and_taken_back(play: Play) -> None:
    """While the bot is out nothing is lost for the worker; back in the group it goes on with the same matters."""
    gu, tu = play.people("顾阿姨", "tu")
    gu.says(SENTENCE)
    await gu.sees(CARD)
    play.world.kick(play.bot, GRID1)
    tu.tells("/take 1001")
    await tu.reads("您接下了")
    await play.until_quiet()
    play.world.readd(play.bot, GRID1)
    await play.until_quiet()
    tu.tells("/done 1001 换好了")
    await gu.sees(CARD, "换好了")
    await play.until_quiet()
    assert len(play.live_cards(CARD)) == 1
    gu.says("5栋门口井盖松了")
    await gu.sees("〔1002〕")


async def test_a_group_becomes_a_supergroup(staging: Staging) -> None:
    """In the middle of a matter the group gets a new id: the card goes on there, and so do new matters."""
    async with staging(chat_type="group") as play:
        gu, tu, wang = play.people("顾阿姨", "tu", "wang")
        gu.says(SENTENCE)
        await gu.sees(CARD)
        await play.until_quiet()
        new = play.world.migrate(GRID1)
        await play.until_quiet()
        tu.tells("/done 1001 换好了")
        card = await gu.asked_to("confirm", CARD, "换好了", chat=new)
        await wang.taps(await wang.asked_to("approve", CARD), "approve")
        await gu.taps(card, "confirm")
        await gu.sees(CARD, "已解决，办结", chat=new)
        gu.says("5栋门口井盖松了", chat=new)
        await gu.sees("〔1002〕", chat=new)
        await play.until_quiet()
        assert len(play.live_cards(CARD, new)) == 1


async def test_a_long_absence_is_told_once(database: str) -> None:
    """More than a day away: Telegram has dropped what was said then, so each group hears of it, once."""
    async with Rehearsal(start=wednesday(10), limits=False, page=False) as rehearsal:
        async with playing(database, rehearsal=rehearsal) as play:
            await play.until_quiet()
        rehearsal.clock.set(wednesday(9, days=1))
        async with playing(database, rehearsal=rehearsal, staged=True) as play:
            assert not [text for chat in GROUPS for text in play.group_heard(chat)]
        rehearsal.clock.set(wednesday(15, days=2))
        for _ in range(2):
            async with playing(database, rehearsal=rehearsal, staged=True) as play:
                for chat in GROUPS:
                    [text] = play.group_heard(chat)
                    assert "那时的话可能没收到" in text
                    assert "昨天" in text or "周四" in text
