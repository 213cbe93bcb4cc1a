"""One process for one SQLite database. The operating system gives the lock back when the process dies."""

import os
import sys
from pathlib import Path

from storage.errors import StoreBusy

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class ProcessLock:
    """Held from creation until `release`. Raises StoreBusy when another process holds it."""

    def __init__(self, database: Path) -> None:
        path = database.with_name(database.name + ".lock-file")
        self._handle: int | None = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _lock(self._handle)
        except OSError as error:
            self.release()
            raise StoreBusy(
                f"Another process is using {database}. SQLite is for one process: stop the other one, "
                "or move to PostgreSQL (GRIDBOT_DATABASE_URL=postgresql+asyncpg://…) to run several."
            ) from error

    def release(self) -> None:
        """Give it back. The file stays: removing it would let two processes hold two files of one name."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
