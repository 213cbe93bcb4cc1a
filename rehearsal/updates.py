"""The queue of updates of one bot: numbering, expiry, confirmation, the single poller."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .errors import ApiError

KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
    "subscription",
    "stopped_message_generation",
)
DEFAULT_KINDS = frozenset(KINDS) - {"chat_member", "message_reaction", "message_reaction_count"}
TTL = timedelta(hours=24)
TAP_SECONDS = 150.0
LONG_POLL_MAX = 50
CAPACITY = 100_000
CONFLICT = "terminated by other getUpdates request; make sure that only one bot instance is running"
CONFLICT_PAUSE = 3.0
SAME_OFFSET_SECONDS = 3.0
CRAWL_SECONDS = 0.5
KEPT_CONFIRMED = 1000
FIRST_UPDATE_ID = 700_000_001


@dataclass(frozen=True)
class Queued:
    """An update that waits. `queue_key` orders webhook deliveries."""

    update_id: int
    kind: str
    body: dict[str, Any]
    queue_key: str
    expires_at: datetime | None
    expires_monotonic: float | None


class UpdateQueue:
    """Updates of one bot, oldest first."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._next_id = FIRST_UPDATE_ID
        self._waiting: deque[Queued] = deque()
        self._confirmed: deque[Queued] = deque(maxlen=KEPT_CONFIRMED)
        self._again: deque[Queued] = deque()
        self._tap_ends: deque[float] = deque()
        self._poller: asyncio.Future[bool] | None = None
        self._previous_offset: int | None = None
        self._previous_start = float("-inf")
        self._last_conflict = float("-inf")
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.explicit_allowed: list[str] | None = None
        self.on_push: Callable[[], None] | None = None
        self.closing = False

    def __len__(self) -> int:
        self._expire()
        return len(self._waiting) + len(self._again)

    @property
    def is_polled(self) -> bool:
        """Whether somebody waits for updates right now."""
        return self._poller is not None

    def allow(self, names: list[str] | None) -> None:
        """Remember `allowed_updates`; None keeps the old list, an empty or all-unknown one means the default."""
        if names is None:
            return
        known = [name for name in names if name in KINDS]
        self.allowed = frozenset(known) or DEFAULT_KINDS
        self.explicit_allowed = known or None

    def push(self, kind: str, content: Any, queue_key: str, *, tap: bool = False) -> bool:
        """Queue an update if its kind is allowed now. Return whether it was queued."""
        if kind not in self.allowed:
            return False
        return self.push_raw({kind: content}, kind, queue_key, tap=tap)

    def push_raw(self, body: dict[str, Any], kind: str, queue_key: str, *, tap: bool = False) -> bool:
        """Queue any update as it is; an `update_id` is added when missing."""
        if len(self._waiting) >= CAPACITY:
            return False
        given = body.get("update_id")
        if isinstance(given, int):
            self._next_id = max(self._next_id, given)
        update_id = given if isinstance(given, int) else self._next_id
        self._next_id += 1
        if tap:
            self._tap_ends.append(time.monotonic() + TAP_SECONDS)
        self._waiting.append(
            Queued(
                update_id,
                kind,
                {"update_id": update_id, **body},
                queue_key,
                None if tap else self._now() + TTL,
                time.monotonic() + TAP_SECONDS if tap else None,
            )
        )
        self.wake()
        return True

    def again(self, count: int) -> int:
        """Deliver the last `count` confirmed updates once more, under their old ids. Return how many there were."""
        chosen = list(self._confirmed)[-count:] if count > 0 else []
        self._again.extend(chosen)
        if chosen:
            self.wake()
        return len(chosen)

    def wake(self) -> None:
        """Let the waiting poller look at the queue."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(True)
        if self.on_push is not None:
            self.on_push()

    def drop_all(self) -> None:
        """Forget everything that waits."""
        self._waiting.clear()
        self._again.clear()

    def forget_poller(self) -> None:
        """Take the next poll as the first one in a long time."""
        self._previous_offset, self._previous_start = None, float("-inf")

    def peek(self) -> list[Queued]:
        """Return all that waits, for the webhook."""
        self._expire()
        return [*self._again, *self._waiting]

    def done(self, queued: Queued) -> None:
        """Take one delivered update out (webhook)."""
        if queued in self._again:
            self._again.remove(queued)
        elif queued in self._waiting:
            self._waiting.remove(queued)
            self._confirmed.append(queued)

    def _expire(self) -> None:
        now, monotonic = self._now(), time.monotonic()
        # Only the head and the oldest tap are looked at, so that a long backlog costs nothing.
        tap_over = bool(self._tap_ends) and self._tap_ends[0] < monotonic
        while self._tap_ends and self._tap_ends[0] < monotonic:
            self._tap_ends.popleft()
        if tap_over or (self._waiting and _over(self._waiting[0], now, monotonic)):
            self._waiting = deque(item for item in self._waiting if not _over(item, now, monotonic))

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._waiting) > -offset:
                self._confirmed.append(self._waiting.popleft())
        # An offset beyond anything ever given out is foreign: the queue is read from its head.
        elif offset <= self._next_id:
            while self._waiting and self._waiting[0].update_id < offset:
                self._confirmed.append(self._waiting.popleft())

    def _take(self, limit: int) -> list[dict[str, Any]]:
        out: list[dict[str, Any]] = []
        while self._again and len(out) < limit:
            out.append(self._again.popleft().body)
        for item in self._waiting:
            if len(out) >= limit:
                break
            out.append(item.body)
        return out

    async def poll(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:
        """Serve getUpdates. ApiError 409 for a poller that another one displaces."""
        now = time.monotonic()
        if offset == self._previous_offset:
            if now < self._previous_start + CRAWL_SECONDS:
                limit = 1
            if now < self._previous_start + SAME_OFFSET_SECONDS:
                timeout = max(timeout, SAME_OFFSET_SECONDS)
        self._previous_offset, self._previous_start = offset, now
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(False)
        self._expire()
        self._confirm(offset)
        deadline = now + min(timeout, LONG_POLL_MAX)
        while not (found := self._take(limit)) and not self.closing:
            left = deadline - time.monotonic()
            if left <= 0:
                return []
            mine: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            self._poller = mine
            try:
                await asyncio.wait({mine}, timeout=left)
            finally:
                if self._poller is mine:
                    self._poller = None
            if mine.done() and not mine.result():
                await self._refuse()
        return found

    async def _refuse(self) -> None:
        now = time.monotonic()
        repeated = now < self._last_conflict + CONFLICT_PAUSE
        self._last_conflict = now
        if repeated:
            # Telegram slows down pollers that keep fighting.
            await asyncio.sleep(CONFLICT_PAUSE)
        raise ApiError(409, CONFLICT)


def _over(item: Queued, now: datetime, monotonic: float) -> bool:
    if item.expires_monotonic is not None:
        return monotonic > item.expires_monotonic
    return item.expires_at is not None and now > item.expires_at
