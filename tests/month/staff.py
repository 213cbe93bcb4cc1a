"""The staff of the simulated month: prompt, slow, forgetful or silent; some refuse, some block the bot."""

import math
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from messages.callbacks import Choose, Draft, Pick, Press
from tests.month.replay import Replay, Seen
from tickets.actions import Action
from tickets.model import Status, Ticket
from tickets.roster import PersonId, Role
from tickets.service import DeadlineClass

A = Action


class Manner(NamedTuple):
    """How somebody answers: how likely to a message, and after how many minutes at the middle."""

    answers: float
    minutes: float


MANNERS = {
    "prompt": Manner(0.97, 8),
    "slow": Manner(0.9, 60),
    "forgetful": Manner(0.4, 100),
    "silent": Manner(0.02, 60),
}
WORKERS = {"prompt": 0.62, "slow": 0.22, "forgetful": 0.13, "silent": 0.03}
LEADERS = {"prompt": 0.7, "slow": 0.2, "forgetful": 0.1}

WORK = {
    DeadlineClass.LIFE: 25,
    DeadlineClass.URGENT: 60,
    DeadlineClass.ORDINARY: 110,
    DeadlineClass.UPGRADED: 600,
    DeadlineClass.ERRAND: 300,
    DeadlineClass.ADVICE: 40,
}
"""Minutes of work from taking to finishing, at the middle."""

BLOCKS, AWAY = 0.015, 0.06
"""Which part of the staff blocks the bot some time in the month (half of them come back), and takes some days off."""

HASTE = ("危急", "紧急", "请马上", "马上处理")
"""Words on a card that make people hurry."""

DONE = (
    "办好了，已经恢复",
    "处理完了，现场看过没问题",
    "修好了，换了新的",
    "联系了相关单位，已经解决",
    "登门看过，都说清楚了",
)
QUESTIONS = ("请问具体在几单元几楼", "现在方便上门看看吗", "是从什么时候开始的")
ADVICE = ("建议先留好凭证，按流程申请", "不用着急，先观察两天", "可以走调解，需要时我来")
LACKS = ("现场还有垃圾没清走，请补上", "照片看不清，请再拍一张", "请回访一下住户再报")


@dataclass
class Somebody:
    """One member of staff."""

    person: PersonId
    telegram: int
    manner: Manner
    leads: bool
    evening: bool
    waiting: set[int] = field(default_factory=set)
    """Tickets about which something is planned."""

    cards: dict[tuple[int, str], tuple[Seen, Press]] = field(default_factory=dict)
    """Ticket and action -> the newest button for it."""

    blocked: bool = False


class Staff:
    """Everybody with a post. `world`: the month they live in."""

    def __init__(self, world: Replay, start: datetime, days: int) -> None:
        self.world = world
        self.around: Counter[str] = Counter()
        self.everybody: dict[int, Somebody] = {}
        district = world.play.service.deps.district
        for person in district.people.values():
            posts = district.posts_of(person.id)
            if person.telegram is None or not posts:
                continue
            leads = any(post.role in (Role.LEADER, Role.SUPERVISOR, Role.ADMIN) for post in posts)
            dice = world.dice("manner", person.id)
            table = LEADERS if leads else WORKERS
            manner = MANNERS[dice.choices(list(table), list(table.values()))[0]]
            evening = any(post.duty == "part_time" for post in posts)
            self.everybody[person.telegram] = Somebody(person.id, person.telegram, manner, leads, evening)
            self._fates(self.everybody[person.telegram], dice, start, days)

    def _fates(self, one: Somebody, dice: random.Random, start: datetime, days: int) -> None:
        """Decide who blocks the bot, and who is away."""
        top = one.person.startswith(("centre", "admin"))
        moment = start + timedelta(days=dice.random() * days)
        if dice.random() < BLOCKS and not top:
            self.around["staff who blocked the bot"] += 1
            self.world.at(moment, partial(self._block, one))
            if dice.random() < 0.5:
                self.world.at(moment + timedelta(days=2), partial(self._come_back, one))
        elif dice.random() < AWAY and not top:
            self.around["staff who took leave"] += 1
            day = moment.replace(hour=9, minute=0)
            last = day + timedelta(days=dice.choice((0, 1, 2, 4)))
            words = f"/leave {day + timedelta(days=1):%Y-%m-%d} {last + timedelta(days=1):%Y-%m-%d}"
            self.world.at(day, partial(self._writes, one, words))

    async def _block(self, one: Somebody) -> None:
        one.blocked = True
        self.world.play.world.block(one.telegram, self.world.play.bot)

    async def _come_back(self, one: Somebody) -> None:
        one.blocked = False
        self.world.play.world.start(one.telegram, self.world.play.bot)

    async def _writes(self, one: Somebody, text: str) -> None:
        if not one.blocked:
            self.world.writes(one.telegram, text)

    # What comes in

    def sees(self, seen: Seen) -> None:
        """Take in a private message; plan what it leads to."""
        one = self.everybody[seen.reader]
        presses = seen.presses
        for action, press in presses.items():
            one.cards[press.ticket, action] = seen, press
        if presses:
            self._consider(one, next(iter(presses.values())).ticket, seen)
        if not seen.new:
            return
        picks = [found for found in seen.buttons if isinstance(found, Pick) and found.action != A.RATE]
        drafts = [found for found in seen.buttons if isinstance(found, Draft)]
        hands = [found for found in seen.buttons if isinstance(found, Choose) and found.what == "hand"]
        if picks:
            self._soon(one, partial(self._picks, one, seen, picks))
        elif drafts or hands:
            self._soon(one, partial(self.world.taps, one.telegram, seen, [*drafts, *hands][0]))

    def _soon(self, one: Somebody, act: Callable[[], object]) -> None:
        async def do() -> None:
            if not one.blocked:
                act()

        self.world.at(self.world.now + timedelta(seconds=40), do)

    def _picks(self, one: Somebody, seen: Seen, picks: list[Pick]) -> None:
        """Choose a reason, a time, a person; whatever wants more words is left to those who like to write."""
        dice = self.world.dice("pick", one.person, picks[0].ticket, seen.key)
        plain = [found for found in picks if not found.choice.startswith("other")] or picks
        self.world.taps(one.telegram, seen, dice.choice(plain))

    def _consider(self, one: Somebody, number: int, seen: Seen) -> None:
        """Plan an answer to a message about a ticket, or forget it; what is edited silently reminds nobody."""
        if number in one.waiting or one.blocked or not seen.new:
            return
        dice = self.world.dice("answer", one.person, number, seen.key)
        if dice.random() > one.manner.answers:
            return
        one.waiting.add(number)
        haste = 0.25 if any(word in seen.text for word in HASTE) else 1.0
        self._plan(one, number, one.manner.minutes * haste * math.exp(dice.gauss(0, 0.9)))

    def _plan(self, one: Somebody, number: int, minutes: float) -> None:
        self.world.at(self.world.now + timedelta(minutes=minutes), partial(self._act, one, number))

    async def _act(self, one: Somebody, number: int) -> None:
        """Do what one does about a ticket at this moment."""
        ticket = await self.world.ticket(number)
        if ticket is None or not ticket.open or one.blocked:
            one.waiting.discard(number)
            return
        always = ticket.deadline_class in (DeadlineClass.LIFE, DeadlineClass.URGENT)
        asleep = self._asleep(one, always=always)
        if asleep is not None:
            self.world.at(asleep, partial(self._act, one, number))
            return
        one.waiting.discard(number)
        DOES[self._stands(one, ticket)](self, one, ticket, self.world.dice("does", one.person, number, ticket.version))

    def _asleep(self, one: Somebody, *, always: bool) -> datetime | None:
        """Return when somebody is back at work who is not now."""
        now = self.world.now
        first, last = (8, 21) if one.evening or one.leads else (8, 18)
        if first <= now.hour < last or (always and 6 <= now.hour < 23) or (always and one.manner.minutes < 20):
            return None
        morning = now.replace(hour=first, minute=10 + hash(one.telegram) % 40)
        return morning if now.hour < first else morning + timedelta(days=1)

    def _stands(self, one: Somebody, ticket: Ticket) -> str:
        """Return what somebody is to a ticket now."""
        if ticket.handler == one.person and ticket.status is not Status.FED_BACK:
            return "handles"
        if ticket.status in (Status.FED_BACK, Status.CONFIRMED):
            return "reviews"
        if ticket.status is Status.FILED:
            return "asked" if one.person in ticket.asked else "leads"
        if any(asked.person == one.person and asked.answer is None for asked in ticket.consults):
            return "advises"
        return "leads"

    # What they do

    def press(self, one: Somebody, ticket: Ticket, action: str, words: str = "") -> bool:
        """Press a ticket's button, and write what the bot then asks for."""
        card = one.cards.get((ticket.id, action))
        if card is None or not self.world.taps(one.telegram, *card):
            return False
        if words:
            self._soon(one, partial(self.world.writes, one.telegram, words))
        return True

    def _asked(self, one: Somebody, ticket: Ticket, dice: random.Random) -> None:
        way = dice.random()
        if way < 0.07 and self.press(one, ticket, A.PASS_ON):
            return
        if way < 0.085 and self.press(one, ticket, A.REJECT):
            return
        if way < 0.095 and self.press(one, ticket, A.CORRECT):
            return
        if way < 0.13:  # no time for buttons
            self.world.writes(one.telegram, f"/done {ticket.id} {dice.choice(DONE)}")
            return
        if self.press(one, ticket, A.TAKE) and dice.random() < 0.95:
            self._works(one, ticket, dice)

    def _works(self, one: Somebody, ticket: Ticket, dice: random.Random) -> None:
        one.waiting.add(ticket.id)
        self._plan(one, ticket.id, WORK.get(ticket.deadline_class, 240) * math.exp(dice.gauss(0, 0.8)))

    def _handles(self, one: Somebody, ticket: Ticket, dice: random.Random) -> None:
        way = dice.random()
        if ticket.status in (Status.WAITING, Status.ON_HOLD) and way < 0.8:
            return  # until the answer, or until the pause is over
        for share, does in HANDLES:
            way -= share
            if way < 0:
                does(self, one, ticket, dice)
                return
        self._finish(one, ticket, dice)

    def _finish(self, one: Somebody, ticket: Ticket, dice: random.Random) -> None:
        if dice.random() < 0.5 and self.press(one, ticket, A.FINISH, dice.choice(DONE)):
            return
        self.world.writes(one.telegram, f"/done {ticket.id} {dice.choice(DONE)}")

    def _question(self, one: Somebody, ticket: Ticket, dice: random.Random) -> None:
        if ticket.questions:
            self._finish(one, ticket, dice)
        elif not self.press(one, ticket, A.ASK, dice.choice(QUESTIONS)):
            self.world.writes(one.telegram, f"/ask {ticket.id} {dice.choice(QUESTIONS)}")

    def _consults(self, one: Somebody, ticket: Ticket, dice: random.Random) -> None:
        trade = dice.choice(("医生", "律师", "民警", "调解员"))
        self.world.writes(one.telegram, f"/consult {ticket.id} {trade} 这件事怎么办好")
        self._works(one, ticket, dice)  # and goes on, whether the advice comes or not

    def _holds(self, one: Somebody, ticket: Ticket, dice: random.Random) -> None:
        if not self.press(one, ticket, A.HOLD):
            self.world.writes(one.telegram, f"/hold {ticket.id} {dice.choice((1, 2, 3))}天 等材料")

    def _passes_on(self, one: Somebody, ticket: Ticket, dice: random.Random) -> None:
        self.press(one, ticket, A.PASS_ON)

    def _is_silent(self, one: Somebody, ticket: Ticket, dice: random.Random) -> None:
        """Taken, and forgotten until somebody reminds him."""

    def _reviews(self, one: Somebody, ticket: Ticket, dice: random.Random) -> None:
        if dice.random() < 0.08 and len(ticket.results) < 3:
            self.press(one, ticket, A.SEND_BACK, dice.choice(LACKS))
        else:
            self.press(one, ticket, A.APPROVE)

    def _advises(self, one: Somebody, ticket: Ticket, dice: random.Random) -> None:
        self.press(one, ticket, A.ADVISE, dice.choice(ADVICE))

    def _leads(self, one: Somebody, ticket: Ticket, dice: random.Random) -> None:
        """Whoever leads gives it to somebody, or takes it over; often he only telephones, and nothing is pressed."""
        way = dice.random()
        if way < 0.5 and self.press(one, ticket, A.PASS_ON):
            return
        if way < 0.75 and self.press(one, ticket, A.TAKE):
            self._works(one, ticket, dice)


Does = Callable[[Staff, Somebody, Ticket, random.Random], None]

HANDLES: tuple[tuple[float, Does], ...] = (
    (0.10, Staff._question),
    (0.05, Staff._consults),
    (0.06, Staff._holds),
    (0.04, Staff._passes_on),
    (0.05, Staff._is_silent),
)
"""What a handler does instead of finishing, and how often; a whistle is one row more here."""

DOES: Mapping[str, Does] = {
    "asked": Staff._asked,
    "handles": Staff._handles,
    "reviews": Staff._reviews,
    "advises": Staff._advises,
    "leads": Staff._leads,
}
