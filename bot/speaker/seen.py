"""Message ids that somebody has seen, per numbering: what is known to belong to another message."""

from collections import defaultdict
from typing import Final

SHARED: Final = 0
"""The one numbering of all of a bot's private chats and basic groups."""

KEPT = 2000
"""Ids remembered per numbering; only those since the last lost message matter."""

_SUPERGROUPS_BELOW = -1_000_000_000_000


class Seen:
    """In memory only: the listener notes what it hears, the speaker what it says."""

    def __init__(self) -> None:
        self._types: dict[int, str] = {}
        self._ids: dict[int, dict[int, None]] = defaultdict(dict)
        self._tops: dict[int, int] = {}

    def note(self, chat: int, chat_type: str | None, message: int) -> None:
        """Remember that `message` of `chat` is known; `chat_type` as Telegram names it, None = not told.

        Only for messages whose sender is known: what people and services wrote, and what we sent and got an id for. A
        message of ours that is only seen from outside (a tap on it, a reply to it) may be the lost one: not for here.
        """
        if chat_type:
            self._types[chat] = chat_type
        scope = self.scope(chat)
        ids = self._ids[scope]
        ids[message] = None
        if len(ids) > KEPT:
            del ids[next(iter(ids))]
        self.raise_top(scope, message)

    def scope(self, chat: int) -> int:
        """Return the numbering of a chat: supergroups and channels have their own."""
        told = self._types.get(chat)
        own = told in {"supergroup", "channel"} if told else chat < _SUPERGROUPS_BELOW
        return chat if own else SHARED

    def top(self, chat: int) -> int | None:
        """Return the highest id known in the numbering of `chat`."""
        return self._tops.get(self.scope(chat))

    def raise_top(self, scope: int, message: int) -> None:
        """Remember that ids up to `message` are given out."""
        self._tops[scope] = max(self._tops.get(scope, 0), message)

    def knows(self, chat: int, message: int) -> bool:
        """Whether this id is known to belong to another message."""
        return message in self._ids[self.scope(chat)]
