"""A ticket and everything it holds: frozen dataclasses, changed only by `tickets.replay.apply`."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tickets.lane import Lane, Whistle
from tickets.outcome import Rating, Rest, Source
from tickets.parts import Consult, Extension, Question, Refusal, Remark, Result
from tickets.parts import Photo as Photo
from tickets.policy import Reviewer, Rung
from tickets.roster import AreaCode, PersonId
from tickets.service import Danger, DeadlineClass, Terms

GONE: PersonId = "gone"
"""Who reported a ticket whose reporter wished to be forgotten: nobody in particular, who cannot be written to."""


class Status(StrEnum):
    """Where a ticket stands in the five steps: file, handle, feed back, review, close."""

    FILED = "filed"
    HANDLING = "handling"
    WAITING = "waiting"
    ON_HOLD = "on_hold"
    FED_BACK = "fed_back"
    CONFIRMED = "confirmed"
    REVIEWED = "reviewed"
    RESTING = "resting"
    CLOSED = "closed"


class Ending(StrEnum):
    """How a ticket ended, honestly."""

    SOLVED = "solved"
    EXPLAINED = "explained"
    HANDED_OVER = "handed_over"
    SHELVED = "shelved"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    NOT_A_REQUEST = "not_a_request"


class Clock(StrEnum):
    """What a pending step counts: each status has its own clocks."""

    TAKE = "take"
    DONE = "done"
    PAUSE = "pause"
    REVIEW = "review"
    CONFIRM = "confirm"
    WHISTLE = "whistle"
    REPORT = "report"
    LANE = "lane"
    REST = "rest"


@dataclass(frozen=True)
class Step:
    """One step of the ladder, copied into the ticket when its clock starts. `id` is unique within the ticket."""

    id: str
    clock: Clock
    rung: Rung
    due: datetime
    level: int = 0
    """For `above`: how many levels above the grid it reaches (0 = the next one)."""

    lane: int | None = None
    """The department's lane that it is about, by its place."""


class ReasonCode(StrEnum):
    """Why somebody was chosen, or was not. The wording is in `messages/`."""

    ROLE = "role"
    SKILL = "skill"
    OWNS_PLACE = "owns_place"
    ON_DUTY = "on_duty"
    CALLED_OFF_DUTY = "called_off_duty"
    NEXT_DUTY = "next_duty"
    LOAD = "load"
    NEIGHBOUR = "neighbour"
    LEVEL_ABOVE = "level_above"
    DEPARTMENT = "department"
    ELSEWHERE = "elsewhere"
    FOUND = "found"
    NO_SPECIALIST = "no_specialist"
    LAST_RESORT = "last_resort"
    PASSED_ON = "passed_on"
    NOT_JOINED = "not_joined"
    BLOCKED = "blocked"
    ON_LEAVE = "on_leave"
    OFF_DUTY = "off_duty"
    IS_REPORTER = "is_reporter"
    REFUSED = "refused"


@dataclass(frozen=True)
class Reason:
    """A reason and its value: a place, a number of tickets, an area's name, a time (ISO 8601)."""

    code: ReasonCode
    value: str = ""


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be asked, with the reasons. `stage` is the place in the route, `key` the role or skill."""

    person: PersonId
    key: str
    area: AreaCode
    stage: int
    reasons: tuple[Reason, ...]
    from_: datetime | None = None
    """When the person is on duty next; None = can be written to now."""


@dataclass(frozen=True)
class PassedOver:
    """Somebody who fits but was not chosen, and why."""

    person: PersonId
    key: str
    reason: Reason


@dataclass(frozen=True)
class Route:
    """The people around a ticket at one moment: who can be asked in which order, and whom it climbs to."""

    candidates: tuple[Candidate, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    leaders: tuple[PersonId, ...] = ()
    above: tuple[tuple[PersonId, ...], ...] = ()
    """Per level, from the one above the grid to the top; levels without anybody reachable are left out."""

    missing: tuple[str, ...] = ()
    """Skills the route asks for that nobody can be found for."""


@dataclass(frozen=True)
class Said:
    """Words (and photos) of a resident, where and when they were said."""

    text: str
    at: datetime
    chat: int
    message: int
    media: tuple[Photo, ...] = ()
    album: str = ""
    """What Telegram calls the album that this is a part of."""

    thread: int | None = None
    """The topic of a forum group in which it was said."""


@dataclass(frozen=True)
class Joined:
    """A neighbour who reported the same matter. `said` has no words where they only say "me too"."""

    person: PersonId
    home: str
    """What counts as one: the household where it is known (the reporter's own is the reporter), else the person."""

    said: Said
    language: str = ""


@dataclass(frozen=True)
class Place:
    """A place as it was written, and the area that owns it where the district knows."""

    span: str
    area: AreaCode | None = None


@dataclass(frozen=True)
class Hold:
    """A pause with its reason and its end."""

    reason: str
    since: datetime
    until: datetime
    paused: tuple[Step, ...] = ()
    """The steps of the `done` clock that wait until the pause is over."""


@dataclass(frozen=True)
class Ticket:
    """One matter from filing to closing. `version` counts changes; writes compare and swap on it."""

    id: int
    version: int
    status: Status
    grid: AreaCode
    service: str
    deadline_class: DeadlineClass
    private: bool
    reporter: PersonId
    reporter_name: str
    reporter_language: str
    summary: str
    said: tuple[Said, ...]
    filed_at: datetime
    review: Reviewer
    danger: Danger | None = None
    places: tuple[Place, ...] = ()
    people: tuple[str, ...] = ()
    on_behalf: str = ""
    """Whom the reporter speaks for, as it was written; empty = for himself."""

    model: str = ""
    """The version of what was learned that understood it; empty = the rules alone, or an older ticket."""

    route: Route = field(default_factory=Route)
    offered: tuple[PersonId, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    handler: PersonId | None = None
    taken_at: datetime | None = None
    questions: tuple[Question, ...] = ()
    told: tuple[Remark, ...] = ()
    consults: tuple[Consult, ...] = ()
    hold: Hold | None = None
    extension: Extension | None = None
    results: tuple[Result, ...] = ()
    sent_back: str = ""
    reviewers: tuple[PersonId, ...] = ()
    reviewed_by: PersonId | None = None
    confirmed_at: datetime | None = None
    reopened: int = 0
    take_by: datetime | None = None
    done_by: datetime | None = None
    steps: tuple[Step, ...] = ()
    step_count: int = 0
    ending: Ending | None = None
    missed: tuple[PersonId, ...] = ()
    """People this ticket could not be brought to; each is told of once, until they act again."""

    unanswered: bool = False
    """Closed because the resident did not answer in time."""

    closed_at: datetime | None = None
    rating: Rating | None = None
    joined: tuple[Joined, ...] = ()
    """Neighbours with the same matter, one line for each thing that they said."""

    earlier: tuple[int, ...] = ()
    """The tickets of the same spot and service before this one, newest first."""

    standing: bool = False
    """The spot gives no peace: so many of the earlier ones were closed in a short while."""

    whistle: Whistle | None = None
    lanes: tuple[Lane, ...] = ()
    """What departments were called for; a lane keeps its place."""

    interim: Remark | None = None
    """How one makes do until a decision comes."""
    rule: str = ""
    """The times of its class when its clocks began, as `ClassRule` writes them; empty = an older ticket."""

    calendar: str = ""
    """What its deadlines were counted by when they were counted anew; empty = they never were."""
    terms: Terms = field(default_factory=Terms)
    hidden: bool = False
    """The reporter does not want to be known; who may know all the same is `tickets.visibility`'s."""

    source: Source | None = None
    rest: Rest | None = None
    same_as: int | None = None
    """Closed as a duplicate of that ticket."""

    @property
    def open(self) -> bool:
        """Whether the matter is not closed."""
        return self.status is not Status.CLOSED

    @property
    def own(self) -> bool:
        """Whether whoever has it found it himself."""
        return self.handler is not None and self.handler == self.reporter

    @property
    def next_due(self) -> datetime | None:
        """When the next step of the ladder is due."""
        return min((step.due for step in self.steps), default=None)

    @property
    def origin(self) -> Said:
        """The message that opened the ticket."""
        return self.said[0]

    @property
    def question(self) -> Question | None:
        """The question that waits for the resident's answer."""
        return next((asked for asked in reversed(self.questions) if asked.answer is None), None)

    @property
    def result(self) -> Result | None:
        """What was done last."""
        return self.results[-1] if self.results else None

    @property
    def asked(self) -> tuple[PersonId, ...]:
        """Who has been asked to take it and has not passed it on."""
        gone = {refusal.person for refusal in self.refusals}
        return tuple(person for person in self.offered if person not in gone)

    @property
    def households(self) -> int:
        """How many households reported it, the reporter's among them."""
        return len({self.reporter, *(one.home for one in self.joined)})

    @property
    def neighbours(self) -> tuple[PersonId, ...]:
        """Who joined it, each once."""
        return tuple(dict.fromkeys(one.person for one in self.joined))

    @property
    def last_said_at(self) -> datetime:
        """When somebody spoke of it last."""
        return max(said.at for said in (*self.said, *(one.said for one in self.joined)))

    @property
    def concerned(self) -> tuple[PersonId, ...]:
        """Staff who see what the resident sends: who has it, reviews it or advises; before that, who is asked."""
        if not self.open:
            return ()
        holders = (self.handler, *self.reviewers) if self.handler is not None else self.asked
        people = (*holders, *(consult.person for consult in self.consults))
        return tuple(dict.fromkeys(person for person in people if person is not None))

    @property
    def parcels(self) -> tuple[tuple[Said, ...], ...]:
        """What the resident (or a neighbour) sent besides words, one album or one message each."""
        found: dict[tuple[int, str], list[Said]] = {}
        for said in (*self.said, *(one.said for one in self.joined)):
            if said.media:
                found.setdefault((said.chat, said.album or f"message {said.message}"), []).append(said)
        return tuple(tuple(parts) for parts in found.values())

    @property
    def involved(self) -> tuple[PersonId, ...]:
        """Staff who hold a card of this ticket, each once."""
        people = (*self.offered, self.handler, *self.reviewers, *(consult.person for consult in self.consults))
        return tuple(dict.fromkeys(person for person in people if person is not None))
