"""The models of understanding: made once from the catalogue's utterances, kept in the user's cache, loaded at start."""

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog

from parsing.learned import Models
from parsing.lessons import learn, wanted_version
from parsing.linear import ModelError

log = structlog.get_logger(__name__)

Told = Callable[[str], None]

KEPT = 3
"""Versions in the cache: another checkout may use another one."""


def cache_folder() -> Path:
    """Return where programs of this user keep what they can make again."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "gridbot"


_loaded: dict[Path, Models] = {}


def models(told: Told = lambda _: None) -> Models:
    """Return the models of this program's utterances and rules; made anew when these have changed.

    A cache that cannot be read or written costs the seconds of learning, never the start. Kept for the process.
    """
    file = cache_folder() / f"understanding-{wanted_version()}.model"
    if file not in _loaded:
        _loaded[file] = _read(file) or _made(file, told)
    return _loaded[file]


def _read(file: Path) -> Models | None:
    try:
        return Models.from_bytes(file.read_bytes())
    except (OSError, ModelError):
        return None


def _made(file: Path, told: Told) -> Models:
    made = learn(told=told)
    try:
        _keep(file, made.to_bytes())
    except OSError as error:
        log.warning("model_not_kept", error=type(error).__name__, remedy="make the cache folder writable")
    return made


def _keep(file: Path, content: bytes) -> None:
    """Write beside, then rename: whoever starts at the same moment reads the old file or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".part-", delete=False) as part:
        part.write(content)
    Path(part.name).replace(file)
    known = sorted(file.parent.glob("understanding-*.model"), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in known[KEPT:]:
        with suppress(OSError):
            old.unlink()


def main() -> None:
    """Learn now what is not in the cache: for images, and before several processes start at once."""
    sys.stdout.write(f"understanding {models(_told).version}\n")


def _told(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
