"""What the speaker needs of a clock; `bot.clock` is one."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Three kinds of time. Deadlines follow the first; flood windows and pauses are real seconds."""

    def now(self) -> datetime:
        """The district's time, aware; it jumps in practice."""
        ...

    def wall(self) -> float:
        """Real seconds since the epoch: what survives a restart."""
        ...

    def monotonic(self) -> float:
        """Real seconds that never jump."""
        ...
