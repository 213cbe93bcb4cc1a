"""Databases of any size: staff that can be written to, and tickets of years, most of them closed."""

import asyncio
import sqlite3
from pathlib import Path

from bench import world
from storage import open_store

OPEN = 200
"""So many tickets are open in a database of any size: a city closes what it opens."""


def fresh(file: Path, grids: int) -> str:
    """Make a database in which all staff of a district can be written to; return its address."""
    url = f"sqlite+aiosqlite:///{file}"

    async def make() -> None:
        store = await open_store(url)
        await store.migrate()
        async with store.unit() as unit:
            for telegram in world.staff(grids):
                await unit.contacts.see(telegram, "员", "zh")
                await unit.contacts.set_started(telegram, True)
            await unit.commit()
        await store.close()

    asyncio.run(make())
    return url


def multiply(file: Path, tickets: int, grids: int) -> None:
    """Make so many tickets of the first one in the database, with what belongs to each: all but a few are closed."""
    database = sqlite3.connect(file, isolation_level=None)
    database.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA foreign_keys = OFF; BEGIN")
    (first,) = database.execute("SELECT min(id) FROM ticket").fetchone()
    base = 10_000_000
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
    facts = {"count": tickets, "base": base, "first": first, "open": min(OPEN, tickets), "grids": grids}
    columns = [row[1] for row in database.execute("PRAGMA table_info(ticket)")]
    special = {
        "id": ":base + i",
        "status": "CASE WHEN i <= :open THEN 'handling' ELSE 'closed' END",
        "grid": "'d.c0.g' || (i % :grids)",
        "handler": "'p' || (i % :grids) || '.0'",
        "reporter": "'tg' || (4000000000 + i % 300000)",
        "closed_at": "CASE WHEN i <= :open THEN NULL ELSE filed_at END",
        "next_due": "CASE WHEN i <= :open THEN '2999-01-01 00:00:00.000000' ELSE NULL END",
        "state": "replace(state, '\"id\":' || :first || ',', '\"id\":' || (:base + i) || ',')",
    }
    _copy(database, "ticket", columns, special, numbers, facts, "ticket.id = :first")
    for table, own in (
        ("journal", {"ticket": ":base + i"}),
        ("source", {"ticket": ":base + i", "message": "20000000 + i", "chat": "chat"}),
        (
            "outbox",
            {"id": "NULL", "ticket": ":base + i", "key": "'k' || i || ':' || outbox.id", "message_id": "30000000 + i"},
        ),
    ):
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        _copy(database, table, columns, own, numbers, facts, f"{table}.ticket = :first")
    database.execute("COMMIT")
    database.close()


def _copy(
    database: sqlite3.Connection,
    table: str,
    columns: list[str],
    special: dict[str, str],
    numbers: str,
    facts: dict[str, int],
    which: str,
) -> None:
    values = ", ".join(special.get(name, f'{table}."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    database.execute(f"INSERT INTO {table} ({names}) {numbers} SELECT {values} FROM n, {table} WHERE {which}", facts)
