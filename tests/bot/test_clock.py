"""Clocks: the practice clock is followed over a real socket."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.clock import Clock, ClockError, PracticeClock, SystemClock

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 6, 3, 10, 0, tzinfo=ZONE)


class Teller:
    """A practice clock to be followed: it holds answers back until its revision is another one."""

    def __init__(self) -> None:
        self.now, self.revision = START, 1
        self.asked: list[dict[str, str]] = []
        self.fail = 0
        self.changed = asyncio.Condition()

    async def jump(self, now: datetime) -> None:
        async with self.changed:
            self.now, self.revision = now, self.revision + 1
            self.changed.notify_all()

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        if self.fail:
            self.fail -= 1
            return web.Response(status=502)
        if "revision" in request.query:
            async with self.changed:
                await self.changed.wait_for(lambda: str(self.revision) != request.query["revision"])
        return web.json_response({"now": self.now.isoformat(), "revision": self.revision})


@asynccontextmanager
async def served(handler: Callable[[web.Request], object]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/clock", handler)  # type: ignore[arg-type]
    # A held-back answer must not keep the server from closing.
    server = TestServer(app, host="127.0.0.1")
    await server.start_server(shutdown_timeout=0)
    try:
        yield str(server.make_url("/clock"))
    finally:
        await server.close()


@asynccontextmanager
async def following(clock: PracticeClock, jumped: Callable[[], None]) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(clock.follow(jumped))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def near(moment: datetime, expected: datetime) -> bool:
    return abs(moment - expected) < timedelta(seconds=5)


def test_the_machines_clock_speaks_in_the_districts_zone() -> None:
    clock: Clock = SystemClock(ZONE)
    assert clock.now().tzinfo is ZONE
    assert near(clock.now(), datetime.fromtimestamp(clock.wall(), UTC))
    assert clock.monotonic() <= clock.monotonic()


async def test_the_practice_clock_starts_where_the_server_stands() -> None:
    teller = Teller()
    async with served(teller.answer) as url:
        clock = PracticeClock(url, ZONE)
        await clock.start()
    assert near(clock.now(), START)
    assert clock.now().tzinfo is ZONE
    assert clock.revision == 1
    assert teller.asked == [{}]


async def test_each_jump_is_followed_and_told_once() -> None:
    teller, jumps = Teller(), asyncio.Queue[int | None]()
    async with served(teller.answer) as url:
        clock = PracticeClock(url, ZONE)
        await clock.start()
        async with following(clock, lambda: jumps.put_nowait(clock.revision)):
            for revision, hours in enumerate((8, 24, 1), start=2):
                await teller.jump(START + timedelta(hours=hours))
                assert await asyncio.wait_for(jumps.get(), 5) == revision
                assert near(clock.now(), START + timedelta(hours=hours))
    assert jumps.empty()
    assert all(query["timeout"].isdigit() for query in teller.asked[1:])


async def test_an_outage_is_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.clock.PAUSE", 0.01)
    teller, jumps = Teller(), asyncio.Queue[int | None]()
    async with served(teller.answer) as url:
        clock = PracticeClock(url, ZONE)
        await clock.start()
        teller.fail = 3
        await teller.jump(START + timedelta(hours=2))
        async with following(clock, lambda: jumps.put_nowait(clock.revision)):
            assert await asyncio.wait_for(jumps.get(), 5) == 2
    assert jumps.empty()
    assert near(clock.now(), START + timedelta(hours=2))


async def test_a_clock_that_is_not_there_is_told_with_a_remedy() -> None:
    async with served(Teller().answer) as url:
        pass
    with pytest.raises(ClockError, match=r"does not answer .*start the rehearsal server first"):
        await PracticeClock(url, ZONE).start()


@pytest.mark.parametrize("body", ["[]", "{}", '{"now": "soon", "revision": 1}', '{"now": "2026-06-03", "revision": 1}'])
async def test_an_answer_of_another_kind_is_told(body: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    async with served(answer) as url:
        with pytest.raises(ClockError, match="does not answer like a practice clock"):
            await PracticeClock(url, ZONE).start()


async def test_a_page_is_no_clock() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="<html>", content_type="text/html")

    async with served(answer) as url:
        with pytest.raises(ClockError, match="does not answer"):
            await PracticeClock(url, ZONE).start()
