"""What happened to a ticket. The journal keeps these; `replay` rebuilds the ticket from them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from tickets.model import (
    Consult,
    Ending,
    Hold,
    Mark,
    Photo,
    Place,
    Question,
    Rating,
    Refusal,
    Remark,
    Result,
    Route,
    Said,
    Status,
    Step,
    Ticket,
)
from tickets.policy import Reviewer
from tickets.roster import AreaCode, PersonId
from tickets.service import Danger, DeadlineClass

UNREACHABLE = "unreachable"
"""The reason kept for somebody who was asked and cannot be written to."""


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
    kind: Literal["closed"] = "closed"


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
    | Consulted
    | Advised
    | Paused
    | Resumed
    | Finished
    | Approved
    | SentBack
    | Confirmed
    | Disputed
    | Closed
    | Rated
    | Adopted
    | Forgotten
    | Climbed
    | Scheduled
)


@dataclass(frozen=True)
class Entry:
    """A line of the journal: what happened, when, by whom."""

    at: datetime
    by: PersonId
    event: Event


def replay(entries: Iterable[Entry]) -> Ticket:
    """Rebuild a ticket from its journal; the first entry must be its filing."""
    ticket: Ticket | None = None
    for entry in entries:
        ticket = apply(ticket, entry)
    if ticket is None:
        raise ValueError("a journal without entries rebuilds no ticket")
    return ticket


def apply(ticket: Ticket | None, entry: Entry) -> Ticket:
    """Return the ticket after `entry`. Each entry counts one version."""
    event = entry.event
    if isinstance(event, Filed):
        return _opened(event, entry.at)
    if ticket is None:
        raise ValueError(f"the journal begins with {event.kind!r}, not with the filing")
    changed = _changed(ticket, entry)
    missed = tuple(person for person in changed.missed if person != entry.by)  # whoever acts can be reached again
    return replace(changed, version=ticket.version + 1, missed=missed)


def _opened(event: Filed, at: datetime) -> Ticket:
    return Ticket(
        id=event.number,
        version=1,
        status=Status.FILED,
        grid=event.grid,
        service=event.service,
        deadline_class=event.deadline_class,
        private=event.private,
        danger=event.danger,
        reporter=event.reporter,
        reporter_name=event.reporter_name,
        reporter_language=event.reporter_language,
        summary=event.summary,
        said=(event.said,),
        places=event.places,
        people=event.people,
        on_behalf=event.on_behalf,
        review=event.review,
        filed_at=at,
    )


def _changed(ticket: Ticket, entry: Entry) -> Ticket:
    event = entry.event
    match event:
        case Routed(route):
            return replace(ticket, route=route)
        case Offered(people):
            # whoever is asked again, because somebody named him, is asked anew
            refusals = tuple(one for one in ticket.refusals if one.person not in people)
            return replace(ticket, offered=tuple(dict.fromkeys((*ticket.offered, *people))), refusals=refusals)
        case Taken(by):
            return replace(ticket, status=Status.HANDLING, handler=by, taken_at=entry.at)
        case PassedOn(by, reason):
            refusals = ticket.refusals
            if by == ticket.handler or by in ticket.offered:  # a leader who only says who shall do it refuses nothing
                refusals = (*refusals, Refusal(by, reason, entry.by))
            return replace(ticket, status=Status.FILED, handler=None, taken_at=None, hold=None, refusals=refusals)
        case Missed(person):
            missed = (*ticket.missed, person)
            if person == ticket.handler:  # work may go on by other ways: it is the leader who decides
                return replace(ticket, missed=missed)
            refusals = (*ticket.refusals, Refusal(person, UNREACHABLE, entry.by))
            return replace(ticket, missed=missed, refusals=refusals)
        case Asked(question):
            return replace(ticket, questions=(*ticket.questions, question))
        case Told(remark):
            return replace(ticket, told=(*ticket.told, remark))
        case Answered(said):
            asked = tuple(one if one.answer is not None else replace(one, answer=said.text) for one in ticket.questions)
            return replace(ticket, questions=asked, said=(*ticket.said, said))
        case Added(said, summary, places):
            return replace(
                ticket,
                said=_merged(ticket.said, said),
                summary=summary or ticket.summary,
                places=tuple(dict.fromkeys((*ticket.places, *places))),
            )
        case Consulted(consult):
            return replace(ticket, consults=(*ticket.consults, consult))
        case Advised(by, words, media):
            answered = tuple(
                replace(one, answer=words, media=media) if one.person == by and one.answer is None else one
                for one in ticket.consults
            )
            return replace(ticket, consults=answered)
        case Paused(hold, waiting):
            return replace(ticket, status=Status.WAITING if waiting else Status.ON_HOLD, hold=hold)
        case Resumed():
            return replace(ticket, status=Status.HANDLING, hold=None)
        case Finished(result, ending, reviewers):
            return replace(
                ticket,
                status=Status.FED_BACK,
                results=(*ticket.results, result),
                ending=ending,
                reviewers=reviewers,
                sent_back="",
                hold=None,
            )
        case Approved(by):
            return replace(ticket, status=Status.REVIEWED, reviewed_by=by)
        case SentBack(_, words):
            return replace(
                ticket, status=Status.HANDLING, sent_back=words, reviewed_by=None, confirmed_at=None, ending=None
            )
        case Confirmed():
            return replace(ticket, status=Status.CONFIRMED, confirmed_at=entry.at)
        case Disputed():
            return replace(
                ticket,
                status=Status.HANDLING,
                reopened=ticket.reopened + 1,
                reviewed_by=None,
                confirmed_at=None,
                closed_at=None,
                ending=None,
                unanswered=False,
                rating=None,
            )
        case Closed(ending, unanswered):
            return replace(
                ticket, status=Status.CLOSED, ending=ending, unanswered=unanswered, closed_at=entry.at, hold=None
            )
        case Rated(mark):
            return replace(ticket, rating=Rating(mark, entry.at))
        case Adopted(reporter):
            return replace(ticket, reporter=reporter)
        case Forgotten():
            return ticket
        case Climbed(step):
            return replace(ticket, steps=tuple(one for one in ticket.steps if one.id != step.id))
        case Scheduled(steps, count, take_by, done_by):
            return replace(ticket, steps=steps, step_count=count, take_by=take_by, done_by=done_by)
        case Filed():
            raise ValueError("a ticket is filed once")
    assert_never(event)


def _merged(said: tuple[Said, ...], new: Said) -> tuple[Said, ...]:
    """Put an edited message in place of its earlier wording, else at the end."""
    if any((old.chat, old.message) == (new.chat, new.message) for old in said):
        return tuple(
            replace(old, text=new.text, media=new.media or old.media)
            if (old.chat, old.message) == (new.chat, new.message)
            else old
            for old in said
        )
    return (*said, new)
