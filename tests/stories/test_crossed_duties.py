"""Z3: rubbish by the river. One office names the other, that one the village: the county says who leads."""

from pathlib import Path

import pytest

from messages import phrase
from rehearsal import Message
from tests.stories.counties import ENVIRONMENT, county, rooms
from tests.stories.theatre import Person, Play, playing
from tests.stories.whistling import labels, toast
from tickets.lane import LaneRole, LaneState
from tickets.model import Status

LINES = {
    "zh": {
        "request": "1栋河边垃圾没人清，又烧又臭，环保说归城管，城管说归村里",
        "summary": "河边垃圾",
        "wanted": "请县里定一下谁来办",
        "ask": "垃圾堆在桥的哪一边",
        "answer": "桥东头",
        "city": "垃圾清走了，立了牌子",
        "environment": "不再冒烟了，取过样",
        "done": "去看过了，清干净了",
    },
    "en": {
        "request": "Rubbish piles up by the river near building 1 and nobody collects it, each office names another",
        "summary": "Rubbish",
        "wanted": "Please say who has to do it",
        "ask": "Which side of the bridge?",
        "answer": "The east end",
        "city": "Rubbish taken away, a sign put up",
        "environment": "No more smoke, a sample was taken",
        "done": "I went and looked, it is clean",
    },
}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_county_names_who_leads(language: str, sqlite_url: str, tmp_path: Path) -> None:
    """Worker → township → county; two departments start together, one in its room; each reports in and is done."""
    say = LINES[language]
    async with playing(sqlite_url, district=county(tmp_path, "zhangzi", language)) as play:
        gu, tu, wang, zhen, xian, huan, cheng = play.people("顾阿姨", "tu", "wang", "zhen", "xian", "huan", "cheng")
        await rooms(play)
        gu.starts()
        gu.says(say["request"])
        card = await tu.asked_to("take", "〔1001〕")
        await tu.taps(card, "take")
        await tu.taps(await tu.asked_to("whistle", "〔1001〕"), "whistle")
        brief = await tu.asked_to("lane_button.words", "〔1001〕", say["request"])
        await tu.taps(brief, "lane_button.words")
        await play.until_quiet()
        tu.tells(say["wanted"])
        brief = await tu.reads(say["request"], say["wanted"])
        up = phrase("lane_button.up", language, name="河口乡")
        assert "河口乡" in await tu.taps(brief, up)
        # The township collates: it may not call departments, it asks on.
        seen = await zhen.asked_to("lane_button.on", "〔1001〕", say["request"], say["wanted"])
        assert phrase("lane_button.call", language) not in labels(seen)
        assert "示例县报到中心" in await zhen.taps(seen, "lane_button.on")
        # The county names the lead, an assistant and who is told.
        seen = await xian.asked_to("lane_button.call", "〔1001〕", say["request"])
        await xian.taps(seen, "lane_button.call")
        page = await xian.asked_to("lane_button.drop", "〔1001〕")
        for sign, name in (("○", "环保局"), ("●", "城管局")):
            page = await choose(play, xian, page, sign, name)
        assert phrase("lane_role.lead", language) in page.text
        assert await xian.taps(page, "lane_button.send") in toast("called_in")
        await play.until_quiet()
        ticket = await play.ticket()
        roles = {one.department: one.role for one in ticket.lanes}
        assert {"city_management": LaneRole.LEAD, "environment": LaneRole.ASSIST}.items() <= roles.items()
        assert len({one.at for one in ticket.lanes}) == 1, "all lanes start together"
        # One answers in private, the other in its room, where anybody may press.
        room = await huan.sees("〔1001〕", say["request"], chat=ENVIRONMENT)
        assert "顾阿姨" not in room.text
        assert await huan.taps(room, "lane_button.report_in") in toast("lane_report_in")
        own = await cheng.asked_to("lane_button.report_in", "〔1001〕")
        await cheng.taps(own, "lane_button.report_in")
        own = await cheng.asked_to("lane_button.ask", "〔1001〕")
        await cheng.taps(own, "lane_button.ask")
        await play.until_quiet()
        cheng.tells(say["ask"])
        asked = await tu.asked_to("lane_button.tell", say["ask"])
        await tu.taps(asked, "lane_button.tell")
        await play.until_quiet()
        tu.tells(say["answer"])
        await cheng.reads("〔1001〕", say["answer"])
        # Nobody calls it done before the last department is.
        refused = await tu.taps(await tu.asked_to("finish", "〔1001〕"), "finish")
        await play.until_quiet()
        tu.tells(say["done"])
        await tu.reads("城管局", "环保局", without=(say["request"],))
        assert (await play.ticket()).status is Status.HANDLING, refused
        room = await huan.sees("〔1001〕", say["request"], chat=ENVIRONMENT)
        assert await huan.taps(room, "lane_button.deliver") in toast("lane_reply")
        await play.until_quiet()
        huan.says(say["environment"], chat=ENVIRONMENT, reply_to=room)
        await tu.reads("环保局", say["environment"])
        own = await cheng.asked_to("lane_button.deliver", "〔1001〕")
        await cheng.taps(own, "lane_button.deliver")
        await play.until_quiet()
        cheng.tells(say["city"])
        over = await tu.asked_to("finish", "城管局", say["city"])
        await tu.taps(over, "finish")
        await play.until_quiet()
        tu.tells(say["done"])
        await gu.sees("〔1001〕", say["done"])
        await wang.taps(await wang.asked_to("approve", "〔1001〕"), "approve")
        await gu.taps(await gu.asked_to("confirm", say["done"]), "confirm")
        # Whoever whistled says how each department was.
        await play.until_quiet()
        good = f"城管局 {phrase('mark.good', language)}"
        rate = await tu.asked_to(good)
        await tu.taps(rate, good)
        await play.until_quiet()
        ticket = await play.ticket()
        assert ticket.status is Status.CLOSED
        states = {one.department: one.state for one in ticket.lanes}
        assert states["city_management"] is states["environment"] is LaneState.DONE
        assert [one.mark for one in ticket.lanes if one.department == "city_management"] == ["good"]
        assert not [text for text in play.group_heard() if "桓庚" in text or "程辛" in text]


async def choose(play: Play, who: Person, page: Message, sign: str, name: str) -> Message:
    """Press a department on the page until it has the sign wanted; return the page as it is then."""
    while f"{sign} {name}" not in labels(page):
        await who.taps(page, next(one for one in labels(page) if one.endswith(name)))
        await play.until_quiet()
        page = await who.asked_to("lane_button.drop", "〔1001〕")
    return page
