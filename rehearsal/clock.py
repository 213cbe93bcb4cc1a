"""The clock of the rehearsal: flows in real time, and jumps when told to."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

MORNING_HOUR = 9


class Clock:
    """Domain time. Network time (rate windows, long polls) is monotonic and never follows this clock."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("the start of the rehearsal needs a time zone, e.g. ZoneInfo('Asia/Shanghai')")
        self._base = start
        self._since = time.monotonic()
        self.revision = 0
        self._waiters: set[asyncio.Future[None]] = set()
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Return the present moment, aware, in the time zone of the start."""
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def advance(self, by: timedelta) -> datetime:
        """Jump forward (or back, when negative) and return the new moment."""
        return self._jump(self.now() + by)

    def set(self, moment: datetime) -> datetime:
        """Jump to an aware moment; it is shown in the time zone of the start."""
        if moment.tzinfo is None:
            raise ValueError("an aware datetime is needed, e.g. 2026-06-03T18:00:00+08:00")
        return self._jump(moment.astimezone(self._base.tzinfo))

    def next_time(self, words: str) -> datetime:
        """Read "18:00" (the next such time) or "tomorrow" (the next day at 09:00). ValueError otherwise."""
        now = self.now()
        if words == "tomorrow":
            morning = now.replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0)
            return morning + timedelta(days=1)
        try:
            hour, minute = (int(part) for part in words.split(":"))
            then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        except ValueError as error:
            raise ValueError(f'"to" must be like "18:00" or "tomorrow", not {words!r}') from error
        return then if then > now else then + timedelta(days=1)

    def on_jump(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every jump."""
        self._listeners.append(listener)

    def release(self) -> None:
        """Wake all who wait for a jump, without one."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait_jump(self, revision: int, timeout: float) -> None:
        """Return as soon as the revision is another than `revision`, or after `timeout` seconds."""
        if self.revision != revision:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await asyncio.wait({waiter}, timeout=timeout)
        finally:
            self._waiters.discard(waiter)

    def _jump(self, moment: datetime) -> datetime:
        self._base = moment
        self._since = time.monotonic()
        self.revision += 1
        self.release()
        for listener in self._listeners:
            listener()
        return moment
