"""After a restart the queue is heard before the clock acts."""

import pytest

from bot import service
from messages import phrase
from rehearsal import Rehearsal
from tests.stories.theatre import WEDNESDAY, playing, wednesday


async def test_a_tap_from_before_the_restart_wins_over_the_ladder(sqlite_url: str) -> None:
    async with Rehearsal(start=WEDNESDAY, limits=False, page=False) as rehearsal:
        async with playing(sqlite_url, rehearsal=rehearsal) as play:
            gu, tu = play.people("顾阿姨", "tu")
            gu.says("3栋楼道灯坏了")
            card = await tu.asked_to("take", "〔1001〕")
            await play.until_quiet()
            async with play.service.store.look() as unit:
                before = await unit.tickets.journal(1001)
            asked = len(play.person("wang").received())
        rehearsal.world.tap(tu.telegram, play.bot, card.key, phrase("button.take", tu.language))
        rehearsal.clock.set(wednesday(15, 40))
        async with playing(sqlite_url, rehearsal=rehearsal, staged=True) as play:
            await play.until_quiet()
            assert (await play.ticket()).handler == "tu"
            async with play.service.store.look() as unit:
                journal = await unit.tickets.journal(1001)
            assert {entry.by for entry in journal[len(before) :]} == {"tu"}
            assert len(play.person("wang").received()) == asked


async def test_the_clock_acts_all_the_same_when_nothing_can_be_heard(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "HEAR_FIRST", 0.2)
    async with Rehearsal(start=WEDNESDAY, limits=False, page=False) as rehearsal:
        async with playing(sqlite_url, rehearsal=rehearsal) as play:
            gu, tu, wang = play.people("顾阿姨", "tu", "wang")
            gu.says("3栋楼道灯坏了")
            await tu.asked_to("take", "〔1001〕")
            await play.until_quiet()
            asked = len(wang.received())
        rehearsal.clock.set(wednesday(15, 40))
        fault = rehearsal.world.faults.add("getUpdates", "502", times=4)
        async with playing(sqlite_url, rehearsal=rehearsal, staged=True) as play:
            assert fault.hits == 4
            await play.until_quiet()
            assert len(play.person("wang").received()) > asked
