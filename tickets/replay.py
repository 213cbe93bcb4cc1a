"""From a journal to its ticket: what each event changes. Everything a ticket holds comes from here."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from tickets.events import (
    UNREACHABLE,
    Added,
    Adopted,
    Advised,
    Answered,
    Approved,
    Asked,
    Climbed,
    Closed,
    Confirmed,
    Consulted,
    Corrected,
    Disputed,
    Entry,
    Filed,
    Finished,
    Forgotten,
    Hidden,
    Looked,
    Missed,
    MoreTimeAsked,
    MoreTimeDenied,
    MoreTimeGiven,
    NeighbourJoined,
    Offered,
    PassedOn,
    Paused,
    Rated,
    Recounted,
    Rested,
    Resumed,
    Routed,
    Scheduled,
    SentBack,
    Taken,
    Told,
)
from tickets.lane_events import CalledIn, GivenBack, LaneMoved, MadeDo, Upgraded, Whistled, WhistledOn
from tickets.lane_replay import after_whistle, lanes_over
from tickets.model import Said, Status, Ticket
from tickets.outcome import Rating
from tickets.parts import Extension, Refusal


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
    changed = lanes_over(_changed(ticket, entry), event, entry.by)
    missed = tuple(person for person in changed.missed if person != entry.by)  # whoever acts can be reached again
    return replace(changed, version=ticket.version + 1, missed=missed, extension=_extension(changed))


def _extension(ticket: Ticket) -> Extension | None:
    """A request for more time ends with the work it was for; what was given is told as long as the work goes on."""
    if ticket.extension is None or ticket.status is Status.HANDLING:
        return ticket.extension
    return ticket.extension if ticket.extension.given_by is not None and ticket.hold is not None else None


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
        model=event.model,
        earlier=event.earlier,
        standing=event.standing,
        terms=event.terms,
        hidden=event.hidden,
        source=event.source,
        review=event.review,
        rule=event.rule,
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
        case Corrected(service, deadline_class, private, danger, review, rule, terms):
            return replace(
                ticket,
                service=service,
                deadline_class=deadline_class,
                private=private,
                danger=danger,
                review=review,
                rule=rule,
                terms=terms,
            )
        case NeighbourJoined(joined, places):
            return replace(
                ticket, joined=(*ticket.joined, joined), places=tuple(dict.fromkeys((*ticket.places, *places)))
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
            woken = None if ticket.status is Status.RESTING else ticket.ending
            return replace(ticket, status=Status.HANDLING, hold=None, rest=None, ending=woken)
        case MoreTimeAsked(extension):
            return replace(ticket, extension=extension)
        case MoreTimeGiven(by):
            given = replace(ticket.extension, given_by=by) if ticket.extension else None
            return replace(ticket, extension=given)
        case MoreTimeDenied():
            return replace(ticket, extension=None)
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
                ticket,
                status=Status.HANDLING,
                sent_back=words,
                reviewed_by=None,
                confirmed_at=None,
                ending=None,
                rest=None,
                unanswered=False,
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
                rest=None,
            )
        case Closed(ending, unanswered, same_as):
            return replace(
                ticket,
                status=Status.CLOSED,
                ending=ending,
                unanswered=unanswered,
                closed_at=entry.at,
                hold=None,
                rest=None,
                same_as=same_as,
            )
        case Rested(rest, unanswered):
            unanswered = ticket.unanswered or unanswered
            return replace(ticket, status=Status.RESTING, rest=rest, unanswered=unanswered, hold=None)
        case Hidden():
            return replace(ticket, hidden=True, private=True)
        case Rated(mark):
            return replace(ticket, rating=Rating(mark, entry.at))
        case Whistled() | WhistledOn() | GivenBack() | CalledIn() | LaneMoved() | Upgraded() | MadeDo():
            return after_whistle(ticket, event, entry.at, entry.by)
        case Adopted(reporter):
            return replace(ticket, reporter=reporter)
        case Forgotten() | Looked():
            return ticket
        case Recounted(calendar):
            return replace(ticket, calendar=calendar)
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
