"""More time asked for and decided; people who are gone, groups that are none any more, hours that change."""

from pathlib import Path

import pytest

from rehearsal import Rehearsal
from tests.stories.theatre import WEDNESDAY, Play, changed, playing, wednesday
from tickets.model import Status

CARD = "〔1001〕"
GONE = {"{id: tu, ": "{id: gone, ", "{person: tu, ": "{person: gone, ", "telegram: 1001}": "telegram: 1999}"}
SHORTER = {'hours: "Mon-Fri 08:30-12:00, 13:30-18:00"': 'hours: "Mon-Fri 08:30-12:00"'}
UNBOUND = {"chat: -1001000000001": "chat: -1007700000001"}


@pytest.fixture
def database(sqlite_url: str) -> str:
    """No SQL of its own."""
    return sqlite_url


async def test_more_time_is_asked_for_decided_and_told(play: Play) -> None:
    """The worker asks before the time is over, the leader says yes or no, the resident reads until when and why."""
    gu, tu, wang = play.people("顾阿姨", "tu", "wang")
    gu.says("3栋楼道灯坏了")
    await tu.taps(await tu.asked_to("take", CARD), "take")
    await tu.taps(await tu.asked_to("extend", CARD), "extend")
    await tu.taps(await tu.asked_to("more_time.3d", CARD, "要多几天"), "more_time.3d")
    await tu.reads(CARD, "为什么要多些时间")
    tu.tells("配件要从外地调")
    asked = await wang.asked_to("grant", CARD, "配件要从外地调", "想延到")
    assert await wang.taps(asked, "grant") == "延了，已告诉住户"
    await tu.reads(CARD, "同意延期")
    await gu.sees(CARD, "要多些时间：配件要从外地调")
    done_by = (await play.ticket()).done_by
    assert done_by is not None
    assert done_by.astimezone(WEDNESDAY.tzinfo) == wednesday(18, days=5), "three working days, over the weekend"
    assert "已经定了" in await wang.taps(asked, "grant")
    tu.tells("/extend 1001 2天 还缺一个零件")
    await wang.taps(await wang.asked_to("deny", CARD, "还缺一个零件"), "deny")
    await tu.reads(CARD, "没同意延期")
    assert (await play.ticket()).done_by == done_by
    before = len(tu.received())
    await play.at(wednesday(17, days=1))
    assert not [text for text in tu.received()[before:] if "住户在等您" in text]
    await play.at(wednesday(18, 1, days=5))
    await tu.reads(CARD, "住户在等您")
    assert "时间已经过了" in await answered(play, "/extend 1001 1天 再等等")


async def answered(play: Play, words: str) -> str:
    """Give a command and return the newest message afterwards."""
    tu = play.person("tu")
    tu.tells(words)
    await play.until_quiet()
    return tu.received()[-1]


async def test_who_is_gone_leaves_nothing_behind(sqlite_url: str, tmp_path: Path) -> None:
    """While the bot is down, the handler leaves the file, the group its grid, and afternoons are free from now on."""
    async with Rehearsal(start=WEDNESDAY, limits=False, page=False) as rehearsal:
        async with playing(sqlite_url, rehearsal=rehearsal) as play:
            gu, tu = play.people("顾阿姨", "tu")
            gu.says("3栋楼道灯坏了")
            await play.until_quiet()
            play.person("林小满").says("5栋门口的垃圾三天没人收了")
            await play.until_quiet()
            await tu.taps(await tu.asked_to("take", CARD), "take")
            leader = play.person("wang")
            leader.tells("/take 1002")
            await play.until_quiet()
            assert [(await play.ticket(number)).handler for number in (1001, 1002)] == ["tu", "wang"]
        file = changed(tmp_path, {**GONE, **SHORTER, **UNBOUND})
        async with playing(sqlite_url, rehearsal=rehearsal, staged=True, district=file) as play:
            gu, wang = play.people("顾阿姨", "wang")
            await wang.reads(CARD, "已经不在名单上")
            await wang.reads("〔1002〕", "作息表改了")
            moved = await play.ticket(1001)
            assert (moved.status, moved.handler) == (Status.FILED, None)
            assert moved.asked
            other = await play.ticket(1002)
            assert other.done_by is not None
            assert other.done_by.astimezone(WEDNESDAY.tzinfo) == wednesday(9, 30, days=2), (
                "six hours of work, by mornings"
            )
            await wang.taps(await wang.asked_to("take", CARD), "take")
            wang.tells("/done 1001 换好了")
            await gu.sees(CARD, "换好了")
            assert play.most_live_cards(CARD) == 1
