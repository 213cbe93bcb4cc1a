"""What one process knows about itself. `bot/` writes it, health and metrics read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a part of the process does. `standing by` = another process has the lock, this one takes over."""

    STARTING = "starting"
    STANDING_BY = "standing by"
    WORKING = "working"


@dataclass(frozen=True)
class Totals:
    """Counts since the start of this process."""

    updates: Mapping[str, int] = field(default_factory=dict)
    """`handled`, `parked`."""

    speaker: Mapping[str, int] = field(default_factory=dict)
    """What became of calls: `sent`, `edited`, `retried`, `unknown`, `flood_waits`, …"""

    requests: Mapping[int, int] = field(default_factory=dict)
    """Deliveries to the webhook by the status they were answered with."""


@dataclass
class Vitals:
    """All moments are seconds of `monotonic`; None = never yet."""

    monotonic: Callable[[], float]
    webhook: bool = False
    listener: Role = Role.STARTING
    listener_since: float = 0.0
    speaker: Role = Role.STARTING
    stopping: bool = False
    telegram_at: float | None = None
    """Telegram answered a call."""

    fetched_at: float | None = None
    """Long polling brought an answer, be it an empty one."""

    update_at: float | None = None
    """An update came over the webhook and was committed."""

    store_at: float | None = None
    """The database let us read and begin to write."""

    store_refused: bool = False
    """The last try failed."""

    waiting: Callable[[], int | None] = lambda: None
    """How many updates wait at Telegram, as it said last."""

    stuck: Callable[[], bool] = lambda: False
    """Whether the listener could not keep what it heard last."""

    totals: Callable[[], Totals] = Totals

    def age(self, moment: float | None) -> float | None:
        """Return the seconds since `moment`."""
        return None if moment is None else max(self.monotonic() - moment, 0.0)
