"""The real process, killed at random moments while residents write and Telegram misbehaves; then the account."""

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.district import load_district
from bot.stage import TOKEN, Resident, set_stage
from parsing import load_catalogue
from rehearsal import Message, Rehearsal
from storage import Store, open_store

START = datetime(2026, 6, 3, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FIRST_RESIDENT = 5000
FIRST_WORKER = 9000
GRID_CHAT = -1001000100000
FAULTS = ("429", "500", "502", "drop", "drop_after_delivery")


@dataclass
class Account:
    """What was found at rest. `lost`, `doubled` and `stray` must be empty; `extra` is bounded by the kills."""

    kills: int
    messages: int
    seed: int
    tickets: int = 0
    lost: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    cards_wrong: dict[int, int] = field(default_factory=dict)
    worst_moment: int = 0
    extra: int = 0
    faults: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.kills} kills, {self.messages} messages, {self.faults} faults -> "
            f"{self.tickets} tickets, lost {len(self.lost)}, doubled {len(self.doubled)}, "
            f"tickets without exactly one live card {len(self.cards_wrong)}, "
            f"most live cards of one ticket at any moment {self.worst_moment}, "
            f"extra messages {self.extra}, {self.seconds:.0f} s"
        )


def write_district(folder: Path, grids: int) -> Path:
    """Write a district with many small grids, so that the groups' budgets are not what is measured."""
    areas = [
        "  - {code: d, name: 试验区, level: district, chat: -1009000000009}",
        "  - {code: d.c, name: 试验社区, level: community, parent: d}",
    ]
    people, posts = ["  - {id: boss, name: 李丁, telegram: 8999}"], ["  - {person: boss, area: d.c, role: supervisor}"]
    for number in range(grids):
        area = f"code: d.c.g{number}, name: 第{number + 1}网格, level: grid, parent: d.c, chat: {GRID_CHAT - number}"
        areas.append(f"  - {{{area}}}")
        people.append(f"  - {{id: w{number}, name: 屠{number}, telegram: {FIRST_WORKER + number}}}")
        posts.append(f"  - {{person: w{number}, area: d.c.g{number}, role: worker}}")
        posts.append(f"  - {{person: w{number}, area: d.c.g{number}, role: leader}}")
    head = ["name: 试验区", "timezone: Asia/Shanghai", "language: zh", "profile: nanhu"]
    lines = [*head, "areas:", *areas, "people:", *people, "posts:", *posts, "policy: {digests: []}", ""]
    text = "\n".join(lines)
    path = folder / "district.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@asynccontextmanager
async def process(settings: dict[str, str], log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `gridbot run` as a process of its own; it is killed at the end whatever happens."""
    with log.open("ab") as output:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.cli", "run", env=settings, stdout=output, stderr=output
        )
        try:
            yield running
        finally:
            if running.returncode is None:
                running.send_signal(signal.SIGKILL)
            await running.wait()


def surroundings() -> dict[str, str]:
    """Return this machine's environment without settings. Who is killed writes no coverage down: it is not measured."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("GRIDBOT_", "COV"))}


def environment(rehearsal: Rehearsal, database_url: str, district: Path) -> dict[str, str]:
    """Return the settings of such a process."""
    return {
        **surroundings(),
        "GRIDBOT_TOKEN": TOKEN,
        "GRIDBOT_TELEGRAM_URL": rehearsal.url,
        "GRIDBOT_CLOCK_URL": rehearsal.clock_url,
        "GRIDBOT_DATABASE_URL": database_url,
        "GRIDBOT_DISTRICT": str(district),
        "GRIDBOT_HTTP_LISTEN": "",
        "GRIDBOT_LOG_LEVEL": "warning",
    }


async def kill_again_and_again(
    database_url: str,
    folder: Path,
    *,
    kills: int,
    messages: int,
    seed: int,
    progress: Callable[[str], None] = lambda _: None,
) -> Account:
    """Let `messages` residents write while the service is killed `kills` times; return the account at rest."""
    dice = random.Random(seed)
    grids = max(4, messages // 5)
    district = write_district(folder, grids)
    account = Account(kills, messages, seed)
    loop = asyncio.get_running_loop()
    began = loop.time()
    residents = tuple(Resident(FIRST_RESIDENT + number, f"住户{number}") for number in range(messages))
    async with Rehearsal(start=START, page=False) as rehearsal:
        loaded = load_district(district, load_catalogue())
        bot = set_stage(rehearsal, loaded.district, residents=residents)
        world = rehearsal.world
        settings = environment(rehearsal, database_url, district)
        said: dict[tuple[int, int], int] = {}

        def somebody_writes(number: int) -> None:
            chat = GRID_CHAT - dice.randrange(grids)
            person = residents[number].telegram
            message = world.say(person, chat, f"{number + 1}栋{dice.randrange(1, 5)}单元楼道灯坏了")
            said[chat, int(message["message_id"])] = number

        waiting = list(range(messages))
        for kind in FAULTS:
            world.faults.add(kind=kind, times=None, probability=0.08, seed=dice.randrange(1 << 30), retry_after=1)
        log = folder / "process.log"
        share = max(1, messages // max(1, kills))
        for number in range(kills):
            async with process(settings, log) as running:
                await _calls(rehearsal, len(world.calls) + 1, 60)
                for _ in range(min(share, len(waiting))):
                    somebody_writes(waiting.pop())
                # Nothing more to say just now: then it is killed while it is idle.
                with contextlib.suppress(TimeoutError):
                    await _calls(rehearsal, len(world.calls) + dice.randrange(1, 12), 1.5)
                assert running.returncode is None, f"it ended by itself:\n{_tail(log)}"
                running.send_signal(signal.SIGKILL)
            if (number + 1) % 10 == 0:
                progress(f"{number + 1} of {kills} kills")
        account.faults = sum(fault.hits for fault, _ in world.faults._active)
        async with process(settings, log) as running:
            for number in waiting:
                somebody_writes(number)
            world.faults.clear()
            await _at_rest(rehearsal, database_url, said, running)
            running.send_signal(signal.SIGTERM)
            await asyncio.wait_for(running.wait(), 30)
        await _settle_account(account, rehearsal, database_url, said, bot)
    account.seconds = loop.time() - began
    return account


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:])


async def _calls(rehearsal: Rehearsal, goal: int, seconds: float) -> None:
    """Wait until the process has made so many calls."""
    world = rehearsal.world
    await world.until(lambda: len(world.calls) >= goal, timeout=seconds, what=f"call {goal} of the process")


async def _at_rest(
    rehearsal: Rehearsal, database_url: str, said: dict[tuple[int, int], int], running: asyncio.subprocess.Process
) -> None:
    """Wait until everything is heard and said: each resident's message has a live card under it."""
    world = rehearsal.world

    def answered() -> bool:
        if running.returncode is not None:
            raise AssertionError(f"the process ended with {running.returncode}")
        cards = Counter((message.chat_id, message.reply_to) for message in _cards(rehearsal))
        return all(cards[place] >= 1 for place in said)

    await world.until(answered, timeout=180, what="a card for every message")
    await world.settled(quiet=3.0, timeout=240)


def _cards(rehearsal: Rehearsal) -> list[Message]:
    return [
        message
        for chat in rehearsal.state.chats.values()
        if chat.id < 0
        for message in rehearsal.world.messages(chat.id)
        if message.sender.is_bot and message.text.startswith("〔")
    ]


async def _settle_account(
    account: Account, rehearsal: Rehearsal, database_url: str, said: dict[tuple[int, int], int], bot: int
) -> None:
    store: Store = await open_store(database_url)
    try:
        async with store.look() as unit:
            tickets = await unit.tickets.open_in(None)
    finally:
        await store.close()
    account.tickets = len(tickets)
    origins = Counter((ticket.origin.chat, ticket.origin.message) for ticket in tickets)
    account.lost = [number for place, number in said.items() if origins[place] == 0]
    account.doubled = [number for place, number in said.items() if origins[place] > 1]
    live = Counter(message.text.partition("〕")[0] for message in _cards(rehearsal))
    account.cards_wrong = {ticket.id: live[f"〔{ticket.id}"] for ticket in tickets if live[f"〔{ticket.id}"] != 1}
    account.worst_moment = _worst_moment(rehearsal, bot)
    account.extra = _extra_staff_cards(rehearsal, len(tickets))


def _worst_moment(rehearsal: Rehearsal, bot: int) -> int:
    """Return the largest number of live group cards that one ticket ever had at once."""
    live: dict[str, set[tuple[int, int]]] = {}
    worst = 0
    for event in rehearsal.world.history:
        message = event.message
        if message is None or message.chat_id > 0 or message.sender_id != bot or not message.text.startswith("〔"):
            continue
        cards = live.setdefault(message.text.partition("〕")[0], set())
        if event.kind == "sent":
            cards.add((message.chat_id, message.id))
        elif event.kind == "deleted":
            cards.discard((message.chat_id, message.id))
        worst = max(worst, len(cards))
    return worst


def _extra_staff_cards(rehearsal: Rehearsal, tickets: int) -> int:
    """Return how many private cards there are beyond one for each ticket."""
    private = [
        message.text.partition("〕")[0]
        for chat in rehearsal.state.chats.values()
        if chat.id > 0
        for message in rehearsal.world.messages(chat.id)
        if message.sender.is_bot and message.text.startswith("〔")
    ]
    return len(private) - len(set(private))
