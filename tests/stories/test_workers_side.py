"""The workers' side: their list, the duty list, leave with a substitute, the morning list, and the leaders' board."""

import pytest

from tests.stories.conftest import Staging
from tests.stories.theatre import WEDNESDAY, Play, wednesday
from tickets.model import Status


@pytest.fixture
def database(sqlite_url: str) -> str:
    """What differs between the databases here is tested on both in tests/storage."""
    return sqlite_url


async def file_light(play: Play, number: int = 1001, text: str = "3栋楼道灯坏了") -> None:
    """A resident says it in the group; the worker has the card."""
    play.person("林小满").says(text)
    await play.person("tu").reads(f"〔{number}〕")
    await play.until_quiet()


async def test_the_list_opens_cards_again(play: Play) -> None:
    """`/tickets`: what is late comes first and says so; a tap brings the whole card back, for nobody else."""
    tu, wang, zheng = play.people("tu", "wang", "zheng")
    await file_light(play)
    await tu.taps(await tu.asked_to("take", "〔1001〕"), "take")
    await play.at(wednesday(10, days=1))
    play.person("林小满").says("东门井盖坏了")
    await tu.reads("〔1002〕")
    await play.until_quiet()
    tu.tells("/tickets")
    listed = await tu.reads("您手上 2 件")
    lines = listed.text.split("\n")
    assert "〔1001〕" in lines[1]
    assert "已过" in lines[2]
    assert "〔1002〕" in lines[3]
    before = len(play.world.messages(play.bot, as_user=tu.telegram))
    assert await tu.taps(listed, "1001") == "请往下看"
    await play.until_quiet()
    newest = play.world.messages(play.bot, as_user=tu.telegram)[-1]
    assert "路灯、楼道照明" in newest.text
    assert [button.text for row in newest.buttons for button in row]
    assert len(play.world.messages(play.bot, as_user=tu.telegram)) == before
    wang.tells("/tickets")
    await wang.reads("您手上没有事")
    zheng.tells("/tickets")
    await zheng.reads("您手上没有事")


async def test_who_is_on_duty(play: Play) -> None:
    """A worker reads his own grid; the leader everybody's hours; a gap is told as one."""
    tu, wang, chen, zhao = play.people("tu", "wang", "chen", "zhao")
    tu.tells("/duty")
    told = await tu.reads("湘河社区第一网格", "网格员：屠师傅，到 12:00")
    assert "接下来屠师傅" not in told.text
    assert "8:30–12:00" not in told.text
    assert "第二网格" not in told.text
    wang.tells("/duty")
    await wang.reads("屠师傅 8:30–12:00、13:30–18:00", "民警：周警官，全天")
    await play.at(wednesday(22))
    chen.tells("/duty")
    await chen.reads("网格员：现在没人在班，陈师傅 明早 8:30 上班")
    zhao.tells("/duty")
    await zhao.reads("Your post belongs to no grid")


async def test_leave_in_one_line(play: Play) -> None:
    """Days and a substitute in one line; shown back, told to the leader and the substitute, minded by the routing."""
    tu, sun, wang = play.people("tu", "sun", "wang")
    tu.tells("/leave 今天 明天 孙己")
    shown = await tu.reads("记下了：您今天至明天不在，孙师傅代")
    assert [button.text for row in shown.buttons for button in row] == ["不休了"]
    await sun.reads("今天至明天您替屠师傅")
    told = await wang.reads("屠师傅今天至明天不在，孙师傅代")
    assert "没有别的" not in told.text
    await play.until_quiet()
    play.person("林小满").says("3栋楼道灯坏了")
    await sun.reads("〔1001〕")
    await play.until_quiet()
    assert (await play.ticket()).offered == ("sun",)
    assert not [text for text in tu.received() if "〔1001〕" in text]
    tu.tells("/duty")
    await tu.reads("孙师傅（替屠师傅），到 12:00")
    # Back early: whoever was told learns of it, and the next matter comes to him again.
    tu.tells("/leave 结束")
    await tu.reads("好，照常上班")
    await wang.reads("屠师傅", "假不休了")
    await sun.reads("屠师傅", "假不休了")
    await play.until_quiet()
    play.person("林小满").says("东门井盖坏了")
    await tu.reads("〔1002〕")


async def test_leave_by_buttons_and_the_hands_emptied(play: Play) -> None:
    """Nothing is asked twice: one message from the day to the substitute to what is in hand."""
    tu, wang, sun = play.people("tu", "wang", "sun")
    await file_light(play)
    await tu.taps(await tu.asked_to("take", "〔1001〕"), "take")
    tu.tells("/leave")
    page = await tu.reads("哪天不在")
    assert await tu.taps(page, "leave_tomorrow") == "记下了"
    page = await tu.reads("记下了：您明天不在", "请谁代")
    assert not [text for text in wang.received() if "屠师傅明天不在" in text]
    assert await tu.taps(page, "孙师傅") == "记下了"
    page = await tu.reads("孙师傅代", "手上 1 件，要转给孙师傅吗")
    await play.later(minutes=3)
    told = [text for text in wang.received() if "屠师傅明天不在" in text]
    assert len(told) == 1
    assert "孙师傅代" in told[0]
    assert "手上还有 1 件" in told[0]
    assert await tu.taps(page, "hand_all") == "1 件转给孙师傅了"
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.status, ticket.handler, ticket.offered[-1]) == (Status.FILED, None, "sun")
    assert await tu.taps(page, "hand_all") == "没有变化"
    await play.at(wednesday(17, 1))  # his duty begins
    await sun.asked_to("take", "〔1001〕")
    pages = [m for m in play.world.messages(play.bot, as_user=tu.telegram) if "记下了：" in m.text]
    assert len(pages) == 1


async def test_leave_that_leaves_nobody(play: Play) -> None:
    """The third grid has one worker: the leader hears at once that nobody is left, and may enter leave himself."""
    chen, chu, tu, feng = play.people("chen", "chu", "tu", "feng")
    chen.tells("/leave 明天 不用人代")
    await chen.reads("记下了：您明天不在")
    await chu.reads("陈师傅明天不在，没有人代", "明天湘河社区第三网格没有别的网格员")
    chu.tells("/leave 陈子 下周一")
    await chu.reads("记下了：陈师傅下周一不在")
    chu.tells("/leave 陈子 结束")
    await chu.reads("好，照常上班")
    await chen.reads("您明天的假不休了")
    tu.tells("/leave 陈子 下周一")
    await tu.reads("只有本人、他的网格长和上级能记")
    for words, answer in (
        ("2026-06-05 2026-06-04", "结束的日子在开始之前"),
        ("2026-05-01", "那几天已经过了"),
        ("明天 屠甲", "自己不能代自己"),
        ("明天 孙大圣", "没认出孙大圣"),
        ("2月30日", "没看懂是哪几天"),
        ("2029-01-01", "太远了"),
    ):
        tu.tells(f"/leave {words}")
        await tu.reads(answer)
    feng.tells("/leave 结束")
    await feng.reads("眼下没有记着的休假")
    play.person("林小满").tells("/leave 明天")
    await play.person("林小满").reads("这个命令是给网格员用的")


async def test_the_day_before(play: Play) -> None:
    """Leave entered early: what is in hand is asked about on the day before, once, and the leader may pass it on."""
    tu, wang, sun = play.people("tu", "wang", "sun")
    await file_light(play)
    await tu.taps(await tu.asked_to("take", "〔1001〕"), "take")
    tu.tells("/leave 6月5日 6月7日 孙师傅")
    await tu.reads("手上 1 件，前一天再问您")
    await play.until_quiet()
    await play.at(wednesday(9, days=1))
    asked = await wang.asked_to("hand_all", "屠师傅明天至周日不在")
    await tu.asked_to("hand_all", "您明天至周日不在", "手上还有 1 件")
    await play.later(hours=1)
    assert len([text for text in tu.received() if "您明天至周日不在" in text]) == 1
    assert await wang.taps(asked, "hand_all") == "1 件转给孙师傅了"
    await play.at(wednesday(17, 1, days=1))
    await sun.asked_to("take", "〔1001〕")


async def test_the_morning_list(staging: Staging) -> None:
    """Once, quiet, in the morning of a working day; nothing for empty hands, for people on leave, or too late."""
    async with staging(start=WEDNESDAY.replace(hour=15)) as play:
        tu, sun, wang = play.people("tu", "sun", "wang")
        await file_light(play)
        await tu.taps(await tu.asked_to("take", "〔1001〕"), "take")
        await play.at(wednesday(8, 20, days=1))
        assert not [text for text in tu.received() if "早上好" in text]
        await play.at(wednesday(8, 31, days=1))
        listed = await tu.reads("早上好，手上 1 件", "晚了 1", "〔1001〕")
        assert listed.silent
        await play.later(minutes=20)
        assert len([text for text in tu.received() if "早上好" in text]) == 1
        assert not [text for person in (sun, wang) for text in person.received() if "早上好" in text]
        assert await tu.taps(listed, "1001") == "请往下看"
        # On leave, on a free day, or hours late: none.
        await play.at(wednesday(12, days=2))
        await play.at(wednesday(9, days=3))
        assert len([text for text in tu.received() if "早上好" in text]) == 1
        tu.tells("/leave 6月8日 不用人代")
        await tu.reads("记下了：您后天不在")
        await play.at(wednesday(9, days=5))
        assert len([text for text in tu.received() if "早上好" in text]) == 1
        await play.at(wednesday(9, days=6))
        assert len([text for text in tu.received() if "早上好" in text]) == 2


async def test_the_board(play: Play) -> None:
    """From the community to a grid to a ticket and back, in one message; figures now; nobody else looks."""
    li, wang, tu, feng = play.people("li", "wang", "tu", "feng")
    await file_light(play)
    await tu.taps(await tu.asked_to("take", "〔1001〕"), "take")
    play.person("潘大伯").says("东门井盖坏了")
    await tu.reads("〔1002〕")
    tu.tells("/leave 明天 不用人代")
    await play.until_quiet()
    li.tells("/board")
    page = await li.reads("湘河社区 · 现在", "在办 2")
    await li.taps(page, "湘河社区第一网格 · 在办 2")
    page = await li.reads("湘河社区第一网格 · 现在", "等人接 1 · 在办 1", "屠师傅", "在班：")
    assert await li.taps(page, "1001") == "这是现在的样子"
    page = await li.reads("路灯、楼道照明", "3栋楼道灯坏了", without=("· 现在",))
    await li.taps(page, "back")
    page = await li.reads("湘河社区第一网格 · 现在")
    await li.taps(page, "back")
    page = await li.reads("湘河社区 · 现在")
    await play.until_quiet()
    boards = [m for m in play.world.messages(play.bot, as_user=li.telegram) if "· 现在" in m.text]
    assert len(boards) == 1
    # Asked for again, it comes to the bottom, and the old one is gone.
    li.tells("/board 第一网格")
    await li.reads("湘河社区第一网格 · 现在")
    await play.until_quiet()
    boards = [m for m in play.world.messages(play.bot, as_user=li.telegram) if "· 现在" in m.text]
    assert len(boards) == 1
    wang.says("/board")
    page = await wang.reads("湘河社区第一网格 · 现在", "手上：屠师傅 2")
    assert await wang.taps(page, "1001") == "这是现在的样子"
    page = await wang.reads("在办，屠师傅")
    assert await wang.taps(page, "open_card") == "请往下看"
    await wang.reads("〔1001〕", "反映人")
    feng.tells("/board 第一网格")
    await feng.reads("您管的地方没有叫第一网格的")
    tu.tells("/board")
    await tu.reads("看板给网格长、指导员和督导用")
    play.person("林小满").tells("/board")
    await play.person("林小满").reads("看板给网格长")
    li.tells("/digest")
    await li.reads("湘河社区 · 今天", "新增 2")
    tu.tells("/digest")
    await tu.reads("看板给网格长、指导员和督导用")
    await play.until_quiet()
    assert not [text for text in play.group_heard() if "· 现在" in text or "· 今天" in text]
