"""Units on SQLite take turns, and units that wait for each other are kept by one commit.

A commit waits for the disk, which takes longer than everything else in a unit. So whoever is ready to commit goes to
the end of the queue: all that stand before it run in the same transaction, behind savepoints of their own, and the
first whose turn comes again commits for all. Each unit is kept whole or not at all, and `keep` returns when the disk
has it; if the commit fails, it fails for every one of them.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import StorageTrouble
from storage.inline import InlineConnection
from storage.line import Line, translated


@dataclass(frozen=True)
class Seat:
    """A connection that stays open, and its driver: SQLAlchemy need not hear of every transaction."""

    connection: AsyncConnection
    driver: InlineConnection


Take = Callable[[], Awaitable[Seat]]
"""Open a connection to write through."""


class _Convoy:
    """One transaction and the units in it that wait for its commit."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.waiting = 0
        self.failed: Exception | None = None

    def say(self, statement: str) -> None:
        """Carry out a statement about savepoints."""
        with translated():
            self.seat.driver.raw.execute(statement)


class Turns:
    """The queue of one SQLite database."""

    def __init__(self, take: Take, busy_seconds: float) -> None:
        self.take = take
        self.busy_seconds = busy_seconds
        self._lock = asyncio.Lock()
        self._convoy: _Convoy | None = None
        self._seat: Seat | None = None
        """The connection between two transactions."""

        self._closed = False

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Line]:
        """Yield a line to write through; what it was not asked to keep is undone."""
        await self._turn()
        mine = True
        try:
            convoy = self._convoy
            if convoy is None:
                convoy = self._convoy = _Convoy(await self.begun())
            else:
                convoy.say("SAVEPOINT unit")

            async def keep() -> None:
                nonlocal mine
                if convoy.waiting:
                    convoy.say("RELEASE unit")
                convoy.waiting += 1
                mine = False
                self._lock.release()
                await self._arrive(convoy)

            yield Line(convoy.seat.connection, writing=True, keep=keep, raw=convoy.seat.driver.raw)
        finally:
            if mine:
                try:
                    await self._undo()
                finally:
                    self._lock.release()
            if self._closed:
                await self.close()

    async def begun(self) -> Seat:
        """Return the connection, with a transaction begun that may write."""
        seat, self._seat = self._seat or await self.take(), None
        try:
            with translated():
                await seat.driver.begin()
        except BaseException:
            await self._leave(seat)
            raise
        return seat

    async def close(self) -> None:
        """Let go of the connection; a unit that is open now lets go of it when it ends."""
        self._closed = True
        if self._seat is not None:
            seat, self._seat = self._seat, None
            await self._leave(seat)

    async def _turn(self) -> None:
        if not self._lock.locked():
            await self._lock.acquire()
            return
        try:
            async with asyncio.timeout(self.busy_seconds):
                await self._lock.acquire()
        except TimeoutError as error:
            raise StorageTrouble(f"Another unit has held the database for {self.busy_seconds:g} seconds") from error

    async def _arrive(self, convoy: _Convoy) -> None:
        """Wait for the turn behind all that wait now, and commit unless somebody of the same convoy has."""
        cancelled = False
        while True:
            try:
                await asyncio.sleep(0)  # whoever is about to write comes along
                await self._lock.acquire()
                break
            except asyncio.CancelledError:  # what others rely on is not left lying
                cancelled = True
        try:
            if convoy is self._convoy:
                self._convoy = None
                await self._commit(convoy)
        finally:
            self._lock.release()
        if cancelled:
            raise asyncio.CancelledError
        if convoy.failed is not None:
            raise StorageTrouble(f"The database did not keep it: {convoy.failed}") from convoy.failed

    async def _commit(self, convoy: _Convoy) -> None:
        try:
            with translated():
                await convoy.seat.driver.commit()
        except asyncio.CancelledError:  # the commit has come to its end all the same
            self._seat = convoy.seat
            raise
        except Exception as error:
            convoy.failed = error
            await self._leave(convoy.seat)
        else:
            self._seat = convoy.seat

    async def _undo(self) -> None:
        """Undo the unit whose turn it is; those that wait for the commit stay as they are, if SQLite lets them."""
        convoy = self._convoy
        if convoy is None:
            return
        try:
            if convoy.waiting:
                convoy.say("ROLLBACK TO unit")
                convoy.say("RELEASE unit")
                return
            await convoy.seat.driver.rollback()
        except Exception as error:  # a full disk, for one, undoes the whole transaction
            convoy.failed = error
            await self._leave(convoy.seat)
        else:
            self._seat = convoy.seat
        self._convoy = None

    async def _leave(self, seat: Seat) -> None:
        """Let go of a connection; what was not committed is undone."""
        with translated():
            await seat.connection.close()
