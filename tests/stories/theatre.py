"""The theatre for stories: the real service over the rehearsal server, and people who speak, read and tap."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from bot import logs
from bot.actors import Actor
from bot.assemble import Tuning, assemble
from bot.district import load_district
from bot.menus import MENU, general, menus_of, sign_of
from bot.service import Service
from bot.settings import load_settings
from bot.speaker import Manners
from bot.speaker.limiter import Pace
from bot.stage import RESIDENTS, TOKEN, Resident, set_stage
from messages import phrase
from parsing import load_catalogue
from rehearsal import Message, Rehearsal, World
from storage import Unit
from tickets.model import Ticket

SAMPLE = Path("bot/samples/nanhu.yaml")
SHANGHAI = ZoneInfo("Asia/Shanghai")
WEDNESDAY = datetime(2026, 6, 3, 10, 0, tzinfo=SHANGHAI)
GRID1, GRID2, GRID3 = -1001000000001, -1001000000002, -1001000000003

QUICK = Tuning(tick=5.0, manners=Manners(pace=Pace(group_calls=1000, private_calls=25)))
"""Stories that are not about Telegram's limits do not wait for them."""

PATIENCE = 20.0
"""Seconds that people wait at most for what must come."""


def wednesday(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """Return a time of the day the stories play on, or of so many days later."""
    return WEDNESDAY.replace(hour=hour, minute=minute) + timedelta(days=days)


@dataclass(frozen=True)
class Person(Actor):
    """Somebody in the rehearsal. `language` is the one their buttons are in."""

    language: str
    play: "Play"

    patience: ClassVar[float] = PATIENCE

    async def asked_to(self, button: str, *fragments: str, chat: int | None = None) -> Message:
        """Wait for a message with all fragments and a button (`take`, `finish`, …); return the newest."""
        label = self.label(button)

        def right(message: Message) -> bool:
            return any(one.text == label for row in message.buttons for one in row)

        return await self.finds(fragments, right, chat or self.play.bot, f"{self.name} to find {fragments} [{label}]")

    def label(self, button: str) -> str:
        """Return what a button says in this person's language: `take`, `choice.yes`, `span.3d`; else the words."""
        for key in (f"button.{button}", button):
            try:
                return phrase(key, self.language)
            except KeyError:
                continue
        return button

    async def taps(self, message: Message, button: str) -> str:
        """Press a button (`take`, `finish`, …) and return what the toast says."""
        return await super().taps(message, self.label(button))

    def received(self) -> list[str]:
        """Return every private message of the bot that came so far, oldest first; edits do not count."""
        return [
            event.message.text
            for event in self.play.world.history
            if event.kind == "sent" and event.chat_id == self.telegram and event.by == self.play.bot and event.message
        ]


class Play:
    """A running service and its world."""

    def __init__(self, rehearsal: Rehearsal, service: Service) -> None:
        self.rehearsal = rehearsal
        self.service = service
        self.bot = service.deps.bot_id
        self.language = service.deps.district.language
        self._looked = asyncio.Condition()
        self._looked_at = -1
        self._written = asyncio.Event()
        self.knows_its_groups = asyncio.Event()
        self._watch_ticks()
        self._watch_store()
        self._watch_looking()

    @property
    def world(self) -> World:
        """The people's side."""
        return self.rehearsal.world

    def person(self, name: str) -> Person:
        """Return a resident by name or a member of staff by id."""
        member = self.service.deps.district.people.get(name)
        if member is not None and member.telegram is not None:
            return self._somebody(member.telegram, member.name, member.language or self.language)
        user = next(one for one in self.rehearsal.state.users.values() if one.first_name == name)
        return self._somebody(user.id, user.first_name, (user.language_code or self.language)[:2])

    def _somebody(self, telegram: int, name: str, language: str) -> Person:
        return Person(self.world, self.bot, GRID1, telegram, name, language, self)

    def people(self, *names: str) -> Iterator[Person]:
        """Return several people at once."""
        return (self.person(name) for name in names)

    # Time

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

    def _watch_ticks(self) -> None:
        """Notice when everything that is due has been looked at: `until_quiet` cannot see what the clock will cause."""
        look = self.service.ticks.all_now

        async def looking() -> None:
            revision = getattr(self.service.clock, "revision", 0)
            await look()
            async with self._looked:
                self._looked_at = max(self._looked_at, revision)
                self._looked.notify_all()

        self.service.ticks.all_now = looking  # type: ignore[method-assign]

    def _watch_store(self) -> None:
        """Notice what is written: the last thing the bot does is to note that something has been said."""
        store = self.service.store
        unit = store.unit

        @asynccontextmanager
        async def writing(cause: int | None = None) -> AsyncIterator[Unit]:
            try:
                async with unit(cause) as one:
                    yield one
            finally:
                self._written.set()

        store.unit = writing  # type: ignore[method-assign]

    def _watch_looking(self) -> None:
        """Notice when the bot has found out what it may do in its groups: until then it speaks as a plain member."""
        look = self.service._look_around

        async def looking() -> None:
            try:
                await look()
            finally:
                self.knows_its_groups.set()

        self.service._look_around = looking  # type: ignore[method-assign]

    async def _jumped(self) -> None:
        target = self.rehearsal.clock.revision
        async with asyncio.timeout(PATIENCE), self._looked:
            await self._looked.wait_for(lambda: self._looked_at >= target)
        await self.until_quiet()

    async def until_quiet(self) -> None:
        """Wait until the bot has heard everything and has nothing more to say."""
        async with asyncio.timeout(60):
            while True:
                await self.world.until(self._listens, timeout=60, what="the bot to listen")
                self._written.clear()
                if await self._unsaid():
                    with suppress(TimeoutError):  # another process may have said it: looked at once more then
                        await asyncio.wait_for(self._written.wait(), 0.5)
                elif self._listens():
                    return

    def _listens(self) -> bool:
        queue = self.rehearsal.state.bots[self.bot].queue
        return queue.is_polled and not len(queue) and not self.rehearsal.state.running_calls

    async def _unsaid(self) -> bool:
        deps = self.service.deps
        async with deps.store.look() as unit:
            ready = await unit.outbox.ready(deps.now(), deps.wall() + 600, 10)
            return bool(ready or await unit.outbox.unsettled())

    # Looking

    async def ticket(self, number: int = 1001) -> Ticket:
        """Return a ticket as the store has it."""
        async with self.service.deps.store.look() as unit:
            found = await unit.tickets.get(number)
        assert found is not None
        return found

    async def no_ticket(self, number: int = 1001) -> bool:
        """Whether there is no ticket with this number."""
        async with self.service.deps.store.look() as unit:
            return await unit.tickets.get(number) is None

    def live_cards(self, number: str, chat: int = GRID1) -> list[Message]:
        """Return the live messages of the bot in a group that carry a ticket's number."""
        return [
            message
            for message in self.world.messages(chat)
            if message.sender_id == self.bot and number in message.text and message.ephemeral_for is None
        ]

    def most_live_cards(self, number: str, chat: int = GRID1) -> int:
        """Return how many live cards of a ticket a group held at the most crowded moment of the whole story."""
        live: set[int] = set()
        most = 0
        for event in self.world.history:
            message = event.message
            if message is None or event.chat_id != chat or message.sender_id != self.bot or message.ephemeral_for:
                continue
            if event.kind == "deleted" or number not in message.text or message.text.endswith("↓"):
                live.discard(message.id)
            elif event.kind in ("sent", "edited"):
                live.add(message.id)
            most = max(most, len(live))
        return most

    def group_heard(self, chat: int = GRID1) -> list[str]:
        """Return every text of the bot that everybody in a group could read at any moment."""
        return [
            event.message.text
            for event in self.world.history
            if event.kind in ("sent", "edited")
            and event.chat_id == chat
            and event.message is not None
            and event.message.sender_id == self.bot
            and event.message.ephemeral_for is None
        ]

    def reactions(self, message: int, chat: int = GRID1) -> tuple[str, ...]:
        """Return what the bot set under somebody's message."""
        found = next(one for one in self.world.messages(chat) if one.id == message)
        return tuple(emoji for emoji, people in found.reactions.items() if self.bot in people)

    async def reacted(self, message: int, chat: int = GRID1) -> None:
        """Wait until the bot has set a mark under somebody's message."""
        await self.world.until(lambda: self.reactions(message, chat), timeout=PATIENCE, what=f"a mark under {message}")

    def transcript(self) -> str:
        """Return everything that was said, one line a change."""
        lines = []
        for event in self.world.history:
            if event.message is not None and event.kind in ("sent", "edited", "deleted"):
                who = event.message.sender.name
                where = self.rehearsal.state.chats.get(event.chat_id or 0)
                place = where.title if where and where.title else f"private {event.chat_id}"
                rows = " ".join(f"[{button.text}]" for row in event.message.buttons for button in row)
                lines.append(f"{event.at:%m-%d %H:%M} {place} · {who} ({event.kind}): {event.message.text} {rows}")
        return "\n".join(lines)


def in_english(folder: Path, district: Path = SAMPLE) -> Path:
    """Write the sample district with English as its language; return the file."""
    text = district.read_text(encoding="utf-8")
    assert text.count("\nlanguage: zh\n") == 1
    return changed(folder, {"\nlanguage: zh\n": "\nlanguage: en\n"}, district)


_files = itertools.count(1)


def changed(folder: Path, changes: dict[str, str], district: Path = SAMPLE) -> Path:
    """Write the sample district with some lines changed; return the file. Every line must be there."""
    text = district.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, f"the sample district has no line {old!r}"
        text = text.replace(old, new)
    file = folder / f"district{next(_files)}.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@asynccontextmanager
async def playing(
    database_url: str,
    *,
    start: datetime = WEDNESDAY,
    bot_status: str = "administrator",
    chat_type: str = "supergroup",
    district: Path = SAMPLE,
    limits: bool = False,
    tuning: Tuning = QUICK,
    residents: tuple[Resident, ...] = RESIDENTS,
    staff_start: bool = False,
    rehearsal: Rehearsal | None = None,
    staged: bool = False,
) -> AsyncIterator[Play]:
    """Run the real service over the rehearsal server until the story is told.

    `staff_start`: the staff press Start as the story begins, and are greeted; else they did so long ago. `limits`:
    Telegram's flood limits refuse calls. `rehearsal`: one of the caller's own, in which a later service can go on
    where an earlier one stopped; `staged`: it is set up already.
    """
    loaded = load_district(district, load_catalogue())
    async with AsyncExitStack() as exits:
        if rehearsal is None:
            rehearsal = await exits.enter_async_context(Rehearsal(start=start, limits=limits, page=False))
        if staged:
            for one in rehearsal.state.bots.values():
                one.queue.forget_poller()  # it was longer away than the seconds which that took here
        else:
            language = loaded.district.language
            spoken = tuple(replace(one, language=language) if language == "en" else one for one in residents)
            set_stage(
                rehearsal,
                loaded.district,
                residents=spoken,
                bot_status=bot_status,
                chat_type=chat_type,
                staff_start=staff_start,
            )
        strangers = staged or staff_start
        yield await exits.enter_async_context(_serving(database_url, rehearsal, district, tuning, strangers))


@asynccontextmanager
async def _serving(
    database_url: str, rehearsal: Rehearsal, district: Path, tuning: Tuning, strangers: bool
) -> AsyncIterator[Play]:
    logs.set_up("error", "console")
    settings = load_settings(
        {},
        token=TOKEN,
        telegram_url=rehearsal.url,
        clock_url=rehearsal.clock_url,
        database_url=database_url,
        district=district,
        http_listen="",
    )
    failure: Exception | None = None
    async with assemble(settings, tuning) as service, asyncio.TaskGroup() as group:
        if not strangers:
            await _acquainted(service, rehearsal)
        play = Play(rehearsal, service)
        running = group.create_task(service.run())
        try:
            await service.listener.caught_up.wait()
            await play.knows_its_groups.wait()
            await play.until_quiet()
            yield play
        except (
            Exception
        ) as error:  # raised below: the task group would wrap it, and hide which line of the story failed
            failure = error
        finally:
            service.stop()
            await running
    if failure is not None:
        raise failure


async def _acquainted(service: Service, rehearsal: Rehearsal) -> None:
    """Let the staff have pressed Start and got their menus long ago: as the service would note it, only faster."""
    deps, state = service.deps, rehearsal.state
    async with deps.store.unit() as unit:
        for person in deps.district.people.values():
            if person.telegram is not None:
                state.open_private(state.bot(deps.bot_id), state.user(person.telegram))
                await unit.contacts.see(person.telegram, person.name, "zh")
                await unit.contacts.set_started(person.telegram, True)
        menus = menus_of(deps.district, deps.directory.languages) | general(deps.district.language)
        for owner, wanted in menus.items():
            await unit.marks.set(MENU + owner, sign_of(wanted))
        await unit.commit()
