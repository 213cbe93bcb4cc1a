"""Filters for what there is to tell of a ticket: what happened so far, what must be shown, what to be careful about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from messages.deadline_words import why_deadline
from messages.phrases import named, phrase
from messages.text import listed
from tickets.lane import LaneResult, LaneWords
from tickets.model import Photo, Reason, Said, Ticket
from tickets.parts import Consult, Question, Remark, Result
from tickets.roster import PersonId


def _mine(ticket: Ticket, reader: PersonId) -> tuple[Reason, ...]:
    """Why the reader was asked."""
    return next((one.reasons for one in ticket.route.candidates if one.person == reader), ())


@dataclass(frozen=True)
class Line:
    """A line of what happened so far: `kind` is question, told, answer, consult, advice or result."""

    kind: str
    by: PersonId
    words: str
    at: datetime
    to: PersonId | None = None


@pass_context
def _said(context: Context, one: Question | Remark | Result | LaneWords | LaneResult) -> str:
    """What somebody said; a picture or a voice without words is named."""
    return one.words.strip() or _files(one.media, context["language"])


def _files(media: Sequence[Photo], language: str) -> str:
    """Name what was sent without words: （照片）, (voice message)."""
    kinds = dict.fromkeys(named(one.kind, "media", language) for one in media)
    return phrase("note.files", language, kinds=listed(tuple(kinds), language))


@pass_context
def _log(context: Context, ticket: Ticket) -> tuple[Line, ...]:
    """What was asked, answered, advised and done, in the order it was begun."""
    lines: list[Line] = []
    for asked in ticket.questions:
        lines.append(Line("question", asked.by, _said(context, asked), asked.at))
        if asked.answer is not None:
            lines.append(Line("answer", ticket.reporter, asked.answer or _files((), context["language"]), asked.at))
    lines += [Line("told", one.by, _said(context, one), one.at) for one in ticket.told]
    for consult in ticket.consults:
        if consult.words:
            lines.append(Line("consult", consult.by, consult.words, consult.at, consult.person))
        if consult.answer is not None:
            advice = consult.answer or _files(consult.media, context["language"])
            lines.append(Line("advice", consult.person, advice, consult.at))
    lines += [Line("result", done.by, _said(context, done), done.at) for done in ticket.results]
    return tuple(sorted(lines, key=lambda line: line.at))


def _advised(ticket: Ticket) -> Consult | None:
    """The latest advice."""
    return next((one for one in reversed(ticket.consults) if one.answer is not None), None)


def _answered(ticket: Ticket) -> Question | None:
    """The latest question that has an answer."""
    return next((one for one in reversed(ticket.questions) if one.answer is not None), None)


@pass_context
def _caution(context: Context, ticket: Ticket) -> str:
    """What nobody should do about it; empty = nothing special."""
    known = context["scene"].services.by_code.get(ticket.service)
    code = known.caution if known is not None else ""
    return phrase(f"caution.{code}", context["language"]) if code else ""


@pass_context
def _proof(context: Context, ticket: Ticket) -> str:
    """What must be shown before it counts as solved."""
    language, proof = context["language"], ticket.terms.proof
    found = [phrase("note.proof_photo", language)] * proof.photo
    return listed([*found, *(named(one.code, "point", language) for one in proof.points)], language)


def _media(said: Sequence[Said]) -> int:
    return sum(len(one.media) for one in said)


@pass_context
def _why_deadline(context: Context, ticket: Ticket) -> str:
    return why_deadline(ticket, context["language"])


TICKET_FILTERS: Mapping[str, Callable[..., Any]] = {
    "why_deadline": _why_deadline,
    "reasons_for": _mine,
    "media": _media,
    "log": _log,
    "said": _said,
    "caution": _caution,
    "proof": _proof,
    "advised": _advised,
    "answered": _answered,
}
