"""Everything gridbot keeps, into one file and out of it again: between moments, machines and kinds of database."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import engine as engines
from storage import migrations
from storage.backup_file import BackupError, Columns, Head, Kind, Reader, must_be_new, reading, writing
from storage.codec import plain
from storage.engine import Store, open_store
from storage.errors import Conflict, RevisionError
from storage.line import diagnose, translated
from storage.tables import COUNTER, METADATA

_BATCH = 500

Progress = Callable[[int, int], object]
"""Called with the rows done and the rows there are, first with none done."""


@dataclass(frozen=True)
class Copied:
    """What was backed up or restored: how many rows, and the revision of their tables in the file."""

    rows: int
    revision: str


@dataclass(frozen=True)
class _Layout:
    """The tables of one revision, parents first, and the rows that its migrations put into them."""

    tables: Mapping[str, Columns]
    seeds: Mapping[str, frozenset[tuple[Any, ...]]]


async def backup(url: str, file: Path, progress: Progress | None = None) -> Copied:
    """Write everything in the database at `url` to `file`, as it was at one moment, beside whoever works on it.

    Raises BackupError (nothing to back up; the file is there or cannot be written), StorageTrouble, RevisionError.
    """
    must_be_new(file)
    store = await open_store(url, outdated=True, reading=True)
    try:
        # `Store.look` wants tables of this program; before a migration they are older, and a backup is due just then.
        async with store._connected(store._looking) as connection:
            with translated():
                # Asked again: here begins the one moment.
                revision = await connection.run_sync(migrations.current)
                if revision is None:
                    raise BackupError("The database has no tables yet: there is nothing to back up.")
                layout = _layout(revision)
                counts = {name: await _count(connection, name) for name in layout.tables}
                head = Head(revision, await _counters(connection), counts)
            with writing(file) as writer:
                writer.head(head)
                done = 0
                _tell(progress, done, head.total)
                for name, columns in layout.tables.items():
                    writer.table(name, columns)
                    async for rows in _read(connection, name, columns):
                        writer.rows(rows)
                        done += len(rows)
                        _tell(progress, done, head.total)
                writer.end()
    finally:
        await store.close()
    return Copied(head.total, head.revision)


async def restore(url: str, file: Path, progress: Progress | None = None, *, next_ticket: int = 0) -> Copied:
    """Fill the empty database at `url` from `file`, all of it or nothing, and bring it to this program's revision.

    `next_ticket`: the next ticket gets this number or a higher one.
    Raises BackupError (no backup, damaged; the database is not empty), RevisionError (of a newer program), StoreBusy
    (SQLite in use), StorageTrouble.
    """
    with reading(file) as reader:
        if reader.head.revision not in migrations.known():
            raise RevisionError(
                f"The backup is of revision {reader.head.revision}, which this program does not know: a newer one "
                "made it. Restore it with that program."
            )
        store = await open_store(url)
        try:
            engine = _patient(store)
            try:
                async with store._connected(engine) as connection:
                    await _fill(connection, reader, progress)
                    with translated():
                        await _count_on(connection, reader.head, next_ticket)
                        await connection.commit()
            finally:
                await engine.dispose()
        finally:
            await store.close()
    return Copied(reader.head.total, reader.head.revision)


def _patient(store: Store) -> AsyncEngine:
    """Return an engine as for migrations: without foreign keys on SQLite, without a time limit on PostgreSQL."""
    if store.dialect == "sqlite":
        return engines._sqlite(store._url, store._busy_seconds, foreign_keys=False)
    return engines._postgres(store._url, command_seconds=None)


async def _fill(connection: AsyncConnection, reader: Reader, progress: Progress | None) -> None:
    """Put the rows into tables of the backup's own revision, and bring those forward."""
    revision = reader.head.revision
    fresh, layout = _layout(migrations.HEAD), _layout(revision)
    with translated():
        # Makes the tables where there are none; from here on nobody else migrates.
        await connection.run_sync(migrations.upgrade)
        await _must_be_empty(connection, fresh)
        if revision != migrations.HEAD:
            await connection.run_sync(_step_back, fresh, revision)
        for name in reversed(tuple(layout.tables)):
            await connection.execute(sa.delete(sa.table(name)))
    await _load(connection, reader, layout, progress)
    with translated():
        if connection.dialect.name == "sqlite":
            orphan = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first()
            if orphan is not None:
                raise reader.damaged()
        await connection.run_sync(migrations.upgrade)


async def _load(connection: AsyncConnection, reader: Reader, layout: _Layout, progress: Progress | None) -> None:
    if reader.head.tables.keys() != layout.tables.keys():
        raise reader.damaged()
    done = 0
    _tell(progress, done, reader.head.total)
    for name, columns in reader.tables():
        if columns != layout.tables[name]:
            raise reader.damaged()
        insert = _insert(connection, name, columns)
        for rows in reader.rows(_BATCH):
            try:
                await connection.execute(insert, [_bound(connection, columns, row) for row in rows])
            except (sa.exc.StatementError, ValueError, OverflowError, OSError) as error:
                trouble = diagnose(error)
                if trouble is None or isinstance(trouble, Conflict):
                    raise reader.damaged() from error
                raise trouble from error
            done += len(rows)
            _tell(progress, done, reader.head.total)


async def _must_be_empty(connection: AsyncConnection, fresh: _Layout) -> None:
    """Raise BackupError if anything was kept here; then nobody can keep anything until we are done."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(map(connection.dialect.identifier_preparer.quote, fresh.tables))
        await connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
    for name, columns in fresh.tables.items():
        seeds = fresh.seeds[name]
        found = (await connection.execute(_select(name, columns).limit(len(seeds) + 1))).all()
        if frozenset(map(tuple, found)) != seeds:
            raise BackupError(
                "The database is not empty, and a restore never mixes two. Stop gridbot and name an empty one in "
                "GRIDBOT_DATABASE_URL: another file for SQLite, a new database (createdb) for PostgreSQL."
            )


def _step_back(connection: sa.Connection, fresh: _Layout, revision: str) -> None:
    """Replace empty tables by those of an older revision."""
    for name in (*reversed(tuple(fresh.tables)), _VERSION):
        sa.Table(name, sa.MetaData()).drop(connection)
    command.upgrade(migrations.config(connection), revision)


def _layout(revision: str) -> _Layout:
    """Ask the migrations themselves: the tables of an older revision are written down nowhere else."""
    engine = sa.create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            command.upgrade(migrations.config(connection), revision)
            inspector = sa.inspect(connection)
            names = [name for name, _ in inspector.get_sorted_table_and_fkc_names() if name not in (None, _VERSION)]
            tables = {
                str(name): {str(one["name"]): _kind(one["type"]) for one in inspector.get_columns(str(name))}
                for name in names
            }
            seeds = {
                name: frozenset(map(tuple, connection.execute(_select(name, columns)).all()))
                for name, columns in tables.items()
            }
    finally:
        engine.dispose()
    return _Layout(tables, seeds)


_VERSION = "alembic_version"

_KINDS: Sequence[tuple[type[sa.types.TypeEngine[Any]], Kind, sa.types.TypeEngine[Any]]] = (
    (sa.Boolean, Kind.BOOL, sa.Boolean()),
    (sa.Integer, Kind.INT, sa.BigInteger()),
    (sa.Float, Kind.FLOAT, sa.Double()),
    (sa.DateTime, Kind.TIME, sa.DateTime(timezone=True)),
    (sa.JSON, Kind.JSON, sa.Text()),
    (sa.String, Kind.TEXT, sa.Text()),
)
_AS = {kind: as_type for _, kind, as_type in _KINDS}


def _kind(found: sa.types.TypeEngine[Any]) -> Kind:
    for known, kind, _ in _KINDS:
        if isinstance(found, known):
            return kind
    raise TypeError(f"a backup has no kind for a column of {found!r}; add one to storage/backup.py")


def _select(name: str, columns: Columns) -> sa.Select[Any]:
    # JSON as its text: nothing is read into it or lost from it on the way.
    read = [
        sa.cast(sa.column(column), sa.Text()) if kind is Kind.JSON else sa.column(column, _AS[kind])
        for column, kind in columns.items()
    ]
    return sa.select(*read).select_from(sa.table(name))


def _insert(connection: AsyncConnection, name: str, columns: Columns) -> sa.Insert:
    # PostgreSQL makes JSON from a text only when it is told to.
    told = connection.dialect.name == "postgresql"
    table = sa.table(name, *(sa.column(column, _AS[kind]) for column, kind in columns.items()))
    values = {
        column: sa.cast(sa.bindparam(column, type_=sa.Text()), sa.JSON())
        if kind is Kind.JSON and told
        else sa.bindparam(column, type_=_AS[kind])
        for column, kind in columns.items()
    }
    return sa.insert(table).values(values)


def _bound(connection: AsyncConnection, columns: Columns, row: tuple[Any, ...]) -> dict[str, Any]:
    values = dict(zip(columns, row, strict=True))
    if connection.dialect.name == "postgresql":
        # SQLite keeps NUL in a text, PostgreSQL cannot.
        texts = (column for column, kind in columns.items() if kind is Kind.TEXT and values[column] is not None)
        values.update({column: plain(values[column]) for column in texts})
    return values


async def _count(connection: AsyncConnection, name: str) -> int:
    found = await connection.execute(sa.select(sa.func.count()).select_from(sa.table(name)))
    return int(found.scalar_one())


async def _read(connection: AsyncConnection, name: str, columns: Columns) -> AsyncIterator[Sequence[Sequence[Any]]]:
    with translated():
        async with connection.stream(_select(name, columns)) as found:
            async for rows in found.partitions(_BATCH):
                yield rows


_SEQUENCES = sa.text(
    "SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name) AS sequence, "
    "pg_sequence_last_value(pg_get_serial_sequence(quote_ident(table_name), column_name)::regclass) AS given "
    "FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL"
)


async def _counters(connection: AsyncConnection) -> dict[str, int]:
    """Return the last number that the database gave, by table: rows may be gone, but their numbers are never reused."""
    if connection.dialect.name == "sqlite":
        rows = (await connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence ORDER BY name")).all()
        return {row.name: int(row.seq) for row in rows}
    found = (await connection.execute(_SEQUENCES)).all()
    return {row.table_name: int(row.given) for row in found if row.given}


async def _count_on(connection: AsyncConnection, head: Head, next_ticket: int) -> None:
    """Let the database count on from where it was, and tickets from `next_ticket` if that is more."""
    if connection.dialect.name == "sqlite":
        for name in METADATA.tables.keys() & head.counters.keys():
            given = {"name": name, "given": head.counters[name]}
            known = sa.text("UPDATE sqlite_sequence SET seq = max(seq, :given) WHERE name = :name")
            if (await connection.execute(known, given)).rowcount == 0:
                await connection.execute(sa.text("INSERT INTO sqlite_sequence VALUES (:name, :given)"), given)
    else:
        for row in (await connection.execute(_SEQUENCES)).all():
            if row.table_name not in METADATA.tables:
                continue
            key = METADATA.tables[row.table_name].c[row.column_name]
            highest = (await connection.execute(sa.select(sa.func.max(key)))).scalar()
            last = max(head.counters.get(row.table_name, 0), highest or 0)
            if last:
                statement = sa.text("SELECT setval(CAST(CAST(:sequence AS text) AS regclass), :last)")
                await connection.execute(statement, {"sequence": row.sequence, "last": last})
    await connection.execute(
        sa.update(COUNTER)
        .where(COUNTER.c.name == "ticket", COUNTER.c.value < next_ticket - 1)
        .values(value=next_ticket - 1)
    )


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None:
        progress(done, total)
