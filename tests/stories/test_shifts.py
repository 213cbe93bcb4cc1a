"""The duty list ahead of time: who is on from when, hours that nobody will serve, and taking a shift at once."""

from pathlib import Path

import pytest

from storage import Store
from tests.stories.theatre import GRID3, Person, changed, in_english, playing, wednesday
from tickets.roster import Shift

CARD, SECOND = "〔1001〕", "〔1002〕"


def spoken(folder: Path, language: str, *people: str) -> Path:
    """The sample district in a language, in which some people have it as their own, too."""
    file = folder
    changes = {f"telegram: {number}}}": f"telegram: {number}, language: {language}}}" for number in people}
    file = changed(folder, changes)
    return in_english(folder, file) if language == "en" else file


def button(message: object, words: str) -> str:
    """Return the button that begins with some words."""
    rows = message.buttons  # type: ignore[attr-defined]
    return next(one.text for row in rows for one in row if one.text.startswith(words))


@pytest.mark.parametrize(
    ("language", "on", "bare"),
    [
        ("zh", "您今天 17:00 上班，到 21:00，湘河社区第一网格", "湘河社区第一网格网格员：明天至后天，屠师傅休假"),
        ("en", "You are on duty from today 17:00 until 21:00", "grid worker: tomorrow to Fri, Worker Tu on leave"),
    ],
)
async def test_told_ahead_of_time(sqlite_url: str, tmp_path: Path, language: str, on: str, bare: str) -> None:
    """Whose evening shift begins reads so half an hour before, once; a gap is told to the leader, once, by day."""
    async with playing(sqlite_url, district=spoken(tmp_path, language)) as play:
        tu, sun, wang, li = play.people("tu", "sun", "wang", "li")
        tu.tells("/leave 明天 后天")
        await play.later(minutes=90)
        await wang.reads(bare)
        assert not any(bare in text for text in (*li.received(), *sun.received()))
        await play.at(wednesday(16, 32))
        await sun.reads(on)
        await play.at(wednesday(16, 45))
        await play.at(wednesday(8, 5, days=1))
        await play.at(wednesday(10, days=1))
        assert [count(sun, on), count(wang, bare)] == [1, 1]
        assert not any(on.partition(" ")[0] in text and "17:00" in text for text in tu.received())


def count(person: Person, words: str) -> int:
    """How many private messages say something."""
    return sum(words in text for text in person.received())


@pytest.mark.parametrize(
    ("language", "take", "taken", "relieved", "end"),
    [
        ("zh", "替屠师傅值班", "您接了班", "汪网格长替您值班，到今天 12:00", "交班"),
        (
            "en",
            "Take over from Worker Tu",
            "You are on duty (grid worker) until",
            "Grid leader Wang is on duty in your place",
            "End my",
        ),
    ],
)
async def test_the_leader_takes_the_workers_shift(
    sqlite_url: str, tmp_path: Path, language: str, take: str, taken: str, relieved: str, end: str
) -> None:
    """New requests come to whoever took it, residents read who is there, and afterwards all is as before."""
    file = spoken(tmp_path, language, "1002")
    async with playing(sqlite_url, district=file) as play:
        gu, tu, wang = play.people("顾阿姨", "tu", "wang")
        wang.tells("/duty")
        page = await wang.reads("湘河社区第一网格")
        assert taken in await wang.taps(page, button(page, take))
        await tu.reads(relieved)
        gu.says("楼道灯坏了")
        await wang.asked_to("take", CARD)
        gu.starts()
        gu.tells("/who")
        await gu.reads(
            "湘河社区第一网格", "汪网格长（网格员） · 在班" if language == "zh" else "Grid leader Wang (grid worker)"
        )
        assert not any(CARD in text for text in tu.received())
        wang.tells("/duty")
        mine = await wang.finds(
            ("湘河社区第一网格",), lambda one: end in str(one.buttons), play.bot, "to end the shift"
        )
        await wang.taps(mine, button(mine, end))
        await play.until_quiet()
        gu.says("下水道堵了")
        await tu.asked_to("take", SECOND)
        wang.tells("/duty 下班")
        await play.until_quiet()
        assert (await play.ticket(1002)).offered == ("tu",)


async def test_in_the_evening_whoever_is_free_takes_the_shift(sqlite_url: str) -> None:
    """Nobody is on duty: the worker steps in by a word, and what comes is his at once and not tomorrow's."""
    async with playing(sqlite_url, start=wednesday(20)) as play:
        chen, chu, pan = play.people("chen", "chu", "潘大伯")
        chen.tells("/duty 接班")
        await chen.reads("好，您接了班：网格员，到明早 8 点")
        await chu.reads("陈师傅接了班：湘河社区第三网格网格员")
        chen.tells("/duty 接班")
        await chen.reads("您手上已经有一个班")
        pan.says("路灯不亮了", chat=GRID3)
        await chen.asked_to("take", CARD)
        chu.tells("/duty")
        await chu.reads("网格员：陈师傅，到 明早 8 点")
        await play.at(wednesday(9, days=1))
        chen.tells("/duty 交班")
        await chen.reads("您现在没有接着的班")


async def test_shifts_are_kept_ended_and_forgotten(store: Store) -> None:
    begins, ends = wednesday(20), wednesday(23)
    async with store.unit() as unit:
        one = await unit.shifts.take(Shift("tu", "g", "worker", begins, ends, "xu"))
        await unit.commit()
    async with store.unit() as unit:
        [kept] = await unit.shifts.all()
        assert (kept.id, kept.shift) == (one, Shift("tu", "g", "worker", begins, ends, "xu"))
        assert [found.id for found in await unit.shifts.of("tu", wednesday(22))] == [one]
        assert await unit.shifts.of("tu", ends) == await unit.shifts.of("xu", begins) == []
        assert await unit.shifts.end(one, wednesday(21))
        assert not await unit.shifts.end(one, wednesday(22))
        assert await unit.shifts.prune(wednesday(21)) == 0
        assert await unit.shifts.prune(wednesday(21, 1)) == 1
        await unit.commit()
