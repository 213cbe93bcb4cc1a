"""The file of a backup: JSON lines, compressed. It knows no database, so both kinds read what either wrote.

{"format": "gridbot backup", "version": 1, "revision": "0001", "counters": {…}, "tables": {"ticket": 2, …}}
{"table": "ticket", "columns": {"id": "int", "filed_at": "time", "state": "json", …}}
[1001, "2026-05-11T09:30:00+00:00", "{\\"summary\\":…}", …]
… as many rows as the head says, then the next table …
{"end": "gridbot backup"}
"""

import gzip
import json
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from storage.errors import RevisionError, StorageError

FORMAT = "gridbot backup"
VERSION = 1
_END = {"end": FORMAT}


class BackupError(StorageError):
    """A backup that cannot be written or read; the text says why and what helps."""


class Kind(StrEnum):
    """What a column holds. JSON stays the text it is in the database, a time is an instant in UTC."""

    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    TEXT = "text"
    TIME = "time"
    JSON = "json"


Columns = Mapping[str, Kind]


@dataclass(frozen=True)
class Head:
    """`counters`: by table, the last number its key was given. `tables`: how many rows each has, parents first."""

    revision: str
    counters: Mapping[str, int]
    tables: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many rows there are in all."""
        return sum(self.tables.values())


class Writer:
    """Writes one backup from its head to its end. Made by `writing`."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream = stream
        self._kinds: tuple[Kind, ...] = ()

    def head(self, head: Head) -> None:
        """Write what is known before the first row."""
        self._stream.write(_line({"format": FORMAT, "version": VERSION, **asdict(head)}))

    def table(self, name: str, columns: Columns) -> None:
        """Begin a table."""
        self._kinds = tuple(columns.values())
        self._stream.write(_line({"table": name, "columns": dict(columns)}))

    def rows(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows of the table that was begun, their values in the order of its columns."""
        lines = ([_plain(kind, value) for kind, value in zip(self._kinds, row, strict=True)] for row in rows)
        self._stream.write(b"".join(map(_line, lines)))

    def end(self) -> None:
        """Write the mark without which a backup counts as cut off."""
        self._stream.write(_line(_END))


@contextmanager
def writing(file: Path) -> Iterator[Writer]:
    """Yield a writer; the file has its name only once it is whole and on the disk, and nobody else may read it.

    Raises BackupError when there is such a file already, or when it cannot be written.
    """
    must_be_new(file)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
    except OSError as error:
        raise _unwritable(file, error) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as raw:
            # No time and no name inside: the same rows make the same file.
            with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0) as packed:
                yield Writer(packed)
            raw.flush()
            os.fsync(raw.fileno())
        _name(part, file)
    except OSError as error:
        raise _unwritable(file, error) from error
    finally:
        part.unlink(missing_ok=True)


class Reader:
    """Reads one backup from its head to its end. Made by `reading`; raises BackupError where the file is damaged."""

    def __init__(self, file: Path, stream: gzip.GzipFile) -> None:
        self._file = file
        self._stream = stream
        self.head = self._head()

    def tables(self) -> Iterator[tuple[str, Columns]]:
        """Yield each table with its columns; all of its `rows` are to be read before the next one."""
        for name in self.head.tables:
            begun = self._object()
            if begun.get("table") != name or not isinstance(begun.get("columns"), dict):
                raise self.damaged()
            try:
                columns = {str(column): Kind(kind) for column, kind in begun["columns"].items()}
            except ValueError:
                raise self.damaged() from None
            self._kinds, self._left = tuple(columns.values()), self.head.tables[name]
            yield name, columns
            if self._left:
                raise RuntimeError(f"{self._left} rows of {name} were not read")
        if self._object() != _END or self._read():
            raise self.damaged()

    def rows(self, most: int) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of the present table, at most `most` at a time."""
        while self._left:
            batch = [self._row() for _ in range(min(most, self._left))]
            self._left -= len(batch)
            yield batch

    def damaged(self) -> BackupError:
        """Return the error for a file that is not what it should be."""
        return BackupError(f"{self._file} is damaged or cut off. Nothing was restored: use another backup.")

    def _head(self) -> Head:
        try:
            found = json.loads(self._read(4 << 20))
        except (ValueError, BackupError):
            found = None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise BackupError(f"{self._file} is no backup of gridbot. Nothing was restored.")
        if found.get("version") != VERSION:
            raise RevisionError(
                f"{self._file} was written by a newer gridbot (format {found.get('version')}). Use that program."
            )
        counters, tables = _counts(found.get("counters")), _counts(found.get("tables"))
        if not isinstance(found.get("revision"), str) or counters is None or tables is None:
            raise self.damaged()
        return Head(found["revision"], counters, tables)

    def _row(self) -> tuple[Any, ...]:
        row = self._json()
        if not isinstance(row, list) or len(row) != len(self._kinds):
            raise self.damaged()
        try:
            return tuple(_rich(kind, value) for kind, value in zip(self._kinds, row, strict=True))
        except (TypeError, ValueError):
            raise self.damaged() from None

    def _object(self) -> dict[str, Any]:
        found = self._json()
        if not isinstance(found, dict):
            raise self.damaged()
        return found

    def _json(self) -> Any:
        try:
            return json.loads(self._read())
        except ValueError:
            raise self.damaged() from None

    def _read(self, most: int = -1) -> bytes:
        try:
            return self._stream.readline(most)
        except (EOFError, OSError, zlib.error):
            raise self.damaged() from None


@contextmanager
def reading(file: Path) -> Iterator[Reader]:
    """Yield a reader that has read the head. Raises BackupError for what is no backup, RevisionError for a newer."""
    try:
        raw = file.open("rb")
    except OSError as error:
        raise BackupError(f"The backup {file} cannot be read ({error.strerror}). Check its name.") from error
    with raw:
        if raw.read(16).startswith(b"SQLite format 3"):
            raise BackupError(
                f"{file} is a database, no backup. To use it, set GRIDBOT_DATABASE_URL=sqlite+aiosqlite:///{file}; "
                "to move what is in it, make a backup of it first."
            )
        raw.seek(0)
        with gzip.GzipFile(mode="rb", fileobj=raw) as packed:
            yield Reader(file, packed)


def must_be_new(file: Path) -> None:
    """Raise BackupError unless `file` can be made without losing another one."""
    if os.path.lexists(file):
        raise BackupError(f"{file} is there already, and a backup never replaces a file. Choose another name.")
    if not file.parent.is_dir():
        raise BackupError(f"The folder {file.parent} does not exist. Make it, or choose another name.")


def _name(part: Path, file: Path) -> None:
    """Give a finished file its name, unless somebody took it meanwhile."""
    try:
        os.link(part, file)  # unlike a rename it refuses a name that is taken
    except FileExistsError:
        must_be_new(file)
        raise
    except OSError:  # a file system without links
        must_be_new(file)
        part.rename(file)
    if os.name == "posix":
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _unwritable(file: Path, error: OSError) -> BackupError:
    return BackupError(
        f"The backup {file} cannot be written ({error.strerror or error}). Nothing was kept: make room, or choose "
        "another folder."
    )


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _counts(found: Any) -> dict[str, int] | None:
    """Return `found` if it is names and numbers."""
    if isinstance(found, dict) and all(type(one) is int and one >= 0 for one in found.values()):
        return found
    return None


def _plain(kind: Kind, value: Any) -> Any:
    if kind is not Kind.TIME or value is None:
        return value
    aware = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat()


_TYPES: Mapping[Kind, tuple[type, ...]] = {
    Kind.INT: (int,),
    Kind.FLOAT: (int, float),
    Kind.BOOL: (bool,),
    Kind.TEXT: (str,),
    Kind.TIME: (str,),
    Kind.JSON: (str,),
}


def _rich(kind: Kind, value: Any) -> Any:
    if value is None:
        return None
    if type(value) not in _TYPES[kind]:
        raise TypeError
    if kind is Kind.TIME:
        return datetime.fromisoformat(value).astimezone(UTC)
    return float(value) if kind is Kind.FLOAT else value
