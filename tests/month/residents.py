"""The residents of the simulated month: they write, answer, confirm, dispute, take back, block, or say nothing."""

import random
from collections import Counter
from datetime import datetime, timedelta
from functools import partial

from messages.callbacks import Draft, Pick, Press
from tests.month.replay import Carried, Replay, Seen
from tests.month.town import Matter, chat_of
from tests.stories.test_media import JPEG
from tickets.actions import Action
from tickets.model import Ticket

A = Action

STARTED = 0.6
"""Which part of them has a private chat with the bot."""

TEMPERS = {"confirms": 0.54, "silent": 0.32, "disputes": 0.08, "stubborn": 0.02, "takes_back": 0.04}
"""What they do about a result. `disputes`: once; `stubborn`: again and again, three times."""

BLOCKS = 0.02
ANSWERS = ("3单元502", "现在就方便", "昨天晚上开始的", "下班后六点在家", "就在门口左手边")


class Residents:
    """Everybody who writes in the month. `world`: the month they live in."""

    def __init__(self, world: Replay, matters: list[Matter]) -> None:
        self.world = world
        self.around: Counter[str] = Counter()
        self._verdicts: set[tuple[int, int]] = set()
        """Ticket and results about which somebody has made up his mind already."""

        self._answered: set[tuple[int, str]] = set()
        self._blocked: set[int] = set()
        self._newest: dict[int, Seen] = {}
        """The newest card of each matter in its group."""

        for matter in matters:
            world.at(matter.at, partial(self._writes, matter))

    def started(self, resident: int) -> bool:
        """Whether somebody pressed Start long ago."""
        return self.world.dice("started", resident).random() < STARTED

    async def _writes(self, matter: Matter) -> None:
        """Write what is the matter, in the group or to the bot alone."""
        world, who = self.world, matter.resident
        private = matter.private and self.started(who) and who not in self._blocked
        chat = world.play.bot if private else chat_of(matter.grid)
        said = world.play.world.send_photo(who, chat, JPEG, caption=matter.text) if matter.photo else None
        message = int((said or world.play.world.say(who, chat, matter.text))["message_id"])
        world.said[who if private else chat, message] = matter
        dice = world.dice("temper", matter.number)
        if dice.random() < BLOCKS and self.started(who):
            world.at(world.now + timedelta(hours=dice.random() * 30), partial(self._blocks, who))
        if self._temper(matter) == "takes_back":
            world.at(world.now + timedelta(minutes=dice.randrange(5, 120)), partial(self._takes_back, matter))

    def _temper(self, matter: Matter) -> str:
        dice = self.world.dice("tempers", matter.number)
        return dice.choices(list(TEMPERS), list(TEMPERS.values()))[0]

    async def _blocks(self, who: int) -> None:
        if who not in self._blocked:
            self._blocked.add(who)
            self.around["residents who blocked the bot"] += 1
            self.world.play.world.block(who, self.world.play.bot)

    async def _takes_back(self, matter: Matter) -> None:
        """Answer one's own card that it is over."""
        card = self._newest.get(matter.number)
        if card is not None:
            self.world.writes(matter.resident, "不用了，已经好了", card)

    # What comes in

    def sees(self, seen: Seen) -> None:
        """Take in a private message, one for this person's eyes, or a card in the group."""
        who = seen.reader
        if who < 0:
            matter = self.world.said.get((who, seen.reply_to or 0))
            if matter is None:
                return
            who = matter.resident
            self._newest[matter.number] = seen
        if seen.new:
            self._chooses(who, seen)
        if "直接回复" in seen.text or "直接在这里回话" in seen.text:
            self._answers(who, seen)
        if (verdict := seen.presses.get(A.CONFIRM)) is not None:
            self._makes_up_his_mind(who, seen, verdict.ticket)

    def _chooses(self, who: int, seen: Seen) -> None:
        """Answer a doubt of the bot, say how content one is, follow a link."""
        doubts = [found for found in seen.buttons if isinstance(found, Draft)]
        marks = [found for found in seen.buttons if isinstance(found, Pick) and found.action == A.RATE]
        if doubts:
            self._soon(who, seen, doubts[0], 0.85)
        elif marks:
            self._soon(who, seen, self.world.dice("mark", who, seen.key).choice(marks), 0.4)
        elif seen.links:
            self._soon(who, seen, seen.links[0], 0.5)

    def _soon(self, who: int, seen: Seen, button: Carried | str, share: float) -> None:
        dice = self.world.dice("soon", who, seen.key, button)
        if dice.random() > share or who in self._blocked:
            return

        async def do() -> None:
            self.world.taps(who, seen, button)

        self.world.at(self.world.now + timedelta(minutes=dice.randrange(1, 25)), do)

    def _answers(self, who: int, seen: Seen) -> None:
        dice = self.world.dice("answers", who, seen.key)
        if (who, seen.key) in self._answered or dice.random() < 0.2 or who in self._blocked:
            return
        self._answered.add((who, seen.key))

        async def do() -> None:
            self.world.writes(who, dice.choice(ANSWERS), seen)

        self.world.at(self.world.now + timedelta(minutes=dice.randrange(2, 400)), do)

    def _makes_up_his_mind(self, who: int, seen: Seen, number: int) -> None:
        dice = self.world.dice("verdict", who, number, seen.key, seen.text)
        if who not in self._blocked or seen.chat < 0:
            self.world.at(self._awake(dice), partial(self._judges, who, seen, number))

    def _awake(self, dice: random.Random) -> datetime:
        moment = self.world.now + timedelta(minutes=dice.randrange(3, 600))
        if 7 <= moment.hour < 23:
            return moment
        return (moment + timedelta(hours=2)).replace(hour=7, minute=dice.randrange(60))

    async def _judges(self, who: int, seen: Seen, number: int) -> None:
        """Say whether it is solved, as one's temper is."""
        ticket = await self.world.ticket(number)
        if ticket is None or not ticket.open or (number, len(ticket.results)) in self._verdicts:
            return
        matter = self.world.matter(ticket)
        if matter is None or matter.resident != who:
            return
        self._verdicts.add((number, len(ticket.results)))
        action = self._verdict(self._temper(matter), ticket)
        if action:
            self.world.taps(who, seen, Press(ticket=number, action=action, version=0))

    def _verdict(self, temper: str, ticket: Ticket) -> str:
        if temper == "silent":
            return ""
        if (temper == "disputes" and not ticket.reopened) or (temper == "stubborn" and ticket.reopened < 3):
            return A.DISPUTE
        return A.CONFIRM
