"""Statements of every message, made and compiled once.

SQLAlchemy builds a statement of Python objects and looks its text up by them, at every call: ten times as long as
SQLite needs to carry it out. What every message needs is therefore written once, with names in place of values, and
on SQLite its text goes to the driver as it is.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Processor = Callable[[Any], Any]
Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class _Ready:
    """The text of a statement for the driver, its values in order, and what each value and column goes through."""

    text: str
    names: tuple[str, ...]
    given: tuple[tuple[int, Processor], ...]
    constant: Mapping[str, Any]
    columns: tuple[tuple[int, Processor], ...]


class Quick:
    """One statement. `make` gets the words of the database for inserts, and whether it is PostgreSQL."""

    def __init__(self, make: Callable[["Dialect"], Any]) -> None:
        self._make = make
        self._statements: dict[str, Any] = {}
        self._ready: _Ready | None = None

    def statement(self, name: str) -> Any:
        """Return the statement for the database called `name`."""
        found = self._statements.get(name)
        if found is None:
            found = self._statements[name] = self._make(Dialect(name == "postgresql"))
        return found

    def on_sqlite(self, raw: sqlite3.Connection, dialect: sa.Dialect, values: Parameters) -> sqlite3.Cursor:
        """Carry it out at once."""
        ready = self._ready or self._compile(dialect)
        return raw.execute(ready.text, self._ordered(ready, values))

    def many_on_sqlite(self, raw: sqlite3.Connection, dialect: sa.Dialect, rows: Sequence[Parameters]) -> None:
        """Carry it out once for each row."""
        ready = self._ready or self._compile(dialect)
        raw.executemany(ready.text, [self._ordered(ready, values) for values in rows])

    def read(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
        """Return rows of SQLite as the columns' types give them."""
        assert self._ready is not None
        if not self._ready.columns or not rows:
            return rows
        found = []
        for row in rows:
            values = list(row)
            for place, process in self._ready.columns:
                values[place] = process(values[place])
            found.append(tuple(values))
        return found

    def _ordered(self, ready: _Ready, values: Parameters) -> list[Any]:
        ordered = [values[name] if name in values else ready.constant[name] for name in ready.names]
        for place, process in ready.given:
            ordered[place] = process(ordered[place])
        return ordered

    def _compile(self, dialect: sa.Dialect) -> _Ready:
        statement = self.statement("sqlite")
        compiled = statement.compile(dialect=dialect)
        names = tuple(compiled.positiontup or ())
        given = ((place, _way_in(compiled.binds[name].type, dialect)) for place, name in enumerate(names))
        shown = list(getattr(statement, "exported_columns", ())) if getattr(statement, "_returns", True) else []
        columns = ((place, _way_out(column.type, dialect)) for place, column in enumerate(shown))
        self._ready = _Ready(
            str(compiled),
            names,
            tuple((place, process) for place, process in given if process is not None),
            {name: bind.value for name, bind in compiled.binds.items() if not bind.required},
            tuple((place, process) for place, process in columns if process is not None),
        )
        return self._ready


class Dialect:
    """The words in which the two databases differ."""

    def __init__(self, postgres: bool) -> None:
        self.postgres = postgres

    def insert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """Return an insert that knows ON CONFLICT."""
        return postgresql.insert(table) if self.postgres else sqlite.insert(table)

    @property
    def wall(self) -> sa.ColumnElement[float]:
        """The database's own clock, seconds since 1970: how long a row has waited, whatever the domain's time does."""
        if self.postgres:
            return sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), sa.Float)
        return (sa.func.julianday("now") - 2440587.5) * 86400.0

    def among(self, column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
        """Return whether a column is one of the values called `name`: a list whose length changes nothing in the text.

        `given` makes the list.
        """
        if self.postgres:
            return column == sa.any_(sa.bindparam(name, type_=postgresql.ARRAY(column.type)))
        listed = sa.func.json_each(sa.bindparam(name, type_=sa.JSON)).table_valued("value")
        return column.in_(sa.select(listed.c.value))


def named(column: "sa.Column[Any]", name: str | None = None) -> sa.BindParameter[Any]:
    """Return the place of a value with the type of a column, and its name where no other is given."""
    return sa.bindparam(name or column.name, type_=column.type)


def row_of(table: sa.Table, *but: str) -> dict[str, Any]:
    """Return a place for every column of a table."""
    return {column.name: named(column) for column in table.columns if column.name not in but}


def _way_in(kind: Any, dialect: sa.Dialect) -> Processor | None:
    found: Processor | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def _way_out(kind: Any, dialect: sa.Dialect) -> Processor | None:
    found: Processor | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return found
