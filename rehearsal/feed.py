"""What changed since when, for the chat page."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

KEPT = 5000


@dataclass(frozen=True)
class Change:
    """One thing the page should look at again."""

    seq: int
    chat: int | None = None
    clock: bool = False
    toast: dict[str, Any] | None = field(default=None)


class Feed:
    """The numbered changes, newest last; old ones are forgotten."""

    def __init__(self) -> None:
        self.seq = 0
        self._changes: deque[Change] = deque(maxlen=KEPT)

    def _add(self, **content: Any) -> None:
        self.seq += 1
        self._changes.append(Change(self.seq, **content))

    def chat_changed(self, chat_id: int) -> None:
        """Note that a chat has something new."""
        self._add(chat=chat_id)

    def clock_jumped(self) -> None:
        """Note that the clock jumped."""
        self._add(clock=True)

    def toast(self, user_id: int, text: str, alert: bool) -> None:
        """Note what a person is shown after a tap."""
        self._add(toast={"user": user_id, "text": text, "alert": alert})

    def after(self, seq: int) -> dict[str, Any]:
        """Return {"seq", "chats", "clock", "toasts"} for all that came after `seq`."""
        chats: dict[int, None] = {}
        clock, toasts = False, []
        for change in reversed(self._changes):
            if change.seq <= seq:
                break
            if change.chat is not None:
                chats[change.chat] = None
            clock = clock or change.clock
            if change.toast:
                toasts.append(change.toast)
        return {"seq": self.seq, "chats": list(chats), "clock": clock, "toasts": toasts[::-1]}
