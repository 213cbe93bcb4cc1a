"""A month on the movable clock: people act when their moment comes, the bot acts when something is due, nobody else."""

import asyncio
import heapq
import itertools
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from messages.callbacks import Choose, Draft, Pick, Press, View, decode
from rehearsal import Message
from rehearsal.errors import ControlError
from rehearsal.model import Event, Member
from tests.month.town import Matter, chat_of
from tests.stories.theatre import Play
from tickets.model import Ticket
from tickets.roster import PersonId

Act = Callable[[], Awaitable[None]]
Carried = Press | Pick | Draft | View | Choose

IDLE = timedelta(hours=1)
"""The clock never moves further at once: digests and morning lists have their hours."""


PATIENCE = 600.0
"""Seconds that the bot is waited for at most: the machine may have more to do than this."""


@dataclass(frozen=True)
class Seen:
    """A message of the bot as its reader finds it. `key` and `chat` are for pressing; `buttons`: what they carry."""

    reader: int
    chat: int
    key: str
    text: str
    reply_to: int | None
    buttons: tuple[Carried, ...]
    links: tuple[str, ...]
    new: bool
    """It has just come; else it was edited, which makes no sound."""

    @property
    def presses(self) -> dict[str, Press]:
        """Action -> the ticket's button for it."""
        return {one.action: one for one in self.buttons if isinstance(one, Press)}


@dataclass
class Replay:
    """The agenda of a month. `grain`: the clock stands at its multiples only, and what falls between waits for it."""

    play: Play
    seed: int
    grain: timedelta
    told: Callable[[Event], None]
    """Hears every change, for the account."""

    shown: Callable[[Seen], None] = lambda _: None
    """Hears every message that somebody finds."""

    progress: Callable[[str], None] = lambda _: None
    said: dict[tuple[int, int], Matter] = field(default_factory=dict)
    """Chat and message -> the matter it opened."""

    jumps: int = 0
    acts: int = 0
    _agenda: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _rests: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while the speaker waits for something to say."""

    _stirs: asyncio.Event = field(default_factory=asyncio.Event)
    _count: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        bell, rest = self.play.service.store.bell, self.play.service.store.bell.wait

        async def resting(timeout: float | None = None) -> bool:
            self._rests.set()
            try:
                return await rest(timeout)
            finally:
                self._rests.clear()
                self._stirs.set()

        bell.wait = resting  # type: ignore[method-assign]
        bell.ring()  # whoever waits already comes back through here

    def dice(self, *about: object) -> random.Random:
        """Return dice of their own for one question: what others do never changes how they fall."""
        return random.Random(f"{self.seed} {about}")

    @property
    def now(self) -> datetime:
        """The month's time."""
        return self.play.rehearsal.clock.now()

    def at(self, moment: datetime, act: Act) -> None:
        """Plan an act."""
        heapq.heappush(self._agenda, (moment, next(self._count), act))

    async def run(self, end: datetime) -> None:
        """Let time pass until `end`."""
        self._harvest()
        while True:
            nearest = min(await self._due(end), self.now + IDLE, end)
            if self._agenda:
                nearest = min(nearest, self._agenda[0][0])
            if nearest >= end:
                return
            await self._stand_at(self._grained(max(nearest, self.now + timedelta(seconds=1))))

    async def _stand_at(self, moment: datetime) -> None:
        self.jumps += 1
        if moment.date() != self.now.date():
            self.progress(f"{moment:%m-%d}, {len(self.said)} matters written")
        play, clock = self.play, self.play.rehearsal.clock
        clock.set(moment)
        async with asyncio.timeout(PATIENCE), play._looked:
            await play._looked.wait_for(lambda: play._looked_at >= clock.revision)
        await self._quiet()
        self._harvest()
        found = False
        while self._agenda and self._agenda[0][0] <= moment:
            found = True
            self.acts += 1
            await heapq.heappop(self._agenda)[2]()
        if found:
            await self._quiet()
            self._harvest()

    async def _quiet(self) -> None:
        """Wait until the bot has heard everything and has nothing more to say: asked of nobody but itself.

        The theatre looks into the database for that, after everything that is written: a month has no time for it.
        """
        speaker, rung = self.play.service.speaker, self.play.service.store.bell._rung
        while True:
            await self.play.world.until(self.play._listens, timeout=PATIENCE, what="the bot to listen")
            if self._rests.is_set() and not rung.is_set() and not speaker._busy:
                return
            waited = self._stirs if self._rests.is_set() else self._rests
            self._stirs.clear()
            async with asyncio.timeout(PATIENCE):
                await waited.wait()

    async def _due(self, end: datetime) -> datetime:
        """Return when the next step of any ticket is due."""
        async with self.play.service.store.look() as unit:
            first = await unit.tickets.due(end, 1)
            ticket = await unit.tickets.get(first[0]) if first else None
        return end if ticket is None or ticket.next_due is None else ticket.next_due

    def _grained(self, moment: datetime) -> datetime:
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + -((midnight - moment) // self.grain) * self.grain

    def _harvest(self) -> None:
        """Take in all that happened; what is told is forgotten, a month of it is more than a machine remembers."""
        state = self.play.rehearsal.state
        events, state.history[:] = list(state.history), []
        state.calls.clear()
        state.taps.clear()
        for event in events:
            self.told(event)
        for event in events:
            if event.kind in ("sent", "edited", "markup") and event.by == self.play.bot and event.message is not None:
                self.shown(self._seen(event.message, new=event.kind == "sent"))

    def _seen(self, message: Message, *, new: bool) -> Seen:
        buttons = [button for row in message.buttons for button in row]
        carried = (decode(button.data) for button in buttons if button.data is not None)
        chat = self.play.bot if message.chat_id > 0 else message.chat_id
        return Seen(
            message.ephemeral_for or message.chat_id,
            chat,
            message.key,
            message.text,
            message.reply_to,
            tuple(found for found in carried if found is not None),
            tuple(button.text for button in buttons if button.url is not None),
            new,
        )

    # What people do with their telephones

    def taps(self, user: int, seen: Seen, button: Carried | str) -> bool:
        """Press a button as the message shows it now (a link is named by its text); return whether it was there."""
        with suppress(ControlError, LookupError):
            where = self.play.rehearsal.state.chat_for_person(user, seen.chat)
            shown = self.play.world.find(where, seen.key, user)
            for one in (one for row in shown.buttons for one in row):
                if one.text == button or (one.data is not None and _alike(decode(one.data), button)):
                    self.play.world.tap(user, seen.chat, seen.key, one.data or one.text)
                    return True
        return False

    def writes(self, user: int, text: str, seen: Seen | None = None) -> bool:
        """Write to the bot in private, or as a reply to what was seen; return whether that was still there."""
        with suppress(ControlError):
            chat, which = (self.play.bot, None) if seen is None else (seen.chat, seen.key)
            self.play.world.say(user, chat, text, reply_to=which)
            return True
        return False

    async def ticket(self, number: int) -> Ticket | None:
        """Return a ticket as the store has it."""
        async with self.play.service.store.look() as unit:
            return await unit.tickets.get(number)

    def matter(self, ticket: Ticket) -> Matter | None:
        """Return the matter that opened a ticket."""
        return self.said.get((ticket.origin.chat, ticket.origin.message))

    def telegram(self, person: PersonId) -> int | None:
        """Return somebody's Telegram id."""
        return self.play.service.deps.telegram_of(person)


def _alike(one: Carried | None, other: Carried | str) -> bool:
    """Whether two buttons are for the same, of whichever version their card is."""
    if isinstance(one, Press) and isinstance(other, Press):
        return (one.ticket, one.action) == (other.ticket, other.action)
    return one == other


async def settle_in(play: Play, people: Sequence[tuple[int, int, bool]]) -> None:
    """Let residents (id, grid, whether they have pressed Start long ago) live in their grids."""
    state, deps = play.rehearsal.state, play.service.deps
    grids = {area.chat: area.code for area in deps.district.grids}
    async with deps.store.unit() as unit:
        for telegram, grid, started in people:
            play.world.add_user(telegram, f"住户{telegram % 10_000}")
            state.chats[chat_of(grid)].members[telegram] = Member(state.user(telegram), "member")
            if started:
                state.open_private(state.bot(play.bot), state.user(telegram))
                await unit.contacts.see(telegram, f"住户{telegram % 10_000}", "zh", grids[chat_of(grid)])
                await unit.contacts.set_started(telegram, True)
        await unit.commit()
