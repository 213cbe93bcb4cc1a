"""The speaker's entries in the outbox: each in its own short transaction, tried until the store takes it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from bot.speaker.clock import Clock
from bot.speaker.seen import Seen
from storage import Outgoing, StorageTrouble, Store, Unit

log = structlog.get_logger(__name__)

FIRST_WAIT = 0.2
LONGEST_WAIT = 10.0
"""Seconds between tries while the store is in trouble."""


class StoreSilentError(Exception):
    """The store is in trouble and the speaker is told to stop: the row stays `sending` and is settled next time."""


class Ledger:
    """Claims rows and writes down what became of them."""

    def __init__(self, store: Store, clock: Clock, seen: Seen, stopping: asyncio.Event) -> None:
        self._store = store
        self._clock = clock
        self._seen = seen
        self._stopping = stopping
        self._learnt: set[int] = set()
        self.changed = False
        """Whether anything but a success was written down: rows read before may be out of date."""

    async def known(self, chat: int, message: int) -> bool:
        """Whether the store knows this message as another one of a ticket."""
        async with self._store.look() as unit:
            return await unit.sources.ticket_of(chat, message) is not None

    async def claim(self, rows: Sequence[Outgoing]) -> tuple[Outgoing, ...]:
        """Take rows for sending, in one transaction; without those that have changed or that somebody else has."""
        won: list[Outgoing] = []

        async def work(unit: Unit) -> None:
            won.clear()
            for row in rows:
                await self._learn_top(unit, row.chat)
                given = (self._seen.top(row.chat), row.reply_to)
                floor = max((number for number in given if number is not None), default=None)
                if await unit.outbox.claim(row.id, row.generation, floor, self._clock.wall(), row.items):
                    won.append(replace(row, floor=floor, attempts=row.attempts + 1))

        await self.write(work)
        return tuple(won)

    async def sent(self, row: Outgoing, message: int | None, parts: Sequence[int] = (), shown: str = "") -> None:
        """It is said; `message` is the id of the card or message, None where there is none to keep.

        `parts`: further messages of the same album; a reply to one of them is a reply to the ticket as well. `shown`: a
        mark of what the message shows now; empty = not known.
        """
        for number in (message, *parts):
            if number is not None:
                self._seen.note(row.chat, None, number)

        async def work(unit: Unit) -> None:
            await unit.outbox.sent(row.id, row.generation, message, self._clock.wall(), shown)
            if message is not None:
                await unit.marks.set(_mark(self._seen.scope(row.chat)), str(self._seen.top(row.chat)))
            for number in parts:
                if row.ticket is not None:
                    await unit.sources.add(row.chat, number, row.ticket)

        await self.write(work)

    async def retry(self, row: Outgoing, seconds: float, why: str) -> None:
        """Again, not before so many real seconds."""
        await self._upset(lambda unit: unit.outbox.retry(row.id, self._clock.wall() + seconds, why))

    async def unknown(self, row: Outgoing, why: str) -> None:
        """It may have arrived."""
        await self._upset(lambda unit: unit.outbox.unknown(row.id, why))

    async def failed(self, row: Outgoing, why: str) -> None:
        """It will never be said."""
        await self._upset(lambda unit: unit.outbox.failed(row.id, why))

    async def dropped(self, row: Outgoing, why: str) -> None:
        """It need not be said any more."""
        await self._upset(lambda unit: unit.outbox.dropped(row.id, why))

    async def acked(self, row: Outgoing) -> None:
        """The reporter has got a reaction while the card waits."""
        await self.write(lambda unit: unit.outbox.acked(row.id))

    async def forget_message(self, row: Outgoing) -> None:
        """The card's message is gone."""
        await self._upset(lambda unit: unit.outbox.forget_message(row.id))

    async def by_key(self, key: str) -> Outgoing | None:
        """Return another row, as it stands now."""
        async with self._store.look() as unit:
            return await unit.outbox.by_key(key)

    async def moved(self, row: Outgoing, new: int, *, again: bool = True) -> None:
        """The group has a new id; `again` = the row is to be said there."""

        async def work(unit: Unit) -> None:
            await unit.chats.move(row.chat, new)
            await unit.outbox.move(row.chat, new)  # also what was left for the old chat after it had moved
            if again:
                await unit.outbox.retry(row.id, self._clock.wall(), f"moved to {new}")
            else:
                await unit.outbox.sent(row.id, row.generation, None, self._clock.wall())

        await self._upset(work)

    async def unreachable(self, row: Outgoing, why: str, *, started: bool) -> None:
        """The reader of a private chat cannot be written to: blocked, or never started."""

        async def work(unit: Unit) -> None:
            if started:
                await unit.contacts.set_blocked(row.chat, True)
            else:
                await unit.contacts.set_started(row.chat, False)
            await unit.outbox.failed(row.id, why)

        await self._upset(work)

    async def _upset(self, work: Callable[[Unit], Awaitable[object]]) -> None:
        await self.write(work)
        self.changed = True

    async def write(self, work: Callable[[Unit], Awaitable[object]]) -> None:
        """Do `work` in one transaction; try again while the store is in trouble. StoreSilentError at the stop."""
        wait = FIRST_WAIT
        while True:
            try:
                async with self._store.unit() as unit:
                    await work(unit)
                    await unit.commit()
                return
            except StorageTrouble as trouble:
                log.warning("store_in_trouble", trouble=str(trouble), again_in=wait)
            if self._stopping.is_set():
                raise StoreSilentError
            try:
                async with asyncio.timeout(wait):
                    await self._stopping.wait()
            except TimeoutError:
                wait = min(wait * 2, LONGEST_WAIT)

    async def _learn_top(self, unit: Unit, chat: int) -> None:
        """Learn the highest number given out there, as an earlier process knew it."""
        scope = self._seen.scope(chat)
        if scope not in self._learnt:
            told = await unit.marks.get(_mark(scope))
            if told:
                self._seen.raise_top(scope, int(told))
            self._learnt.add(scope)


def _mark(scope: int) -> str:
    return f"speaker.top:{scope}"
