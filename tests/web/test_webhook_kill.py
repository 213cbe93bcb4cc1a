"""The real process behind a webhook, killed while residents write: what was not answered with 200 comes again."""

import signal
from pathlib import Path
from typing import Any

import pytest

from bot.district import load_district
from bot.stage import TOKEN, Resident, set_stage
from parsing import load_catalogue
from rehearsal import Rehearsal
from storage import open_store
from tests.faults.killing import FIRST_RESIDENT, GRID_CHAT, START, process, surroundings, write_district
from tests.web.conftest import SECRET

MESSAGES, KILLS, GRIDS = 20, 2, 5


@pytest.mark.timeout(240)
async def test_kills_lose_and_double_nothing(database_url: str, tmp_path: Path, unused_tcp_port: int) -> None:
    district = write_district(tmp_path, GRIDS)
    residents = tuple(Resident(FIRST_RESIDENT + number, f"住户{number}") for number in range(MESSAGES))
    async with Rehearsal(start=START, page=False, limits=False) as rehearsal:
        rehearsal.webhooks.first_pause = 0.2
        bot = set_stage(rehearsal, load_district(district, load_catalogue()).district, residents=residents)
        world, queue = rehearsal.world, rehearsal.state.bots[bot].queue
        environment = {
            **surroundings(),
            "GRIDBOT_TOKEN": TOKEN,
            "GRIDBOT_TELEGRAM_URL": rehearsal.url,
            "GRIDBOT_CLOCK_URL": rehearsal.clock_url,
            "GRIDBOT_DATABASE_URL": database_url,
            "GRIDBOT_DISTRICT": str(district),
            "GRIDBOT_HTTP_LISTEN": f"127.0.0.1:{unused_tcp_port}",
            "GRIDBOT_WEBHOOK_URL": f"http://127.0.0.1:{unused_tcp_port}/hook",
            "GRIDBOT_WEBHOOK_SECRET": SECRET,
            "GRIDBOT_LOG_LEVEL": "info",
            "GRIDBOT_LOG_FORMAT": "json",
        }
        said: list[tuple[int, int]] = []
        log = tmp_path / "process.log"

        async def hears() -> None:
            count = _set(rehearsal)
            await world.until(lambda: _set(rehearsal) > count, timeout=60, what="the process to hear")

        for number in range(KILLS):
            share = residents[len(said) : len(said) + MESSAGES // KILLS]
            async with process(environment, log) as running:
                await hears()
                for one in share:
                    chat, text = GRID_CHAT - len(said) % GRIDS, f"{len(said) + 1}栋楼道灯坏了"
                    said.append((chat, int(world.say(one.telegram, chat, text)["message_id"])))
                goal = len(world.calls) + 2 + number * 3
                await world.until(lambda goal=goal: len(world.calls) >= goal, timeout=30, what="some calls")
                running.send_signal(signal.SIGKILL)
                await running.wait()
        async with process(environment, log) as running:
            await hears()
            await world.until(lambda: not len(queue), timeout=90, what="everything to be delivered")
            await world.settled(quiet=1.0, timeout=60)
            running.send_signal(signal.SIGTERM)
            assert await running.wait() == 0
        assert await _origins(database_url) == sorted(said)
        told = log.read_text(encoding="utf-8")
        assert "webhook_set" in told
        assert not [word for word in (SECRET, TOKEN.partition(":")[2], "楼道灯", "Traceback") if word in told]


def _set(rehearsal: Rehearsal) -> int:
    return sum(call.method == "setWebhook" and bool(call.ok) for call in rehearsal.world.calls)


async def _origins(database_url: str) -> list[Any]:
    store = await open_store(database_url)
    try:
        async with store.look() as unit:
            return sorted((one.origin.chat, one.origin.message) for one in await unit.tickets.open_in(None))
    finally:
        await store.close()
