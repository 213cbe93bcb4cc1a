"""SQLite on the loop's own thread, in the shape of aiosqlite.

aiosqlite hands every step of every statement to a thread and back: four hops for one row, each of which waits until
the loop lets go of the interpreter. A statement of ours takes a few microseconds, so it runs where it is asked for.
Only what can wait for a disk or for another process goes to a thread: the commit, and a lock that is not free.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

T = TypeVar("T")

BEGIN = "BEGIN IMMEDIATE"
_STATEMENTS = 512
"""Prepared statements kept by each connection: more than there are."""


class InlineCursor:
    """A cursor of sqlite3 whose steps can be awaited."""

    __slots__ = ("_connection", "_cursor")

    def __init__(self, connection: "InlineConnection") -> None:
        self._connection = connection
        self._cursor = connection.raw.cursor()

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        """What columns there are, after a query."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The key of the last row that was inserted."""
        return self._cursor.lastrowid

    @property
    def arraysize(self) -> int:
        """How many rows `fetchmany` takes by itself."""
        return self._cursor.arraysize

    @arraysize.setter
    def arraysize(self, size: int) -> None:
        self._cursor.arraysize = size

    async def execute(self, statement: str, parameters: Any = ()) -> Self:
        """Run a statement."""
        if statement == BEGIN:
            await self._connection.begin()
        else:
            self._cursor.execute(statement, parameters)
        return self

    async def executemany(self, statement: str, rows: Any) -> Self:
        """Run a statement once for each row."""
        self._cursor.executemany(statement, rows)
        return self

    async def fetchone(self) -> Any:
        """Return the next row; None = there are no more."""
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> Any:
        """Return the next rows."""
        return self._cursor.fetchmany(self._cursor.arraysize if size is None else size)

    async def fetchall(self) -> Any:
        """Return all rows that are left."""
        return self._cursor.fetchall()

    async def close(self) -> None:
        """Let go of the statement."""
        self._cursor.close()


class InlineConnection:
    """A connection of sqlite3; one task uses it at a time."""

    def __init__(self, file: str, busy_seconds: float) -> None:
        self._busy = int(busy_seconds * 1000)
        self._thread: ThreadPoolExecutor | None = None
        self.raw = sqlite3.connect(
            file,
            timeout=busy_seconds,
            isolation_level=None,
            check_same_thread=False,  # the commit is made in a thread, while nobody else touches the connection
            cached_statements=_STATEMENTS,
        )

    @property
    def _connection(self) -> sqlite3.Connection:
        """The dialect asks for it to see whether the connection is open."""
        return self.raw

    @property
    def isolation_level(self) -> str | None:
        """The driver begins nothing by itself."""
        return self.raw.isolation_level

    def cursor(self) -> InlineCursor:
        """Return a new cursor."""
        return InlineCursor(self)

    async def execute(self, statement: str, parameters: Any = ()) -> InlineCursor:
        """Run a statement in a new cursor."""
        return await self.cursor().execute(statement, parameters)

    async def begin(self) -> None:
        """Take the write lock. Another program may have it: then the wait for it is a thread's."""
        self.raw.execute("PRAGMA busy_timeout = 0")
        try:
            self.raw.execute(BEGIN)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        else:
            return
        finally:
            self.raw.execute(f"PRAGMA busy_timeout = {self._busy}")
        await self._aside(lambda: self.raw.execute(BEGIN))

    async def commit(self) -> None:
        """Keep what was written; the disk is waited for in a thread."""
        if self.raw.in_transaction:
            await self._aside(self.raw.commit)

    async def rollback(self) -> None:
        """Undo what was written since the begin."""
        self.raw.rollback()

    async def create_function(self, name: str, arguments: int, function: Any, deterministic: bool = False) -> None:
        """Give SQL a function of Python's."""
        self.raw.create_function(name, arguments, function, deterministic=deterministic)

    async def close(self) -> None:
        """Close it; what was not committed is undone."""
        self.stop()

    def stop(self) -> None:
        """Close it at once."""
        if self._thread is not None:
            self._thread.shutdown(wait=False)
            self._thread = None
        self.raw.close()

    async def _aside(self, work: Callable[[], T]) -> T:
        """Do `work` in a thread. Whoever is cancelled meanwhile still waits for its end: nobody else may come near."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "gridbot-sqlite")
        future = asyncio.get_running_loop().run_in_executor(self._thread, work)
        cancelled = False
        while not future.done():
            try:
                await asyncio.wait((future,))
            except asyncio.CancelledError:
                cancelled = True
        if cancelled:
            raise asyncio.CancelledError
        return future.result()
