"""Nobody takes it: each step of the ladder at its time and once, and the digests that name it."""

from rehearsal import Rehearsal
from tests.stories.theatre import SHANGHAI, Play, playing, wednesday

CARD = "〔1001〕"
COMMUNITY_ROOM = -1002000000001
PEOPLE = ("tu", "sun", "wang", "li", "wei", "jiang")


def mail(play: Play) -> dict[str, int]:
    """Count the messages about the ticket that each person got so far."""
    return {name: len([text for text in play.person(name).received() if CARD in text]) for name in PEOPLE}


async def test_the_ladder_climbs_by_itself(play: Play) -> None:
    """A reminder at half the time, then the next person, then the leader, then the level above; nothing twice."""
    gu = play.person("顾阿姨")
    gu.says("3栋楼道灯坏了")
    await play.person("tu").asked_to("take", CARD)
    await play.until_quiet()
    assert mail(play) == {"tu": 1, "sun": 0, "wang": 0, "li": 0, "wei": 0, "jiang": 0}
    await play.at(wednesday(10, 58))
    assert mail(play)["tu"] == 1
    await play.at(wednesday(11, 1))
    await play.person("tu").reads(CARD, "还没人接")
    assert mail(play) == {"tu": 2, "sun": 0, "wang": 0, "li": 0, "wei": 0, "jiang": 0}
    await play.at(wednesday(11, 59))
    assert mail(play)["wang"] == 0
    await play.at(wednesday(13, 31))
    await play.person("wang").asked_to("take", CARD)
    assert mail(play) == {"tu": 2, "sun": 0, "wang": 1, "li": 0, "wei": 0, "jiang": 0}
    await gu.sees(CARD, "还没接，正在往上找人")
    await play.at(wednesday(14, 29))
    assert mail(play)["wang"] == 1
    await play.at(wednesday(14, 31))
    await play.person("wang").reads(CARD, "一直没人接", "找过：")
    assert mail(play) == {"tu": 2, "sun": 0, "wang": 2, "li": 0, "wei": 0, "jiang": 0}
    await play.at(wednesday(15, 29))
    assert mail(play)["li"] == 0
    await play.at(wednesday(15, 31))
    await play.person("li").reads(CARD, "湘河社区第一网格一直没人接")
    assert mail(play) == {"tu": 2, "sun": 0, "wang": 2, "li": 1, "wei": 0, "jiang": 0}
    before = mail(play)
    await play.later(minutes=1)
    assert mail(play) == before
    boss = play.person("li")
    await boss.taps(await boss.asked_to("take", CARD), "take")
    await gu.sees(CARD, "李丁")
    assert play.most_live_cards(CARD) == 1


async def test_after_a_long_stop_nobody_is_asked_in_vain(play: Play) -> None:
    """The clock jumps over the whole ladder: overtaken reminders are left out, everybody reads one thing once."""
    play.person("顾阿姨").says("3栋楼道灯坏了")
    await play.person("tu").asked_to("take", CARD)
    await play.at(wednesday(15, 45))
    assert mail(play) == {"tu": 1, "sun": 0, "wang": 2, "li": 1, "wei": 0, "jiang": 0}


async def test_quiet_hours(play: Play) -> None:
    """A reminder that falls into the night waits for the morning; a matter of life wakes everybody at once."""
    await play.at(wednesday(14))
    play.person("顾阿姨").says("3栋楼道灯坏了")
    await play.person("tu").asked_to("take", CARD)
    play.person("tu").tells("/done 1001 换好了")
    wang = play.person("wang")
    await wang.asked_to("approve", CARD)
    await play.until_quiet()
    before = mail(play)["wang"]
    await play.at(wednesday(3, days=1))
    assert mail(play)["wang"] == before
    play.person("林小满").says("我爸胸口疼得厉害，喘不上气")
    for helper in play.people("fei", "tu", "wang"):
        await helper.asked_to("take", "〔1002〕")
    await play.person("tu").taps(await play.person("tu").asked_to("take", "〔1002〕"), "take")
    await play.at(wednesday(7, 29, days=1))
    assert mail(play)["wang"] == before
    await play.at(wednesday(7, 31, days=1))
    assert mail(play)["wang"] == before + 1


async def test_the_digest_names_it(play: Play) -> None:
    """At six the community's supervisor reads the figures and what is late; the street and the district follow."""
    gu, lin = play.people("顾阿姨", "林小满")
    gu.says("3栋楼道灯坏了")
    lin.says("5栋门口井盖松了")
    tu = play.person("tu")
    await tu.taps(await tu.asked_to("take", "〔1002〕"), "take")
    await play.at(wednesday(17, 59))
    assert not [text for text in play.person("li").received() if "新增" in text]
    await play.at(wednesday(18, 1))
    li = play.person("li")
    digest = await li.reads("湘河社区 · 今天", "新增 2，办结 0", CARD, "没人接 1")
    assert "超时" in digest.text
    assert not [text for text in play.person("wei").received() if "新增" in text]
    await li.taps(digest, "view_late")
    await li.reads("超时 ", CARD, "已过", without=("新增",))
    await li.taps(digest, "view_all")
    await li.reads("在办 2 件", CARD, "〔1002〕")
    await play.at(wednesday(18, 21))
    await play.person("wei").reads("湘河街道 · 今天", "新增 2")
    await play.person("jiang").reads("示例区 · 今天", "新增 2")
    await play.at(wednesday(19, 30))
    for name in ("li", "wei", "jiang"):
        assert len([text for text in play.person(name).received() if "新增" in text]) == 1
    assert not [text for text in play.person("tu").received() if "新增" in text]


async def test_the_digest_comes_once_also_after_a_restart(database: str) -> None:
    """The service is stopped before six and started at five past: the digest comes, and only once."""
    async with Rehearsal(start=wednesday(10), limits=False, page=False) as rehearsal:
        async with playing(database, rehearsal=rehearsal) as play:
            play.person("顾阿姨").says("3栋楼道灯坏了")
            await play.person("tu").asked_to("take", CARD)
            await play.at(wednesday(17, 55))
        rehearsal.clock.set(wednesday(18, 5))
        for _ in range(2):
            async with playing(database, rehearsal=rehearsal, staged=True) as play:
                await play.person("li").reads("湘河社区 · 今天", CARD)
                assert len([text for text in play.person("li").received() if "新增" in text]) == 1
                assert rehearsal.clock.now().astimezone(SHANGHAI).hour == 18


async def test_a_digest_in_the_staff_room(play: Play) -> None:
    """Where no supervisor can be reached privately the digest goes to the level's own chat, and says who is lost."""
    play.world.block(play.person("li").telegram, play.bot)
    play.person("顾阿姨").says("3栋楼道灯坏了")
    await play.person("tu").asked_to("take", CARD)
    await play.at(wednesday(18, 1))
    [room] = [one.text for one in play.world.messages(COMMUNITY_ROOM) if "新增" in one.text]
    assert CARD in room
    assert "发不到消息：湘河社区李丁" in room
