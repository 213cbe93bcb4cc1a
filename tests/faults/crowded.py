"""A city's database: its people, households and open tickets; and how long the clock's looks at it take."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa

from handlers.actions.mending import mend, relieve_the_gone
from handlers.actions.ticks import audit
from handlers.deps import Deps
from handlers.directory import Directory
from storage import open_store
from storage.tables import CONTACT, HOUSEHOLD
from storage.tickets import _ADD, _ADD_OFFER, _columns
from tests.faults.standstill import MONDAY, deps_on, file
from tests.tickets.city import city
from tickets.model import Status, Ticket
from tickets.roster import Role
from tickets.service import DeadlineClass

HOUSEHOLDS, TICKETS = 370_000, 100_000
BATCH = 1000
FAULTS = 5
"""Tickets of each kind that slipped: found at each look, for that is what it is there for."""


@dataclass(frozen=True)
class Size:
    """A city, or 1/`share` of it. As many tickets are due in either: what is found must cost, and nothing else."""

    share: int = 1
    tickets: int = TICKETS
    households: int = HOUSEHOLDS
    due: int = 1000


@dataclass(frozen=True)
class Looks:
    """Seconds of each look, the middle and the best of some tries; best can be compared with best on a busy machine."""

    middle: dict[str, float]
    best: dict[str, float]


async def look_by_turns(cities: Mapping[str, Size], tries: int) -> list[Looks]:
    """Fill the database at each address and look at them by turns, so that what else the machine does meets all."""
    async with AsyncExitStack() as opened:
        looks = [await opened.enter_async_context(crowded(url, size)) for url, size in cities.items()]
        took: list[dict[str, list[float]]] = [{name: [] for name in one} for one in looks]
        for _ in range(tries):
            for here, times in zip(looks, took, strict=True):
                for name, look in here.items():
                    began = time.perf_counter()
                    await look()
                    times[name].append(time.perf_counter() - began)
    return [
        Looks({name: median(one) for name, one in times.items()}, {name: min(one) for name, one in times.items()})
        for times in took
    ]


@asynccontextmanager
async def crowded(url: str, size: Size) -> AsyncIterator[dict[str, Callable[[], Awaitable[object]]]]:
    """Fill a database, and yield the looks at it."""
    store = await open_store(url)
    await store.migrate()
    try:
        deps = replace(deps_on(store, lambda: MONDAY), directory=Directory(city(size.share)))
        await _people(deps)
        await _households(deps, size.households)
        await _tickets(deps, size.tickets, size.due)
        yield {
            "claim": lambda: _claim(deps, size.due),
            "audit": lambda: _audit(deps),
            "gone": lambda: relieve_the_gone(deps),
        }
    finally:
        await store.close()


async def _claim(deps: Deps, due: int) -> None:
    async with deps.store.unit() as unit:
        assert len(await unit.tickets.due(deps.now(), due)) == due


async def _audit(deps: Deps) -> None:
    found = await audit(deps)
    assert sum(one.startswith("late_step") for one in found) == FAULTS
    assert sum(one.startswith("nobody") for one in found) == FAULTS
    await mend(deps)


async def _people(deps: Deps) -> None:
    rows = [
        {"telegram": one.telegram, "name": one.name, "started": True, "blocked": False}
        for one in deps.district.people.values()
    ]
    async with deps.store.unit() as unit:
        await unit.contacts._line.write_many(sa.insert(CONTACT), rows)
        await unit.commit()


async def _households(deps: Deps, count: int) -> None:
    grids = [grid.code for grid in deps.district.grids]
    rows = [
        {"grid": grids[at % len(grids)], "building": str(at // len(grids)), "unit": "1", "room": "101", "at": MONDAY}
        for at in range(count)
    ]
    async with deps.store.unit() as unit:
        for start in range(0, count, BATCH):
            await unit.households._line.write_many(sa.insert(HOUSEHOLD), rows[start : start + BATCH])
        await unit.commit()


async def _tickets(deps: Deps, count: int, due: int) -> None:
    workers = {post.area: post.person for post in deps.district.posts if post.role is Role.WORKER}
    one = await file(deps, DeadlineClass.ORDINARY, "tg6000", deps.district.grids[0].code, -1)
    async with deps.store.unit() as unit:
        for start in range(0, count, BATCH):
            rows = list(_rows(deps, one, workers, range(start, min(start + BATCH, count)), due))
            await unit.tickets._line.change_many(_ADD, [row for row, _ in rows])
            offers = [{"ticket": row["id"], "person": person} for row, asked in rows for person in asked]
            if offers:
                await unit.tickets._line.change_many(_ADD_OFFER, offers)
        await unit.commit()


def _rows(
    deps: Deps, one: Ticket, workers: dict[Any, str], numbers: range, due: int
) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    """Copies of a ticket all over the city, every other one taken; some are due, and some slipped."""
    grids = deps.district.grids
    for number in numbers:
        grid = grids[number % len(grids)].code
        worker = workers[grid]
        copy = replace(one, id=10_000_000 + number, reporter=f"tg{4_000_000 + number % 30_000}", grid=grid)
        taken = number % 2 == 1
        copy = replace(copy, status=Status.HANDLING, handler=worker) if taken else replace(copy, offered=(worker,))
        ago = timedelta(days=-1)
        if number < due:
            ago = timedelta(hours=1) if number < FAULTS else timedelta(minutes=5)
        row = {"id": copy.id, **_columns(copy), "next_due": MONDAY - ago}
        yield {**row, "adrift": due <= number < due + FAULTS}, copy.asked
