"""T2, T6, S1, J3, J4: departments that a leader, a team, a zone or a community call, and what comes of it."""

from pathlib import Path

import pytest

from messages import phrase
from tests.stories.counties import CITY, ENVIRONMENT, county, rooms
from tests.stories.test_rights import Forger
from tests.stories.theatre import SHANGHAI, WEDNESDAY, playing, wednesday
from tests.stories.whistling import asks_on, calls, does, finishes, lane, reports, taken, whistles
from tickets.lane import LaneRole, LaneState
from tickets.model import Status
from tickets.service import DeadlineClass

BOTH = pytest.mark.parametrize("language", ["zh", "en"])

LINES = {
    "zh": {
        "illegal": "1栋后面有人在搭违章建筑",
        "stop": "城管局 请来人制止",
        "stopped": "已责令停工，明天自己拆",
        "barrels": "1栋河边空厂房有人卸化工桶，味道刺鼻",
        "together": "明早一起去看，先别惊动",
        "tomorrow": "明早 9 点",
        "meet": "一起到场，请别忘了",
        "seized": "桶封存了，人带走问话",
        "crossing": "1栋码头清明过渡的人多，风浪大，怕出事",
        "ship": "渔业局 请派巡逻船来看护",
        "there": "船到了，守到下午四点",
        "closing": "1栋学校旁边的店都被要求关门，学生买文具没地方去",
        "hours": "请定个开放时段",
        "keep": "上学放学我们轮流看着，先让店开半天",
        "shut": "不归我们定",
        "may": "早 7 点到 8 点、下午 4 点到 6 点可以开",
        "order": "已和学校说好，放学时派人维持",
        "pedlars": "1栋路口小贩占道，城管一来就吵",
        "place": "请帮小贩找个摆摊的地方",
        "agreed": "摊位划好了，明天起进场",
        "fine": "小贩都搬进去了，路口清出来了",
    },
    "en": {
        "illegal": "Somebody builds an illegal shed behind building 1",
        "stop": "城管局 please come and stop it",
        "stopped": "Work was stopped, it comes down tomorrow",
        "barrels": "A truck is unloading chemical drums at the plant near building 1, please check",
        "together": "Let us go there together tomorrow, without a word before",
        "tomorrow": "tomorrow 9:00",
        "meet": "please remember",
        "seized": "Barrels sealed, people questioned",
        "crossing": "Please look after the ferry crossing at the pier of building 1, it is crowded",
        "ship": "渔业局 please send a patrol ship",
        "there": "The ship is there until four",
        "closing": "School matter: the shops at the primary school by building 1 have to close, please help the pupils",
        "hours": "Please set opening hours",
        "keep": "We keep order at school hours, the shops open half the day",
        "shut": "Not ours to decide",
        "may": "Open from 7 to 8 and from 4 to 6",
        "order": "The school agrees, we send somebody after school",
        "pedlars": "Street vendors block the crossing at building 1 and quarrel with the officers",
        "place": "Please find them a place",
        "agreed": "Twenty stalls are ready, from tomorrow",
        "fine": "They have moved in, the crossing is free",
    },
}


@BOTH
async def test_a_leader_leads_departments_himself(language: str, sqlite_url: str, tmp_path: Path) -> None:
    """T2: in Tongzhou the leader calls the officers at once; the matter becomes an upgraded one of three days."""
    say = LINES[language]
    start = WEDNESDAY.replace(hour=9, minute=35)
    async with playing(sqlite_url, district=county(tmp_path, "tongzhou", language), start=start) as play:
        gu, tu, wang, cheng = play.people("顾阿姨", "tu", "wang", "cheng")
        await rooms(play)
        gu.starts()
        gu.says(say["illegal"])
        await taken(play, tu)
        # The worker asks the level above; only the leader calls departments without asking.
        tu.tells("/whistle 1001")
        brief = await tu.asked_to("lane_button.words", "〔1001〕", say["illegal"])
        assert phrase("lane_button.call", language) not in [one.text for row in brief.buttons for one in row]
        wang.tells(f"/whistle 1001 {say['stop']}")
        page = await wang.asked_to("lane_button.send", "〔1001〕", "城管局")
        await wang.taps(page, "lane_button.send")
        await play.until_quiet()
        ticket = await play.ticket()
        assert ticket.deadline_class is DeadlineClass.UPGRADED
        assert ticket.done_by is not None
        assert ticket.done_by.astimezone(SHANGHAI) == wednesday(18, 0, days=2), "three working days"
        await does(play, cheng, "lane_button.report_in")
        await does(play, cheng, "lane_button.deliver", say["stopped"])
        await wang.reads("〔1001〕", say["stopped"])
        assert (await lane(play, "city_management")).role is LaneRole.LEAD


@BOTH
async def test_four_departments_at_an_appointed_hour(language: str, sqlite_url: str, tmp_path: Path) -> None:
    """T6: barrels at half past five. Next morning at nine four departments meet there; nothing is read in any group."""
    say = LINES[language]
    start = WEDNESDAY.replace(hour=17, minute=30)
    four = ("环保局", "应急局", "安监局", "城管局")
    async with playing(sqlite_url, district=county(tmp_path, "zhangzi", language), start=start) as play:
        gu, tu, zhen, xian, an = play.people("顾阿姨", "tu", "zhen", "xian", "an")
        await rooms(play)
        await reports(play, gu, say["barrels"], tu)
        await whistles(play, tu, say["together"])
        await asks_on(zhen)
        await calls(play, xian, *four, lead="环保局", hour=say["tomorrow"])
        ticket = await play.ticket()
        assert ticket.private
        assert {one.hour.astimezone(SHANGHAI) for one in ticket.lanes if one.hour} == {wednesday(9, 0, days=1)}
        assert not any(one.room for one in ticket.lanes), "no room reads a private matter"
        forger = Forger(play, xian)
        for data in ("blow:1001:call", "blow:1001:on", "lane:1001:0.report_in", "lane:1001:0.spare"):
            forger.taps(f"c1:{data}", chat=CITY)
        await play.until_quiet()
        assert [one.state for one in (await play.ticket()).lanes] == [LaneState.CALLED] * 4
        for name in ("huan", "zhu", "an", "cheng"):
            await does(play, play.person(name), "lane_button.report_in")
        # Half an hour before, everybody is reminded of it.
        await play.at(wednesday(8, 30, days=1))
        await an.reads("〔1001〕", say["meet"])
        for name in ("huan", "zhu", "an", "cheng"):
            await does(play, play.person(name), "lane_button.deliver", say["seized"])
        assert not [one for one in (await play.ticket()).lanes if one.open]
        heard = [*play.group_heard(), *play.group_heard(CITY), *play.group_heard(ENVIRONMENT)]
        assert not [text for text in heard if "1001" in text or say["barrels"][:6] in text]


@BOTH
async def test_a_patrol_ship_within_the_hour(language: str, sqlite_url: str, tmp_path: Path) -> None:
    """S1: in Zhoushan the team asks the fishery bureau itself; the ship is there within one hour."""
    say = LINES[language]
    async with playing(sqlite_url, district=county(tmp_path, "zhoushan", language)) as play:
        tu, she, cun = play.people("tu", "she", "cun")
        tu.tells(f"/file {say['crossing']}")
        await play.until_quiet()
        tu.tells("/take 1001")
        await play.until_quiet()
        tu.tells(f"/whistle 1001 {say['ship']}")
        await tu.taps(await tu.asked_to("lane_button.send", "〔1001〕", "渔业局"), "lane_button.send")
        await play.until_quiet()
        await does(play, she, "lane_button.report_in", "", say["crossing"])
        await play.later(minutes=50)
        await does(play, she, "lane_button.deliver", say["there"])
        await tu.asked_to("finish", "渔业局", say["there"])
        found = await lane(play, "fishery")
        assert found.results
        assert found.reported_at is not None
        assert (found.results[0].at - found.at).total_seconds() <= 3600, "within the hour"
        assert not [text for text in cun.received() if "1001" in text], "nobody above had to be asked"


@BOTH
async def test_making_do_until_the_answer_comes(language: str, sqlite_url: str, tmp_path: Path) -> None:
    """J3: an interim measure and a pending decision in one ticket; a department that refuses is told to come."""
    say = LINES[language]
    async with playing(sqlite_url, district=county(tmp_path, "jifeng", language)) as play:
        gu, tu, xian, zhen = play.people("顾阿姨", "tu", "xian", "zhen")
        cheng, she = play.people("cheng", "she")
        await rooms(play)
        await reports(play, gu, say["closing"], tu)
        await whistles(play, tu, say["hours"])
        await asks_on(zhen)
        await calls(play, xian, "城管局", "社会事务局", lead="城管局")
        # Until the answer comes the members keep order; whoever asked reads it.
        await does(play, tu, "make_do", say["keep"])
        await gu.reads("〔1001〕", say["keep"])
        interim = (await play.ticket()).interim
        assert interim is not None
        assert interim.words == say["keep"]
        await does(play, cheng, "lane_button.report_in")
        # One refuses; the zone, which has nobody above, says that it must; it cannot refuse again.
        await does(play, she, "lane_button.refuse", say["shut"])
        must = phrase("lane_above.insist", language, name="社会事务局")
        await xian.taps(await xian.asked_to(must, "〔1001〕", say["shut"]), must)
        await play.until_quiet()
        assert (await lane(play, "social")).settled
        refuse = phrase("lane_button.refuse", language)
        card = await she.asked_to("lane_button.report_in", "〔1001〕", say["closing"])
        assert refuse not in [one.text for row in card.buttons for one in row]
        await does(play, she, "lane_button.report_in", "", say["closing"])
        await play.at(wednesday(10, 0, days=1))
        assert (await play.ticket()).status is Status.HANDLING
        await does(play, cheng, "lane_button.deliver", say["may"])
        await does(play, she, "lane_button.deliver", say["order"], say["closing"])
        await finishes(play, tu, say["may"])
        await gu.reads("〔1001〕", say["may"])
        assert (await play.ticket()).status is not Status.HANDLING


@BOTH
async def test_a_place_for_the_pedlars(language: str, sqlite_url: str, tmp_path: Path) -> None:
    """J4: community and street find a place; both sides are told, the ticket ends solved with the agreement."""
    say = LINES[language]
    policy = "  whistle: {names: []}"
    async with playing(sqlite_url, district=county(tmp_path, "jifeng", language, policy=policy)) as play:
        gu, tu, wang, cun, shi, cheng = play.people("顾阿姨", "tu", "wang", "cun", "shi", "cheng")
        await rooms(play)
        gu.starts()
        gu.says(say["pedlars"])
        await taken(play, tu)
        await whistles(play, tu, say["place"])
        await calls(play, cun, "公共事业中心", "城管局", lead="公共事业中心")
        await does(play, shi, "lane_button.report_in")
        # The lead has found a place: whoever is not needed any more is spared, with a word.
        spare = phrase("lane_above.excuse", language, name="城管局")
        await does(play, shi, "lane_button.spare", "", say["pedlars"])
        await shi.taps(await shi.asked_to(spare, "〔1001〕"), spare)
        await play.until_quiet()
        shi.tells(say["fine"])
        await cheng.reads("〔1001〕", say["fine"])
        await does(play, shi, "lane_button.deliver", say["agreed"])
        await finishes(play, tu, say["agreed"])
        await gu.reads("〔1001〕", say["agreed"])
        await wang.taps(await wang.asked_to("approve", "〔1001〕"), "approve")
        await gu.taps(await gu.asked_to("confirm", say["agreed"]), "confirm")
        await play.until_quiet()
        ticket = await play.ticket()
        assert (ticket.status, ticket.ending) == (Status.CLOSED, "solved")
        states = {one.department: one.state for one in ticket.lanes}
        assert states == {"works": LaneState.DONE, "city_management": LaneState.EXCUSED}


@BOTH
async def test_the_command_centre_has_officers_sent_through_the_street(
    language: str, sqlite_url: str, tmp_path: Path
) -> None:
    """T2: 09:35, the command centre sees it; the street takes it and asks; officers are sent, the centre says yes."""
    say = LINES[language]
    start = WEDNESDAY.replace(hour=9, minute=35)
    async with playing(sqlite_url, district=county(tmp_path, "tongzhou", language), start=start) as play:
        tu, cun, zhen, xian, cheng = play.people("tu", "cun", "zhen", "xian", "cheng")
        await rooms(play)
        xian.tells(f"/file {say['illegal']}")
        await tu.asked_to("take", "〔1001〕", say["illegal"])
        await play.until_quiet()
        await whistles(play, zhen, say["stop"])
        assert (await play.ticket()).handler == "zhen", "it is no longer the worker's"
        await calls(play, xian, "城管局", lead="城管局")
        assert (await lane(play, "city_management")).role is LaneRole.LEAD
        await does(play, cheng, "lane_button.report_in")
        await does(play, cheng, "lane_button.deliver", say["stopped"])
        await zhen.reads("〔1001〕", say["stopped"])
        await finishes(play, zhen, say["stopped"])
        # The level above whoever did it reported it, so the community reviews.
        await cun.taps(await cun.asked_to("approve", "〔1001〕", say["stopped"]), "approve")
        yes = phrase("button.confirm", "zh")  # whoever reports reads it in the language of the own app
        await xian.taps(await xian.asked_to(yes, "〔1001〕", say["stopped"]), yes)
        await play.until_quiet()
        ticket = await play.ticket()
        assert (ticket.status, ticket.ending, ticket.reviewed_by) == (Status.CLOSED, "solved", "cun")
        assert play.group_heard() == [], "what the centre files is nobody's in the group"
