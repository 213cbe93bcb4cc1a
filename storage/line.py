"""The line to the database inside one transaction: runs statements, notes writes, names what went wrong."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import Conflict, StorageError, StorageTrouble
from storage.quick import Dialect, Quick

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
OVER = "this unit is over; open another one"


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


def _told(error: sqlite3.Error) -> Exception:
    return diagnose(error) or error


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
    """One transaction. `wrote` is set by the first statement that changed a row, `spoke` by the outbox.

    `keep` is what a commit means where the transaction is shared with others; None = the connection's own. `raw` is
    SQLite's own connection.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        *,
        writing: bool,
        keep: Callable[[], Awaitable[None]] | None = None,
        raw: sqlite3.Connection | None = None,
    ) -> None:
        self._connection = connection
        self._keep = keep or connection.commit
        self._open = True
        self.writing = writing
        self.wrote = False
        self.spoke = False
        self.postgres = connection.dialect.name == "postgresql"
        self._raw = raw

    async def all(self, statement: sa.Executable) -> Sequence[sa.Row[Any]]:
        """Return the rows of a query."""
        return (await self._execute(statement)).all()

    async def first(self, statement: sa.Executable) -> sa.Row[Any] | None:
        """Return the first row of a query."""
        return (await self._execute(statement)).first()

    async def value(self, statement: sa.Executable) -> Any:
        """Return the first column of the first row; None without one."""
        return (await self._execute(statement)).scalar()

    async def rows(self, quick: Quick, **values: Any) -> Sequence[Sequence[Any]]:
        """Return the rows of a quick query, each a tuple."""
        if self.postgres:
            return (await self._execute(quick.statement("postgresql"), values)).all()
        try:
            return quick.read(quick.on_sqlite(self._driver(), self._connection.dialect, values).fetchall())
        except sqlite3.Error as error:
            raise _told(error) from error

    async def row(self, quick: Quick, **values: Any) -> Sequence[Any] | None:
        """Return the first row of a quick query, a tuple."""
        found = await self.rows(quick, **values)
        return found[0] if found else None

    async def change(self, quick: Quick, **values: Any) -> int:
        """Change rows quickly and return how many."""
        self._must_write()
        if self.postgres:
            count: int = (await self._execute(quick.statement("postgresql"), values)).rowcount
        else:
            try:
                count = quick.on_sqlite(self._driver(), self._connection.dialect, values).rowcount
            except sqlite3.Error as error:
                raise _told(error) from error
        self.wrote = self.wrote or count > 0
        return count

    async def change_many(self, quick: Quick, rows: Sequence[dict[str, Any]]) -> None:
        """Carry out a quick statement for several rows, at least one."""
        self._must_write()
        if self.postgres:
            await self._execute(quick.statement("postgresql"), rows)
        else:
            try:
                quick.many_on_sqlite(self._driver(), self._connection.dialect, rows)
            except sqlite3.Error as error:
                raise _told(error) from error
        self.wrote = True

    async def change_back(self, quick: Quick, **values: Any) -> Sequence[Any] | None:
        """Change rows quickly with RETURNING and return the first, a tuple; None = nothing was changed."""
        self._must_write()
        row = await self.row(quick, **values)
        self.wrote = self.wrote or row is not None
        return row

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
        return Dialect(self.postgres).insert(table)

    @property
    def wall(self) -> sa.ColumnElement[float]:
        """The database's own clock, seconds since 1970: how long a row has waited, whatever the domain's time does."""
        return Dialect(self.postgres).wall

    async def commit(self) -> None:
        """Keep everything; nothing can follow."""
        self._open = False
        with translated():
            await self._keep()

    def _driver(self) -> sqlite3.Connection:
        if not self._open:
            raise RuntimeError(OVER)
        assert self._raw is not None
        return self._raw

    async def _execute(
        self, statement: sa.Executable, rows: Sequence[dict[str, Any]] | dict[str, Any] | None = None
    ) -> sa.CursorResult[Any]:
        if not self._open:
            raise RuntimeError(OVER)
        with translated():
            return await self._connection.execute(statement, rows)

    def _must_write(self) -> None:
        if not self.writing:
            raise RuntimeError("store.look() only reads; use store.unit() to write")
