"""Rooms: a level above that nobody can be written to, a department without contact, and who may press where."""

from pathlib import Path

from tests.stories.counties import COUNTY_ROOM, ENVIRONMENT, county, rooms
from tests.stories.test_rights import Forger
from tests.stories.theatre import playing
from tests.stories.whistling import asks_on, does, labels, lane, taken, toast, whistles
from tickets.lane import LaneState

SAID = "1栋河边有人倒垃圾"


async def test_a_staff_room_decides_and_a_department_has_an_owner(sqlite_url: str, tmp_path: Path) -> None:
    """The supervisor has blocked the bot: whoever is in the room names the departments. One has no contact."""
    async with playing(sqlite_url, district=county(tmp_path, "zhangzi")) as play:
        gu, tu, zhen, xian, huan, cheng = play.people("顾阿姨", "tu", "zhen", "xian", "huan", "cheng")
        await rooms(play)
        play.world.block(xian.telegram, play.bot)
        gu.starts()
        gu.says(SAID)
        await taken(play, tu)
        await whistles(play, tu, "请县里派人")
        await asks_on(zhen)
        await play.until_quiet()
        card = await xian.asked_to("lane_button.call", "〔1001〕", SAID, chat=COUNTY_ROOM)
        await xian.taps(card, "lane_button.call")
        page = await xian.asked_to("lane_button.drop", "〔1001〕", chat=COUNTY_ROOM)
        for name in ("水利局", "环保局"):
            if not [one for one in labels(page) if one.endswith(name) and one[:1] in "●○"]:
                await xian.taps(page, next(one for one in labels(page) if one.endswith(name)))
                await play.until_quiet()
                page = await xian.asked_to("lane_button.drop", "〔1001〕", chat=COUNTY_ROOM)
        await xian.taps(page, "lane_button.wanted")
        await play.until_quiet()
        xian.says("岸边干净、立牌", chat=COUNTY_ROOM, reply_to=page)
        page = await xian.sees("〔1001〕", "岸边干净、立牌", chat=COUNTY_ROOM)
        assert await xian.taps(page, "lane_button.send") in toast("called_in")
        await play.until_quiet()
        # Nobody can be reached at the water bureau: told at once, and the county answers for it.
        assert (await lane(play, "nobody")).owner == "d"
        await tu.reads("水利局", "联系不上，由示例县报到中心盯着")
        await xian.sees("水利局", "联系不上，由示例县报到中心盯着", chat=COUNTY_ROOM)
        # A stranger with the right number gets nowhere, nor does another department.
        before = await play.ticket()
        gu_forges, cheng_forges = Forger(play, gu), Forger(play, cheng)
        places = range(len(before.lanes))
        for act in ("report_in", "deliver", "refuse", "excuse", "insist", "tell", "spare", "rate.good", "nonsense", ""):
            for place in places:
                gu_forges.taps(f"c1:lane:1001:{place}.{act}")
                if before.lanes[place].department != "city_management":
                    cheng_forges.taps(f"c1:lane:1001:{place}.{act}")
        for data in (
            "blow:1001:up",
            "blow:1001:back",
            "blow:1001:self",
            "blow:1001:call",
            "blow:x:up",
            "summon:1:send",
        ):
            gu_forges.taps(f"c1:{data}")
        await play.until_quiet()
        after = await play.ticket()
        assert (after.lanes, after.handler) == (before.lanes, before.handler)
        # Words without a button are for nobody.
        room = await huan.sees("〔1001〕", SAID, chat=ENVIRONMENT)
        huan.says("收到，马上去", chat=ENVIRONMENT, reply_to=room)
        huan.tells("已经到了", reply_to=await huan.reads("〔1001〕", SAID))
        await huan.reads("先点卡片上的按钮")
        assert not (await lane(play, "environment")).said
        huan.tells("/tickets")
        await huan.reads("您手上 1 件", "河边")
        await does(play, huan, "lane_button.deliver", "", SAID)
        huan.tells("岸边干净了")
        await tu.reads("环保局", "岸边干净了", "立牌")
        wanted = (await play.ticket()).whistle
        assert wanted is not None
        assert [one.wanted for one in (await lane(play, "environment")).results] == [0]
        # The county writes down what the water bureau did, on the telephone.
        own = "水利局已办好"
        card = await xian.asked_to(own, "〔1001〕", chat=COUNTY_ROOM)
        assert await xian.taps(card, own) in toast("lane_reply")
        await play.until_quiet()
        xian.says("电话里说立牌也好了", chat=COUNTY_ROOM, reply_to=card)
        await tu.asked_to("finish", "水利局", "立牌也好了")
        assert (await lane(play, "nobody")).state is LaneState.DONE
