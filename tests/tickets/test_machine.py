"""Random people do random things at random hours; what must always hold is checked after every step."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.tickets.watched import Watched
from tests.tickets.world import G1, G3, NAMES, POLICY, RESIDENT, Case, at
from tickets.commands import (
    TIMER,
    Add,
    Advise,
    Answer,
    Approve,
    Ask,
    Climb,
    Confirm,
    ConsultWith,
    Deny,
    Dispute,
    Extend,
    Finish,
    Grant,
    Hide,
    Join,
    Merge,
    PassOn,
    PutOnHold,
    Rate,
    Recount,
    Reject,
    Relieve,
    Resume,
    SendBack,
    Take,
    Tell,
    Withdraw,
)
from tickets.model import Ending, Photo, Said, Status
from tickets.outcome import Mark
from tickets.recounting import farthest
from tickets.service import Danger, DeadlineClass, Point, Proof, Terms
from tickets.transitions import doers
from tickets.worktime import Span, WeeklyHours

RULES = settings(
    max_examples=150,
    stateful_step_count=40,
    suppress_health_check=[HealthCheck.too_slow],  # it measures how busy the machine is
)
"""How many lives of a ticket are played, and at most how many steps each; `make prove` plays more."""

ROUTES = (
    "worker",
    "doctor+worker",
    "worker, mediator",
    "police+worker+leader",
    "supervisor",
    "lawyer",
    "teacher, worker",
    "leader, lawyer",
    "worker+leader+police",
)
people = st.sampled_from((*NAMES, RESIDENT, "stranger", TIMER))
staff = st.sampled_from(NAMES)
words = st.sampled_from(("", "  ", "好了", "还差一盏灯"))
jumps = st.one_of(
    st.integers(0, 120).map(lambda n: timedelta(seconds=n)),
    st.integers(1, 600).map(lambda n: timedelta(minutes=n)),
    st.integers(1, 96).map(lambda n: timedelta(hours=n)),
    st.integers(1, 40).map(lambda n: timedelta(days=n)),
)
calendars = st.sampled_from(
    tuple(map(WeeklyHours.parse, ("Mon-Sun 00:00-24:00", "Mon-Fri 13:00-17:00", "Sat,Sun 09:00-12:00")))
)
spans = st.sampled_from((None, Span.parse("2d"), Span.parse("21d"), Span.parse("900d")))
terms = st.builds(
    Terms,
    st.builds(Proof, st.booleans(), st.sampled_from(((), (Point("signs", ("灯",)),)))),
    st.sampled_from((None, Span.parse("10d"))),
)
starts = st.integers(0, 7 * 24 * 60).map(lambda n: at("2026-11-23 00:00") + timedelta(minutes=n))


class Life(Watched):
    """The life of one ticket."""

    @initialize(
        start=starts,
        route=st.sampled_from(ROUTES),
        kind=st.sampled_from(DeadlineClass),
        private=st.booleans(),
        danger=st.sampled_from((None, *Danger)),
        reporter=st.sampled_from((RESIDENT, "xu", "wang", "boss")),
        grid=st.sampled_from((G1, G3)),
        unreachable=st.frozensets(staff, max_size=len(NAMES)),
        terms=terms,
        hidden=st.booleans(),
    )
    def file(self, start: datetime, **what: Any) -> None:
        self.messages = 100
        self.begin(Case(start, **what))

    def say(self, text: str) -> Said:
        self.messages += 1
        return Said(text, self.case.now, -1001, self.messages)

    @rule(by=people)
    def take(self, by: str) -> None:
        self.attempt(Take(by))

    @rule(by=people, reason=words, to=st.one_of(st.none(), staff))
    def pass_on(self, by: str, reason: str, to: str | None) -> None:
        self.attempt(PassOn(by, reason, to))

    @rule(by=people, text=words)
    def ask(self, by: str, text: str) -> None:
        self.attempt(Ask(by, text))

    @rule(by=people, text=words, photo=st.booleans(), aloud=st.booleans())
    def tell(self, by: str, text: str, photo: bool, aloud: bool) -> None:
        self.attempt(Tell(by, text, (Photo("abc"),) if photo else (), aloud))

    @rule(late=st.booleans(), text=words)
    def reporter_speaks(self, late: bool, text: str) -> None:
        by, said = self.case.ticket.reporter, self.say(text)
        self.attempt(Answer(by, said) if late else Add(by, said))

    @rule(text=words)
    def reporter_edits(self, text: str) -> None:
        self.attempt(Add(self.case.ticket.reporter, Said(text, self.case.now, -1001, 77), summary=text or None))

    @rule(by=st.sampled_from(("tg10031", "tg10032", "tg10033")), home=st.sampled_from(("one", "two")), text=words)
    def neighbour_joins(self, by: str, home: str, text: str) -> None:
        before = self.case.ticket
        self.attempt(Join(by, home, self.say(text)))
        ticket = self.case.ticket
        assert (len(ticket.joined) > len(before.joined)) is (before.open and not before.private)
        assert before.status is ticket.status, "a neighbour moves nothing"
        assert before.steps == ticket.steps, "and no clock"
        assert ticket.households == len({ticket.reporter, *(one.home for one in ticket.joined)})

    @rule(by=st.one_of(people, st.just("tg10031")), said=words)
    def somebody_else_judges(self, by: str, said: str) -> None:
        before = self.case.ticket
        if by != before.reporter:
            self.attempt(Confirm(by))
            self.attempt(Dispute(by, said))
            assert self.case.ticket is before, "only the reporter says yes or no"

    @rule(by=people, person=staff, text=words)
    def consult(self, by: str, person: str, text: str) -> None:
        self.attempt(ConsultWith(by, person, text))

    @rule(by=people, text=words)
    def advise(self, by: str, text: str) -> None:
        self.attempt(Advise(by, text))

    @rule(by=people, reason=words, span=jumps)
    def hold(self, by: str, reason: str, span: timedelta) -> None:
        self.attempt(PutOnHold(by, reason, self.case.now + span))

    @rule(by=people, days=st.integers(1, 40), reason=words)
    def extend(self, by: str, days: int, reason: str) -> None:
        before = self.case.ticket
        self.attempt(Extend(by, Span.parse(f"{days}d"), reason))
        ticket = self.case.ticket
        if ticket.done_by != before.done_by:
            assert by != before.handler or ticket.extension, "nobody gives himself more time while somebody leads"

    @rule(by=people, yes=st.booleans())
    def decide_on_more_time(self, by: str, yes: bool) -> None:
        before = self.case.ticket
        self.attempt(Grant(by) if yes else Deny(by))
        ticket = self.case.ticket
        if ticket is not before:
            assert before.extension is not None
            assert by not in (before.handler, before.extension.by)
            assert ticket.done_by == (before.extension.until if yes else before.done_by)

    @rule(by=people)
    def resume(self, by: str) -> None:
        self.attempt(Resume(by))

    @rule(
        by=people,
        text=words,
        photo=st.booleans(),
        ending=st.one_of(st.none(), st.sampled_from(Ending)),
        until=st.one_of(st.none(), jumps),
        again=spans,
    )
    def finish(
        self, by: str, text: str, photo: bool, ending: Ending | None, until: timedelta | None, again: Span | None
    ) -> None:
        before = self.case.ticket
        day = self.case.now + until if until is not None else None
        self.attempt(Finish(by, text, (Photo("abc"),) if photo else (), ending, day, again))
        ticket = self.case.ticket
        if len(ticket.results) > len(before.results):
            assert ticket.ending is not Ending.SHELVED or day is not None
            if ticket.ending is Ending.SOLVED:
                assert ticket.terms.proof.lacks(text, photo) == (False, ())

    @rule(by=people, into=st.integers(1, 3))
    def merge(self, by: str, into: int) -> None:
        self.attempt(Merge(by, into))
        assert self.case.ticket.same_as != self.case.ticket.id

    @rule(by=st.one_of(people, st.just(RESIDENT)))
    def hide(self, by: str) -> None:
        before = self.case.ticket
        self.attempt(Hide(by))
        assert self.case.ticket.hidden is (before.hidden or (by == before.reporter and before.open))
        assert self.case.ticket.private or not self.case.ticket.hidden

    @rule(by=people)
    def approve(self, by: str) -> None:
        did = doers(self.case.ticket)
        self.attempt(Approve(by))
        assert self.case.ticket.reviewed_by is None or self.case.ticket.reviewed_by not in did

    @rule(by=people, text=words)
    def send_back(self, by: str, text: str) -> None:
        self.attempt(SendBack(by, text))

    @rule()
    def confirm(self) -> None:
        self.attempt(Confirm(self.case.ticket.reporter))

    @rule(text=words)
    def dispute(self, text: str) -> None:
        self.attempt(Dispute(self.case.ticket.reporter, text))

    @rule(mark=st.sampled_from(Mark))
    def rate(self, mark: Mark) -> None:
        self.attempt(Rate(self.case.ticket.reporter, mark))

    @precondition(lambda self: self.case.ticket.version > 12)
    @rule(by=people)
    def end_it(self, by: str) -> None:
        self.attempt(Withdraw(by) if by == self.case.ticket.reporter else Reject(by))

    @rule(span=jumps)
    def time_passes(self, span: timedelta) -> None:
        """The bot is up: it ticks at every due moment."""
        end = self.case.now + span
        while self.case.ticket.open and (due := self.case.ticket.next_due) is not None and due <= end:
            self.case.now = max(self.case.now, due.astimezone(end.tzinfo))
            before = self.case.ticket.version
            self.attempt(Climb())
            assert self.case.ticket.version > before, "a due step leads on"
        self.case.now = end

    @rule(span=jumps)
    def bot_is_down(self, span: timedelta) -> None:
        """The bot stands still; then it ticks once, and once more for nothing."""
        self.case.now += span
        if not self.case.ticket.open:
            return
        self.attempt(Climb())
        if self.case.ticket.open:
            again = self.case.do(Climb())
            assert (again.entries, again.notices) == ((), ())

    @rule(unreachable=st.frozensets(staff, max_size=len(NAMES)), loads=st.dictionaries(staff, st.integers(0, 9)))
    def people_come_and_go(self, unreachable: frozenset[str], loads: dict[str, int]) -> None:
        self.case.unreachable, self.case.loads = unreachable, loads

    @rule(person=staff)
    def somebody_is_gone(self, person: str) -> None:
        before = self.case.ticket
        self.attempt(Relieve(person, TIMER))
        ticket = self.case.ticket
        if before.status in (Status.FILED, Status.HANDLING, Status.WAITING, Status.ON_HOLD):
            assert person != ticket.handler
            assert person not in ticket.asked, "nothing stays in the hands of somebody who is gone"
            assert (ticket is before) is (person not in (before.handler, *before.asked))

    @rule(before=calendars, change=st.integers(0, 3))
    def the_calendar_changes(self, before: WeeklyHours, change: int) -> None:
        ticket, always = self.case.ticket, POLICY.classes[self.case.ticket.deadline_class].always
        self.attempt(Recount(before, str(change)))
        again = self.case.ticket
        self.attempt(Recount(before, str(change)))
        assert self.case.ticket is again, "each change counts once"
        if always:
            assert (again.take_by, again.done_by, again.steps) == (ticket.take_by, ticket.done_by, ticket.steps)
        assert [step.id for step in sorted(again.steps, key=lambda one: one.id)] == [
            step.id for step in sorted(ticket.steps, key=lambda one: one.id)
        ]

    @rule(span=jumps)
    def the_clock_goes_back(self, span: timedelta) -> None:
        self.case.now -= span
        self.mended()

    @rule(years=st.integers(1, 30), ticks=st.booleans())
    def the_clock_was_years_ahead(self, years: int, ticks: bool) -> None:
        right, self.case.now = self.case.now, self.case.now + timedelta(days=365 * years)
        if ticks and self.case.ticket.open:
            self.attempt(Climb())
        self.case.now = right
        self.mended()

    def mended(self) -> None:
        if self.case.ticket.open:
            self.attempt(Recount())
            due = self.case.ticket.next_due
            assert due is not None
            assert due <= farthest(self.case.now, POLICY, self.case.ticket.status), "nothing waits for another century"


Life.TestCase.settings = RULES
TestLife = pytest.mark.usefixtures("unmeasured")(Life.TestCase)
