"""A speaker with the real library, a real store and the rehearsal server, on a minute of a few seconds."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.speaker import Manners, Pace, Presenter, Seen, Speaker, Timeouts
from bot.speaker.present import Dropped
from messages import Button, Rendered
from rehearsal import Rehearsal, limits
from storage import Outgoing, Store, Unit

TOKEN = "700001:rehearsal-token"
BOT = 700001
GROUP = -1001000000001
OTHER_GROUP = -1001000000002
BASIC = -400001
LI, TU = 12, 21
START = datetime(2026, 6, 3, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

QUICK = Timeouts(connect=0.5, write=0.5, read=0.5)
PACE = Pace(group_seconds=60.6, private_seconds=0.02)


class Clock:
    """The rehearsal's clock for the district, the event loop's for everything real."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal

    def now(self) -> datetime:
        return self._rehearsal.clock.now()

    def wall(self) -> float:
        return 1_780_000_000.0 + asyncio.get_running_loop().time()

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


class Words(Presenter):
    """Words for every row by ticket, so that a test decides what a card says now."""

    def __init__(self) -> None:
        self.text: dict[int, str] = {}
        self.force_reply: set[str] = set()
        self.rendered = 0

    async def present(self, row: Outgoing, now: datetime, *, anyway: bool = False) -> Rendered | Dropped:
        self.rendered += 1
        if row.template == "broken":
            raise KeyError("no such word")
        if row.template == "dropped":
            return Dropped("not needed")
        if row.template == "bad_html":
            return Rendered("<b>nie zu")
        text = self.text.get(row.ticket or 0, row.data.get("text", f"row {row.key}"))
        if row.template in self.force_reply:
            return Rendered(text, force_reply="请写")
        return Rendered(text, ((Button("接单", data=f"t1:{row.ticket}"),),))


@dataclass
class Stage:
    """Everything a test plays with."""

    rehearsal: Rehearsal
    store: Store
    clock: Clock
    words: Words
    unreachable: list[tuple[int, int | None]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def world(self) -> Any:
        return self.rehearsal.world

    async def write(self, work: Callable[[Unit], Awaitable[Any]]) -> None:
        async with self.store.unit() as unit:
            await work(unit)
            await unit.commit()

    async def card(self, ticket: int, chat: int = GROUP, text: str | None = None, **facts: Any) -> None:
        """Mark a card as stale (and say what it reads now)."""
        self.words.text[ticket] = text or f"〔{ticket}〕"
        facts = {"template": "group_card", "reader": None, "priority": 2, "language": "zh"} | facts
        await self.write(lambda unit: unit.outbox.mark_card(ticket=ticket, chat=chat, **facts))

    async def post(self, text: str, chat: int = GROUP, **facts: Any) -> None:
        """Leave a message."""
        facts = {"template": "answer", "language": "zh", "priority": 4, "key": f"k{next(self._numbers)}"} | facts
        data = {"text": text} | facts.pop("data", {})
        await self.write(lambda unit: unit.outbox.post(chat=chat, data=data, **facts))

    async def row(self, key: str) -> Outgoing:
        async with self.store.look() as unit:
            found = await unit.outbox.by_key(key)
        assert found is not None
        return found

    async def card_row(self, ticket: int, chat: int = GROUP) -> Outgoing:
        return await self.row(f"card:{ticket}:{chat}:group_card")

    async def counts(self) -> dict[str, int]:
        async with self.store.look() as unit:
            return await unit.outbox.counts()

    def texts(self, chat: int = GROUP, user: int | None = None) -> list[str]:
        """Return what the bot has said in a chat and stands there now, in order."""
        return [one.text for one in self.world.messages(chat, as_user=user) if one.sender_id == BOT]

    def calls(self, method: str, chat: int | None = None) -> list[Any]:
        return [
            call
            for call in self.world.calls
            if call.method.lower() == method.lower() and (chat is None or int(call.params["chat_id"]) == chat)
        ]

    def speaker(self, **facts: Any) -> Speaker:
        async def on_unreachable(telegram: int, ticket: int | None) -> None:
            self.unreachable.append((telegram, ticket))

        async def on_failed(row: Outgoing, why: str) -> None:
            self.failed.append((row.key, why))

        manners = {"pace": PACE, "timeouts": QUICK, "catch_up": 0.5, "settle_after": 0.05} | facts.pop("manners", {})
        facts = {"token": TOKEN, "url": self.rehearsal.url} | facts
        return Speaker(
            self.store,
            facts.pop("presenter", self.words),
            self.clock,
            facts.pop("token"),
            on_unreachable=on_unreachable,
            on_failed=on_failed,
            manners=Manners(**manners),
            **facts,
        )

    @asynccontextmanager
    async def speaking(self, speaker: Speaker | None = None, **facts: Any) -> AsyncIterator[Speaker]:
        """Run a speaker until the block ends."""
        speaker = speaker or self.speaker(**facts)
        async with asyncio.TaskGroup() as group:
            group.create_task(speaker.run())
            try:
                yield speaker
            finally:
                speaker.stop()

    async def quiet(self, **statuses: int) -> None:
        """Wait until the outbox has nothing to do, and check how many rows stand where."""
        async with asyncio.timeout(15):
            while True:
                await self.world.settled(quiet=0.15)
                counts = await self.counts()
                if not {"pending", "sending", "unknown"} & set(counts):
                    break
        for status, number in statuses.items():
            assert counts.get(status, 0) == number, counts


@pytest.fixture(autouse=True)
def quick_private_chats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for a lost message takes several calls; a second each would make slow tests."""
    monkeypatch.setattr(limits, "PRIVATE_RATE", 100.0)


@pytest.fixture
async def stage(sqlite_store: Store) -> AsyncIterator[Stage]:
    async with staged(sqlite_store) as made:
        yield made


@pytest.fixture
async def both_stages(store: Store) -> AsyncIterator[Stage]:
    """A stage once on each database."""
    async with staged(store) as made:
        yield made


@asynccontextmanager
async def staged(store: Store) -> AsyncIterator[Stage]:
    async with Rehearsal(port=0, start=START, limits=True, page=False) as rehearsal:
        world = rehearsal.world
        world.add_bot(TOKEN, id=BOT, username="grid_bot", first_name="网格")
        world.add_user(LI, "李", "二")
        world.add_user(TU, "屠", "甲")
        for group in (GROUP, OTHER_GROUP):
            world.add_group(group, "第一网格", members=[LI, TU], bots={BOT: "administrator"})
        world.add_group(BASIC, "第二网格", members=[LI, TU], bots={BOT: "administrator"}, type="group")
        yield Stage(rehearsal, store, Clock(rehearsal), Words())


def heard(world: Any, seen: Seen, user: int, chat: int, text: str) -> int:
    """Let somebody speak and the listener hear it; return the message id."""
    message = world.say(user, chat, text)
    seen.note(message["chat"]["id"], message["chat"]["type"], message["message_id"])
    return int(message["message_id"])
