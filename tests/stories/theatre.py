"""The theatre for stories: the real service over the rehearsal server, and people who speak, read and tap."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncio

from bot import logs
from bot.assemble import Service, Tuning, assemble
from bot.district import load_district
from bot.settings import load_settings
from bot.stage import TOKEN, set_stage
from parsing import load_catalogue
from rehearsal import Message, Rehearsal, World

SAMPLE = Path("bot/samples/nanhu.yaml")
SHANGHAI = ZoneInfo("Asia/Shanghai")
WEDNESDAY_TEN = datetime(2026, 6, 3, 10, 0, tzinfo=SHANGHAI)
GRID1, GRID2, GRID3 = -1001000000001, -1001000000002, -1001000000003


@dataclass(frozen=True)
class Person:
    """Somebody in the rehearsal."""

    telegram: int
    name: str
    play: "Play"

    def says(self, text: str, chat: int = GRID1, reply_to: Message | int | None = None) -> int:
        """Write in a group; return the message id."""
        return int(self.play.world.say(self.telegram, chat, text, reply_to=reply_to)["message_id"])

    def tells(self, text: str, reply_to: Message | int | None = None) -> int:
        """Write to the bot in private."""
        return self.says(text, self.play.bot, reply_to)

    def starts(self, payload: str | None = None) -> None:
        """Press Start."""
        self.play.world.start(self.telegram, self.play.bot, payload)

    async def sees(self, *fragments: str, chat: int = GRID1, without: tuple[str, ...] = ()) -> Message:
        """Wait until a message of the bot with all fragments is there for this person; return the newest."""

        def found() -> Message | None:
            for message in reversed(self.play.world.messages(chat, as_user=self.telegram)):
                if message.sender_id == self.play.bot and all(part in message.text for part in fragments):
                    if not any(part in message.text for part in without):
                        return message
            return None

        where = "in private" if chat == self.play.bot else f"in {chat}"
        return await self.play.world.until(found, timeout=15, what=f"{self.name} to see {fragments} {where}")

    async def reads(self, *fragments: str, without: tuple[str, ...] = ()) -> Message:
        """Wait for a private message of the bot."""
        return await self.sees(*fragments, chat=self.play.bot, without=without)

    async def taps(self, message: Message, button: str) -> str:
        """Press a button and return what the toast says."""
        chat = message.chat_id if message.chat_id < 0 else self.play.bot
        which = message.id or message
        tap = self.play.world.tap(self.telegram, chat, which, button)
        return str((await tap.answer(timeout=10))["text"] or "")


class Play:
    """A running service and its world."""

    def __init__(self, rehearsal: Rehearsal, service: Service, bot: int) -> None:
        self.rehearsal = rehearsal
        self.service = service
        self.bot = bot

    @property
    def world(self) -> World:
        """The people's side."""
        return self.rehearsal.world

    def person(self, name: str) -> Person:
        """Return a resident by name or a member of staff by id."""
        member = self.service.deps.district.people.get(name)
        if member is not None and member.telegram is not None:
            return Person(member.telegram, member.name, self)
        user = next(one for one in self.rehearsal.state.users.values() if one.first_name == name)
        return Person(user.id, user.first_name, self)

    async def later(self, **span: float) -> None:
        """Let time pass: `minutes=`, `hours=`, `days=`. Returns when everything that it caused has been said."""
        await self.until_quiet()
        self.rehearsal.clock.advance(timedelta(**span))
        await self._jumped()

    async def at(self, moment: datetime) -> None:
        """Move the clock to a moment."""
        await self.until_quiet()
        self.rehearsal.clock.set(moment)
        await self._jumped()

    async def _jumped(self) -> None:
        target = self.rehearsal.clock.revision
        clock = self.service.clock
        await self.world.until(lambda: getattr(clock, "revision", None) == target, timeout=10, what="the jump")
        await self.until_quiet()

    async def until_quiet(self) -> None:
        """Wait until the bot has nothing more to hear or to say."""
        await self.world.settled(quiet=0.25, timeout=30)

    def live_cards(self, number: str, chat: int = GRID1) -> list[Message]:
        """Return the live messages of the bot in a group that carry a ticket's number."""
        return [
            message
            for message in self.world.messages(chat)
            if message.sender_id == self.bot and number in message.text and message.ephemeral_for is None
        ]

    def transcript(self) -> str:
        """Return everything that was said, one line a change."""
        lines = []
        for event in self.world.history:
            if event.message is not None and event.kind in ("sent", "edited", "deleted"):
                who = event.message.sender.name
                where = self.rehearsal.state.chats.get(event.chat_id)
                place = where.title if where and where.title else "private"
                rows = " ".join(f"[{button.text}]" for row in event.message.buttons for button in row)
                lines.append(f"{event.at:%m-%d %H:%M} {place} · {who} ({event.kind}): {event.message.text} {rows}")
        return "\n".join(lines)


@asynccontextmanager
async def playing(
    database_url: str,
    *,
    start: datetime = WEDNESDAY_TEN,
    bot_status: str = "administrator",
    chat_type: str = "supergroup",
    district: Path = SAMPLE,
    limits: bool = True,
    tuning: Tuning | None = None,
) -> AsyncIterator[Play]:
    """Run the real service over the rehearsal server until the story is told."""
    logs.set_up("warning", "console")
    loaded = load_district(district, load_catalogue())
    async with Rehearsal(start=start, limits=limits, page=False) as rehearsal:
        bot = set_stage(rehearsal, loaded.district, bot_status=bot_status, chat_type=chat_type)
        settings = load_settings(
            {},
            token=TOKEN,
            telegram_url=rehearsal.url,
            clock_url=rehearsal.clock_url,
            database_url=database_url,
            district=district,
            http_listen="",
        )
        async with assemble(settings, tuning or Tuning(tick=0.5)) as service, asyncio.TaskGroup() as group:
            running = group.create_task(service.run())
            play = Play(rehearsal, service, bot)
            try:
                await service.listener.caught_up.wait()
                await play.until_quiet()
                yield play
            finally:
                service.stop()
                await running
