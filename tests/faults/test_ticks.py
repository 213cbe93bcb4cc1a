"""One ticket that cannot be decided stops no other, a district file cannot lose what is open, old things go."""

import json
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.district import DistrictError, load_district
from handlers.actions import act, ticks
from handlers.actions.ticks import HIGHEST, climb_due, prune
from handlers.deps import Deps
from handlers.directory import Directory
from parsing import load_catalogue
from rehearsal import Rehearsal
from storage import Store
from storage.tables import PARKED, SLOT, UPDATE
from tests.faults.crowded import Size, look_by_turns
from tests.faults.ticking import tick_twice
from tests.stories.theatre import GRID2, SAMPLE, WEDNESDAY, changed, playing, wednesday


def warnings(url: str) -> list[str]:
    """Return the keys of what the operators were told about tickets that cannot be decided."""
    with sqlite3.connect(url.partition("///")[2]) as database:
        rows = database.execute("SELECT key FROM outbox WHERE key LIKE 'undecided:%' ORDER BY id").fetchall()
    database.close()
    return [key for (key,) in rows]


async def test_a_ticket_that_cannot_be_decided_stops_no_other(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(deps: Deps, number: int, *rest: Any, **more: Any) -> Any:
        if number == 1001:
            raise KeyError("an area that is not there")
        return await act.act(deps, number, *rest, **more)

    async with playing(sqlite_url) as play:
        gu, tu, wang = play.people("顾阿姨", "tu", "wang")
        gu.says("3栋楼道灯坏了")
        gu.says("5栋门口井盖松了")
        await tu.asked_to("take", "〔1002〕")
        await play.until_quiet()
        with monkeypatch.context() as patch:
            patch.setattr(ticks, "act", fails)
            patch.setattr(ticks, "AT_ONCE", 1)
            await play.at(wednesday(15, 40))
            await wang.asked_to("pass_on", "〔1002〕", "没人接")
            told = warnings(sqlite_url)
            assert told
            assert {key.rsplit(":", 1)[0] for key in told} == {"undecided:1001:2026-06-03"}
            await play.later(minutes=20)
            assert warnings(sqlite_url) == told, "once a day"
            failures: list[tuple[int, str]] = []
            await climb_due(play.service.deps, lambda number, error: failures.append((number, type(error).__name__)))
            assert failures == [(1001, "KeyError")]
        await play.later(minutes=1)
        await wang.asked_to("pass_on", "〔1001〕", "没人接")


async def test_a_district_file_without_an_area_of_an_open_ticket_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    without = changed(tmp_path, {"d.s1.c1.g2": "d.s1.c1.g9"})
    async with Rehearsal(start=WEDNESDAY, limits=False, page=False) as rehearsal:
        async with playing(sqlite_url, rehearsal=rehearsal) as play:
            gu = play.person("顾阿姨")
            gu.says("20栋楼道灯坏了", chat=GRID2)
            await gu.sees("〔1001〕", chat=GRID2)
            await play.until_quiet()
        with pytest.raises(DistrictError) as refused:
            async with playing(sqlite_url, rehearsal=rehearsal, staged=True, district=without):
                raise AssertionError("it started")
        assert refused.value.lines == (
            f"{without}: 没有区域 'd.s1.c1.g2'，还没办结的工单却要用它：1001；请把它加回来，等这些办结后再删",
        )


def house(store: Store, now: Callable[[], datetime], wall: Callable[[], float]) -> Deps:
    """Return what use cases need, at any time one likes."""
    loaded = load_district(SAMPLE, load_catalogue())
    return Deps(store, now, wall, Directory(loaded.district), loaded.services, loaded.policy, (), 1, "gridbot")


async def heard(store: Store, *updates: int) -> None:
    """Let some updates leave something behind."""
    for number in updates:
        async with store.unit(number) as unit:
            await unit.marks.set("heard", str(number))
            await unit.commit()


async def kept(store: Store, column: sa.Column[Any]) -> list[Any]:
    """Return what a column still holds."""
    async with store.look() as unit:
        return sorted(row[0] for row in await unit.updates._line.all(sa.select(column)))


async def test_old_things_are_forgotten_once_a_day(store: Store) -> None:
    now = wednesday(4)
    deps = house(store, lambda: now, lambda: now.timestamp())
    old, young = now - timedelta(days=61), now - timedelta(days=59)
    async with store.unit() as unit:
        await unit.updates.park(1, "{}", "old", now - timedelta(days=31))
        await unit.updates.park(2, "{}", "young", now - timedelta(days=29))
        assert await unit.slots.take("digest", "d", old)
        assert await unit.slots.take("digest", "d", young)
        gone = await unit.drafts.open(telegram=1, chat=1, kind="words", expires_at=now - timedelta(days=2))
        stays = await unit.drafts.open(telegram=2, chat=2, kind="words", expires_at=now + timedelta(hours=1))
        await unit.commit()
    assert await prune(deps) == {"drafts": 1, "slots": 1, "parked": 1}
    assert await prune(deps) == {}
    assert await kept(store, PARKED.c.update_id) == [2]
    assert await kept(store, SLOT.c.at) == [young, now.replace(hour=3)]
    async with store.look() as unit:
        assert await unit.drafts.get(gone) is None
        assert await unit.drafts.get(stays) is not None


async def test_nothing_is_forgotten_before_its_hour(store: Store) -> None:
    deps = house(store, lambda: wednesday(2, 59), lambda: 0.0)
    async with store.unit() as unit:
        await unit.updates.park(1, "{}", "old", wednesday(0, days=-40))
        await unit.commit()
    assert await prune(deps) == {}


async def test_ids_of_updates_are_kept_for_three_days(store: Store) -> None:
    now = wednesday(4)
    deps = house(store, lambda: now, lambda: now.timestamp())
    for day in range(6):
        await heard(store, 10 * day + 1, 10 * day + 2)
        await prune(deps)
        now += timedelta(days=1)
    assert await kept(store, UPDATE.c.update_id) == [22, 31, 32, 41, 42, 51, 52]
    # A quiet week, after which Telegram counts from somewhere below: what is new is not taken for old.
    now += timedelta(days=8)
    await heard(store, 5, 6)
    for _ in range(6):
        await prune(deps)
        now += timedelta(days=1)
    assert {5, 6} <= set(await kept(store, UPDATE.c.update_id))
    async with store.look() as unit:
        assert len(json.loads(await unit.marks.get(HIGHEST) or "")) == 4


@pytest.mark.timeout(120)
async def test_two_processes_climb_each_step_once(postgres_url: str) -> None:
    """Both look at the same due steps at the same moment; a small run of the one in `make prove`."""
    ticked = await tick_twice(postgres_url, 60)
    assert ticked.held, str(ticked)
    assert ticked.most <= 3, str(ticked)


async def test_what_the_auditor_asks_is_answered_by_indexes(database_url: str) -> None:
    """Ten times the open tickets cost it about the same; `make prove` has the figures of a city."""
    [found] = await look_by_turns({database_url: Size(20, 2000, 200, 100)}, tries=3)
    assert found.best["claim"] < 0.5
    assert found.best["audit"] < 1.0
    assert found.best["gone"] < 1.0
