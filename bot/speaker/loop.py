"""The speaker: drains the outbox, several calls at once, and keeps order, limits and promises."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.logs import where
from bot.speaker.choose import Busy, Chosen, Lane, choose, lane
from bot.speaker.clock import Clock
from bot.speaker.deliver import (
    Counts,
    Failed,
    Hands,
    TokenError,
    Unreachable,
    acknowledge,
    deliver,
    makes_new,
)
from bot.speaker.gallery import Gallery
from bot.speaker.ledger import Ledger, StoreSilentError
from bot.speaker.limiter import Limiter, Pace, Windows
from bot.speaker.present import Presenter
from bot.speaker.seen import Seen
from bot.speaker.settle import SearchError, remove_twin, settle
from bot.speaker.voice import Timeouts, Voice, extbot
from storage import Outgoing, OutStatus, StorageTrouble, Store

log = structlog.get_logger(__name__)

IDLE = 5.0
"""Seconds after which the outbox is looked at even if nobody rang: a ring can be lost between processes."""

FIRST = 24
READY = 500
"""Rows that are looked at: the first ones, and as many of all chats where those leave a sender without work."""

AFRESH = 0.01
"""Seconds for which what was read is good enough while there is plenty: what is urgent waits no longer for its turn."""

HORIZON = 3600.0
"""Rows whose retry is that many seconds away are read too, so that the loop knows when to wake."""

TIDY = 1.0
TROUBLED = 1.0


@dataclass(frozen=True)
class Manners:
    """How the speaker behaves. `concurrency`: calls under way at the same time.

    `catch_up`: seconds to wait at most for the listener before lost messages are looked for; `settle_after`: seconds
    that a message which may have arrived is given to arrive.
    """

    pace: Pace = field(default_factory=Pace)
    timeouts: Timeouts = field(default_factory=Timeouts)
    concurrency: int = 8
    catch_up: float = 30.0
    settle_after: float = 1.0


class Speaker:
    """Says what the outbox holds. One per bot token; the caller holds the lock that makes it the only one.

    `run` may be run again when the lock was lost and is held anew; `seen` is another object then.

    `caught_up` is set when the listener has handled what had waited; None = do not wait for it. `on_unreachable` and
    `on_failed` are called after the outbox row has been written. `url`: base address of the Bot API, None = Telegram.
    """

    def __init__(
        self,
        store: Store,
        presenter: Presenter,
        clock: Clock,
        token: str,
        *,
        on_unreachable: Unreachable,
        on_failed: Failed,
        url: str | None = None,
        seen: Seen | None = None,
        caught_up: asyncio.Event | None = None,
        manners: Manners | None = None,
    ) -> None:
        self.manners = manners or Manners()
        self.seen = seen if seen is not None else Seen()
        self.counts = Counts()
        self._store = store
        self._presenter = presenter
        self._clock = clock
        self._token, self._url = token, url
        self._on_unreachable, self._on_failed = on_unreachable, on_failed
        self._caught_up = caught_up
        self._stopping = asyncio.Event()
        self._seen_before: Seen | None = None
        self._forget()

    def _forget(self) -> None:
        """Know nothing but what the store knows: between two runs another process may have spoken."""
        self.windows = Windows(self.manners.pace)
        limiter = Limiter(self.windows, self._clock.monotonic)
        self.bot = extbot(self._token, self._url, limiter, self.manners.timeouts)
        self._hands = Hands(
            Voice(self.bot, Gallery(self._store)),
            Ledger(self._store, self._clock, self.seen, self._stopping),
            self._presenter,
            self.windows,
            self._clock,
            self.counts,
            self._on_unreachable,
            self._on_failed,
        )
        self._busy: set[Busy] = set()
        self._not_yet: dict[int, float] = {}
        """Chats with a lost message: monotonic time at which it may be looked for."""

        self._rows: list[Outgoing] = []
        self._read_at = self._tidied_at = 0.0
        self._listened = False
        self._fatal: TokenError | None = None
        self._used = False

    async def run(self) -> None:
        """Speak until `stop()`; calls under way are finished first. Raises TokenError."""
        if self._used:
            # It holds ids of messages that were sent and not written down: to the next search they are suspects again.
            self._seen_before, self.seen = self.seen, Seen()
            self._forget()
        self._used = True
        try:
            await self._introduce()
            async with asyncio.TaskGroup() as group:
                await self._begin()
                listening = group.create_task(self._listen())
                while not self._stopping.is_set():
                    await self._rest(await self._round(group))
                listening.cancel()
        finally:
            await self.bot.shutdown()
        if self._fatal:
            raise self._fatal

    def stop(self) -> None:
        """End `run()` as soon as the calls under way are finished; what is not said stays in the outbox."""
        self._stopping.set()
        self.wake()

    def wake(self) -> None:
        """Look at the outbox now: the clock has jumped, or something else has changed."""
        self._store.bell.ring()

    async def _introduce(self) -> None:
        """Open the connection; Telegram may be away for long."""
        wait = 0.5
        while not self._stopping.is_set():
            try:
                await self.bot.initialize()
                return
            except InvalidToken:
                raise TokenError from None  # the library's own text holds the token
            except TelegramError as error:
                log.warning("telegram_silent", trouble=str(error), again_in=wait)
                await self._pause(wait)
                wait = min(wait * 2, 15.0)

    async def _begin(self) -> None:
        """Remember what an earlier process has sent, and which of its messages may have arrived."""
        while not self._stopping.is_set():
            try:
                async with self._store.look() as unit:
                    orphans = await unit.outbox.unsettled()
                    recent = await unit.outbox.recent(self._clock.wall() - self.manners.pace.group_seconds)
                break
            except StorageTrouble as trouble:
                log.warning("outbox_unreadable", trouble=str(trouble))
                await self._pause(TROUBLED)
        else:
            return
        ago = self._clock.monotonic() - self._clock.wall()
        self.windows.load((chat, wall + ago, weight) for chat, wall, weight in sorted(recent, key=lambda one: one[1]))
        for row in orphans:
            top = self._seen_before.top(row.chat) if self._seen_before else None
            if top is not None:
                self.seen.raise_top(self.seen.scope(row.chat), top)
            if makes_new(row):
                self._hands.lost[row.id] = row
            else:
                await self._hands.ledger.retry(row, 0.0, "interrupted; harmless to repeat")

    async def _listen(self) -> None:
        """Wait until the listener knows what happened while we were away, but not for ever."""
        if self._caught_up is not None:
            try:
                async with asyncio.timeout(self.manners.catch_up):
                    await self._caught_up.wait()
            except TimeoutError:
                log.warning("listener_late", waited=self.manners.catch_up)
        self._listened = True
        self.wake()

    async def _round(self, group: asyncio.TaskGroup) -> float:
        """Start whatever may go now; return the seconds until it is worth to look again."""
        now, wall, at = self._clock.now(), self._clock.wall(), self._clock.monotonic()
        waits = [IDLE, *self._start_settling(group, at)]
        try:
            chosen = await self._choose(now, wall, at)
            rows = await self._hands.ledger.claim(chosen.send) if chosen.send else ()
            if not chosen.send and not self._busy:
                async with self._store.look() as unit:
                    later = await unit.outbox.next_not_before(now)
                if later is not None:
                    waits.append((later - now).total_seconds())
        except StorageTrouble as trouble:
            log.warning("outbox_unreadable", trouble=str(trouble))
            return TROUBLED
        except StoreSilentError:
            return TROUBLED
        for row in rows:
            self._start(group, lane(row), row, self._deliver)
        if len(rows) < len(chosen.send):  # somebody else has them, or they were marked anew
            self._rows, waits = [], [0.0]
        for row in chosen.acknowledge:
            key = (row.chat, Lane.SIGNS)
            if key not in self._busy and len(self._busy) < self.manners.concurrency:
                self._start(group, key, row, self._acknowledge)
        if chosen.wait is not None:
            waits.append(chosen.wait)
        if at > self._tidied_at + TIDY:
            self._tidied_at = at
            self.windows.tidy(at)
        return max(min(waits), 0.005)

    async def _choose(self, now: datetime, wall: float, at: float) -> Chosen:
        """Choose among the rows at hand while those are fresh and keep everybody busy, else among rows read anew."""
        if self._hands.ledger.changed:  # a row that is tried again goes before those behind it
            self._rows, self._hands.ledger.changed = [], False
        if self._rows and at - self._read_at < AFRESH:
            chosen = self._chosen(self._rows, set(self._busy), now, wall)
            if len(chosen.send) == self._free:
                return self._taken(chosen)
        # What is read may be older than the end of a call that ends meanwhile: its lane stays closed for this round.
        busy = set(self._busy)
        self._read_at = at
        async with self._store.look() as unit:
            rows = await unit.outbox.first(now, wall + HORIZON, FIRST)
            chosen = self._chosen(rows, busy, now, wall)
            if len(rows) == FIRST and len(chosen.send) < self._free:  # one busy chat must hide nobody
                rows = await unit.outbox.ready(now, wall + HORIZON, READY)
                chosen = self._chosen(rows, busy, now, wall)
        self._rows = rows
        return self._taken(chosen)

    @property
    def _free(self) -> int:
        return max(self.manners.concurrency - len(self._busy), 0)

    def _chosen(self, rows: list[Outgoing], busy: set[Busy], now: datetime, wall: float) -> Chosen:
        return choose(
            [row for row in rows if row.id not in self._hands.lost],
            now,
            wall,
            busy | self._busy,
            {row.chat for row in self._hands.lost.values()},
            self._room,
            self._free,
        )

    def _taken(self, chosen: Chosen) -> Chosen:
        """Leave for the next round what is not sent in this one."""
        gone = {row.id for row in chosen.send}
        self._rows = [row for row in self._rows if row.id not in gone]
        return chosen

    def _start_settling(self, group: asyncio.TaskGroup, at: float) -> list[float]:
        """Look for lost messages, one chat at a time each; return the seconds until those that wait may begin."""
        if not self._listened:
            return []
        waits: list[float] = []
        for row in sorted(self._hands.lost.values(), key=lambda one: one.id):
            key = (row.chat, Lane.WORDS)
            begin = self._not_yet.get(row.chat, 0.0)
            if begin > at:
                waits.append(begin - at)
            elif key not in self._busy and len(self._busy) < self.manners.concurrency:
                self._start(group, key, row, self._settle)
        return waits

    def _start(
        self, group: asyncio.TaskGroup, key: Busy, row: Outgoing, work: Callable[[Outgoing], Awaitable[None]]
    ) -> None:
        self._busy.add(key)
        group.create_task(self._attend(key, row, work))

    async def _attend(self, key: Busy, row: Outgoing, work: Callable[[Outgoing], Awaitable[None]]) -> None:
        """Do one thing in one lane; whatever happens, the lane is free again and the loop looks anew."""
        try:
            await work(row)
        except TokenError as refused:
            log.critical("token_refused", remedy=str(refused))
            self._fatal = refused
            self._stopping.set()
        except StoreSilentError:
            log.warning("row_not_written_down", row=row.id)
        except Exception as mistake:
            # A row must never silence the others. What was claimed is settled like the rows of a dead process.
            log.error("row_mishandled", row=row.id, error=type(mistake).__name__, at=where(mistake))
            await self._recover(row)
        finally:
            self._busy.discard(key)
            self.wake()

    async def _recover(self, row: Outgoing) -> None:
        try:
            async with self._store.look() as unit:
                left = await unit.outbox.get(row.id)
        except StorageTrouble:
            return  # it stays claimed until the next start
        if left is not None and left.status in (OutStatus.SENDING, OutStatus.UNKNOWN):
            self._hands.lost.setdefault(row.id, left)
            self._not_yet[row.chat] = self._clock.monotonic() + IDLE

    async def _deliver(self, row: Outgoing) -> None:
        again = await deliver(self._hands, row)
        if again is not None:
            await remove_twin(self._hands, self.seen, again)
        elif row.id in self._hands.lost:
            self._not_yet[row.chat] = self._clock.monotonic() + self.manners.settle_after

    async def _acknowledge(self, row: Outgoing) -> None:
        await acknowledge(self._hands, row)

    async def _settle(self, row: Outgoing) -> None:
        try:
            await settle(self._hands, self.seen, row)
        except SearchError as interrupted:
            self._not_yet[row.chat] = self._clock.monotonic() + interrupted.seconds
        else:
            self._not_yet.pop(row.chat, None)

    def _room(self, chat: int, weight: int) -> float:
        at = self._clock.monotonic()
        return self.windows.room(chat, at, weight) if weight else self.windows.paused(chat, at)

    async def _rest(self, seconds: float) -> None:
        if not self._stopping.is_set():
            await self._store.bell.wait(seconds)

    async def _pause(self, seconds: float) -> None:
        """Wait for time, or for the stop."""
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
