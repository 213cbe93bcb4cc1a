"""Everything gridbot keeps, into one file and out of it again: between moments, machines and kinds of database."""

from collections.abc import Callable, Iterable, Mapping
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
from storage.errors import RevisionError, StorageError
from storage.line import diagnose, translated
from storage.tables import COUNTER, METADATA

_BATCH = 500

Progress = Callable[[int, int], None]
"""Called with the rows done and the rows there are."""


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

    Raises BackupError (nothing to back up, or the file is there or cannot be written), StorageTrouble, RevisionError.
    """
    must_be_new(file)
    store = await open_store(url, outdated=True, reading=True)
    try:
        if store.revision is None:
            raise BackupError("The database has no tables yet: there is nothing to back up.")
        layout = _layout(store.revision)
        # `Store.look` wants tables of this program; before a migration they are older, and a backup is due then.
        async with store._connected(store._looking) as connection:
            with translated():
                counts = {name: await _count(connection, name) for name in layout.tables}
                head = Head(store.revision, await _counters(connection, layout), counts)
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
    Raises BackupError (no backup, damaged, the database is not empty), RevisionError (of a newer program), StoreBusy
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
            if store.revision is None:
                # Made first and outside: it is no part of what is restored, and an empty database is what we leave.
                await store.migrate()
            engine = _patient(store)
            try:
                async with store._connected(engine) as connection:
                    await _fill(connection, reader, progress)
                    await _count_on(connection, reader.head, next_ticket)
                    with translated():
                        await connection.commit()
            finally:
                await engine.dispose()
        finally:
            await store.close()
    return Copied(reader.head.total, reader.head.revision)


async def _fill(connection: AsyncConnection, reader: Reader, progress: Progress | None) -> None:
    """Put the backup's rows into tables of its own revision, and then bring those forward."""
    with translated():
        # Changes nothing, but nobody else migrates from here on.
        await connection.run_sync(migrations.upgrade)
        await _must_be_empty(connection)
        if reader.head.revision != migrations.HEAD:
            await connection.run_sync(_step_back, reader.head.revision)
        for table in reversed(_layout(reader.head.revision).tables):
            await connection.execute(sa.delete(sa.table(table)))
    try:
        await _load(connection, reader, progress)
        with translated():
            await _must_be_whole(connection, reader)
            await connection.run_sync(migrations.upgrade)
    except sa.exc.StatementError as error:
        # No trouble of the database: the rows contradict the tables. Their words are not for a terminal.
        raise reader.damaged() from error


async def _load(connection: AsyncConnection, reader: Reader, progress: Progress | None) -> None:
    layout, done = _layout(reader.head.revision), 0
    if dict.fromkeys(reader.head.tables) != dict.fromkeys(layout.tables):
        raise reader.damaged()
    _tell(progress, done, reader.head.total)
    for name, columns in reader.tables():
        if columns != layout.tables[name]:
            raise reader.damaged()
        insert = _insert(connection, name, columns)
        texts = [place for place, kind in enumerate(columns.values()) if kind is Kind.TEXT]
        for rows in reader.rows(_BATCH):
            try:
                await connection.execute(insert, [_bound(connection, row, texts) for row in rows])
            except Exception as error:
                found = diagnose(error)
                if found is None or "wrote the same" in str(found):
                    raise reader.damaged() from error
                raise found from error
            done += len(rows)
            _tell(progress, done, reader.head.total)
