"""A closed ticket without its reporter: what was done when and by whom stays, every word and name goes."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from tickets.events import (
    LEFT,
    SILENT,
    UNREACHABLE,
    Adopted,
    Advised,
    Approved,
    Asked,
    Consulted,
    Corrected,
    Entry,
    Filed,
    Finished,
    Forgotten,
    Missed,
    MoreTimeAsked,
    MoreTimeDenied,
    MoreTimeGiven,
    NeighbourJoined,
    Offered,
    PassedOn,
    Paused,
    SentBack,
    Taken,
    Told,
)
from tickets.lane import Lane, Whistle
from tickets.lane_events import CalledIn, GivenBack, LaneMoved, MadeDo, Whistled, WhistledOn
from tickets.model import GONE, Candidate, Joined, PassedOver, Photo, Place, ReasonCode, Route, Said, Step, Ticket
from tickets.parts import Consult, Extension, Question, Remark, Result
from tickets.replay import replay
from tickets.roster import PersonId
from tickets.service import Terms

_KEPT: dict[type, frozenset[str]] = {
    Filed: frozenset({"grid", "service", "reporter", "model", "rule"}),
    Corrected: frozenset({"service", "rule"}),
    Offered: frozenset({"people"}),
    Taken: frozenset({"by"}),
    PassedOn: frozenset({"by"}),
    Missed: frozenset({"person"}),
    Advised: frozenset({"by"}),
    Approved: frozenset({"by"}),
    SentBack: frozenset({"by"}),
    Finished: frozenset({"reviewers"}),
    Adopted: frozenset({"reporter"}),
    Whistle: frozenset({"by", "areas", "earlier", "readers", "answered_by"}),
    WhistledOn: frozenset({"areas", "readers"}),
    Lane: frozenset({"department", "by", "level", "people", "owner", "decides"}),
    LaneMoved: frozenset({"decides"}),
    Joined: frozenset({"person", "home"}),
    Question: frozenset({"by"}),
    Remark: frozenset({"by"}),
    Result: frozenset({"by"}),
    Consult: frozenset({"person", "by"}),
    Candidate: frozenset({"person", "key", "area"}),
    PassedOver: frozenset({"person", "key"}),
    Route: frozenset({"leaders", "above", "missing"}),
    Terms: frozenset({"sealed"}),
    Step: frozenset({"id"}),
    Extension: frozenset({"by", "given_by"}),
    MoreTimeGiven: frozenset({"by"}),
    MoreTimeDenied: frozenset({"by"}),
}
"""The only texts that stay: codes, and ids of staff. What is not listed is emptied, so that a field that is added later
is emptied too."""

_CODES = frozenset({UNREACHABLE, SILENT, LEFT, "question"})
"""Reasons that are codes of ours and nobody's words."""

_WORK = (
    *(Taken, PassedOn, Asked, Told, Consulted, Corrected, Advised, Paused, Finished, SentBack, Approved),
    *(Whistled, WhistledOn, GivenBack, CalledIn, LaneMoved, MadeDo),
    *(MoreTimeAsked, MoreTimeGiven, MoreTimeDenied),
)
"""What only staff do: there somebody who reported it too stays as who did it."""


def forgotten(entries: Iterable[Entry], ids: frozenset[PersonId], now: datetime) -> tuple[Ticket, tuple[Entry, ...]]:
    """Return a closed ticket and its journal, written anew without words, names, places, files and the reporter's id.

    `ids`: everything the reporter was called. A member of staff who reported something stays in what they did as staff.
    The journal grows by one entry, so that whoever read the ticket before cannot write it back.
    """
    anew = (*(_entry(entry, ids) for entry in entries), Entry(now, GONE, Forgotten()))
    return replay(anew), anew


def without_neighbour(
    entries: Iterable[Entry], ids: frozenset[PersonId], now: datetime
) -> tuple[Ticket, tuple[Entry, ...]]:
    """Return the ticket of somebody else, written anew without the words and the name of a neighbour who joined it.

    The household still counts, as one of whom nothing is known.
    """
    anew: list[Entry] = []
    for entry in entries:
        event = entry.event
        if isinstance(event, NeighbourJoined) and event.joined.person in ids:
            nobody = Joined(GONE, f"{GONE}{len(anew)}", replace(event.joined.said, text="", message=0, media=()))
            anew.append(replace(entry, by=GONE, event=NeighbourJoined(nobody)))
        else:
            anew.append(entry)
    anew.append(Entry(now, GONE, Forgotten()))
    return replay(anew), tuple(anew)


def _entry(entry: Entry, ids: frozenset[PersonId]) -> Entry:
    event: Any = _emptied(entry.event, ids)
    if isinstance(event, Filed | Adopted):
        event = replace(event, reporter=GONE)
    by = _person(entry.by, ids) if isinstance(event, _WORK) else GONE if entry.by in ids else entry.by
    return replace(entry, by=by, event=event)


def _person(person: str, ids: frozenset[PersonId]) -> str:
    """A resident is gone everywhere; staff stay where they acted as staff."""
    return GONE if person in ids and person.startswith("tg") else person


def _emptied(value: Any, ids: frozenset[PersonId]) -> Any:
    kept = _KEPT.get(type(value), frozenset())
    changes: dict[str, Any] = {}
    for one in fields(value):
        held = getattr(value, one.name)
        if one.name == "kind":
            continue
        changes[one.name] = _person_or_people(held, ids) if one.name in kept else _without_words(held, ids)
    if isinstance(value, Said):
        changes |= {"chat": min(value.chat, 0), "message": 0}
    return replace(value, **changes)


def _person_or_people(held: Any, ids: frozenset[PersonId]) -> Any:
    if isinstance(held, tuple):
        return tuple(_person_or_people(one, ids) for one in held)
    return _person(held, ids) if isinstance(held, str) else held


def _without_words(held: Any, ids: frozenset[PersonId]) -> Any:
    if isinstance(held, Enum) or held is None:
        return held
    if isinstance(held, str):
        return held if held in _CODES else ""
    if isinstance(held, tuple):
        return tuple(_without_words(one, ids) for one in held if not _tells(one))
    if is_dataclass(held):
        return _emptied(held, ids)
    return held


def _tells(one: Any) -> bool:
    """Whether an item says something of the reporter by being there at all."""
    if isinstance(one, PassedOver):
        return one.reason.code is ReasonCode.IS_REPORTER
    return isinstance(one, str | Photo | Place)
