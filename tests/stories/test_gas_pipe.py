"""Z1: a gas pipe has fallen off at night. The whistle calls everybody at once; it is over with proof from the place."""

from datetime import timedelta
from pathlib import Path

import pytest

from messages import phrase
from tests.stories.counties import county
from tests.stories.theatre import SHANGHAI, WEDNESDAY, playing
from tests.stories.whistling import accepted, does, finishes, lane, taken
from tickets.lane import LaneRole, LaneState, WhistleState
from tickets.model import Status

JPEG = b"\xff\xd8\xff\xd9"
LINES = {
    "zh": {
        "found": "我家1栋翻盖，墙边天然气管道掉下来一截，会不会漏气！",
        "please": "人已经撤出来了，请马上来抢修",
        "cut": "阀门关了，管道接好，测过不漏",
        "there": "警戒已撤",
        "done": "一起测过，不漏了，可以回屋",
    },
    "en": {
        "found": "The gas pipe fell off the wall of my house in building 1, I can smell gas",
        "please": "Everybody is outside, please repair it at once",
        "cut": "Valve closed, pipe mended, tested tight",
        "there": "The barrier is gone",
        "done": "Tested together, it is tight, you may go in",
    },
}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_everybody_is_called_at_once(language: str, sqlite_url: str, tmp_path: Path) -> None:
    """Safety text, worker and leader together, gas company and emergency office with one tap, in the quiet hours."""
    say = LINES[language]
    night = WEDNESDAY.replace(hour=23, minute=20, tzinfo=SHANGHAI)
    async with playing(sqlite_url, district=county(tmp_path, "zhangzi", language), start=night) as play:
        gu, tu, wang, zhen, yang, zhu = play.people("顾阿姨", "tu", "wang", "zhen", "yang", "zhu")
        gu.starts()
        await play.until_quiet()
        gu.says(say["found"])
        await gu.reads("119")
        await wang.asked_to("take", "〔1001〕")
        await taken(play, tu)
        await does(play, tu, "whistle")
        brief = await tu.asked_to("lane_button.words", "〔1001〕", say["found"])
        up = phrase("lane_button.up", language, name="河口乡")
        await tu.taps(brief, up)
        await play.until_quiet()
        ticket = await play.ticket()
        assert ticket.whistle is not None
        assert ticket.whistle.state is WhistleState.NAMED
        assert {one.department: one.role for one in ticket.lanes} == {
            "gas": LaneRole.LEAD,
            "emergency": LaneRole.ASSIST,
        }
        limits = [one.done_by for one in ticket.lanes if one.done_by is not None]
        assert max(limits) <= night + timedelta(hours=2, minutes=1), "danger has its own clock"
        for who in (yang, zhu):
            await who.asked_to("lane_button.report_in", "〔1001〕", say["found"])
        await zhen.reads("〔1001〕", say["found"])
        assert play.rehearsal.clock.now().astimezone(SHANGHAI).hour == 23, "nobody waited for the morning"
        await does(play, yang, "lane_button.report_in")
        # The emergency office does not answer: it is reminded within minutes, then the level above is.
        await play.later(minutes=9)
        await zhu.reads("〔1001〕", "应急局")
        assert (await lane(play, "emergency")).state is LaneState.CALLED
        await zhen.reads("〔1001〕", "应急局", without=(say["found"],))
        await does(play, zhu, "lane_button.report_in")
        # Nobody says that it is over while somebody is at it.
        await finishes(play, tu, say["done"])
        assert (await play.ticket()).status is Status.HANDLING
        await tu.reads("燃气公司", "应急局", without=(say["found"],))
        await does(play, yang, "lane_button.deliver")
        play.world.send_photo(yang.telegram, play.bot, JPEG, caption=say["cut"])
        proof = await tu.reads("燃气公司", say["cut"])
        assert proof.media, "the picture from the place comes with the words"
        await play.until_quiet()
        await does(play, zhu, "lane_button.deliver", say["there"])
        # Words alone do not end it: whoever tells the resident has been there and shows it.
        await finishes(play, tu, say["done"])
        await tu.reads("还差一张现场的照片或视频")
        assert (await play.ticket()).status is Status.HANDLING
        play.world.send_photo(tu.telegram, play.bot, JPEG)
        await accepted(play, wang, gu, say["done"])
        ticket = await play.ticket()
        assert ticket.status is Status.CLOSED
        assert [one.state for one in ticket.lanes] == [LaneState.DONE, LaneState.DONE]
