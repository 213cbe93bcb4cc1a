"""Backup and restore as an operator runs them: beside a living service, and into the database it moves to."""

import asyncio
import gzip
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import cli
from bot.district import load_district
from bot.stage import RESIDENTS, TOKEN, set_stage
from parsing import load_catalogue
from rehearsal import Message, Rehearsal
from storage import Store
from storage.backup import backup
from storage.migrations import HEAD
from tests.bot.processes import PATIENCE, SAMPLE, ended, gridbot, started
from tests.storage.copies import content, lived_in

GROUP = -1001000000001
RESIDENT = RESIDENTS[0].telegram


@pytest.fixture
async def rehearsal() -> AsyncIterator[Rehearsal]:
    """A Bot API server with the whole sample district on stage."""
    async with Rehearsal(page=False) as running:
        set_stage(running, load_district(SAMPLE, load_catalogue()).district)
        yield running


def settings(rehearsal: Rehearsal, **others: str) -> dict[str, str]:
    right = {"TOKEN": TOKEN, "TELEGRAM_URL": rehearsal.url, "DISTRICT": str(SAMPLE), "HTTP_LISTEN": ""}
    return right | {"CLOCK_URL": rehearsal.clock_url} | others


def cards(rehearsal: Rehearsal, number: int) -> list[Message]:
    """The cards of a ticket that are live in the residents' group."""
    found = rehearsal.world.messages(GROUP)
    return [one for one in found if one.sender.is_bot and one.text.startswith(f"〔{number}〕")]


async def heard(rehearsal: Rehearsal, text: str, number: int) -> None:
    """A resident asks, and the group has the ticket's card."""
    rehearsal.world.say(RESIDENT, GROUP, text)
    await rehearsal.world.until(lambda: cards(rehearsal, number), timeout=PATIENCE, what=f"the card of {number}")
    await rehearsal.world.settled(quiet=0.5, timeout=PATIENCE)


@pytest.mark.timeout(300)
async def test_a_service_moves_from_sqlite_to_postgresql(
    rehearsal: Rehearsal, tmp_path: Path, empty_postgres_url: str
) -> None:
    right = settings(rehearsal)
    async with started("run", folder=tmp_path, **right) as service:
        await heard(rehearsal, "3栋楼道灯坏了", 1001)
        beside = await gridbot("backup", "running.gz", folder=tmp_path)
        assert (beside.code, beside.err) == (0, "")
        assert beside.out.startswith("running.gz: ")
        refused = await gridbot("restore", "running.gz", folder=tmp_path)
        assert refused.code == 1
        assert "Another process is using gridbot.db" in refused.err
        assert service.returncode is None, "and the service goes on"
        service.terminate()
        assert (await ended(service)).code == 0

    last = await gridbot("backup", "last.gz", folder=tmp_path)
    assert last.code == 0
    assert stat.S_IMODE((tmp_path / "last.gz").stat().st_mode) == 0o600
    moved = await gridbot("restore", "last.gz", folder=tmp_path, DATABASE_URL=empty_postgres_url)
    assert moved.code == 0
    assert all(line.startswith("restore: ") for line in moved.err.splitlines()), "how far it is, where it takes long"
    assert "Next: gridbot check" in moved.out
    twice = await gridbot("restore", "last.gz", folder=tmp_path, DATABASE_URL=empty_postgres_url)
    assert twice.code == 1
    assert "not empty" in twice.err
    assert "GRIDBOT_DATABASE_URL" in twice.err

    before = cards(rehearsal, 1001)
    async with started("run", folder=tmp_path, **right, DATABASE_URL=empty_postgres_url) as service:
        await heard(rehearsal, "小区门口的井盖松了", 1002)
        service.terminate()
        assert (await ended(service)).code == 0
    assert [one.id for one in cards(rehearsal, 1001)] == [one.id for one in before], "said once"
    assert len(before) == len(cards(rehearsal, 1002)) == 1


async def test_what_cannot_be_done_is_said_with_its_remedy(tmp_path: Path) -> None:
    nothing = await gridbot("backup", "a.gz", folder=tmp_path)
    assert nothing.code == 1
    assert "There is no database gridbot.db yet" in nothing.err
    missing = await gridbot("restore", "a.gz", folder=tmp_path)
    assert missing.code == 1
    assert "The backup a.gz cannot be read" in missing.err
    assert not (tmp_path / "gridbot.db").exists(), "no database was begun"

    (tmp_path / "letter.gz").write_bytes(gzip.compress(b"Dear neighbours"))
    odd = await gridbot("restore", "letter.gz", folder=tmp_path)
    assert odd.code == 1
    assert odd.err == "letter.gz is no backup of gridbot. Nothing was restored.\n"
    assert (await gridbot("migrate", folder=tmp_path)).code == 0
    assert (await gridbot("backup", "a.gz", folder=tmp_path)).code == 0
    again = await gridbot("backup", "a.gz", folder=tmp_path)
    assert again.code == 1
    assert "never replaces a file" in again.err
    assert all("Traceback" not in one.err for one in (nothing, missing, odd, again))


async def test_two_restores_into_one_database_do_not_mix(
    tmp_path: Path, sqlite_store: Store, sqlite_url: str, empty_postgres_url: str
) -> None:
    await lived_in(sqlite_store)
    await backup(sqlite_url, tmp_path / "a.gz")
    ends = await asyncio.gather(
        *(gridbot("restore", "a.gz", folder=tmp_path, DATABASE_URL=empty_postgres_url) for _ in range(2))
    )
    assert sorted(end.code for end in ends) == [0, 1]
    assert "not empty" in "".join(end.err for end in ends)
    assert await content(empty_postgres_url) == await content(sqlite_url)


def test_long_work_says_how_far_it_is(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRIDBOT_DATABASE_URL", sqlite_url)
    monkeypatch.setattr(cli, "PROGRESS_SECONDS", 0.0)
    assert cli.main(["backup", "a.gz"]) == 0
    told = capsys.readouterr()
    assert told.err.splitlines() == ["backup: 0 of 1 rows", "backup: 1 of 1 rows"]
    assert told.out == f"a.gz: rows 1, revision {HEAD}. Keep it as private as the database.\n"
    monkeypatch.setenv("GRIDBOT_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'other.db'}")
    assert cli.main(["restore", "a.gz", "--next-ticket", "1041"]) == 0
    assert capsys.readouterr().err.splitlines() == ["restore: 0 of 1 rows", "restore: 1 of 1 rows"]
    assert cli.main(["backup", "b.gz"]) == 0
    assert b'["ticket",1040]' in gzip.decompress((tmp_path / "b.gz").read_bytes())
