"""The store: opens a database, hands out units, and says clearly when it cannot."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import migrations, standing
from storage.bell import Bell
from storage.codec import Written
from storage.errors import RevisionError, StorageError
from storage.inline import BEGIN, InlineConnection
from storage.line import Line, translated
from storage.process_lock import ProcessLock
from storage.turns import Seat, Turns
from storage.unit_of_work import Unit

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
_READING = "gridbot_reading"


async def open_store(url: str, *, outdated: bool = False, reading: bool = False, busy_seconds: float = 5.0) -> "Store":
    """Open the database at `url` (`sqlite+aiosqlite:///file` or `postgresql+asyncpg://…`).

    An empty database opens, and wants `await store.migrate()` before its first unit. `outdated`: an older one opens
    too, to be migrated. `reading`: only to look, beside the process that works on it. `busy_seconds`: how long a
    unit waits for a locked database.

    Raises StoreBusy (SQLite in use), RevisionError (older or newer tables), StorageTrouble (no answer).
    """
    place = _place(url)
    lock: ProcessLock | None = None
    if place.get_backend_name() == "sqlite":
        file = _file(place, reading=reading)
        if not reading:
            with translated():
                lock = ProcessLock(file)
        engine = _sqlite(place, busy_seconds)
    else:
        engine = _postgres(place)
    store = Store(place, engine, lock, busy_seconds=busy_seconds, reading=reading)
    try:
        await store.check_revision(outdated=outdated)
        await store.prepare()
    except BaseException:
        await store.close()
        raise
    return store


class Store:
    """An open database. Made by `open_store`."""

    def __init__(
        self, url: URL, engine: AsyncEngine, lock: ProcessLock | None, *, busy_seconds: float, reading: bool
    ) -> None:
        self._url = url
        self._engine = engine
        self._looking = engine.execution_options(**{_READING: True})
        if engine.dialect.name == "postgresql":
            # One look sees one moment, as on SQLite.
            self._looking = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._lock = lock
        self._busy_seconds = busy_seconds
        self._reading = reading
        # SQLite has one writer; waiting here is fair and costs nothing, waiting in SQLite is a guess of sleeps.
        self._turn = Turns(self._seat, busy_seconds) if engine.dialect.name == "sqlite" else None
        self._eyes: list[Seat] = []
        """Connections that nobody looks through at the moment."""

        self._closed = False

        self.bell = Bell()
        self.dialect = engine.dialect.name
        self.revision: str | None = None

    @asynccontextmanager
    async def unit(self, cause: int | None = None) -> AsyncIterator[Unit]:
        """Yield a unit to read and write in; what was not committed at the end never was.

        `cause`: the update_id this unit comes from, kept with its effects; a second unit of the same cause that
        writes anything gets AlreadyHandled from its commit.
        """
        self._must_be_ready()
        if self._reading:
            raise StorageError("This store was opened to look only")
        async with self._line() if self._turn is None else self._turn.unit() as line:
            yield Unit(line, self.bell, cause)

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Unit]:
        """Yield a unit that only reads, and sees one moment. It stops no writer."""
        self._must_be_ready()
        if self._turn is None:
            async with self._connected(self._looking) as connection:
                yield Unit(Line(connection, writing=False), self.bell)
            return
        # Nothing below has to wait, and whoever looks again and again must let others work in between.
        await asyncio.sleep(0)
        seat = self._eyes.pop() if self._eyes else await self._seat()
        try:
            with translated():
                seat.driver.raw.execute("BEGIN")
            yield Unit(Line(seat.connection, writing=False, raw=seat.driver.raw), self.bell)
            seat.driver.raw.rollback()
        except BaseException:
            with translated():
                await seat.connection.close()
            raise
        self._eyes.append(seat)
        if self._closed:
            await self._shut_eyes()

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[None]:
        """Wait until this process alone holds `name`, then yield. SQLite has one process, so that is at once.

        When the connection that holds it is lost, the body is cancelled and StorageTrouble raised.
        """
        async with nullcontext() if self._turn is not None else standing.held(self._url, name):
            yield

    async def follow(self) -> None:
        """Ring the bell for other processes' outbox rows, until cancelled; on SQLite there are none, so it returns."""
        if self._turn is None:
            await standing.follow(self._url, self.bell)

    async def migrate(self) -> None:
        """Bring the tables to this program's revision. Forward only: the way back is a backup."""
        if self._reading:
            raise StorageError("This store was opened to look only")
        # An engine of its own: rebuilding a table must not follow foreign keys (SQLite), and may take long.
        if self._turn is not None:
            engine = _sqlite(self._url, self._busy_seconds, foreign_keys=False)
        else:
            engine = _postgres(self._url, command_seconds=None)
        try:
            async with self._connected(engine) as connection:
                with translated():
                    await connection.run_sync(migrations.upgrade)
                    await connection.commit()
        finally:
            await engine.dispose()
        await self.check_revision()

    async def check_revision(self, *, outdated: bool = False) -> None:
        """Compare the tables with this program. Raises RevisionError unless they agree or there are none yet."""
        async with self._connected(self._looking) as connection:
            with translated():
                self.revision = await connection.run_sync(migrations.current)
        if self.revision is None or self.revision == migrations.HEAD:
            return
        if self.revision not in migrations.known():
            raise RevisionError(
                f"The database is at revision {self.revision}, which this program does not know: a newer one made "
                "it. Use the newer program, or restore a backup of before."
            )
        if not outdated:
            raise RevisionError(
                f"The database is at revision {self.revision}, this program wants {migrations.HEAD}. "
                "Make a backup (gridbot backup), then run: gridbot migrate"
            )

    async def prepare(self) -> None:
        """Settings that a database file keeps."""
        if self._turn is not None and not self._reading:
            with translated():
                async with self._engine.connect() as connection:
                    driver = (await connection.get_raw_connection()).driver_connection
                    assert driver is not None
                    await driver.execute("PRAGMA journal_mode = WAL")

    async def close(self) -> None:
        """Let go of the database; units that are open are undone."""
        self._closed = True
        if self._turn is not None:
            await self._turn.close()
        await self._shut_eyes()
        await self._engine.dispose()
        if self._lock is not None:
            self._lock.release()

    async def _shut_eyes(self) -> None:
        while self._eyes:
            with translated():
                await self._eyes.pop().connection.close()

    def _must_be_ready(self) -> None:
        if self._closed:
            raise StorageError("This store is closed; open another one")
        if self.revision != migrations.HEAD:
            state = "has no tables yet" if self.revision is None else "has tables of an older program"
            raise RevisionError(f"The database {state}. Run: gridbot migrate")

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[Line]:
        async with self._connected(self._engine) as connection:
            yield Line(connection, writing=True)

    async def _seat(self) -> Seat:
        """Open a connection that stays: SQLAlchemy is told of one transaction, which has no end."""
        with translated():
            connection = await self._engine.execution_options(**{_READING: True}).connect()
            try:
                await connection.begin()
                driver: Any = (await connection.get_raw_connection()).driver_connection
                driver.raw.rollback()
            except BaseException:
                await connection.close()
                raise
        return Seat(connection, driver)

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        with translated():
            connection = await engine.connect()
        try:
            with translated():
                await connection.begin()
            yield connection
        finally:
            with translated():
                await connection.close()


def _place(url: str) -> URL:
    try:
        place = make_url(url)
    except sa.exc.ArgumentError as error:
        raise StorageError(
            "GRIDBOT_DATABASE_URL is no database address. Examples: sqlite+aiosqlite:///gridbot.db, "
            "postgresql+asyncpg://user:password@host/name"
        ) from error
    backend = place.drivername.partition("+")[0]
    if backend not in _DRIVERS:
        raise StorageError(f"gridbot works on SQLite and PostgreSQL, not on {backend}")
    return place.set(drivername=_DRIVERS[backend])


def _file(place: URL, *, reading: bool) -> Path:
    name = place.database
    if not name or name == ":memory:" or name.startswith("file:"):
        raise StorageError(
            "A database in memory would forget every ticket: give a file, sqlite+aiosqlite:///gridbot.db"
        )
    file = Path(name)
    if not file.parent.is_dir():
        raise StorageError(f"The folder {file.parent} does not exist: make it, or change GRIDBOT_DATABASE_URL")
    if reading and not file.exists():
        raise StorageError(f"There is no database {file} yet: start gridbot once, or run gridbot migrate")
    return file


def _sqlite(place: URL, busy_seconds: float, *, foreign_keys: bool = True) -> AsyncEngine:
    # By default the driver begins transactions late and by its own rules, which silently loses concurrent changes: of
    # eight units that read and then write, one is kept. Here nothing begins but BEGIN IMMEDIATE.
    async def connect() -> InlineConnection:
        assert place.database is not None
        return InlineConnection(place.database, busy_seconds)

    engine = create_async_engine(place, json_serializer=_json, hide_parameters=True, async_creator=connect)

    @sa.event.listens_for(engine.sync_engine, "connect")
    def _set_up(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get(_READING, False)
        connection.exec_driver_sql("BEGIN" if reading else BEGIN)

    return engine


def _postgres(place: URL, *, command_seconds: float | None = 30.0) -> AsyncEngine:
    return create_async_engine(
        place,
        json_serializer=_json,
        hide_parameters=True,  # an error's text must not hold the words of residents
        pool_size=8,
        max_overflow=8,
        pool_timeout=10,
        connect_args={"timeout": 10, "command_timeout": command_seconds},
    )


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _json(value: Any) -> str:
    return value if isinstance(value, Written) else _ENCODER.encode(value)
