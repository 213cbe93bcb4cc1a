"""A decision in the making: events are applied as they are recorded, notices gather beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tickets import deadlines, routing
from tickets.beyond import Beyond
from tickets.events import SILENT, Entry, Event, Missed, Offered, PassedOn, Routed, Scheduled
from tickets.lane_cards import renew_whistle, tell_over
from tickets.model import Candidate, Photo, Reason, ReasonCode, Route, Status, Ticket
from tickets.notices import CARDS, Notice, NoticeKind, Priority
from tickets.policy import ClassRule, Policy
from tickets.replay import apply
from tickets.roster import PersonId
from tickets.service import DeadlineClass
from tickets.worktime import Quiet


@dataclass(frozen=True)
class Circle:
    """The people around a ticket at this moment, ranked afresh by `tickets.routing`."""

    route: Route = field(default_factory=Route)
    grid_staff: frozenset[PersonId] = frozenset()
    beyond: Beyond = field(default_factory=Beyond)
    """The levels above and the departments: known where the ticket has a whistle, or is getting one."""
    quiet: Mapping[PersonId, Quiet] = field(default_factory=dict)
    """Whoever has quiet hours of their own."""


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
    RATING_OVER = "rating_over"
    NOBODY_ABOVE = "nobody_above"
    WHISTLED = "whistled_already"
    ONLY_HIGHER = "only_higher"
    NEEDS_DEPARTMENT = "needs_department"
    LANE_NOT_NOW = "lane_not_now"
    LANE_SETTLED = "lane_settled"
    LANES_OPEN = "lanes_open"
    NO_DEADLINE = "no_deadline"
    EXTEND_LATE = "extend_late"
    EXTEND_DECIDED = "extend_decided"
    NEEDS_PHOTO = "needs_photo"
    NEEDS_POINTS = "needs_points"
    NEEDS_DATE = "needs_date"
    SAME_AS_WHAT = "same_as_what"
    SEALED = "sealed"


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """The command may not happen. Nothing has changed; `why` and `facts` say what to tell the person."""

    def __init__(self, why: Why, **facts: str) -> None:
        super().__init__(f"{why}: {facts}" if facts else str(why))
        self.why = why
        self.facts = facts


TO_GROUP = frozenset({NoticeKind.GROUP_CARD, NoticeKind.RECEIVED})
"""The only notices that a residents' group ever gets; "nobody" is no group for any other."""

CAN_WAIT = frozenset(
    {
        NoticeKind.STAFF_CARD,
        NoticeKind.PASSED_ON,
        NoticeKind.DECIDE,
        NoticeKind.MISSED,
        NoticeKind.LAPSED,
        NoticeKind.RELIEVED,
        NoticeKind.RECOUNTED,
        NoticeKind.EXTENSION_WANTED,
        NoticeKind.EXTENSION_DECIDED,
        NoticeKind.REVIEW_WANTED,
        NoticeKind.REOPENED,
        NoticeKind.WITHDRAWN,
        NoticeKind.WHISTLE_CARD,
        NoticeKind.LANE_CARD,
        NoticeKind.WHISTLE_NEWS,
        NoticeKind.LANE_NEWS,
        NoticeKind.RATE_LANES,
        NoticeKind.CHECK_WANTED,
    }
)
"""What staff who did not ask for it just now reads after the quiet hours, unless it is of a class that always runs."""


class Drafting:
    """Collects what one command does to one ticket."""

    def __init__(self, ticket: Ticket | None, by: PersonId, now: datetime, policy: Policy, circle: Circle) -> None:
        self._ticket = ticket
        self.before = ticket
        self.by, self.now, self.policy, self.circle = by, now, policy, circle
        self.entries: list[Entry] = []
        self.notices: list[Notice] = []
        self._reminders: set[str] = set()

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
        not_before: datetime | None = None,
        media: tuple[Photo, ...] = (),
    ) -> None:
        """Add a notice for each reader; its cause is this version of this ticket, so that a replay adds nothing."""
        if self.ticket.deadline_class is DeadlineClass.LIFE:
            priority, not_before = Priority.LIFE, None
        for reader in dict.fromkeys(readers):
            if reader is None and kind not in TO_GROUP:
                continue
            cause = f"{self.ticket.id}:{self.ticket.version}:{kind}:{reader or 'group'}"
            heard = kind not in CARDS or loud
            begins = self._not_before(kind, reader, not_before, heard=heard, reminds=priority is Priority.REMINDER)
            notice = Notice(kind, reader, cause, priority, data or {}, loud, begins is not None, begins, media)
            self.notices.append(notice)

    def _not_before(
        self, kind: NoticeKind, reader: PersonId | None, duty: datetime | None, *, heard: bool, reminds: bool
    ) -> datetime | None:
        """Return the later of duty and the end of the reader's quiet hours; None = now.

        A reminder is planned outside the district's quiet hours, but not outside those of everybody.
        """
        own = self.circle.quiet.get(reader or "")
        waits = kind in CAN_WAIT or (reminds and own is not None)
        asleep = waits and heard and not self.rule.always and reader != self.by
        morning = (own or self.policy.quiet).after(self.now) if asleep else self.now
        begins = max(duty or self.now, morning)
        return begins if begins > self.now else None

    def remind(self, kind: NoticeKind, readers: Iterable[PersonId | None], **data: str) -> None:
        """Add a notice that the clock causes."""
        before = len(self.notices)
        self.tell(kind, readers, priority=Priority.REMINDER, data=data)
        self._reminders.update(notice.cause for notice in self.notices[before:])

    def offer(self, people: Iterable[Candidate]) -> None:
        """Ask people to take it; somebody off duty reads it when the duty begins."""
        asked = [one for one in people if one.person not in self.ticket.asked]
        if not asked:
            return
        self.record(Offered(tuple(one.person for one in asked)))
        for one in asked:
            self.tell(NoticeKind.STAFF_CARD, [one.person], loud=True, not_before=one.from_)

    def offer_next(self) -> bool:
        """Ask the best candidate who has not been asked yet; return whether there is one."""
        before = {*self.ticket.offered, *(refusal.person for refusal in self.ticket.refusals)}
        found = routing.next_asked(self.circle.route, frozenset(before))
        if found is None:
            return False
        self.use_fresh_route()
        self.offer([found])
        return True

    def candidate(self, person: PersonId, reason: Reason) -> Candidate:
        """Return how the route sees a person who is asked for another reason than its own."""
        known = next((one for one in self.circle.route.candidates if one.person == person), None)
        if known is None:
            return Candidate(person, "passed_on", self.ticket.grid, 0, (reason,))
        return replace(known, reasons=(reason, *(one for one in known.reasons if one != reason)))

    def use_fresh_route(self, first: Iterable[Candidate] = ()) -> None:
        """Keep the ranking that this decision was made with; `first`: people somebody put before it."""
        ahead = tuple(first)
        named = {one.person for one in ahead}
        ranked = (one for one in self.circle.route.candidates if one.person not in named)
        route = replace(self.circle.route, candidates=(*ahead, *ranked))
        if route != self.ticket.route:
            self.record(Routed(route))

    def seniors(self, apart: Iterable[PersonId | None]) -> tuple[PersonId, ...]:
        """The leaders but those `apart`, or the first level above that has anybody else."""
        without = set(apart)
        groups = (self.circle.route.leaders, *self.circle.route.above)
        found = (tuple(one for one in group if one not in without) for group in groups)
        return next(filter(None, found), ())

    @property
    def leaders(self) -> tuple[PersonId, ...]:
        """The grid's leaders, or the first level above where there is none."""
        return self.circle.route.leaders or self.above(0)

    def above(self, level: int) -> tuple[PersonId, ...]:
        """The people `level` levels above the grid (0 = the next); the top one stays the top."""
        levels = self.circle.route.above
        return levels[min(level, len(levels) - 1)] if levels else ()

    def decision(self) -> Decision:
        """Close the draft: whoever holds a card gets it renewed, nobody is reminded of one thing twice."""
        if self.entries:
            self._ask_who_leads()
            tell_over(self)
            renew_whistle(self)
            self._renew_cards()
        last = {(notice.kind, notice.reader): notice for notice in self.notices}
        self.notices = [
            notice
            for notice in self.notices
            if notice.cause not in self._reminders or last[notice.kind, notice.reader] is notice
        ]
        return Decision(self.ticket, tuple(self.entries), tuple(self.notices))

    def _ask_who_leads(self) -> None:
        """Bring what nobody is asked for any more to whoever leads, also to one who would not have it before."""
        if self.ticket.status is not Status.FILED or self.ticket.asked:
            return
        passed = {one.event.by: one.event.reason for one in self.entries if isinstance(one.event, PassedOn)}
        lost = {one.event.person for one in self.entries if isinstance(one.event, Missed)}
        refused = {*lost, *(person for person, reason in passed.items() if reason != SILENT)}
        # Somebody else first; then who gives it away; then who was only silent.
        apart = ({*refused, *passed, self.by}, {*refused, *passed}, refused)
        people = next(filter(None, map(self.seniors, apart)), ())
        chosen = [self.candidate(one, Reason(ReasonCode.LAST_RESORT)) for one in people]
        if chosen:
            self.use_fresh_route(chosen)
            self.offer(chosen)

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
