"""Threads: pieces of group talk with the tickets that they should make; to learn from, and to measure by.

They are written by hand. Those of the catalogue are learned from; those under tests/corpus/ never are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import yaml

from parsing import catalogue

START = datetime(2026, 6, 3, 10, 0, tzinfo=UTC)

WORKER = "W"
"""Stands for somebody of the staff."""

Members = tuple[frozenset[int], ...]


@dataclass(frozen=True)
class Line:
    """One message of a thread. `reply_to` is the place of another message in it."""

    by: str
    at: datetime
    text: str
    photo: bool = False
    reply_to: int | None = None
    private: bool = False
    over: bool = False
    """It says that the trouble is over."""

    @property
    def staff(self) -> bool:
        """Whether a grid worker says it."""
        return self.by == WORKER


@dataclass(frozen=True)
class Thread:
    """A piece of talk, and the messages of each ticket that it should make."""

    about: str
    lines: tuple[Line, ...]
    tickets: Members
    source: str = ""
    """Who wrote it, as far as that is known: the file."""

    def ticket_of(self, line: int) -> int | None:
        """Return the number of the ticket that a message belongs to."""
        return next((number for number, members in enumerate(self.tickets) if line in members), None)


def read_threads(content: bytes | str, source: str = "") -> tuple[Thread, ...]:
    """Return the threads of a file's content."""
    loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries: Sequence[Mapping[str, Any]] = yaml.load(content, Loader=loader) or ()  # noqa: S506 - both are safe
    return tuple(_thread(one, source) for one in entries)


def _thread(one: Mapping[str, Any], source: str) -> Thread:
    return Thread(
        one["about"],
        tuple(
            Line(
                line["by"],
                START + timedelta(seconds=line["at"]),
                str(line.get("text") or ""),
                bool(line.get("photo", False)),
                line.get("reply_to"),
                line.get("chat") == "private",
                bool(line.get("over", False)),
            )
            for line in one["messages"]
        ),
        tuple(frozenset(ticket) for ticket in one["tickets"]),
        source,
    )


@cache
def sources() -> tuple[tuple[str, bytes], ...]:
    """Return the files of the catalogue's threads."""
    folder = resources.files(catalogue.__name__) / "threads"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple((name.removesuffix(".yaml"), (folder / name).read_bytes()) for name in names)


@cache
def threads() -> tuple[Thread, ...]:
    """Return the threads of the catalogue."""
    return tuple(one for name, content in sources() for one in read_threads(content, name))
