"""The line to the database inside one transaction: runs statements, notes writes, names what went wrong."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import Conflict, StorageError, StorageTrouble

_SQLITE_TROUBLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
# 08 connection, 25006 a standby is read-only, 28 and 3D access, 53 resources, 55 locks, 57 and 58 operator and machine.
_POSTGRES_TROUBLE = ("08", "25006", "28", "3D", "53", "55", "57", "58")
_UNIQUE = "23505"


def diagnose(error: BaseException) -> StorageError | None:
    """Return what `error` means for the caller; None = a mistake of ours, to be raised as it is."""
    cause: BaseException | None = error
    while cause is not None:
        found = _diagnose_one(cause)
        if found is not None:
            return found
        cause = cause.orig if isinstance(cause, exc.DBAPIError) and cause.orig is not None else cause.__cause__
    return None


def _diagnose_one(error: BaseException) -> StorageError | None:
    if isinstance(error, OSError | exc.TimeoutError):
        return StorageTrouble(f"The database does not answer: {error or type(error).__name__}")
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return StorageTrouble("The connection to the database was lost")
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        if code in (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY):
            return Conflict("Somebody else wrote the same first")
        return StorageTrouble(f"SQLite: {error}") if code is not None and code & 0xFF in _SQLITE_TROUBLE else None
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        if state == _UNIQUE or state.startswith("40"):
            return Conflict("Somebody else wrote the same first")
        return StorageTrouble(f"PostgreSQL: {error}") if state.startswith(_POSTGRES_TROUBLE) else None
    # asyncpg has no state for what the client notices by itself: a connection that is closed or being closed.
    if type(error).__module__.startswith("asyncpg") and "connection" in str(error).lower():
        return StorageTrouble(f"PostgreSQL: {error}")
    return None


@contextmanager
def translated() -> Iterator[None]:
    """Turn failures of the database into StorageTrouble or Conflict; leave mistakes of ours as they are."""
    try:
        yield
    except StorageError:
        raise
    except Exception as error:
        found = diagnose(error)
        if found is None:
            raise
        raise found from error


class Line:
    """One transaction. `wrote` is set by the first statement that changed a row, `spoke` by the outbox."""

    def __init__(self, connection: AsyncConnection, *, writing: bool) -> None:
        self._connection = connection
        self._open = True
        self.writing = writing
        self.wrote = False
        self.spoke = False
        self.postgres = connection.dialect.name == "postgresql"

    async def all(self, statement: sa.Executable) -> Sequence[sa.Row[Any]]:
        """Return the rows of a query."""
        return (await self._execute(statement)).all()

    async def first(self, statement: sa.Executable) -> sa.Row[Any] | None:
        """Return the first row of a query."""
        return (await self._execute(statement)).first()

    async def value(self, statement: sa.Executable) -> Any:
        """Return the first column of the first row; None without one."""
        return (await self._execute(statement)).scalar()

    async def write(self, statement: sa.Executable) -> int:
        """Change rows and return how many."""
        self._must_write()
        count: int = (await self._execute(statement)).rowcount
        self.wrote = self.wrote or count > 0
        return count

    async def write_many(self, statement: sa.Executable, rows: Sequence[dict[str, Any]]) -> None:
        """Insert several rows, at least one; the statement is compiled once for ever, unlike one with many VALUES."""
        self._must_write()
        await self._execute(statement, rows)
        self.wrote = True

    async def write_back(self, statement: sa.Executable) -> sa.Row[Any] | None:
        """Change rows with RETURNING and return the first; None = nothing was changed."""
        self._must_write()
        row = (await self._execute(statement)).first()
        self.wrote = self.wrote or row is not None
        return row

    def insert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """Return an insert that knows ON CONFLICT, in the words of this database."""
        return postgresql.insert(table) if self.postgres else sqlite.insert(table)

    @property
    def wall(self) -> sa.ColumnElement[float]:
        """The database's own clock, seconds since 1970: how long a row has waited, whatever the domain's time does."""
        if self.postgres:
            return sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), sa.Float)
        return (sa.func.julianday("now") - 2440587.5) * 86400.0

    async def commit(self) -> None:
        """Keep everything; nothing can follow."""
        with translated():
            await self._connection.commit()
        self._open = False

    async def _execute(
        self, statement: sa.Executable, rows: Sequence[dict[str, Any]] | None = None
    ) -> sa.CursorResult[Any]:
        if not self._open:
            raise RuntimeError("this unit is over; open another one")
        with translated():
            return await self._connection.execute(statement, rows)

    def _must_write(self) -> None:
        if not self.writing:
            raise RuntimeError("store.look() only reads; use store.unit() to write")
