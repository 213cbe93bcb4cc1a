"""How fast we may speak: a sliding window per chat, pauses as long as Telegram tells, and a free lane."""

import asyncio
import json
import random
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

JITTER = (0.05, 0.35)
"""Seconds added to every pause, so that chats told the same do not come back in one instant."""

FLOODED_CHATS = 3
FLOODED_WITHIN = 10.0
"""A 429 in so many chats within so many seconds means the bot as a whole: then everything pauses."""

_COUNTED = ("send", "edit", "copy", "forward", "pinchatmessage", "unpin")
_FREE = frozenset({"sendchataction"})

_dice = random.SystemRandom()


@dataclass(frozen=True)
class Pace:
    """Calls per seconds; the windows are a little longer than Telegram's minute and second."""

    group_calls: int = 20
    group_seconds: float = 60.6
    private_calls: int = 1
    private_seconds: float = 1.02
    overall_calls: int = 28
    overall_seconds: float = 1.0


@dataclass
class _Call:
    weight: int
    at: float | None
    """When it was answered; None while it is under way: it counts until we know that it has arrived."""


class Window:
    """At most `calls` within any `seconds`, measured from the moment a call was answered."""

    def __init__(self, calls: int, seconds: float) -> None:
        self.calls = calls
        self.seconds = seconds
        self._spent: deque[_Call] = deque()
        self._weight = 0
        """What `_spent` weighs."""

    def wait(self, at: float, weight: int = 1) -> float:
        """Return the seconds until `weight` fits; 0 = now. A weight above the whole window waits for an empty one."""
        if self._weight + weight <= self.calls:
            return 0.0  # even with what may be forgotten already
        self.forget(at)
        over = self._weight + min(weight, self.calls) - self.calls
        if over <= 0:
            return 0.0
        for call in sorted(self._spent, key=lambda one: at if one.at is None else one.at):
            over -= call.weight
            if over <= 0:
                return self.seconds if call.at is None else max(call.at + self.seconds - at, 0.001)
        return self.seconds

    def spend(self, at: float | None, weight: int = 1) -> _Call:
        """Take `weight`; `at` None = just going out, to be stamped with the time of the answer."""
        call = _Call(weight, at)
        self._spent.append(call)
        self._weight += weight
        return call

    @property
    def empty(self) -> bool:
        """Whether nothing is remembered."""
        return not self._spent

    def forget(self, at: float) -> None:
        """Forget what has left the window."""
        self._spent = deque(call for call in self._spent if call.at is None or call.at + self.seconds > at)
        self._weight = sum(call.weight for call in self._spent)


@dataclass
class Windows:
    """All windows and pauses of one bot. Times are monotonic seconds, chats Telegram ids (groups are negative)."""

    pace: Pace = field(default_factory=Pace)
    _chats: dict[int, Window] = field(default_factory=dict)
    _pauses: dict[int, float] = field(default_factory=dict)
    _floods: dict[int, float] = field(default_factory=dict)
    _all_until: float = 0.0
    _overall: Window = field(init=False)

    def __post_init__(self) -> None:
        """Open the window that all chats share."""
        self._overall = Window(self.pace.overall_calls, self.pace.overall_seconds)

    def room(self, chat: int, at: float, weight: int = 1) -> float:
        """Return the seconds until a call that makes or edits a message may go to `chat`; 0 = now."""
        return max(self.paused(chat, at), self._of(chat).wait(at, weight), self._overall.wait(at, weight))

    def paused(self, chat: int, at: float) -> float:
        """Return the seconds that `chat` still has to be left alone; free calls wait for this only."""
        return max(self._pauses.get(chat, 0.0) - at, self._all_until - at, 0.0)

    def spend(self, chat: int, weight: int = 1) -> Callable[[float], None]:
        """Count a call that goes out now; the returned function stamps it with the time of its answer."""
        calls = (self._of(chat).spend(None, weight), self._overall.spend(None, weight))

        def answered(at: float) -> None:
            for call in calls:
                call.at = at

        return answered

    def load(self, calls: Iterable[tuple[int, float, int]]) -> None:
        """Remember calls of an earlier process: (chat, monotonic time of now's clock, weight), oldest first."""
        for chat, at, weight in calls:
            self._of(chat).spend(at, weight)

    def pause(self, chat: int, until: float) -> None:
        """Leave `chat` alone until then; a longer pause stays."""
        self._pauses[chat] = max(self._pauses.get(chat, 0.0), until)

    def flooded(self, chat: int, at: float, seconds: float) -> float:
        """Obey a 429 of `chat`; return when it may be tried again. All chats wait when several fail at once."""
        until = at + seconds + _dice.uniform(*JITTER)
        self.pause(chat, until)
        self._floods = {one: when for one, when in self._floods.items() if when > at - FLOODED_WITHIN}
        self._floods[chat] = at
        if len(self._floods) >= FLOODED_CHATS:
            self._all_until = max(self._all_until, until)
        return until

    def tidy(self, at: float) -> None:
        """Forget chats without anything to remember."""
        for window in (self._overall, *self._chats.values()):
            window.forget(at)
        self._chats = {chat: window for chat, window in self._chats.items() if not window.empty}
        self._pauses = {chat: until for chat, until in self._pauses.items() if until > at}

    def _of(self, chat: int) -> Window:
        if chat not in self._chats:
            pace = self.pace
            private = chat > 0
            self._chats[chat] = Window(
                pace.private_calls if private else pace.group_calls,
                pace.private_seconds if private else pace.group_seconds,
            )
        return self._chats[chat]


class Limiter(BaseRateLimiter[int]):
    """The windows as python-telegram-bot wants them. It never repeats a call: the outbox decides that."""

    def __init__(
        self,
        windows: Windows,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.windows = windows
        self._monotonic = monotonic
        self._sleep = sleep

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | dict[str, Any] | list[dict[str, Any]]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> bool | dict[str, Any] | list[dict[str, Any]]:
        """Wait for room, make the call once, and remember what a 429 tells. Raises whatever the call raises."""
        chat = data.get("chat_id")
        if not isinstance(chat, int):
            return await callback(*args, **kwargs)
        weight = weigh(endpoint, data)
        while (wait := self._wait(chat, weight)) > 0:
            await self._sleep(wait)
        answered = self.windows.spend(chat, weight) if weight else None
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as refused:
            self.windows.flooded(chat, self._monotonic(), seconds_told(refused))
            raise
        finally:
            if answered:
                answered(self._monotonic())

    def _wait(self, chat: int, weight: int) -> float:
        at = self._monotonic()
        return self.windows.room(chat, at, weight) if weight else self.windows.paused(chat, at)


def weigh(endpoint: str, data: dict[str, Any]) -> int:
    """Return what a call costs: 0 for answers, reactions, deletes and questions; an album costs its items."""
    name = endpoint.lower()
    if name in _FREE or not name.startswith(_COUNTED):
        return 0
    items = data.get("media") if name == "sendmediagroup" else data.get("message_ids")
    if isinstance(items, str):
        items = json.loads(items)
    return max(len(items), 1) if isinstance(items, list | tuple) else 1


def seconds_told(refused: RetryAfter) -> float:
    """Return `retry_after` in seconds; the library is on its way from a number to a timedelta."""
    told: Any = refused.retry_after
    return told.total_seconds() if isinstance(told, timedelta) else float(told)
