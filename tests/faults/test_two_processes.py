"""More than one process on PostgreSQL: one listens and speaks, the others stand by and take over."""

import signal
from pathlib import Path

import pytest

from bot.district import load_district
from bot.stage import TOKEN, Resident, set_stage
from parsing import load_catalogue
from rehearsal import Rehearsal
from storage import open_store
from tests.faults.killing import GRID_CHAT, START, process, surroundings, write_district


@pytest.mark.timeout(180)
async def test_a_second_process_takes_over(postgres_url: str, tmp_path: Path) -> None:
    """Two processes share one token and one database: nobody hears twice, and a killed one is replaced."""
    district = write_district(tmp_path, 2)
    async with Rehearsal(start=START, page=False) as rehearsal:
        loaded = load_district(district, load_catalogue())
        set_stage(rehearsal, loaded.district, residents=(Resident(5000, "住户"),))
        world = rehearsal.world
        environment = {
            **surroundings(),
            "GRIDBOT_TOKEN": TOKEN,
            "GRIDBOT_TELEGRAM_URL": rehearsal.url,
            "GRIDBOT_DATABASE_URL": postgres_url,
            "GRIDBOT_CLOCK_URL": rehearsal.clock_url,
            "GRIDBOT_DISTRICT": str(district),
            "GRIDBOT_HTTP_LISTEN": "",
        }

        def cards() -> int:
            return sum(one.sender.is_bot and one.text.startswith("〔") for one in world.messages(GRID_CHAT))

        async with (
            process(environment, tmp_path / "one.log") as first,
            process(environment, tmp_path / "two.log") as second,
        ):
            world.say(5000, GRID_CHAT, "1栋1单元楼道灯坏了")
            await world.until(lambda: cards() == 1, timeout=60, what="a card from whoever listens")
            conflicts = [call for call in world.calls if call.error_code == 409]
            assert conflicts == [], "two processes polled at once"
            first.send_signal(signal.SIGKILL)
            await first.wait()
            world.say(5000, GRID_CHAT, "2栋2单元楼道灯坏了")
            await world.until(lambda: cards() == 2, timeout=60, what="a card from the second process")
            second.send_signal(signal.SIGTERM)
            assert await second.wait() == 0
        store = await open_store(postgres_url)
        try:
            async with store.look() as unit:
                assert len(await unit.tickets.open_in(None)) == 2
        finally:
            await store.close()
