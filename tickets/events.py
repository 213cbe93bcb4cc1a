"""What can happen to a ticket. The journal keeps these; `tickets.replay` makes the ticket out of them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from tickets.lane_events import CalledIn, GivenBack, LaneMoved, MadeDo, Upgraded, Whistled, WhistledOn
from tickets.model import Ending, Hold, Joined, Photo, Place, Route, Said, Step
from tickets.outcome import Mark, Rest, Source
from tickets.parts import Consult, Extension, Question, Remark, Result
from tickets.policy import Reviewer
from tickets.roster import AreaCode, PersonId
from tickets.service import Danger, DeadlineClass, Terms

LEFT = "left"
"""The reason kept for somebody who is no longer among the district's people."""

UNREACHABLE = "unreachable"
"""The reason kept for somebody who was asked and cannot be written to."""

SILENT = "silent"
"""The reason kept for somebody who no longer has a ticket: it was due, and nothing was heard of it since."""


@dataclass(frozen=True)
class Filed:
    """A ticket was opened."""

    number: int
    grid: AreaCode
    service: str
    deadline_class: DeadlineClass
    private: bool
    danger: Danger | None
    reporter: PersonId
    reporter_name: str
    reporter_language: str
    summary: str
    said: Said
    places: tuple[Place, ...]
    people: tuple[str, ...]
    review: Reviewer
    on_behalf: str = ""
    model: str = ""
    earlier: tuple[int, ...] = ()
    standing: bool = False
    rule: str = ""
    terms: Terms = field(default_factory=Terms)
    hidden: bool = False
    source: Source | None = None
    kind: Literal["filed"] = "filed"


@dataclass(frozen=True)
class Routed:
    """The list of candidates was made, each with reasons."""

    route: Route
    kind: Literal["routed"] = "routed"


@dataclass(frozen=True)
class Offered:
    """These people were asked to take it (in addition to those asked before)."""

    people: tuple[PersonId, ...]
    kind: Literal["offered"] = "offered"


@dataclass(frozen=True)
class Taken:
    """Somebody took it."""

    by: PersonId
    kind: Literal["taken"] = "taken"


@dataclass(frozen=True)
class PassedOn:
    """Somebody refused it or gave it on."""

    by: PersonId
    reason: str
    kind: Literal["passed_on"] = "passed_on"


@dataclass(frozen=True)
class Missed:
    """Telegram did not deliver to somebody who had been asked, or who handles it."""

    person: PersonId
    kind: Literal["missed"] = "missed"


@dataclass(frozen=True)
class Asked:
    """The handler asked the resident."""

    question: Question
    kind: Literal["asked"] = "asked"


@dataclass(frozen=True)
class Told:
    """The resident was told something while the matter goes on."""

    remark: Remark
    kind: Literal["told"] = "told"


@dataclass(frozen=True)
class Answered:
    """The resident answered."""

    said: Said
    kind: Literal["answered"] = "answered"


@dataclass(frozen=True)
class Added:
    """The resident added words or photos, or edited an earlier message."""

    said: Said
    summary: str | None
    places: tuple[Place, ...]
    kind: Literal["added"] = "added"


@dataclass(frozen=True)
class NeighbourJoined:
    """A neighbour reported the same matter, or said more about it."""

    joined: Joined
    places: tuple[Place, ...] = ()
    kind: Literal["joined"] = "joined"


@dataclass(frozen=True)
class Consulted:
    """A specialist was asked for advice."""

    consult: Consult
    kind: Literal["consulted"] = "consulted"


@dataclass(frozen=True)
class Advised:
    """A specialist gave advice."""

    by: PersonId
    words: str
    media: tuple[Photo, ...] = ()
    kind: Literal["advised"] = "advised"


@dataclass(frozen=True)
class Paused:
    """The clock stands still; `waiting` = for the resident's answer."""

    hold: Hold
    waiting: bool
    kind: Literal["paused"] = "paused"


@dataclass(frozen=True)
class Resumed:
    """The clock goes on."""

    kind: Literal["resumed"] = "resumed"


@dataclass(frozen=True)
class MoreTimeAsked:
    """The handler asked for more time."""

    extension: Extension
    kind: Literal["more_time_asked"] = "more_time_asked"


@dataclass(frozen=True)
class MoreTimeGiven:
    """Whoever leads gave it."""

    by: PersonId
    kind: Literal["more_time_given"] = "more_time_given"


@dataclass(frozen=True)
class MoreTimeDenied:
    """Whoever leads did not."""

    by: PersonId
    kind: Literal["more_time_denied"] = "more_time_denied"


@dataclass(frozen=True)
class Finished:
    """The handler says what was done."""

    result: Result
    ending: Ending
    reviewers: tuple[PersonId, ...]
    kind: Literal["finished"] = "finished"


@dataclass(frozen=True)
class Approved:
    """The review is good; `by` None = the class is reviewed by the resident's own yes."""

    by: PersonId | None
    kind: Literal["approved"] = "approved"


@dataclass(frozen=True)
class SentBack:
    """The review is not good; `words` say what is missing."""

    by: PersonId
    words: str
    kind: Literal["sent_back"] = "sent_back"


@dataclass(frozen=True)
class Confirmed:
    """The resident says that it is solved."""

    kind: Literal["confirmed"] = "confirmed"


@dataclass(frozen=True)
class Disputed:
    """The resident says that it is not."""

    words: str
    kind: Literal["disputed"] = "disputed"


@dataclass(frozen=True)
class Closed:
    """The end. `unanswered` = because the resident did not answer in time."""

    ending: Ending
    unanswered: bool = False
    same_as: int | None = None
    kind: Literal["closed"] = "closed"


@dataclass(frozen=True)
class Rested:
    """Over for now, and looked at again on a day; or (`rest.asked`) that day has come."""

    rest: Rest
    unanswered: bool = False
    kind: Literal["rested"] = "rested"


@dataclass(frozen=True)
class Hidden:
    """The reporter shall not be known."""

    kind: Literal["hidden"] = "hidden"


@dataclass(frozen=True)
class Looked:
    """A member of staff who does not have it opened it. Changes nothing."""

    kind: Literal["looked"] = "looked"


@dataclass(frozen=True)
class Corrected:
    """Staff say which service it is."""

    service: str
    deadline_class: DeadlineClass
    private: bool
    danger: Danger | None
    review: Reviewer
    rule: str = ""
    terms: Terms = field(default_factory=Terms)
    kind: Literal["corrected"] = "corrected"


@dataclass(frozen=True)
class Rated:
    """The resident says how content he is."""

    mark: Mark
    kind: Literal["rated"] = "rated"


@dataclass(frozen=True)
class Adopted:
    """The reporter has joined the staff: the same person by another id."""

    reporter: PersonId
    kind: Literal["adopted"] = "adopted"


@dataclass(frozen=True)
class Forgotten:
    """The reporter wished to be forgotten: everything before this was written anew, without words and names."""

    kind: Literal["forgotten"] = "forgotten"


@dataclass(frozen=True)
class Recounted:
    """The deadlines are counted by another calendar now."""

    calendar: str
    kind: Literal["recounted"] = "recounted"


@dataclass(frozen=True)
class Climbed:
    """A step of the ladder happened."""

    step: Step
    kind: Literal["climbed"] = "climbed"


@dataclass(frozen=True)
class Scheduled:
    """The pending steps and the deadlines as they are now."""

    steps: tuple[Step, ...]
    step_count: int
    take_by: datetime | None
    done_by: datetime | None
    kind: Literal["scheduled"] = "scheduled"


Event = (
    Filed
    | Routed
    | Offered
    | Taken
    | PassedOn
    | Missed
    | Asked
    | Told
    | Answered
    | Added
    | NeighbourJoined
    | Consulted
    | Advised
    | Paused
    | Resumed
    | MoreTimeAsked
    | MoreTimeGiven
    | MoreTimeDenied
    | Finished
    | Approved
    | SentBack
    | Confirmed
    | Disputed
    | Closed
    | Rested
    | Hidden
    | Looked
    | Corrected
    | Rated
    | Whistled
    | WhistledOn
    | GivenBack
    | CalledIn
    | LaneMoved
    | Upgraded
    | MadeDo
    | Adopted
    | Forgotten
    | Recounted
    | Climbed
    | Scheduled
)


@dataclass(frozen=True)
class Entry:
    """A line of the journal: what happened, when, by whom."""

    at: datetime
    by: PersonId
    event: Event
