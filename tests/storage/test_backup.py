"""A backup holds every row as it was at one moment; a restore brings all of them back, on either database, or none."""

import asyncio
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import OutStatus, Store, migrations, open_store
from storage.backup import backup, restore
from storage.backup_file import BackupError
from storage.tables import METADATA
from tests.conftest import Postgres
from tests.storage.copies import column, content, empty_sqlite, execute, lived_in, names
from tests.storage.samples import GROUP, NOW, WALL, keep, later


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return empty_sqlite(tmp_path)
    return str(request.getfixturevalue("empty_postgres_url"))


# Any rows that the tables allow, whatever tables there are.

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_BIG = st.integers(-(2**63), 2**63 - 1)
_MOMENT = st.timedeltas(timedelta(days=-20_000), timedelta(days=60_000)).map(lambda span: NOW + span)
_JSON = st.recursive(
    st.none() | st.booleans() | _BIG | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)


def values(column: sa.Column[Any]) -> st.SearchStrategy[Any]:
    kind = column.type
    if isinstance(kind, sa.types.TypeDecorator):
        kind = kind.impl_instance
    found: st.SearchStrategy[Any]
    if isinstance(kind, sa.JSON):
        found = st.dictionaries(_TEXT, _JSON, max_size=3)
    elif isinstance(kind, sa.Boolean):
        found = st.booleans()
    elif isinstance(kind, sa.BigInteger):
        found = _BIG
    elif isinstance(kind, sa.Integer):
        found = st.integers(-(2**31), 2**31 - 1)
    elif isinstance(kind, sa.Float):
        found = st.floats(allow_nan=False, allow_infinity=False)
    elif isinstance(kind, sa.String):
        found = _TEXT
    else:
        assert isinstance(kind, sa.DateTime), f"say what {column} may hold"
        found = _MOMENT
    return st.none() | found if column.nullable else found


@st.composite
def contents(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    made: dict[str, list[dict[str, Any]]] = {}
    for table in METADATA.sorted_tables:
        columns = {column.name: values(column) for column in table.columns}
        if table.autoincrement_column is not None and not table.foreign_keys:
            columns[table.autoincrement_column.name] = st.integers(1, 2**53)
        parents = {key.parent.name: made[key.column.table.name] for key in table.foreign_keys}
        columns |= {
            key.parent.name: st.sampled_from([row[key.column.name] for row in made[key.column.table.name]] or [None])
            for key in table.foreign_keys
        }
        unique = [[column.name for column in table.primary_key]]
        unique += [
            [column.name for column in rule.columns]
            for rule in table.constraints
            if isinstance(rule, sa.UniqueConstraint)
        ]
        keys = tuple(lambda row, names=names: tuple(row[name] for name in names) for names in unique)
        orphaned = not all(parents.values())
        rows = st.lists(st.fixed_dictionaries(columns), max_size=4, unique_by=keys)
        made[table.name] = [] if orphaned else draw(rows)
    return made


@pytest.mark.parametrize(
    ("source", "target"), [("sqlite", "postgresql"), ("postgresql", "sqlite"), ("sqlite", "sqlite")]
)
def test_any_rows_come_back_as_they_were(
    source: str, target: str, postgres_server: Postgres, postgres_template: str, sqlite_template: Path, tmp_path: Path
) -> None:
    number = 0

    async def emptied(kind: str, name: str) -> str:
        if kind == "sqlite":
            return f"sqlite+aiosqlite:///{tmp_path}/{name}.db"
        await postgres_server.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await postgres_server.run(f"CREATE DATABASE {name}")
        return postgres_server.url(name)

    async def migrated(name: str) -> str:
        """Return a fresh copy of a database with all tables."""
        if source == "sqlite":
            shutil.copyfile(sqlite_template, tmp_path / f"{name}.db")
            return f"sqlite+aiosqlite:///{tmp_path}/{name}.db"
        await postgres_server.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await postgres_server.run(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
        return postgres_server.url(name)

    async def there_and_back(made: dict[str, list[dict[str, Any]]]) -> None:
        first, second = await migrated(f"rows_{number}_a"), await emptied(target, f"rows_{number}_b")
        inserts = [sa.insert(table).values(made[table.name]) for table in METADATA.sorted_tables if made[table.name]]
        await execute(first, *(sa.delete(table) for table in METADATA.sorted_tables), *inserts)
        file = tmp_path / f"{number}.gz"
        copied = await backup(first, file)
        assert copied.rows == sum(map(len, made.values()))
        await restore(second, file)
        assert await content(second) == await content(first)
        again = tmp_path / f"{number}-again.gz"
        assert await backup(second, again) == copied
        if source == target:
            assert again.read_bytes() == file.read_bytes()

    @settings(max_examples=6, suppress_health_check=list(HealthCheck))
    @given(contents())
    def check(made: dict[str, list[dict[str, Any]]]) -> None:
        nonlocal number
        number += 1
        asyncio.run(there_and_back(made))

    check()


async def test_what_a_service_left_goes_on_elsewhere(
    store: Store, database_url: str, empty_url: str, tmp_path: Path
) -> None:
    await lived_in(store)
    before = await content(database_url)
    await backup(database_url, tmp_path / "backup.gz")
    await restore(empty_url, tmp_path / "backup.gz")
    assert await content(empty_url) == before
    assert all(before[name] for name in ("ticket", "journal", "source", "contact", "outbox", "call", "token", "mark"))

    restored = await open_store(empty_url)
    async with restored.look() as unit, store.look() as old:
        assert await unit.tickets.get(1002) == await old.tickets.get(1002)
        assert await unit.tickets.journal(1002) == await old.tickets.journal(1002)
        assert [row.key for row in await unit.outbox.unsettled()] == ["a"], "its end is asked for, as after a crash"
        assert (await unit.outbox.by_key("a")) == (await old.outbox.by_key("a"))
        assert await unit.updates.seen(7001)
    async with restored.unit() as unit:
        assert await unit.tickets.reserve_number() == 1003
        draft = await unit.drafts.open(
            telegram=10021, chat=GROUP, kind="finish", ticket=1002, data={}, expires_at=later(hours=1)
        )
        assert draft == 5, "four were given, and the last of them is gone"
        assert await unit.outbox.release(10021) == 1
        assert await unit.outbox.post(key="a", chat=1, template="result", language="zh", priority=1) is False
        assert await unit.outbox.post(key="c", chat=1, template="result", language="zh", priority=1)
        new = await unit.outbox.by_key("c")
        assert new is not None
        assert new.id > max(row[0] for row in before["outbox"])
        await unit.commit()
    await restored.close()


async def test_numbers_that_were_given_after_the_backup_can_be_passed_over(
    store: Store, database_url: str, empty_url: str, tmp_path: Path
) -> None:
    await keep(store)
    await backup(database_url, tmp_path / "backup.gz")
    await restore(empty_url, tmp_path / "backup.gz", next_ticket=1041)
    restored = await open_store(empty_url)
    assert (await keep(restored)).id == 1041
    await restored.close()


async def test_a_lower_next_number_changes_nothing(sqlite_store: Store, sqlite_url: str, tmp_path: Path) -> None:
    await keep(sqlite_store)
    await backup(sqlite_url, tmp_path / "backup.gz")
    await restore(empty_sqlite(tmp_path), tmp_path / "backup.gz", next_ticket=1001)
    restored = await open_store(empty_sqlite(tmp_path))
    assert (await keep(restored)).id == 1002
    await restored.close()


async def test_a_backup_is_one_moment_while_the_service_goes_on(
    store: Store, database_url: str, empty_url: str, tmp_path: Path
) -> None:
    await lived_in(store)
    before = await content(database_url)
    filed = []

    def meanwhile(done: int, total: int) -> None:
        # No row is read yet, and here a resident asks for something. The loop of this test waits for a backup's row.
        if done == 0:
            with ThreadPoolExecutor(1) as thread:
                filed.append(thread.submit(asyncio.run, elsewhere()).result())

    async def elsewhere() -> int:
        service = await open_store(database_url)
        try:
            return (await keep(service)).id
        finally:
            await service.close()

    await store.close()
    await backup(database_url, tmp_path / "backup.gz", meanwhile)
    assert filed == [1003]
    assert len((await content(database_url))["ticket"]) == 3
    await restore(empty_url, tmp_path / "backup.gz")
    assert await content(empty_url) == before


async def test_a_backup_is_private_and_replaces_nothing(sqlite_store: Store, sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.gz"
    await backup(sqlite_url, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = file.read_bytes()
    await keep(sqlite_store)
    with pytest.raises(BackupError, match="never replaces"):
        await backup(sqlite_url, file)
    with pytest.raises(BackupError, match="Make it"):
        await backup(sqlite_url, tmp_path / "missing" / "backup.gz")
    assert file.read_bytes() == kept


async def test_a_name_that_is_taken_meanwhile_stays_whose_it_is(
    sqlite_store: Store, sqlite_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "backup.gz"
    with pytest.raises(BackupError, match="never replaces"):
        await backup(sqlite_url, file, lambda *_: file.write_text("somebody else's"))
    assert file.read_text() == "somebody else's"
    assert not any(name.startswith(".") for name in names(tmp_path))


async def test_a_file_system_without_links_will_do(
    sqlite_store: Store, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    await keep(sqlite_store)
    await backup(sqlite_url, tmp_path / "backup.gz")
    assert not any(name.startswith(".") for name in names(tmp_path))
    await restore(empty_sqlite(tmp_path), tmp_path / "backup.gz")
    assert await content(empty_sqlite(tmp_path)) == await content(sqlite_url)


async def test_a_full_disk_leaves_no_backup(
    sqlite_store: Store, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = names(tmp_path)
    with pytest.raises(BackupError, match=r"No space left on device.*make room"):
        await backup(sqlite_url, tmp_path / "backup.gz")
    assert names(tmp_path) == before


async def test_there_is_nothing_to_back_up_before_the_first_tables(empty_postgres_url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nothing to back up"):
        await backup(empty_postgres_url, tmp_path / "backup.gz")
    assert names(tmp_path) == []


async def test_tables_without_rows_are_empty_enough(database_url: str, sqlite_template: Path, tmp_path: Path) -> None:
    source = await open_store(empty_sqlite(tmp_path))
    await source.migrate()
    await lived_in(source)
    await source.close()
    await backup(empty_sqlite(tmp_path), tmp_path / "backup.gz")
    await restore(database_url, tmp_path / "backup.gz")
    assert await content(database_url) == await content(empty_sqlite(tmp_path))


NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{next}"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("draft") as batch:
        batch.add_column(sa.Column("colour", sa.String(), nullable=False, server_default="red"))
    op.create_table("fruit", sa.Column("name", sa.String(), primary_key=True))
    op.execute("INSERT INTO fruit VALUES ('plum')")
"""


@pytest.fixture
def next_program(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], str]]:
    """Become the next program, whose migration adds a column and a table with a row."""
    folder = tmp_path_factory.mktemp("versions")
    real, head = migrations.config, migrations.HEAD
    number = f"{int(head) + 1:04}"
    (folder / f"{number}_next.py").write_text(NEXT.format(next=number, head=head))

    def config(connection: sa.Connection | None = None) -> object:
        made = real(connection)
        made.set_main_option("path_separator", "newline")
        made.set_main_option("version_locations", f"{Path(migrations.__file__).parent / 'versions'}\n{folder}")
        return made

    def become() -> str:
        monkeypatch.setattr(migrations, "config", config)
        monkeypatch.setattr(migrations, "HEAD", number)
        migrations.known.cache_clear()
        return number

    yield become
    monkeypatch.undo()
    migrations.known.cache_clear()


@pytest.mark.parametrize("migrated_before", [False, True])
async def test_an_older_backup_is_brought_forward(
    store: Store,
    database_url: str,
    empty_url: str,
    tmp_path: Path,
    next_program: Callable[[], str],
    migrated_before: bool,
) -> None:
    await lived_in(store)
    await store.close()
    old = await content(database_url)
    await backup(database_url, tmp_path / "backup.gz")
    head = next_program()
    # Before it migrates, the next program backs up what the last one left.
    await backup(database_url, tmp_path / "by-the-next.gz")
    assert (tmp_path / "by-the-next.gz").read_bytes() == (tmp_path / "backup.gz").read_bytes()
    if migrated_before:
        opened = await open_store(empty_url)
        await opened.migrate()
        await opened.close()
    await restore(empty_url, tmp_path / "backup.gz")
    assert await content(empty_url) == old
    assert await column(empty_url, "SELECT version_num FROM alembic_version") == [head]
    assert await column(empty_url, "SELECT colour FROM draft") == ["red"]
    assert await column(empty_url, "SELECT name FROM fruit") == ["plum"]
    restored = await open_store(empty_url)
    async with restored.unit() as unit:
        draft = await unit.drafts.open(
            telegram=10021, chat=GROUP, kind="finish", ticket=1002, data={}, expires_at=NOW + timedelta(hours=1)
        )
        assert draft == 5, "the count survives the rebuilding of its table"
    await restored.close()


async def test_a_text_that_postgresql_cannot_keep_loses_only_that(
    sqlite_store: Store, sqlite_url: str, empty_postgres_url: str, tmp_path: Path
) -> None:
    async with sqlite_store.unit() as unit:
        await unit.marks.set("odd", "a\x00b")
        await unit.commit()
    await backup(sqlite_url, tmp_path / "backup.gz")
    await restore(empty_postgres_url, tmp_path / "backup.gz")
    assert (await content(empty_postgres_url))["mark"] == [("odd", "ab")]


async def test_an_unknown_send_is_unknown_after_the_move(
    sqlite_store: Store, sqlite_url: str, empty_postgres_url: str, tmp_path: Path
) -> None:
    await lived_in(sqlite_store)
    async with sqlite_store.unit() as unit:
        row = await unit.outbox.by_key("a")
        assert row is not None
        await unit.outbox.unknown(row.id, "no answer")
        await unit.commit()
    await backup(sqlite_url, tmp_path / "backup.gz")
    await restore(empty_postgres_url, tmp_path / "backup.gz")
    restored = await open_store(empty_postgres_url)
    async with restored.look() as unit:
        row = await unit.outbox.by_key("a")
        assert row is not None
        assert (row.status, row.floor) == (OutStatus.UNKNOWN, 40)
        assert await unit.outbox.recent(WALL - 60) == [(10021, WALL, 1)]
    await restored.close()
