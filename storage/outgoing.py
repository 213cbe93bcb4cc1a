"""What an outbox row is to the rest of the house."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.tables import OUTBOX


class OutKind(StrEnum):
    """How a row is said."""

    CARD = "card"
    MESSAGE = "message"
    REACTION = "reaction"
    DELETE = "delete"
    PIN = "pin"


class OutStatus(StrEnum):
    """Where a row stands. `waiting` = until its reader presses /start; `unknown` = a call whose end nobody heard."""

    PENDING = "pending"
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outgoing:
    """A row of the outbox.

    `not_before` and `expires_at` are domain time; `retry_at`, `created_at` and `sent_at` are real seconds since 1970.
    Reactions and deletes act on the message in `reply_to`; a reaction's emoji is `data["emoji"]`. A pin acts on the
    message of the row whose key is `data["of"]`. `shown` is a mark of what its message shows, empty = not known.
    """

    id: int
    kind: OutKind
    key: str
    chat: int
    reader: str | None
    ticket: int | None
    template: str
    language: str
    data: dict[str, str]
    priority: int
    not_before: datetime | None
    expires_at: datetime | None
    generation: int
    status: OutStatus
    attempts: int
    message_id: int | None
    reply_to: int | None
    ephemeral_to: int | None
    replace: bool
    loud: bool
    acked: bool
    floor: int | None
    retry_at: float
    created_at: float
    sent_at: float | None
    error: str
    shown: str = ""

    @property
    def items(self) -> int:
        """How many messages it becomes: an album, with its files in `data["media"]`, counts each of them."""
        return max(1, len(self.data.get("media", "").split()))


UNTOUCHED: Mapping[str, Any] = {
    "generation": 1,
    "claimed": 0,
    "loud_at": 0,
    "attempts": 0,
    "replace": False,
    "loud": False,
    "acked": False,
    "error": "",
    "shown": "",
}
"""What a row says of itself that nobody has worked on yet."""

_NAMES = tuple(field.name for field in fields(Outgoing))
COLUMNS = tuple(OUTBOX.c[name] for name in _NAMES)


def outgoing(row: Sequence[Any]) -> Outgoing:
    """Return the row as a value. It must have been selected by COLUMNS."""
    values: Any = dict(zip(_NAMES, row, strict=True))
    values["kind"] = _KINDS[values["kind"]]
    values["status"] = _STATES[values["status"]]
    return Outgoing(**values)


_KINDS = {kind.value: kind for kind in OutKind}
_STATES = {status.value: status for status in OutStatus}
