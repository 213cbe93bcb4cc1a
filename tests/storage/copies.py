"""A database that was lived in, and looks into any database, for the tests of backup and restore."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from storage import Example, Store
from storage.tables import METADATA
from tests.storage.samples import GROUP, NOW, WALL, keep, later
from tickets.household import Address

Content = dict[str, list[tuple[Any, ...]]]


def empty_sqlite(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'restored.db'}"


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


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
        bulletin = await unit.bulletins.add(
            author="li", chat=1004, area="d.s1.c1", text="停水", media="", areas=["d.s1.c1.g1"], at=NOW, now=NOW
        )
        await unit.bulletins.saw(bulletin, 10021, "d.s1.c1.g1", NOW)
        await unit.households.join(10021, Address("d.s1.c1.g1", "3", "2", "501"), NOW)
        await unit.households.record([Address("d.s1.c1.g1", "3", "2", "502")], "tu", NOW)
        await unit.examples.keep(Example(ticket.id, "3栋楼道灯坏了", "streetlight", "d.s1.c1.g1", NOW))
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


async def column(url: str, query: str) -> list[Any]:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = list((await connection.execute(sa.text(query))).scalars())
    await engine.dispose()
    return found
