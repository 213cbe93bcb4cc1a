"""What cannot be restored is said to be so, and leaves nothing behind."""

import asyncio
import gzip
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from storage import RevisionError, StorageTrouble, Store, StoreBusy
from storage.backup import backup, restore
from storage.backup_file import BackupError
from tests.conftest import Postgres
from tests.storage.copies import content, empty_sqlite, lived_in, names, tables
from tests.storage.samples import keep


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return empty_sqlite(tmp_path)
    return str(request.getfixturevalue("empty_postgres_url"))


async def test_a_database_in_which_anything_was_kept_is_left_alone(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    await keep(store)
    file = tmp_path / "backup.gz"
    await backup(database_url, file)
    before = await content(database_url)
    await store.close()
    with pytest.raises(BackupError, match=r"not empty.*GRIDBOT_DATABASE_URL"):
        await restore(database_url, file)
    assert await content(database_url) == before


async def test_a_running_service_on_sqlite_is_not_restored_under(
    sqlite_store: Store, sqlite_url: str, tmp_path: Path
) -> None:
    await backup(sqlite_url, tmp_path / "backup.gz")
    with pytest.raises(StoreBusy, match="stop the other one"):
        await restore(sqlite_url, tmp_path / "backup.gz")


def rewritten(file: Path, change: Callable[[list[Any]], None]) -> Path:
    """A copy of the backup whose lines were changed."""
    lines = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    change(lines)
    other = file.with_name("changed.gz")
    other.write_bytes(gzip.compress(b"".join(json.dumps(line).encode() + b"\n" for line in lines)))
    return other


def _without_ticket(lines: list[Any]) -> None:
    """The journal of a ticket that is not there."""
    lines[0]["tables"]["ticket"] = 1
    lines.remove(next(line for line in lines if isinstance(line, list) and line[0] == 1002 and len(line) > 10))


def _twice(lines: list[Any]) -> None:
    lines[0]["tables"]["ticket"] += 1
    place = next(place for place, line in enumerate(lines) if isinstance(line, list) and line[0] == 1002)
    lines.insert(place, lines[place])


def _set(path: tuple[Any, ...], value: Any) -> Callable[[list[Any]], None]:
    def change(lines: list[Any]) -> None:
        inner: Any = lines
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value

    return change


DAMAGES: dict[str, Callable[[list[Any]], None]] = {
    "a row is missing": lambda lines: lines.remove(next(line for line in lines if isinstance(line, list))),
    "the end is missing": lambda lines: lines.pop(),
    "something follows": lambda lines: lines.append({}),
    "a ticket of a journal is missing": _without_ticket,
    "a row is there twice": _twice,
    "a table is unknown": _set((0, "tables", "fruit"), 0),
    "a column is unknown": _set((1, "columns", "fruit"), "text"),
    "a kind is unknown": _set((1, "columns", "id"), "fruit"),
    "counts are no numbers": _set((0, "tables", "ticket"), "two"),
    "the revision is none": _set((0, "revision"), None),
    "a table is no table": _set((1,), 5),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_backup_restores_nothing(
    damage: str, sqlite_store: Store, sqlite_url: str, empty_url: str, tmp_path: Path
) -> None:
    await lived_in(sqlite_store)
    await backup(sqlite_url, tmp_path / "backup.gz")
    with pytest.raises(BackupError, match=r"damaged or cut off. Nothing was restored"):
        await restore(empty_url, rewritten(tmp_path / "backup.gz", DAMAGES[damage]))
    assert await tables(empty_url) == []
    await restore(empty_url, tmp_path / "backup.gz")
    assert await content(empty_url) == await content(sqlite_url)


async def test_a_value_of_the_wrong_kind_restores_nothing(
    sqlite_store: Store, sqlite_url: str, empty_url: str, tmp_path: Path
) -> None:
    await keep(sqlite_store)
    await backup(sqlite_url, tmp_path / "backup.gz")
    lines = [json.loads(line) for line in gzip.decompress((tmp_path / "backup.gz").read_bytes()).splitlines()]
    place = next(place for place, line in enumerate(lines) if isinstance(line, list) and line[0] == 1001)
    for column, value in (
        ("version", "1"),
        ("filed_at", "yesterday"),
        ("grid", 5),
        ("id", 2**80),
        ("grid", None),
    ):
        names = list(
            next(line for line in lines if isinstance(line, dict) and line.get("table") == "ticket")["columns"]
        )
        broken = rewritten(tmp_path / "backup.gz", _set((place, names.index(column)), value))
        with pytest.raises(BackupError, match="damaged"):
            await restore(empty_url, broken)
        assert await tables(empty_url) == [], (column, value)


async def test_a_backup_that_was_cut_off_anywhere_restores_nothing(
    sqlite_store: Store, sqlite_url: str, tmp_path: Path
) -> None:
    await lived_in(sqlite_store)
    await backup(sqlite_url, tmp_path / "backup.gz")
    whole = (tmp_path / "backup.gz").read_bytes()
    for length in (0, 5, len(whole) // 2, len(whole) - 9, len(whole) - 1):
        (tmp_path / "cut.gz").write_bytes(whole[:length])
        with pytest.raises(BackupError, match="Nothing was restored"):
            await restore(empty_sqlite(tmp_path), tmp_path / "cut.gz")
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 4
    (tmp_path / "cut.gz").write_bytes(flipped)
    with pytest.raises(BackupError, match="Nothing was restored"):
        await restore(empty_sqlite(tmp_path), tmp_path / "cut.gz")


@pytest.mark.parametrize(
    ("bytes_", "told"),
    [
        (b"", "no backup of gridbot"),
        (b"a letter to the neighbours", "no backup of gridbot"),
        (gzip.compress(b'{"name": "something else"}\n'), "no backup of gridbot"),
        (gzip.compress(b'{"format": "gridbot backup", "version": 2}\n'), "newer gridbot"),
        (b"SQLite format 3\x00" + bytes(100), "is a database, no backup.*GRIDBOT_DATABASE_URL"),
    ],
    ids=["nothing", "a letter", "something else", "a newer form", "a database"],
)
async def test_a_file_that_is_no_backup_is_named_as_what_it_is(bytes_: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(bytes_)
    with pytest.raises((BackupError, RevisionError), match=told):
        await restore(empty_sqlite(tmp_path), tmp_path / "odd")
    with pytest.raises(BackupError, match="cannot be read"):
        await restore(empty_sqlite(tmp_path), tmp_path / "missing")
    assert names(tmp_path) == ["odd"], "no database was begun"


async def test_a_backup_of_a_newer_program_is_refused(sqlite_store: Store, sqlite_url: str, tmp_path: Path) -> None:
    await backup(sqlite_url, tmp_path / "backup.gz")
    newer = rewritten(tmp_path / "backup.gz", _set((0, "revision"), "9999"))
    with pytest.raises(RevisionError, match=r"revision 9999.*newer"):
        await restore(empty_sqlite(tmp_path), newer)


async def test_trouble_in_the_middle_of_a_restore_leaves_an_empty_database(
    store: Store, database_url: str, empty_postgres_url: str, tmp_path: Path, postgres_server: Postgres
) -> None:
    await lived_in(store)
    await backup(database_url, tmp_path / "backup.gz")

    def cut(done: int, total: int) -> None:
        if done == total:
            with ThreadPoolExecutor(1) as thread:
                name = empty_postgres_url.partition("postgres@/")[2].partition("?")[0]
                kill = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
                thread.submit(asyncio.run, postgres_server.run(kill)).result()

    with pytest.raises(StorageTrouble):
        await restore(empty_postgres_url, tmp_path / "backup.gz", cut)
    assert await tables(empty_postgres_url) == []
    await restore(empty_postgres_url, tmp_path / "backup.gz")
    assert await content(empty_postgres_url) == await content(database_url)
