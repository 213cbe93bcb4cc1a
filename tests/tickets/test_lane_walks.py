"""Random lives of whistled tickets: departments are called, refuse, come, deliver, are excused, or never answer.

Each step is a command by whoever might give it, or by anybody. What must always hold is checked after every step; the
seed of a life that breaks a rule is in the failure.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tickets.watched import in_utc
from tests.tickets.world import MONDAY, POLICY, RESIDENT, Case
from tickets.commands import (
    Approve,
    Ask,
    Climb,
    Command,
    Confirm,
    Dispute,
    Finish,
    PassOn,
    PutOnHold,
    Reject,
    SendBack,
    Take,
    Withdraw,
)
from tickets.decide import decide
from tickets.drafting import Refused
from tickets.forgetting import forgotten
from tickets.lane import LANE_TABLE, LaneAct, LaneRole, LaneState, WhistleState, open_lanes, owed
from tickets.lane_commands import BlowWhistle, Call, CallIn, GiveBack, MakeDo, StepInLane
from tickets.model import GONE, Clock, Ending, Status
from tickets.notices import CARDS
from tickets.outcome import Mark
from tickets.policy import Straight
from tickets.replay import replay
from tickets.service import DeadlineClass

LIVES = int(os.environ.get("PROVE_CASES", "150")) // 2
"""How many lives are played; `make prove` sets more."""

STEPS = 40
PEOPLE = ("tu", "xu", "wang", "boss", "chief", "top", "zoe", "gil", "law", RESIDENT, "stranger")
ROOMS = {"works": -1003, "fire": -1004}
OFFICERS = {"works": "zoe", "gas": "gil"}
OWN = (LaneAct.REPORT_IN, LaneAct.ASK, LaneAct.REFUSE)
WORDS = ("", "人手不够", "新井盖盖上了", "清淤完了", "都好了")
OVER = (Status.FED_BACK, Status.CONFIRMED, Status.REVIEWED, Status.CLOSED)


class Walk:
    """One random life."""

    def __init__(self, seed: int) -> None:
        self.dice = dice = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.causes: set[str] = set()
        whistle = replace(
            POLICY.whistle,
            straight=dice.choice(list(Straight)),
            upgrade=dice.choice((None, DeadlineClass.UPGRADED)),
            names=dice.choice(((), ("street", "district"))),
            to=dice.choice(((), (("community", "street"), ("district",)))),
        )
        self.case = Case(
            MONDAY + timedelta(minutes=dice.randrange(7 * 24 * 60)),
            kind=dice.choice(list(DeadlineClass)),
            private=dice.random() < 0.2,
            unreachable=frozenset(dice.sample(("zoe", "gil", "boss", "chief", "top"), dice.randrange(4))),
            asked=dice.choice(((), ("gas", "fire"))),
            policy=replace(POLICY, whistle=whistle),
        )

    def step(self) -> None:
        """One command, or time."""
        make = self.dice.choices(*zip(*self.weights(), strict=True))[0]
        if (command := make()) is not None:
            self.attempt(command)

    def end(self) -> None:
        """Everybody does their part at last, and whoever whistled says how it went."""
        handler = self.case.ticket.handler or "tu"
        for place, lane in enumerate(self.case.ticket.lanes):
            if lane.open:
                self.attempt(StepInLane(handler, place, LaneAct.DELIVER, "都好了"))
        for wanted in owed(self.case.ticket.whistle, self.case.ticket.lanes):
            self.attempt(StepInLane(handler, 0, LaneAct.DELIVER, "补上了", wanted=wanted))
        for command in (Finish(handler, "好了"), *map(Approve, ("wang", "boss", "chief")), Confirm(RESIDENT)):
            self.attempt(command)
        for place in range(len(self.case.ticket.lanes)):
            by = self.case.ticket.whistle.by if self.case.ticket.whistle else ""
            self.attempt(StepInLane(by, place, LaneAct.RATE, mark=Mark.GOOD))

    def weights(self) -> list[tuple[Callable[[], Command | None], float]]:
        whistled = self.case.ticket.whistle is not None
        return [
            (self.time, 2),
            (lambda: Take(self.anybody("tu")), 1),
            (lambda: BlowWhistle(self.anybody("tu"), self.word()), 1 if whistled else 5),
            (self.call, 3 if whistled else 1),
            (lambda: GiveBack(self.anybody("boss", "chief"), self.word()), 0.5),
            (lambda: MakeDo(self.anybody("tu"), self.word()), 0.3),
            (self.lane, 12 if self.case.ticket.lanes else 0),
            (lambda: Finish(self.anybody("tu"), "好了"), 1.5),
            (lambda: self.dice.choice((Approve, Take))(self.anybody("wang", "boss")), 1),
            (lambda: SendBack("wang", "没好"), 0.3),
            (lambda: self.dice.choice((Confirm, Dispute))(RESIDENT), 0.7),
            (lambda: PassOn(self.anybody("tu", "boss"), "不归我管", self.dice.choice((None, "wang", "boss"))), 0.5),
            (lambda: Ask(self.anybody("tu"), "哪里？"), 0.4),
            (lambda: PutOnHold(self.anybody("tu"), "等材料", self.case.now + timedelta(days=2)), 0.4),
            (lambda: self.dice.choice((Withdraw(RESIDENT), Reject("tu"))), 0.05),
        ]

    def anybody(self, *fitting: str) -> str:
        return self.dice.choice(fitting if self.dice.random() < 0.8 else PEOPLE)

    def word(self) -> str:
        return self.dice.choice(WORDS)

    def call(self) -> Command:
        named = self.dice.sample(("works", "gas", "fire", "water", "nowhere"), self.dice.randrange(5))
        calls = tuple(Call(one, self.dice.choice(list(LaneRole))) for one in named if one != "nowhere" or not named)
        limit = self.case.now + timedelta(hours=self.dice.randrange(-5, 60)) if self.dice.random() < 0.3 else None
        hour = self.case.now + timedelta(hours=self.dice.randrange(1, 30)) if self.dice.random() < 0.3 else None
        wanted = self.dice.choice(((), (), ("井盖",), ("井盖", "清淤")))
        return CallIn(self.anybody("boss", "chief", "top", "wang", "tu"), calls, wanted, limit, hour)

    def lane(self) -> Command:
        place = self.dice.randrange(len(self.case.ticket.lanes) + (self.dice.random() < 0.05))
        code = self.case.ticket.lanes[place].department if place < len(self.case.ticket.lanes) else ""
        fit = [act for (state, act) in LANE_TABLE if code and state is self.case.ticket.lanes[place].state]
        act = self.dice.choice(fit if fit and self.dice.random() < 0.85 else list(LaneAct))
        if act is LaneAct.DELIVER and self.dice.random() < 0.5:  # else everything is over too soon
            act = LaneAct.REFUSE
        own = OFFICERS.get(code, "stranger")
        by = self.anybody(own) if act in OWN else self.anybody(own, "boss", "chief", "tu", "zoe")
        self.case.room = ROOMS.get(code) if by == "stranger" else None
        whistle = self.case.ticket.whistle
        if act is LaneAct.RATE and whistle is not None and self.dice.random() < 0.9:
            by = whistle.by
        mark = self.dice.choice((None, Mark.GOOD, Mark.POOR))
        wanted = self.dice.choice((None, None, 0, 1))
        return StepInLane(by, place, act, self.word(), wanted=wanted, mark=mark)

    def time(self) -> None:
        """The bot ticks at every due moment, or comes back after a stop."""
        case = self.case
        end = case.now + timedelta(minutes=self.dice.choice((3, 3, 20, 20, 90, 90, 300, 1500, 9000)))
        stopped = self.dice.random() < 0.3
        while not stopped and case.ticket.open and case.ticket.next_due is not None and case.ticket.next_due <= end:
            case.now = max(case.now, case.ticket.next_due.astimezone(end.tzinfo))
            version = case.ticket.version
            self.attempt(Climb())
            assert case.ticket.version > version, "a due step leads on"
        case.now = end
        if case.ticket.open:
            self.attempt(Climb())
            if case.ticket.open:
                again = case.do(Climb())
                assert (again.entries, again.notices) == ((), ())

    def attempt(self, command: Command) -> None:
        """Give a command; refused, nothing has changed. A ticket from the store decides as the one in memory."""
        case, before = self.case, self.case.ticket
        name = f"{command.act}" if isinstance(command, StepInLane) else command.action
        circle = case.circle(command.by)
        try:
            decision = case.do(command)
        except Refused as refused:
            self.done[f"{name} refused: {refused.why}"] += 1
            case.room = None
            return
        if case.room is None and self.dice.random() < 0.2:
            assert decide(in_utc(before), command, case.now, case.policy, circle) == decision
        case.room = None
        self.done[name] += 1
        for notice in decision.notices:
            assert notice.cause not in self.causes, "one notice for one cause"
            self.causes.add(notice.cause)
            assert notice.kind in CARDS or notice.reader is not None
            assert notice.not_before is None or notice.not_before > case.now
            if case.ticket.private:
                assert not str(notice.reader).startswith(("dept:", "area:")), "no room reads a private matter"
        if isinstance(command, StepInLane):
            assert before.status is case.ticket.status
            assert before.open or command.act is LaneAct.RATE
        self.look()

    def look(self) -> None:
        """What must always hold."""
        ticket = self.case.ticket
        if self.dice.random() < 0.1 or not ticket.open:
            assert replay(self.case.journal) == ticket
        assert (ticket.next_due is not None) is ticket.open, "no open ticket without a clock, no closed one with one"
        waiting = open_lanes(ticket.lanes)
        if ticket.status in OVER:
            assert not waiting, "nothing is finished while a department is at it"
            assert ticket.ending in (Ending.WITHDRAWN, Ending.NOT_A_REQUEST) or not owed(ticket.whistle, ticket.lanes)
        timed = {step.lane for step in ticket.steps if step.clock in (Clock.REPORT, Clock.LANE)}
        assert timed == set(waiting), "every lane that is waited for has its clock, and no other has"
        asked = any(step.clock is Clock.WHISTLE for step in ticket.steps)
        assert asked is (ticket.whistle is not None and ticket.whistle.state is WhistleState.ASKED)
        leading = [one for one in ticket.lanes if one.role is LaneRole.LEAD and one.state is not LaneState.EXCUSED]
        assert len(leading) <= 1
        assert len({one.department for one in ticket.lanes}) == len(ticket.lanes)
        for lane in ticket.lanes:
            assert lane.state is not LaneState.COMING or lane.reported_at is not None
            assert lane.state is not LaneState.DONE or lane.results
            assert lane.state is not LaneState.EXCUSED or lane.excuse or not ticket.open or ticket.reopened
            assert lane.state is not LaneState.REFUSED or lane.refusals
            assert len(lane.refusals) <= 3 or not lane.settled
            if lane.open and not lane.readers:
                assert lane.owner or not self.case.circle().beyond.levels[0].people
        if not ticket.open and self.dice.random() < 0.3:
            left, anew = forgotten(self.case.journal, frozenset({RESIDENT}), self.case.now)
            assert replay(anew) == left
            assert (left.reporter, left.summary) == (GONE, "")
            assert [one.state for one in left.lanes] == [one.state for one in ticket.lanes]
            assert not "".join(one.words for lane in left.lanes for one in lane.results)
            assert not "".join(one.words for lane in left.lanes for one in lane.said)


def live(base: int, lives: int) -> Counter[str]:
    """Play so many lives from one seed on; return what happened how often. AssertionError: a rule was broken."""
    done: Counter[str] = Counter()
    for seed in range(base, base + lives):
        walk = Walk(seed)
        try:
            for _ in range(STEPS):
                walk.step()
            walk.end()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        done += walk.done
    return done


@pytest.mark.usefixtures("unmeasured")
def test_random_lives_of_whistled_tickets() -> None:
    """Every rule after every step, and enough of everything has happened to mean something."""
    done = live(int(os.environ.get("PROVE_SEED", "20261123")), LIVES)
    for name in (*LaneAct, "whistle", "call_in", "give_back", "make_do", "finish", "climb"):
        if name != LaneAct.CONTEST:  # what `insist` becomes
            assert done[name] >= LIVES / 50, (name, done)


def test_the_hour_of_a_reminder_is_the_same_from_the_store() -> None:
    """A life that once found it in the store's zone instead of the district's."""
    assert live(20261229, 1)["climb"]
