"""/healthz, /readyz and the container's probe."""

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot import logs
from bot.assemble import assemble
from bot.settings import load_settings
from bot.stage import TOKEN
from handlers.web.health import FETCH_SILENT, STORE_SILENT, TELEGRAM_SILENT, report, unready
from handlers.web.vitals import Role, Vitals
from rehearsal import Rehearsal
from tests.stories.theatre import PATIENCE, QUICK, SAMPLE
from tests.web.conftest import Open

NOW = 1000.0
SEE_LOG = "the log has its own words"
WELL = Vitals(
    monotonic=lambda: NOW,
    listener=Role.WORKING,
    listener_since=NOW - 500,
    speaker=Role.WORKING,
    telegram_at=NOW - 1,
    fetched_at=NOW - 1,
    store_at=NOW - 1,
)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"stopping": True}, "stopping"),
        ({"listener": Role.STARTING}, "listener: not started yet"),
        ({"speaker": Role.STARTING}, "speaker: not started yet"),
        ({"telegram_at": None}, "telegram: has not answered yet"),
        ({"telegram_at": NOW - TELEGRAM_SILENT - 1}, "telegram: has not answered for 91 s"),
        ({"store_at": None}, "database: has not answered yet"),
        ({"store_at": NOW - STORE_SILENT - 1}, "database: has not answered for 21 s"),
        (
            {"store_refused": True, "store_at": NOW - 7},
            "database: locked, full or away for 7 s; the log has its own words",
        ),
        ({"store_refused": True, "store_at": None}, "database: locked, full or away; the log has its own words"),
        ({"stuck": lambda: True}, "listener: what was heard last could not be kept; Telegram delivers it again"),
        ({"fetched_at": NOW - FETCH_SILENT - 1}, "listener: has fetched nothing for 181 s"),
        ({"fetched_at": None}, "listener: has fetched nothing for 500 s"),
    ],
)
def test_what_is_wrong_is_told(changes: dict[str, Any], reason: str) -> None:
    assert unready(WELL) == []
    found = replace(WELL, **changes)
    assert unready(found) == [reason]
    assert report(found)["ready"] is False


@pytest.mark.parametrize(
    "changes",
    [
        {"listener": Role.STANDING_BY, "fetched_at": None},
        {"speaker": Role.STANDING_BY},
        {"webhook": True, "fetched_at": None},
        {"fetched_at": None, "listener_since": NOW - 10},
        {"telegram_at": NOW - TELEGRAM_SILENT + 1},
    ],
    ids=str,
)
def test_what_is_not_wrong(changes: dict[str, Any]) -> None:
    found = replace(WELL, **changes)
    assert unready(found) == []
    assert report(found)["ready"] is True


async def test_a_process_that_polls(house: Open, database_url: str) -> None:
    async with house(database_url, webhook=False) as home:
        assert await home.get("/healthz") == (200, {"alive": True})
        assert await home.until_readyz(200) == {
            "ready": True,
            "reasons": [],
            "mode": "polling",
            "listener": "working",
            "speaker": "working",
        }
        async with home.client.get(home.url + "/readyz") as answer:
            assert answer.headers["Cache-Control"] == "no-store"
        async with home.client.post(home.url + "/hook", json={}) as answer:
            assert answer.status == 404, "no webhook, no door"


async def test_of_two_that_poll_one_stands_by_and_ends_when_told(house: Open, postgres_url: str) -> None:
    async with house(postgres_url, webhook=False) as first:
        await first.until_readyz(200)
        async with house(postgres_url, webhook=False, wait=False) as second:
            found = await second.until_readyz(200)
            assert (found["listener"], found["speaker"]) == ("standing by", "standing by")
            assert second.service.front.vitals.waiting() is not None
        assert (await first.until_readyz(200))["listener"] == "working"


async def test_a_process_that_waits_for_telegram_says_so(
    rehearsal: Rehearsal, sqlite_url: str, unused_tcp_port_factory: Callable[[], int]
) -> None:
    logs.set_up("critical", "console")
    port = unused_tcp_port_factory()
    settings = load_settings(
        {},
        token=TOKEN,
        telegram_url=rehearsal.url,
        database_url=sqlite_url,
        district=SAMPLE,
        http_listen=f"127.0.0.1:{port}",
    )
    rehearsal.world.faults.add("getMe", "502", times=1000)

    async def start() -> None:
        async with assemble(settings, QUICK):
            raise AssertionError("it must not get this far")

    async with asyncio.TaskGroup() as group:
        starting = group.create_task(start())
        await rehearsal.world.until(
            lambda: any(call.method == "getMe" for call in rehearsal.world.calls), timeout=PATIENCE, what="getMe"
        )
        well, said = await probed(f"127.0.0.1:{port}", "/healthz")
        assert well == 0, said
        well, said = await probed(f"127.0.0.1:{port}", "/readyz")
        assert well == 1
        assert "telegram: has not answered yet" in said
        starting.cancel()


@pytest.mark.parametrize(
    ("listen", "code", "words"), [("", 0, "empty"), ("127.0.0.1:9", 1, "127.0.0.1:9 does not answer")]
)
async def test_the_probe_without_a_process(listen: str, code: int, words: str) -> None:
    found, said = await probed(listen, "/healthz")
    assert found == code
    assert words in said


async def test_the_probe_asks_this_machine_when_all_addresses_are_listened_on(house: Open, sqlite_url: str) -> None:
    async with house(sqlite_url, webhook=False) as home:
        port = home.url.rpartition(":")[2]
        assert await probed(f"0.0.0.0:{port}") == (0, '{"alive": true}\n')


async def probed(listen: str, *page: str) -> tuple[int, str]:
    """Run the probe as a container does; return its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "handlers.web.probe", *page),
        env={**os.environ, "GRIDBOT_HTTP_LISTEN": listen},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(PATIENCE):
        out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()
