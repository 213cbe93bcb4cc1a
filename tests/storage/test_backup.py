"""A backup holds every row as it was at one moment; a restore brings all of them back, on either database, or none."""

import asyncio
import gzip
import json
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
from sqlalchemy.ext.asyncio import create_async_engine

from storage import OutStatus, RevisionError, StorageTrouble, Store, StoreBusy, backup_file, migrations, open_store
from storage.backup import backup, restore
from storage.backup_file import BackupError
from storage.tables import METADATA
from tests.conftest import Postgres
from tests.storage.samples import GROUP, NOW, WALL, keep, later

Content = dict[str, list[tuple[Any, ...]]]


def empty_sqlite(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'restored.db'}"


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return empty_sqlite(tmp_path)
    return str(request.getfixturevalue("empty_postgres_url"))


async def content(url: str) -> Content:
    """Everything in the database, in an order that does not depend on its kind."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return {
                table.name: sorted(map(tuple, (await connection.execute(sa.select(table))).all()), key=repr)
                for table in METADATA.sorted_tables
            }
    finally:
        await engine.dispose()


async def execute(url: str, *statements: sa.Executable) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(statement)
    await engine.dispose()


async def tables(url: str) -> list[str]:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
    await engine.dispose()
    return found


async def lived_in(store: Store) -> None:
    """Leave something of everything that a service leaves."""
    await keep(store)
    ticket = await keep(store)
    async with store.unit(cause=7001) as unit:
        await unit.sources.add(GROUP, 11, ticket.id, "album", "tg10021")
        await unit.contacts.see(10021, "陈己", "zh", "d.s1.c1.g1")
        await unit.contacts.set_started(10021, True)
        await unit.drafts.open(
            telegram=10021, chat=10021, kind="ask", ticket=ticket.id, data={}, expires_at=later(hours=1)
        )
        for said in range(3):
            draft = await unit.drafts.open(
                telegram=10021,
                chat=GROUP,
                kind="finish",
                ticket=ticket.id,
                data={"n": str(said)},
                expires_at=later(hours=1),
            )
        await unit.drafts.close(draft)
        await unit.slots.take("digest", "d.s1.c1", NOW)
        await unit.updates.park(7000, '{"update_id": 7000}', "KeyError", NOW)
        await unit.marks.set("heard_until", NOW.isoformat())
        await unit.tokens.issue(10021, ticket.id, NOW)
        await unit.outbox.post(key="a", chat=10021, template="result", language="zh", priority=1, ticket=ticket.id)
        await unit.outbox.post(key="b", chat=10021, template="closed", language="zh", priority=2, waiting=True)
        await unit.outbox.mark_card(
            ticket=ticket.id, chat=GROUP, template="group_card", reader=None, priority=3, language="zh"
        )
        await unit.commit()
    async with store.unit() as unit:
        row = await unit.outbox.by_key("a")
        assert row is not None
        assert await unit.outbox.claim(row.id, row.generation, 40, WALL)
        await unit.commit()


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
def test_any_rows_come_back_as_they_were(source: str, target: str, postgres_server: Postgres, tmp_path: Path) -> None:
    number = 0

    async def emptied(kind: str, name: str) -> str:
        if kind == "sqlite":
            return f"sqlite+aiosqlite:///{tmp_path}/{name}.db"
        await postgres_server.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await postgres_server.run(f"CREATE DATABASE {name}")
        return postgres_server.url(name)

    async def there_and_back(made: dict[str, list[dict[str, Any]]]) -> None:
        first, second = await emptied(source, f"rows_{number}_a"), await emptied(target, f"rows_{number}_b")
        store = await open_store(first)
        await store.migrate()
        await store.close()
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

    @settings(max_examples=12, suppress_health_check=list(HealthCheck))
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

    monkeypatch.setattr(backup_file.os, "link", no_links)
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

    monkeypatch.setattr(backup_file.os, "fsync", full)
    before = names(tmp_path)
    with pytest.raises(BackupError, match=r"No space left on device.*make room"):
        await backup(sqlite_url, tmp_path / "backup.gz")
    assert names(tmp_path) == before


async def test_there_is_nothing_to_back_up_before_the_first_tables(empty_postgres_url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nothing to back up"):
        await backup(empty_postgres_url, tmp_path / "backup.gz")
    assert names(tmp_path) == []


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


async def test_tables_without_rows_are_empty_enough(database_url: str, sqlite_template: Path, tmp_path: Path) -> None:
    source = await open_store(empty_sqlite(tmp_path))
    await source.migrate()
    await lived_in(source)
    await source.close()
    await backup(empty_sqlite(tmp_path), tmp_path / "backup.gz")
    await restore(database_url, tmp_path / "backup.gz")
    assert await content(database_url) == await content(empty_sqlite(tmp_path))


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
        ("last_chat", 2**80),
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


async def column(url: str, query: str) -> list[Any]:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = list((await connection.execute(sa.text(query))).scalars())
    await engine.dispose()
    return found


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


async def test_two_restores_into_one_database_do_not_mix(
    sqlite_store: Store, sqlite_url: str, empty_postgres_url: str, tmp_path: Path
) -> None:
    await lived_in(sqlite_store)
    await backup(sqlite_url, tmp_path / "backup.gz")
    ends = await asyncio.gather(
        *(restore(empty_postgres_url, tmp_path / "backup.gz") for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(end).__name__ for end in ends) == ["BackupError", "Copied"]
    assert await content(empty_postgres_url) == await content(sqlite_url)


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
