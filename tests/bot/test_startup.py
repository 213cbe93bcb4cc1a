"""Starting and stopping the real process: what is wrong is told with its remedy, and then nothing is started."""

import socket
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.district import load_district
from bot.stage import TOKEN, set_stage
from parsing import load_catalogue
from rehearsal import Rehearsal
from tests.bot.processes import PATIENCE, SAMPLE, ended, gridbot, started

WRONG = """\
name: 示例区
language: zh
profil: nanhu
areas:
  - {code: d, name: 示例区, level: district}
  - {code: g, name: 第一网格, level: grid, parent: dd}
people:
  - {id: tu, name: 屠甲, telegram: "1001"}
posts:
  - {person: tv, area: g, role: worker}
policy:
  quiet: "后半夜"
"""


@pytest.fixture
async def rehearsal() -> AsyncIterator[Rehearsal]:
    """A Bot API server with the whole sample district on stage."""
    async with Rehearsal(page=False) as running:
        set_stage(running, load_district(SAMPLE, load_catalogue()).district)
        yield running


def settings(rehearsal: Rehearsal, **others: str) -> dict[str, str]:
    """Settings that would run."""
    right = {"TOKEN": TOKEN, "TELEGRAM_URL": rehearsal.url, "DISTRICT": str(SAMPLE), "HTTP_LISTEN": ""}
    return right | others


def names(folder: Path) -> list[str]:
    """Return the names of the files in a folder."""
    return sorted(file.name for file in folder.iterdir())


async def test_every_mistake_of_the_district_file_is_told_and_nothing_started(
    rehearsal: Rehearsal, tmp_path: Path
) -> None:
    (tmp_path / "district.yaml").write_text(WRONG, encoding="utf-8")
    found = await gridbot("run", folder=tmp_path, **settings(rehearsal, DISTRICT="district.yaml"))
    assert found.code == 1
    told = found.err.splitlines()
    assert [line.split(": ")[0] for line in told] == [f"district.yaml:{line}" for line in (3, 6, 8, 10, 12)]
    assert all("；" in line for line in told), "each with what helps"
    assert "是不是 'profile'" in told[0]
    assert "没有人员 'tv'；可用的有：tu" in told[3]
    assert rehearsal.world.calls == []
    assert names(tmp_path) == ["district.yaml"], "not even a database"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"TOKN": "1"}, ["GRIDBOT_TOKN: is unknown; did you mean GRIDBOT_TOKEN?"]),
        ({"TOKEN": "700000001:short"}, ["GRIDBOT_TOKEN: does not look like a bot token; copy it from @BotFather"]),
        ({"TOKEN": ""}, ["GRIDBOT_TOKEN: is missing; put in the token that @BotFather gave you"]),
        (
            {"LOG_LEVEL": "loud", "COFFEE": "1", "TELEGRAM_URL": "telegram"},
            ["GRIDBOT_COFFEE: is unknown;", "GRIDBOT_TELEGRAM_URL: is no web address;", "GRIDBOT_LOG_LEVEL: cannot be"],
        ),
    ],
    ids=["unknown name", "form of the token", "no token", "several"],
)
async def test_settings_that_are_wrong_start_nothing(
    rehearsal: Rehearsal, tmp_path: Path, wrong: dict[str, str], told: list[str]
) -> None:
    found = await gridbot("run", folder=tmp_path, **settings(rehearsal, **wrong))
    assert found.code == 1
    lines = found.err.splitlines()
    assert len(lines) == len(told)
    for line, begin in zip(lines, told, strict=True):
        assert line.startswith(begin)
    assert "short" not in found.err
    assert rehearsal.world.calls == []
    assert names(tmp_path) == []


async def test_a_token_that_telegram_refuses_ends_the_start(rehearsal: Rehearsal, tmp_path: Path) -> None:
    other = "700000002:a-token-that-nobody-has-ever-given-out"
    found = await gridbot("run", folder=tmp_path, **settings(rehearsal, TOKEN=other))
    assert found.code == 1
    assert "Telegram does not accept the bot token; check GRIDBOT_TOKEN" in found.err
    assert "Traceback" not in found.err
    assert other.partition(":")[2] not in found.err + found.out
    assert rehearsal.world.calls == []


async def test_a_database_of_a_newer_program_is_left_alone(
    rehearsal: Rehearsal, tmp_path: Path, sqlite_url: str
) -> None:
    file = tmp_path / "gridbot.db"
    with sqlite3.connect(file) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    found = await gridbot("run", folder=tmp_path, **settings(rehearsal, DATABASE_URL=sqlite_url))
    assert found.code == 1
    assert "revision 9999" in found.err
    assert "Use the newer program, or restore a backup" in found.err
    assert "Traceback" not in found.err
    assert rehearsal.world.calls == []
    again = sqlite3.connect(file)
    assert again.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
    again.close()


async def test_a_practice_clock_that_is_away_ends_the_start(rehearsal: Rehearsal, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/clock"  # bound and not listening: nobody answers there
        found = await gridbot("run", folder=tmp_path, **settings(rehearsal, CLOCK_URL=address))
    assert found.code == 1
    assert f"the practice clock at {address} does not answer" in found.err
    assert "start the rehearsal server first, or unset GRIDBOT_CLOCK_URL" in found.err
    assert "Traceback" not in found.err
    assert rehearsal.world.calls == []


async def test_a_clean_start_keeps_others_off_its_file_and_ends_when_told(rehearsal: Rehearsal, tmp_path: Path) -> None:
    right = settings(rehearsal, CLOCK_URL=rehearsal.clock_url)

    def listening() -> bool:
        # Without an answer yet: the process has caught up and waits for the next message.
        return any(call.method == "getUpdates" and call.ok is None for call in rehearsal.world.calls)

    async with started("run", folder=tmp_path, **right) as first:
        await rehearsal.world.until(listening, timeout=PATIENCE, what="the process to listen")
        second = await gridbot("run", folder=tmp_path, **right)
        assert second.code == 1
        assert "Another process is using gridbot.db" in second.err
        assert "PostgreSQL" in second.err
        assert first.returncode is None, "the first one goes on"
        first.terminate()
        end = await ended(first)
    assert end.code == 0
    assert "Traceback" not in end.err


async def test_migrate_makes_the_tables_and_is_content_the_second_time(tmp_path: Path) -> None:
    for _ in range(2):
        found = await gridbot("migrate", folder=tmp_path)
        assert (found.code, found.err) == (0, "")
        assert "at this program's revision" in found.out
    tables = sqlite3.connect(tmp_path / "gridbot.db")
    assert len(tables.execute("SELECT version_num FROM alembic_version").fetchall()) == 1
    assert tables.execute("SELECT count(*) FROM ticket").fetchall() == [(0,)]
    tables.close()
