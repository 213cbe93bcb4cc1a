"""Ticks begin, go on by themselves, and have ended when they are told to."""

import asyncio

import pytest

from bot.scheduler import Ticks
from storage import StorageTrouble


async def test_a_tick_under_way_has_ended_when_the_ticks_have_stopped(caplog: pytest.LogCaptureFixture) -> None:
    begun, never, left = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        begun.set()
        try:
            await never.wait()
        finally:
            left.set()

    ticks = Ticks({"slow": (0.01, tick)})
    ticks.start()
    await begun.wait()
    await ticks.stop()
    assert left.is_set()
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []


async def test_ticks_that_never_began_can_be_stopped() -> None:
    async def tick() -> None:
        raise AssertionError("it never began")

    await Ticks({"quick": (0.01, tick)}).stop()


async def test_one_tick_in_trouble_stops_no_other() -> None:
    rounds: list[str] = []
    enough = asyncio.Event()

    async def troubled() -> None:
        rounds.append("troubled")
        raise StorageTrouble("the disk is full")

    async def broken() -> None:
        rounds.append("broken")
        raise KeyError("no such thing")

    async def well() -> None:
        rounds.append("well")
        if rounds.count("well") == 2:
            enough.set()

    ticks = Ticks({"troubled": (60.0, troubled), "broken": (60.0, broken), "well": (0.01, well)})
    await ticks.all_now()
    assert rounds == ["troubled", "broken", "well"]
    ticks.start()
    await enough.wait()
    await ticks.stop()
