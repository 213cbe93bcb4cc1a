"""Every command, by every kind of person, in every kind of chat: asked one by one, and drawn as docs/commands.md.

`python -m tests.stories.every_command` writes the page anew.
"""

import asyncio
import itertools
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from bot import logs
from bot.assemble import assemble
from bot.district import load_district
from bot.service import Service
from bot.settings import load_settings
from bot.stage import TOKEN, set_stage
from handlers.chat import taps, wording
from handlers.deps import Deps
from handlers.heard import Answer, Speaker
from messages.menu import COMMANDS
from parsing import load_catalogue
from rehearsal import Rehearsal
from storage import ChatState, open_store
from tests.stories.theatre import SAMPLE, WEDNESDAY

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
ANONYMOUS = 1087968824
OWN, OTHER, ROOM, UNBOUND = -1001000000001, -1001000000002, -1002000000001, -1009999999999

KINDS = {
    "resident": 2003,
    "unknown": 2999,
    "worker": 1001,
    "other grid's worker": 1009,
    "leader": 1002,
    "instructor": 1022,
    "specialist": 1003,
    "supervisor": 1004,
    "officer": 1005,
    "admin": 1015,
    "anonymous admin": ANONYMOUS,
}
"""Kind -> Telegram user id in the sample district. The resident pressed Start, the unknown never spoke before."""

GROUPS = {"own group": OWN, "other group": OTHER, "staff room": ROOM, "unbound group": UNBOUND}
PRIVATE = ("private", "private, not started")
CHATS = (*GROUPS, *PRIVATE)
UNKNOWN = "nonsense"
ELSEWHERE = "help@another_bot"
ASKED = (*COMMANDS, "start", UNKNOWN, ELSEWHERE)

SILENCES = {
    "not for us": "a command in a group that nobody here knows, or that names another bot, is another bot's",
    "start in a group": "`/start` opens the private chat and is nothing in a group",
    "once an hour": "an anonymous administrator is told once an hour to write as a person",
}
"""Why there may be no answer. Every other silence fails the test."""


@dataclass(frozen=True)
class Row:
    """A row of the outbox, as far as it matters here."""

    id: int
    key: str
    chat: int
    template: str
    ephemeral_to: int | None
    generation: int


@dataclass(frozen=True)
class Reply:
    """What one message or tap caused."""

    answers: tuple[str, ...]
    """The keys of the phrases in which it was answered."""

    rows: tuple[Row, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """What came back, in one word each."""
        worded = ("answer", "doorbell") if self.answers else ()
        pages = [row.template for row in self.rows if row.template not in worded]
        return tuple(dict.fromkeys((*self.answers, *pages)))


class Counter:
    """Brings updates to the running service one at a time, and sees what each of them leaves in the outbox."""

    def __init__(self, service: Service, file: Path) -> None:
        self.service = service
        self.file = file
        self._updates = itertools.count(1_000_000)
        self._messages = itertools.count(50_000)
        self._answers: list[str] = []
        self.told: list[tuple[int, str]] = []
        """Everything said, as it read at that moment, and to whom (a person, or a group)."""

        self._seen: dict[int, int] = {}
        self.look()

    def look(self) -> tuple[Row, ...]:
        """Return the rows that are new or were marked anew since the last look."""
        with sqlite3.connect(self.file) as connection:
            columns = "id, key, chat, template, ephemeral_to, generation"
            rows = [Row(*one) for one in connection.execute(f"SELECT {columns} FROM outbox ORDER BY id")]
        fresh = tuple(row for row in rows if self._seen.get(row.id) != row.generation)
        self._seen |= {row.id: row.generation for row in fresh}
        return fresh

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Note the key of every phrase that somebody is answered with."""
        worded = wording.worded

        def noted(deps: Deps, speaker: Speaker, answer: Answer) -> str:
            text = worded(deps, speaker, answer)
            self._answers.append(answer.key)
            self.told.append((speaker.telegram, text))
            return text

        with mock.patch.object(wording, "worded", noted), mock.patch.object(taps, "worded", noted):
            yield

    async def says(self, sender: int, chat: int, text: str) -> Reply:
        """Say something in a chat and return what it caused."""
        command = text.partition(" ")[0]
        message: dict[str, Any] = {
            "message_id": next(self._messages),
            "date": int(WEDNESDAY.timestamp()),
            "chat": _chat(chat, sender),
            "from": _user(sender),
            "text": text,
        }
        if command.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command)}]
        return await self._brought({"message": message})

    async def taps(self, sender: int, data: str) -> Reply:
        """Press a button with this data, under a message in the private chat."""
        message = {"message_id": 5, "date": int(WEDNESDAY.timestamp()), "chat": _chat(sender, sender), "text": "…"}
        message["from"] = {"id": self.service.deps.bot_id, "is_bot": True, "first_name": "bot"}
        query = {"id": str(next(self._messages)), "from": _user(sender), "chat_instance": "1", "data": data}
        return await self._brought({"callback_query": {**query, "message": message}})

    async def _brought(self, update: dict[str, Any]) -> Reply:
        self._answers.clear()
        parked = self.service.handler.parked
        await self.service.handler.handle({"update_id": next(self._updates), **update})
        assert self.service.handler.parked == parked, update
        reply = Reply(tuple(self._answers), self.look())
        for row in reply.rows:
            await self._read(row)
        return reply

    async def _read(self, row: Row) -> None:
        """Note what a row says now; reactions say nothing."""
        deps = self.service.deps
        async with deps.store.look() as unit:
            found = await unit.outbox.get(row.id)
        if found is not None and found.template:
            words = await self.service.speaker._presenter.present(found, deps.now(), anyway=True)
            self.told.append((row.ephemeral_to or row.chat, getattr(words, "html", "")))

    async def started(self, telegram: int, *, has: bool) -> None:
        """Let somebody have pressed Start, or never."""
        async with self.service.deps.store.unit() as unit:
            await unit.contacts.set_started(telegram, has)
            await unit.commit()


def _user(sender: int) -> dict[str, Any]:
    anonymous = sender == ANONYMOUS
    return {"id": sender, "is_bot": anonymous, "first_name": "Group" if anonymous else f"user {sender}"}


def _chat(chat: int, sender: int) -> dict[str, Any]:
    if chat > 0:
        return {"id": sender, "type": "private", "first_name": "x"}
    return {"id": chat, "type": "supergroup", "title": "x"}


@asynccontextmanager
async def counter(file: Path) -> AsyncIterator[Counter]:
    """Open the service on a fresh database; it hears only what it is brought, and says nothing by itself."""
    logs.set_up("critical", "console")
    loaded = load_district(SAMPLE, load_catalogue())
    async with Rehearsal(start=WEDNESDAY, limits=False, page=False) as rehearsal:
        set_stage(rehearsal, loaded.district, staff_start=False)
        settings = load_settings(
            {},
            token=TOKEN,
            telegram_url=rehearsal.url,
            clock_url=rehearsal.clock_url,
            database_url=f"sqlite+aiosqlite:///{file}",
            district=SAMPLE,
            http_listen="",
        )
        async with assemble(settings) as service:
            async with service.deps.store.unit() as unit:
                for area in service.deps.district.areas.values():
                    if area.chat is not None:
                        await unit.chats.put(ChatState(area.chat, area.code, "administrator"))
                await unit.chats.put(ChatState(UNBOUND, None, "administrator"))
                await unit.commit()
            made = Counter(service, file)
            for kind, telegram in KINDS.items():
                await made.started(telegram, has=kind not in ("unknown", "anonymous admin"))
            with made.listening():
                yield made


Cell = tuple[str, str, str]
"""Command, kind, chat."""


async def every_command(at: Counter) -> dict[Cell, Reply]:
    """Give every command without arguments."""
    found: dict[Cell, Reply] = {}
    for place in CHATS:
        for kind, telegram in KINDS.items():
            if kind == "anonymous admin" and place in PRIVATE:
                continue
            for command in ASKED:
                if place == "private, not started":
                    await at.started(telegram, has=False)
                found[command, kind, place] = await at.says(telegram, GROUPS.get(place, telegram), f"/{command}")
            await at.started(telegram, has=kind not in ("unknown", "anonymous admin"))
    return found


def silence(command: str, kind: str, place: str) -> str | None:
    """Return the explanation of a silence; None = there is none."""
    if place not in PRIVATE and command in (UNKNOWN, ELSEWHERE):
        return "not for us"
    if place not in PRIVATE and command == "start":
        return "start in a group"
    return "once an hour" if kind == "anonymous admin" else None


def page(found: dict[Cell, Reply]) -> str:
    """Return the whole page."""
    lines = [
        "# Every command, by everybody, everywhere",
        "",
        "Asked one by one of the running service by `python -m tests.stories.every_command`; a test fails when the two",
        "differ. A cell holds the key of the phrase in which the asker is answered, or the kind of message that comes:",
        "each for the asker alone. – is a silence that has its reason:",
        "",
        *(f"* {why}." for why in SILENCES.values()),
        "",
        "Commands are given without arguments, by people who have nothing in hand.",
        "",
    ]
    for command in ASKED:
        lines += [f"## /{command}", "", f"| who | {' | '.join(CHATS)} |", f"|---|{'---|' * len(CHATS)}"]
        rows: dict[tuple[str, ...], list[str]] = {}
        for kind in KINDS:
            cells = tuple(_worded(command, kind, place, found.get((command, kind, place))) for place in CHATS)
            rows.setdefault(cells, []).append(kind)
        lines += [f"| {', '.join(kinds)} | {' | '.join(cells)} |" for cells, kinds in rows.items()]
        lines.append("")
    return "\n".join(lines)


def _worded(command: str, kind: str, place: str, reply: Reply | None) -> str:
    if reply is None or silence(command, kind, place) in ("not for us", "start in a group"):
        return "–"
    if kind == "anonymous admin":
        return "anonymous, once an hour"
    return ", ".join(reply.told)


async def main() -> None:
    """Write the page."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "gridbot.db"
        store = await open_store(f"sqlite+aiosqlite:///{file}")
        await store.migrate()
        await store.close()
        async with counter(file) as at:
            PAGE.write_text(page(await every_command(at)), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
