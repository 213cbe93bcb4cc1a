"""Flood limits: sliding windows on the monotonic clock."""

import math
import time
from collections import deque

from .errors import flood
from .model import Chat

GROUP_CALLS = 20
GROUP_SECONDS = 60.0
PRIVATE_BURST = 3
PRIVATE_RATE = 1.0
OVERALL_CALLS = 30
OVERALL_SECONDS = 1.0


class Window:
    """At most `calls` in any `seconds`; an album weighs its items."""

    def __init__(self, calls: int, seconds: float) -> None:
        self.calls = calls
        self.seconds = seconds
        self._spent: deque[float] = deque()

    def used(self, now: float) -> int:
        """Return how much of the window is spent."""
        while self._spent and self._spent[0] <= now - self.seconds:
            self._spent.popleft()
        return len(self._spent)

    def wait(self, now: float, weight: int) -> float:
        """Return how many seconds to wait until `weight` fits; 0 when it fits now."""
        over = self.used(now) + weight - self.calls
        if over <= 0 or not self._spent:
            return 0.0
        return self._spent[min(over, len(self._spent)) - 1] + self.seconds - now

    def spend(self, now: float, weight: int) -> None:
        """Take `weight` out of the window."""
        self._spent.extend([now] * weight)


class Bucket:
    """One call a second with a small burst: the manner of private chats."""

    def __init__(self) -> None:
        self._tokens = float(PRIVATE_BURST)
        self._at = 0.0

    def _refill(self, now: float) -> None:
        self._tokens = min(PRIVATE_BURST, self._tokens + (now - self._at) * PRIVATE_RATE)
        self._at = now

    def used(self, now: float) -> int:
        """Return how much of the burst is spent."""
        self._refill(now)
        return math.ceil(PRIVATE_BURST - self._tokens)

    def wait(self, now: float, weight: int) -> float:
        """Return how many seconds to wait; an album fits as soon as one call would."""
        self._refill(now)
        needed = min(weight, 1)
        return 0.0 if self._tokens >= needed else (needed - self._tokens) / PRIVATE_RATE

    def spend(self, now: float, weight: int) -> None:
        """Take `weight` tokens; an album may go into debt."""
        self._refill(now)
        self._tokens -= weight


class Limits:
    """All windows of all bots. A refused call spends nothing, but is counted in `refused`."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self.refused = 0
        self._chats: dict[tuple[int, int], Window | Bucket] = {}
        self._overall: dict[int, Window] = {}

    def used(self, bot_id: int, chat_id: int) -> int:
        """Return how many calls are in the present window of a chat."""
        window = self._chats.get((bot_id, chat_id))
        return window.used(time.monotonic()) if window else 0

    def spend(self, bot_id: int, chat: Chat, weight: int = 1) -> None:
        """Count a call that makes or edits messages. ApiError 429 with `retry_after` when it is one too many."""
        now = time.monotonic()
        key = (bot_id, chat.id)
        window = self._chats.get(key)
        if window is None:
            window = Bucket() if chat.is_private else Window(GROUP_CALLS, GROUP_SECONDS)
            self._chats[key] = window
        overall = self._overall.setdefault(bot_id, Window(OVERALL_CALLS, OVERALL_SECONDS))
        if self.enabled:
            wait = max(window.wait(now, weight), overall.wait(now, weight))
            if wait > 0:
                self.refused += 1
                raise flood(max(1, math.ceil(wait)))
        window.spend(now, weight)
        overall.spend(now, weight)
