"""A decision in the making: events are applied as they are recorded, notices gather beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from tickets import deadlines
from tickets.events import Entry, Event, Offered, Routed, Scheduled, apply
from tickets.model import Candidate, Route, Ticket
from tickets.notices import CARDS, Notice, NoticeKind, Priority
from tickets.policy import ClassRule, Policy
from tickets.roster import PersonId
from tickets.service import DeadlineClass


@dataclass(frozen=True)
class Circle:
    """The people around a ticket at this moment, ranked afresh by `tickets.routing`."""

    route: Route = field(default_factory=Route)
    grid_staff: frozenset[PersonId] = frozenset()


@dataclass(frozen=True)
class Decision:
    """The ticket afterwards, the journal's new entries, and who must learn of it."""

    ticket: Ticket
    entries: tuple[Entry, ...]
    notices: tuple[Notice, ...]


class Why(StrEnum):
    """Why something was refused; the wording (with what helps) is in `messages/`."""

    NOT_YOURS = "not_yours"
    ONLY_REPORTER = "only_reporter"
    TAKEN_BY = "taken_by"
    CLOSED = "closed"
    NOT_NOW = "not_now"
    NEEDS_WORDS = "needs_words"
    NEEDS_REASON = "needs_reason"
    OWN_REVIEW = "own_review"
    HOLD_TOO_LONG = "hold_too_long"


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """The command may not happen. Nothing has changed; `why` and `facts` say what to tell the person."""

    def __init__(self, why: Why, **facts: str) -> None:
        super().__init__(f"{why}: {facts}" if facts else str(why))
        self.why = why
        self.facts = facts


class Drafting:
    """Collects what one command does to one ticket."""

    def __init__(self, ticket: Ticket | None, by: PersonId, now: datetime, policy: Policy, circle: Circle) -> None:
        self._ticket = ticket
        self.before = ticket
        self.by, self.now, self.policy, self.circle = by, now, policy, circle
        self.entries: list[Entry] = []
        self.notices: list[Notice] = []

    @property
    def ticket(self) -> Ticket:
        """The ticket as it is after everything recorded so far."""
        if self._ticket is None:
            raise ValueError("nothing has been filed yet")
        return self._ticket

    @property
    def rule(self) -> ClassRule:
        """The rule of the ticket's deadline class."""
        return self.policy.classes[self.ticket.deadline_class]

    def record(self, event: Event) -> None:
        """Apply an event and keep it for the journal. A schedule that changes nothing is not kept."""
        if isinstance(event, Scheduled) and self._same_schedule(event):
            return
        entry = Entry(self.now, self.by, event)
        self._ticket = apply(self._ticket, entry)
        self.entries.append(entry)

    def _same_schedule(self, event: Scheduled) -> bool:
        ticket = self.ticket
        mine = (ticket.steps, ticket.step_count, ticket.take_by, ticket.done_by)
        return mine == (event.steps, event.step_count, event.take_by, event.done_by)

    def tell(
        self,
        kind: NoticeKind,
        readers: Iterable[PersonId | None],
        *,
        priority: Priority = Priority.TAP,
        data: Mapping[str, str] | None = None,
        loud: bool = False,
        waits_for_duty: bool = False,
    ) -> None:
        """Add a notice for each reader; its cause is this version of this ticket, so that a replay adds nothing."""
        if self.ticket.deadline_class is DeadlineClass.LIFE:
            priority, waits_for_duty = Priority.LIFE, False
        for reader in dict.fromkeys(readers):
            cause = f"{self.ticket.id}:{self.ticket.version}:{kind}:{reader or 'group'}"
            self.notices.append(Notice(kind, reader, cause, priority, data or {}, loud, waits_for_duty))

    def remind(self, kind: NoticeKind, readers: Iterable[PersonId | None], **data: str) -> None:
        """Add a notice that the clock causes."""
        self.tell(kind, readers, priority=Priority.REMINDER, data=data)

    def offer(self, people: Iterable[Candidate]) -> None:
        """Ask people to take it; somebody off duty reads it when the duty begins."""
        asked = [one for one in people if one.person not in self.ticket.offered]
        if not asked:
            return
        self.record(Offered(tuple(one.person for one in asked)))
        for one in asked:
            self.tell(NoticeKind.STAFF_CARD, [one.person], loud=True, waits_for_duty=one.from_ is not None)

    def use_fresh_route(self) -> None:
        """Keep the ranking that this decision was made with."""
        if self.circle.route != self.ticket.route:
            self.record(Routed(self.circle.route))

    @property
    def leaders(self) -> tuple[PersonId, ...]:
        """The grid's leaders, or the first level above where there is none."""
        return self.circle.route.leaders or self.above(0)

    def above(self, level: int) -> tuple[PersonId, ...]:
        """The people `level` levels above the grid (0 = the next); the top one stays the top."""
        levels = self.circle.route.above
        return levels[min(level, len(levels) - 1)] if levels else ()

    def decision(self) -> Decision:
        """Close the draft: whoever holds a card of this ticket gets it renewed."""
        if self.entries:
            self._renew_cards()
        return Decision(self.ticket, tuple(self.entries), tuple(self.notices))

    def _renew_cards(self) -> None:
        told = {(notice.kind, notice.reader) for notice in self.notices if notice.kind in CARDS}
        before = self.before.involved if self.before else ()
        people = [
            one for one in dict.fromkeys((*self.ticket.involved, *before)) if (NoticeKind.STAFF_CARD, one) not in told
        ]
        self.tell(NoticeKind.STAFF_CARD, people, priority=Priority.CARD)
        own = NoticeKind.REPORTER_CARD if self.ticket.private else NoticeKind.GROUP_CARD
        reader = self.ticket.reporter if self.ticket.private else None
        if (own, reader) not in told:
            self.tell(own, [reader], priority=Priority.CARD)


def reopen_ends(ticket: Ticket, policy: Policy) -> datetime | None:
    """Return until when a closed ticket can be reopened."""
    if ticket.closed_at is None:
        return None
    return deadlines.deadline(policy.reopen_within, ticket.closed_at, policy.hours)


def longest_hold(now: datetime, policy: Policy) -> datetime:
    """Return the latest moment until which something may be put on hold."""
    return deadlines.deadline(policy.hold_at_most, now, policy.hours) + timedelta(minutes=1)
