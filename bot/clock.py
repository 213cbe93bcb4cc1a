"""The one place that reads clocks. Domain time may be a practice clock; waiting times are always real."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import aiohttp
import structlog

log = structlog.get_logger(__name__)

POLL = 25
"""Seconds for which the practice clock may hold an answer back."""

PATIENCE = 10
"""Seconds for which an answer of the practice clock is waited beyond that."""

PAUSE = 1.0
"""Seconds before a practice clock that does not answer is asked again."""


def cpu_seconds() -> float:
    """Return how long this process has computed."""
    return time.process_time()


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """Return the domain's time, aware, in the district's zone. A practice clock may jump."""
        ...

    def monotonic(self) -> float:
        """Return real seconds that never jump: flood windows, `retry_after`, network time-outs."""
        ...

    def wall(self) -> float:
        """Return real seconds since 1970."""
        ...


class SystemClock:
    """The clock of the machine."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def now(self) -> datetime:
        """Return the machine's time in the district's zone."""
        return datetime.now(self.zone)

    def monotonic(self) -> float:
        """Return real seconds that never jump."""
        return time.monotonic()

    def wall(self) -> float:
        """Return real seconds since 1970."""
        return time.time()


class ClockError(Exception):
    """The practice clock cannot be followed; the text says what helps."""


class PracticeClock(SystemClock):
    """Follows the clock at `url`: `GET` answers `{"now": iso8601 with offset, "revision": n}`.

    With `revision` and `timeout` as parameters the answer comes when the revision is another one, or at the
    time-out. Between jumps domain time flows with the machine's.
    """

    def __init__(self, url: str, zone: ZoneInfo) -> None:
        super().__init__(zone)
        self.url = url
        self.revision: int | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the practice time in the district's zone."""
        return (datetime.now(UTC) + self._offset).astimezone(self.zone)

    async def start(self) -> None:
        """Read the clock once; raise `ClockError` if it does not answer as it should."""
        async with self._session() as session:
            await self._read(session, {})

    async def follow(self, jumped: Callable[[], None]) -> None:
        """Follow the clock until cancelled; `jumped` is called after each jump. Outages are waited out."""
        silent = False
        async with self._session() as session:
            while True:
                before = self.revision
                known = {} if before is None else {"revision": str(before), "timeout": str(POLL)}
                try:
                    await self._read(session, known)
                except ClockError as error:
                    if not silent:
                        log.warning("practice_clock_silent", reason=str(error))
                    silent = True
                    await asyncio.sleep(PAUSE)
                    continue
                silent = False
                if self.revision != before:
                    jumped()

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=POLL + PATIENCE))

    async def _read(self, session: aiohttp.ClientSession, known: dict[str, str]) -> None:
        remedy = "start the rehearsal server first, or unset GRIDBOT_CLOCK_URL"
        try:
            async with session.get(self.url, params=known, raise_for_status=True) as answer:
                told = await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            why = str(error) or type(error).__name__
            raise ClockError(f"the practice clock at {self.url} does not answer ({why}); {remedy}") from error
        try:
            now, revision = datetime.fromisoformat(told["now"]), int(told["revision"])
            offset = now - datetime.now(UTC)
        except (KeyError, TypeError, ValueError) as error:
            raise ClockError(f"{self.url} does not answer like a practice clock; {remedy}") from error
        # Without a jump the old offset is as true as the new one, and does not shake by the time of the answer.
        if revision != self.revision:
            self.revision, self._offset = revision, offset
