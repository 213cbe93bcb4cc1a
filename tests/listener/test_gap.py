"""A silence that was longer than Telegram keeps updates is told, once; hearing is what counts, not being there."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.listener.gap import MARK, Gap
from rehearsal import Rehearsal
from tests.stories.theatre import GRID1, GRID2, WEDNESDAY, Play, playing

GAP = "我没在线"


async def mark(play: Play) -> datetime:
    """Return until when the bot has heard, as the store has it."""
    async with play.service.store.look() as unit:
        told = await unit.marks.get(MARK)
    assert told is not None
    return datetime.fromisoformat(told)


def told(play: Play, chat: int = GRID1) -> int:
    """Return how often a group was told of a gap."""
    return sum(GAP in text for text in play.group_heard(chat))


async def test_a_stop_of_two_days_is_told_once_in_each_grid(sqlite_url: str) -> None:
    async with Rehearsal(start=WEDNESDAY, limits=False, page=False) as rehearsal:
        async with playing(sqlite_url, rehearsal=rehearsal) as play:
            assert told(play) == 0
        rehearsal.clock.set(WEDNESDAY + timedelta(hours=23))
        async with playing(sqlite_url, rehearsal=rehearsal, staged=True) as play:
            assert told(play) == 0
        rehearsal.clock.set(WEDNESDAY + timedelta(days=2))
        for _ in range(2):
            async with playing(sqlite_url, rehearsal=rehearsal, staged=True) as play:
                await play.until_quiet()
                assert (told(play), told(play, GRID2)) == (1, 1)


async def test_a_process_that_is_there_but_hears_nothing_does_not_count(sqlite_url: str) -> None:
    async with playing(sqlite_url) as play:
        gu = play.person("顾阿姨")
        heard = await mark(play)
        fault = play.world.faults.add("getUpdates", "502", times=None)
        gu.says("早")  # ends the poll under way
        await play.world.until(lambda: fault.hits > 0, what="the first failure")
        play.rehearsal.clock.advance(timedelta(hours=3))
        await play.world.until(lambda: fault.hits > 2, what="more failures")
        assert await mark(play) == heard
        play.world.faults.clear()
        gu.says("3栋楼道灯坏了")
        await gu.sees("〔1001〕")
        assert await mark(play) - heard >= timedelta(hours=3)
        assert told(play) == 0


async def test_a_silence_within_one_process_is_told_and_a_jump_of_the_clock_is_not(sqlite_url: str) -> None:
    async with playing(sqlite_url) as play:
        now, wall = play.service.deps.now() + timedelta(hours=1), 0.0
        gap = Gap(replace(play.service.deps, now=lambda: now, wall=lambda: wall))
        await gap.heard()
        now += timedelta(days=3)  # of a practice clock: no real time has passed
        await gap.heard()
        assert await mark(play) == now
        await play.until_quiet()
        assert told(play) == 0
        now, wall = now + timedelta(hours=25), wall + 25 * 3600
        await gap.heard()
        await gap.heard()
        await play.person("顾阿姨").sees(GAP)
        await play.until_quiet()
        assert told(play) == 1


async def test_chatter_costs_no_write_each(sqlite_url: str) -> None:
    async with playing(sqlite_url) as play:
        now, wall = play.service.deps.now() + timedelta(hours=1), 0.0
        gap = Gap(replace(play.service.deps, now=lambda: now, wall=lambda: wall))
        await gap.heard()
        first = now
        now, wall = now + timedelta(seconds=50), wall + 50
        await gap.heard()
        assert await mark(play) == first
        now, wall = now + timedelta(seconds=20), wall + 20
        await gap.heard()
        assert await mark(play) == now
