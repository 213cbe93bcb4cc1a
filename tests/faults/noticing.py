"""A notice to many groups at Telegram's limits, the real process killed half-way and started again."""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.district import load_district
from bot.stage import set_stage
from parsing import load_catalogue
from rehearsal import Event, Message, Rehearsal
from tests.faults.killing import GRID_CHAT, START, environment, process, write_district

BOSS = 8999
WORDS = "明天上午 9 点到 11 点停水，请提前接好水"
PER_SECOND = 30
"""What Telegram lets one bot send in a second."""


@dataclass
class NoticeAccount:
    """What was found at rest. `missing` must be empty; `extra` are second copies, which a kill can cost."""

    groups: int
    missing: list[int] = field(default_factory=list)
    extra: int = 0
    most_copies: int = 0
    at_kill: int = 0
    refused: int = 0
    progress: list[str] = field(default_factory=list)
    card: str = ""
    speaking: float = 0.0
    """Seconds in which a process was there and had something to send: to the kill, and from its next first call on."""

    whole: float = 0.0
    """Seconds from the press to the last group, the restart included."""

    @property
    def limit(self) -> float:
        """How long Telegram's own limit makes it, in seconds."""
        return self.groups / PER_SECOND

    def __str__(self) -> str:
        return (
            f"{self.groups} groups, killed after {self.at_kill}: missing {len(self.missing)}, extra {self.extra}, "
            f"most copies in one group {self.most_copies}; progress shown {len(self.progress)} times; "
            f"429: {self.refused}; speaking {self.speaking:.1f} s = {self.speaking / self.limit:.2f} × the limit's own "
            f"{self.limit:.1f} s; {self.whole:.1f} s with the restart; card: {self.card}"
        )


async def notify_and_kill(
    database_url: str, folder: Path, groups: int, *, progress: Callable[[str], None] = lambda _: None
) -> NoticeAccount:
    """Send a notice to `groups` groups, kill the process half-way, start it again, wait for the end."""
    account = NoticeAccount(groups)
    district = write_district(folder, groups)
    log = folder / "process.log"
    loop = asyncio.get_running_loop()
    async with Rehearsal(start=START, page=False, limits=True) as rehearsal:
        loaded = load_district(district, load_catalogue())
        bot = set_stage(rehearsal, loaded.district, residents=(), staff_start=False)
        world = rehearsal.world
        settings = environment(rehearsal, database_url, district)

        def copies() -> list[Event]:
            found = [one for one in world.history if one.kind == "sent" and one.by == bot and (one.chat_id or 0) < 0]
            return [one for one in found if one.message is not None and WORDS in one.message.text]

        def card() -> Message | None:
            mine = [one for one in world.messages(bot, as_user=BOSS) if one.sender_id == bot and WORDS in one.text]
            return mine[-1] if mine else None

        async with process(settings, log) as running:
            for number in range(groups):  # in every group somebody has said something
                world.say(loaded.district.people[f"w{number}"].telegram or 0, GRID_CHAT - number, "早")
            world.start(BOSS, bot)
            world.say(BOSS, bot, f"/notice {WORDS}")
            shown = await world.until(card, timeout=60, what="the preview")
            await world.settled(quiet=1.5, timeout=60)
            began = loop.time()
            world.tap(BOSS, bot, shown.key, "现在发出")
            await world.until(lambda: len(copies()) >= groups // 2, timeout=120, what="half of the groups")
            running.send_signal(signal.SIGKILL)
            killed = loop.time()
        account.at_kill = len(copies())
        progress(f"killed after {account.at_kill} of {groups} groups")
        calls = len(world.calls)
        async with process(settings, log):
            await world.until(lambda: len(world.calls) > calls, timeout=60, what="the next process")
            again = loop.time()
            await world.until(
                lambda: len({one.chat_id for one in copies()}) == groups, timeout=120, what="a copy in every group"
            )
            await world.until(
                lambda: (found := card()) and "发完了" in found.text, timeout=60, what="the author's card"
            )
            await world.settled(quiet=1.0, timeout=60)
        ended = max(one.at_monotonic for one in copies())
        account.speaking, account.whole = (killed - began) + (ended - again), ended - began
        found = Counter(one.chat_id for one in copies())
        account.missing = [chat for number in range(groups) if not found[chat := GRID_CHAT - number]]
        account.extra = sum(found.values()) - len(found)
        account.most_copies = max(found.values())
        account.refused = sum(call.error_code == 429 for call in world.calls)
        account.progress = [
            one.message.text.partition("\n")[0]
            for one in world.history
            if one.kind == "edited" and one.chat_id == BOSS and one.message and "正在发" in one.message.text
        ]
        last = card()
        account.card = last.text.partition("\n")[0] if last is not None else ""
    return account
