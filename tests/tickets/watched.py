"""What must always hold in the life of a ticket, looked at after every step of it."""

from collections import Counter
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant

from tests.tickets.world import POLICY, Case, K
from tickets.commands import Climb, Command, PassOn
from tickets.decide import decide
from tickets.drafting import Circle, Decision, Refused, Why
from tickets.events import Climbed, Offered, Scheduled
from tickets.forgetting import forgotten
from tickets.model import GONE, Ending, Status, Ticket
from tickets.notices import CARDS, Priority
from tickets.replay import apply, replay
from tickets.transitions import doers

DONE: Counter[str] = Counter()
"""What has happened in all lives so far: steps, commands that were given, and those that were carried out."""


@cache
def _names(kind: type) -> tuple[str, ...] | None:
    """The fields of a kind of value; None = it has none."""
    return tuple(one.name for one in fields(kind)) if is_dataclass(kind) else None


def in_utc(value: Any) -> Any:
    """Return the same value as a store gives it back: every moment in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, tuple):
        return tuple(map(in_utc, value)) if value else value
    if (names := _names(type(value))) is None:
        return value
    return type(value)(**{name: in_utc(getattr(value, name)) for name in names})


class Watched(RuleBasedStateMachine):
    """A ticket to which things are done."""

    case: Case

    def begin(self, case: Case) -> None:
        """Look at the filing of a ticket."""
        self.causes: set[str] = set()
        self.steps: dict[str, tuple[object, ...]] = {}
        self.climbed: set[str] = set()
        self.case = case
        self.replayed: Ticket | None = None
        self.entries = self.looks = 0
        self.forgotten: Ticket | None = None
        assert case.last is not None
        self.look_at(case.last, None)

    def teardown(self) -> None:
        """The whole journal once more, at the end of the life."""
        if "case" in vars(self):
            assert replay(self.case.journal) == self.case.ticket

    def attempt(self, command: Command) -> None:
        """Give a command; refused, nothing has changed."""
        case, before = self.case, self.case.ticket
        DONE["commands"] += 1
        circle = case.circle(command.by)
        stored = self.outcome(in_utc(before), command, circle)
        decision = self.outcome(before, command, circle)
        assert decision == stored, "a ticket from the store decides as the one in memory"
        if isinstance(decision, Decision):
            DONE["carried out"] += 1
            case.keep(decision)
            self.look_at(decision, command)

    def outcome(self, ticket: Ticket, command: Command, circle: Circle) -> Decision | tuple[Why, dict[str, str]]:
        """Return the decision, or why there is none."""
        try:
            return decide(ticket, command, self.case.now, self.case.policy, circle)
        except Refused as refused:
            return refused.why, refused.facts

    def look_at(self, decision: Decision, command: Command | None) -> None:
        """Check what one decision recorded and told."""
        case = self.case
        for entry in decision.entries:
            event = entry.event
            if isinstance(event, Climbed):
                assert event.step.due <= case.now
                self.climbed.add(event.step.id)
            if isinstance(event, Scheduled):
                for step in event.steps:
                    what = (step.clock, step.rung, step.level)
                    assert self.steps.setdefault(step.id, what) == what, "an id means one step for ever"
                    assert step.id not in self.climbed, "what has happened is not due again"
            if isinstance(event, Offered) and not isinstance(command, PassOn):
                assert not set(event.people) & case.unreachable
                assert not set(event.people) & {one.person for one in case.ticket.refusals}
        for notice in decision.notices:
            assert notice.cause not in self.causes, "one notice for one cause"
            self.causes.add(notice.cause)
            if notice.reader is None:
                assert notice.kind in (K.GROUP_CARD, K.RECEIVED), "nothing else is for the group"
            if case.ticket.private:
                assert notice.kind is not K.GROUP_CARD
            if notice.kind is K.JOINED_CLOSED:
                assert not case.ticket.open or case.ticket.rest is not None
                assert notice.reader in case.ticket.neighbours
            assert notice.waits_for_duty is (notice.not_before is not None)
            assert notice.not_before is None or notice.not_before > case.now
            always = POLICY.classes[case.ticket.deadline_class].always
            loud = notice.kind not in CARDS or notice.loud
            heard = notice.not_before or case.now  # what waits for duty is heard when that begins
            if isinstance(command, Climb) and loud and POLICY.quiet.holds(heard) and not always:
                raise AssertionError(f"{notice.kind} by night")
            if notice.priority is Priority.REMINDER and POLICY.quiet.holds(case.now):
                assert always
                assert notice.kind is not K.REVIEW_WANTED

    @invariant()
    def the_journal_is_the_ticket(self) -> None:
        """Each step by what it wrote; at every tenth and at the end the whole journal anew, which costs its length."""
        for entry in self.case.journal[self.entries :]:
            self.replayed = apply(self.replayed, entry)
        self.entries = len(self.case.journal)
        assert self.replayed == self.case.ticket
        assert self.case.ticket.version == self.entries
        self.looks += 1
        DONE["steps"] += self.looks > 1  # the first look is at the filing
        if self.looks % 10 == 0:
            assert replay(self.case.journal) == self.case.ticket

    @invariant()
    def what_is_open_goes_on(self) -> None:
        ticket = self.case.ticket
        assert (ticket.next_due is not None) is ticket.open
        assert (ticket.closed_at is None) is ticket.open
        assert ticket.open or (ticket.ending is not None and not ticket.steps)
        assert (ticket.rest is not None) is (ticket.status is Status.RESTING)
        if ticket.rest is not None:
            assert ticket.ending in (Ending.SOLVED, Ending.SHELVED)
            assert ticket.next_due is not None
            assert ticket.rest.asked or ticket.next_due >= ticket.rest.until

    @invariant()
    def what_is_over_can_be_forgotten(self) -> None:
        ticket = self.case.ticket
        if ticket.open or ticket is self.forgotten:
            return
        self.forgotten = ticket
        left, anew = forgotten(self.case.journal, frozenset({ticket.reporter}), self.case.now)
        assert replay(anew) == left
        assert left.version == ticket.version + 1
        assert (left.status, left.ending, left.handler) == (ticket.status, ticket.ending, ticket.handler)
        assert (left.reporter, left.said[0].text, left.summary) == (GONE, "", "")

    @invariant()
    def who_has_it_is_known(self) -> None:
        ticket = self.case.ticket
        assert (ticket.hold is not None) is (ticket.status in (Status.WAITING, Status.ON_HOLD))
        if ticket.open:
            assert (ticket.handler is None) is (ticket.status is Status.FILED)
        assert not set(ticket.asked) & {one.person for one in ticket.refusals}

    @invariant()
    def nobody_reviews_himself(self) -> None:
        ticket = self.case.ticket
        if ticket.status in (Status.FED_BACK, Status.CONFIRMED):
            assert not set(ticket.reviewers) & {*doers(ticket), ticket.reporter}
            assert ticket.reviewers
