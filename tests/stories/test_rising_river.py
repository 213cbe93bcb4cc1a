"""J1: midnight, the river rises, a manhole cover is gone. Six departments come, and all is well before sunrise."""

from pathlib import Path

import pytest

from messages import phrase
from tests.stories.counties import county, rooms
from tests.stories.theatre import SHANGHAI, WEDNESDAY, playing, wednesday
from tests.stories.whistling import (
    accepted,
    calls,
    does,
    finishes,
    labels,
    lane,
    taken,
    toast,
    whistles,
)
from tickets.lane import LaneRole, LaneState
from tickets.model import Status
from tickets.service import DeadlineClass

LINES = {
    "zh": {
        "found": "1栋旁边步行道的井盖没了，水往外翻",
        "please": "天亮有人晨跑，请快来人",
        "wanted": "井盖、清淤",
        "no": "不是生产安全的事",
        "so be it": "好，那就不用来了",
        "cover": "新井盖盖上了",
        "silt": "淤泥冲干净了",
        "well": "看过了，围挡可以撤",
        "done": "天亮前都弄好了，路面也冲过",
        "results": ("井盖", "清淤"),
    },
    "en": {
        "found": "The manhole cover on the footpath near building 1 was washed away, water comes out",
        "please": "People jog here at dawn, please come quickly",
        "wanted": "cover, silt",
        "no": "This is no safety at work",
        "so be it": "All right, then you need not come",
        "cover": "A new one is on",
        "silt": "The mud is washed away",
        "well": "Looked at it, the fence can go",
        "done": "All done before dawn, the path is washed",
        "results": ("cover", "silt"),
    },
}
SIX = ("公共事业中心", "应急局", "安监局", "社会事务局", "美丽办", "城管局")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_six_departments_before_sunrise(language: str, sqlite_url: str, tmp_path: Path) -> None:
    """Community and street at once, the zone calls six; two results are required; nobody waits for the morning."""
    say = LINES[language]
    midnight = WEDNESDAY.replace(hour=0, minute=5, tzinfo=SHANGHAI)
    async with playing(sqlite_url, district=county(tmp_path, "jifeng", language), start=midnight) as play:
        tu, wang, cun, zhen, xian = play.people("tu", "wang", "cun", "zhen", "xian")
        shi, zhu, an, she, cheng, gu = play.people("shi", "zhu", "an", "she", "cheng", "顾阿姨")
        await rooms(play)
        gu.starts()
        gu.says(say["found"])
        await taken(play, tu)
        await whistles(play, tu, say["please"])
        # Community and street read it at the same moment; neither calls departments, the street asks on.
        await cun.asked_to("lane_button.on", "〔1001〕", say["please"], say["found"])
        card = await zhen.asked_to("lane_button.on", "〔1001〕", say["please"], say["found"])
        assert await zhen.taps(card, "lane_button.on")
        await calls(play, xian, *SIX, lead="公共事业中心", wanted=say["wanted"])
        ticket = await play.ticket()
        assert [one.role for one in ticket.lanes].count(LaneRole.LEAD) == 1
        assert (len(ticket.lanes), ticket.whistle and len(ticket.whistle.wanted)) == (6, 2)
        # Each reports in within the half hour; one thinks it is not its matter, the zone agrees.
        for one in (shi, zhu, cheng):
            await does(play, one, "lane_button.report_in")
        await does(play, an, "lane_button.refuse", say["no"])
        away = phrase("lane_above.excuse", language, name="安监局")
        news = await xian.asked_to(away, "〔1001〕", say["no"])
        await xian.taps(news, away)
        await play.until_quiet()
        xian.tells(say["so be it"])
        await an.reads("〔1001〕", say["so be it"])
        # Nobody has heard of the two lanes of one office; at half past it is reminded, later the level above hears.
        await play.at(wednesday(0, 40))
        both = [f"{name} · {phrase('lane_button.report_in', language)}" for name in ("社会事务局", "美丽办")]
        await she.asked_to(both[0], "〔1001〕", "社会事务局", "美丽办")
        await play.at(wednesday(1, 0))
        late = await xian.reads("〔1001〕", "社会事务局", "美丽办", phrase("lane_role.assist", language))
        assert "应急局" in late.text
        for button in both:
            await does(play, she, button)
        # The cover is on, the mud is gone: each result is there by name.
        await play.at(wednesday(3, 30))
        cover, silt = (phrase("lane_button.result", language, name=name) for name in say["results"])
        await does(play, shi, cover, say["cover"])
        await does(play, she, f"社会事务局 · {silt}", say["silt"])
        for who, button in (
            (zhu, "lane_button.deliver"),
            (cheng, "lane_button.deliver"),
            (she, f"美丽办 · {phrase('lane_button.deliver', language)}"),
        ):
            await does(play, who, button, say["well"])
        await play.at(wednesday(4, 50))
        assert not [one for one in (await play.ticket()).lanes if one.open]
        await tu.asked_to("finish", "〔1001〕", say["well"])
        await finishes(play, tu, say["done"])
        await accepted(play, wang, gu, say["done"])
        ticket = await play.ticket()
        assert ticket.status is Status.CLOSED
        assert ticket.closed_at is not None
        assert ticket.closed_at.astimezone(SHANGHAI) < wednesday(5, 0), "before sunrise"
        assert (await lane(play, "safety")).state is LaneState.EXCUSED
        good = f"公共事业中心 {phrase('mark.good', language)}"
        assert await tu.taps(await tu.asked_to(good), good) in toast("lane_rate")


async def test_in_danger_the_street_still_brings_in_the_zone(sqlite_url: str, tmp_path: Path) -> None:
    """Of danger the department of the service comes with the whistle itself; the other five come by the same way up."""
    found, please = "1栋旁边步行道有个井盖被河水冲走了，水往外翻", "天亮有人晨跑，请快来人"
    midnight = WEDNESDAY.replace(hour=0, minute=5, tzinfo=SHANGHAI)
    async with playing(sqlite_url, district=county(tmp_path, "jifeng"), start=midnight) as play:
        tu, cun, zhen, xian, shi, zhu, gu = play.people("tu", "cun", "zhen", "xian", "shi", "zhu", "顾阿姨")
        await rooms(play)
        gu.starts()
        gu.says(found)
        await taken(play, tu)
        await whistles(play, tu, please)
        assert (await play.ticket()).deadline_class is DeadlineClass.LIFE
        await shi.asked_to("lane_button.report_in", "〔1001〕", please)
        await cun.asked_to("lane_button.on", "〔1001〕", please, found)
        card = await zhen.asked_to("lane_button.on", "〔1001〕", please, found)
        assert await zhen.taps(card, "lane_button.on")
        await play.until_quiet()
        await calls(play, xian, *SIX[1:], lead="应急局", wanted="井盖、清淤")
        ticket = await play.ticket()
        assert ticket.whistle is not None
        assert (ticket.whistle.by, ticket.whistle.words, ticket.whistle.wanted) == ("tu", please, ("井盖", "清淤"))
        leads = [one.department for one in ticket.lanes if one.role is LaneRole.LEAD]
        assert leads == ["works"], "who is on the way leads on"
        assert (len(ticket.lanes), len({one.department for one in ticket.lanes})) == (6, 6)
        await zhu.asked_to("lane_button.report_in", "〔1001〕", please)
        # Asked once is enough: neither card offers it again.
        for who in (cun, zhen):
            newest = await who.reads("〔1001〕", please, found)
            assert phrase("lane_button.on", "zh") not in labels(newest)
