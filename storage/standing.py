"""Connections that stay: advisory locks that this process holds, and news from other processes (PostgreSQL only)."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy.engine import URL

from storage.bell import Bell
from storage.errors import StorageTrouble
from storage.line import translated
from storage.unit_of_work import CHANNEL

_PULSE = 15.0
"""Seconds between questions to a silent connection: a cable that was pulled says nothing by itself."""

_AWAY = 5.0
"""Seconds before a lost connection is made again."""

log = logging.getLogger(__name__)


@asynccontextmanager
async def connected(url: URL) -> AsyncIterator[Any]:
    """Yield a connection of its own, outside the pool."""
    known = url.translate_connect_args(username="user")
    query = {key: value for key, value in url.query.items() if key in ("host", "port", "user", "password", "ssl")}
    with translated():
        connection = await asyncpg.connect(**{**known, **query}, timeout=10)
    try:
        yield connection
    finally:
        # The peer may be gone, so nothing here waits for an answer of it.
        connection.terminate()


@asynccontextmanager
async def held(url: URL, name: str) -> AsyncIterator[None]:
    """Wait until this process holds the lock `name`, then yield; it is given back at the end.

    When the connection is lost, so is the lock: the body is cancelled and StorageTrouble raised.
    """
    failed: Exception | None = None
    async with connected(url) as connection:
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        with translated():
            key = _number(name, await connection.fetchval("SELECT current_schema()"))
            await connection.execute("SELECT pg_advisory_lock($1)", key, timeout=None)
        try:
            async with asyncio.TaskGroup() as group:
                watcher = group.create_task(_watch(connection, lost))
                try:
                    yield
                except Exception as error:  # raised again below, outside the group, which would wrap it
                    failed = error
                watcher.cancel()
        except* StorageTrouble as troubles:
            failed = troubles.exceptions[0] if isinstance(troubles.exceptions[0], StorageTrouble) else troubles
    if failed is not None:
        raise failed


async def follow(url: URL, bell: Bell) -> None:
    """Ring the bell for what other processes left to say. Runs until it is cancelled; makes lost connections again."""
    while True:
        try:
            async with connected(url) as connection:
                lost = asyncio.Event()
                connection.add_termination_listener(lambda _, lost=lost: lost.set())
                with translated():
                    await connection.add_listener(CHANNEL, lambda *_: bell.ring())
                # Whatever was left while nobody listened.
                bell.ring()
                await _watch(connection, lost)
        except StorageTrouble as trouble:
            log.warning("not listening to other processes: %s", trouble)
            await asyncio.sleep(_AWAY)


async def _watch(connection: Any, lost: asyncio.Event) -> None:
    while True:
        try:
            async with asyncio.timeout(_PULSE):
                await lost.wait()
        except TimeoutError:
            with translated():
                await connection.execute("SELECT 1", timeout=_PULSE)
        else:
            raise StorageTrouble("The connection to PostgreSQL was lost")


def _number(name: str, schema: str) -> int:
    """Advisory locks are numbers of 64 bits, shared by all schemas of a database."""
    return int.from_bytes(hashlib.sha256(f"{schema}:{name}".encode()).digest()[:8], "big", signed=True)
