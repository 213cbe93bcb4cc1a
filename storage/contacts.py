"""People as Telegram knows them: residents and staff alike."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage.codec import plain
from storage.line import Line
from storage.marks import Marks
from storage.quick import Dialect, Quick, named
from storage.tables import CONTACT


@dataclass(frozen=True)
class Contact:
    """A Telegram user. `language` is the one they chose, else the one of their app; `grid` where they last spoke."""

    telegram: int
    name: str
    language: str | None = None
    started: bool = False
    blocked: bool = False
    grid: str | None = None

    @property
    def reachable(self) -> bool:
        """Whether the bot may write to them in private."""
        return self.started and not self.blocked


def _see(here: Dialect) -> sa.Executable:
    known = {key: named(CONTACT.c[key]) for key in ("telegram", "name", "language", "grid")}
    insert = here.insert(CONTACT).values(**known, started=sa.false(), blocked=sa.false())
    values = {"name": known["name"]} | {
        key: sa.func.coalesce(known[key], CONTACT.c[key]) for key in ("language", "grid")
    }
    changed = sa.or_(*(CONTACT.c[key].is_distinct_from(value) for key, value in values.items()))
    return insert.on_conflict_do_update(index_elements=[CONTACT.c.telegram], set_=values, where=changed)


_SEE = Quick(_see)
_GET = Quick(lambda _: sa.select(CONTACT).where(CONTACT.c.telegram == named(CONTACT.c.telegram)))
_ALL = Quick(lambda here: sa.select(CONTACT).where(here.among(CONTACT.c.telegram, "telegrams")))
_REACHABLE = Quick(
    lambda here: sa.select(CONTACT.c.telegram).where(
        here.among(CONTACT.c.telegram, "telegrams"), CONTACT.c.started, sa.not_(CONTACT.c.blocked)
    )
)
_NOWHERE = Quick(
    lambda here: sa.select(CONTACT.c.telegram).where(
        here.among(CONTACT.c.telegram, "telegrams"), CONTACT.c.grid.is_(None)
    )
)
_NAMES = tuple(column.name for column in CONTACT.columns)


class Contacts:
    """The one writer of contacts."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def get(self, telegram: int) -> Contact | None:
        """Return what is known of a Telegram user."""
        row = await self._line.row(_GET, telegram=telegram)
        return None if row is None else _contact(row)

    async def see(self, telegram: int, name: str, language: str | None, grid: str | None = None) -> None:
        """Note who somebody is. Writes only what changed; None for language or grid leaves what was known."""
        await self._line.change(_SEE, telegram=telegram, name=plain(name), language=language, grid=grid)

    async def choose_language(self, telegram: int, language: str | None) -> None:
        """Keep a person's own choice, which wins over the language of the app; None takes it back."""
        await self._upsert(
            telegram, {"chosen_language": language}, CONTACT.c.chosen_language.is_distinct_from(language)
        )
        await Marks(self._line).directory_changed()

    async def chosen_languages(self) -> dict[int, str]:
        """Return who chose a language, and which."""
        rows = await self._line.all(
            sa.select(CONTACT.c.telegram, CONTACT.c.chosen_language).where(CONTACT.c.chosen_language.is_not(None))
        )
        return {row.telegram: row.chosen_language for row in rows}

    async def forget(self, telegram: int, *, reachable: bool = False) -> bool:
        """Forget somebody; `reachable` = all but that the private chat is open. False = nothing was known."""
        mine = CONTACT.c.telegram == telegram
        chose = await self._line.value(sa.select(CONTACT.c.chosen_language).where(mine)) is not None
        if reachable:
            thin = sa.update(CONTACT).where(mine).values(name="", language=None, chosen_language=None, grid=None)
            gone = await self._line.write(thin)
        else:
            gone = await self._line.write(sa.delete(CONTACT).where(mine))
        if chose:
            await Marks(self._line).directory_changed()
        return gone > 0

    async def set_started(self, telegram: int, started: bool) -> None:
        """Note that somebody pressed /start, which also ends a block."""
        values = {"started": started} | ({"blocked": False} if started else {})
        changed = sa.or_(*(CONTACT.c[key] != value for key, value in values.items()))
        await self._upsert(telegram, values, changed)

    async def set_blocked(self, telegram: int, blocked: bool) -> None:
        """Note that somebody blocked the bot, or no longer does."""
        await self._upsert(telegram, {"blocked": blocked}, CONTACT.c.blocked != blocked)

    async def unreachable(self, telegrams: Collection[int]) -> set[int]:
        """Return those of `telegrams` that cannot be written to: never started, blocked, or unknown."""
        there = {row[0] for row in await self._line.rows(_REACHABLE, telegrams=list(telegrams))} if telegrams else ()
        return set(telegrams).difference(there)

    async def nowhere(self, telegrams: Collection[int]) -> frozenset[int]:
        """Return which of these are known, but not where they live."""
        return frozenset(row[0] for row in await self._line.rows(_NOWHERE, telegrams=list(telegrams)))

    async def all_staff(self, telegrams: Collection[int]) -> dict[int, Contact]:
        """Return what is known of these Telegram users, by id; the unknown are missing."""
        found = map(_contact, await self._line.rows(_ALL, telegrams=list(telegrams)))
        return {contact.telegram: contact for contact in found}

    async def _upsert(self, telegram: int, values: dict[str, Any], changed: sa.ColumnElement[bool]) -> None:
        fresh = {"name": "", "started": False, "blocked": False} | values
        await self._line.write(
            self._line.insert(CONTACT)
            .values(telegram=telegram, **fresh)
            .on_conflict_do_update(index_elements=[CONTACT.c.telegram], set_=values, where=changed)
        )


def _contact(row: Sequence[Any]) -> Contact:
    known = dict(zip(_NAMES, row, strict=True))
    return Contact(
        telegram=known["telegram"],
        name=known["name"],
        language=known["chosen_language"] or known["language"],
        started=known["started"],
        blocked=known["blocked"],
        grid=known["grid"],
    )
