"""The filters of the templates, named by domain. Each gives plain text; escaping is the engine's alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from jinja2 import pass_context
from jinja2.runtime import Context

from messages import people, times
from messages.lane_filters import LANE_FILTERS
from messages.local_filters import LOCAL_FILTERS
from messages.menu import kinds_of, menu
from messages.phrases import named, phrase, phrases
from messages.scene import Scene
from messages.text import cut, listed, masked, tidy
from messages.ticket_filters import TICKET_FILTERS
from tickets.bulletin import Tally
from tickets.commands import TIMER
from tickets.home import short_name
from tickets.household import Address
from tickets.model import GONE, Reason, ReasonCode
from tickets.roster import AreaCode, PersonId
from tickets.team import Member
from tickets.visibility import HIDDEN
from tickets.worktime import Window

T = TypeVar("T")
NAME = 32
"""Longest name of a person or a place, in characters."""


def person_name(scene: Scene, person: PersonId | None, language: str) -> str:
    """Return how somebody is called: staff by surname and post, the reporter by the name in the chat."""
    ticket = scene.ticket
    if person in (None, TIMER, HIDDEN):
        return phrase("note.unnamed" if person == HIDDEN else "note.nobody", language)
    found = people.staff(scene.district, person, language, ticket.grid if ticket else None)
    if found is not None:
        return found
    if ticket is not None and person == ticket.reporter:
        return cut(" ".join(tidy(ticket.reporter_name).split()), NAME) or phrase("note.resident", language)
    gone = person != GONE and not person.startswith("tg")  # staff who are in the district file no more
    return phrase("note.former" if gone else "note.resident", language)


@pass_context
def _person(context: Context, person: PersonId | None) -> str:
    return person_name(_scene(context), person, context["language"])


@pass_context
def _people(context: Context, persons: Iterable[PersonId]) -> str:
    """Several people in one breath; more than the fit allows become a number."""
    language, most = context["language"], min(int(context["most"]), 8)
    found = list(dict.fromkeys(persons))
    names = [person_name(_scene(context), person, language) for person in found[:most]]
    joined = listed(names, language)
    if len(found) > most:
        return phrase("note.and_others", language, names=joined, count=str(len(found)))
    return joined


def _at(value: datetime | str) -> datetime | None:
    if isinstance(value, datetime):
        return value
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _timed(say: Callable[[datetime, datetime, str], str]) -> Callable[[Context, datetime | str], str]:
    @pass_context
    def spoken(context: Context, value: datetime | str) -> str:
        at = _at(value)
        return say(at, _scene(context).now, context["language"]) if at else str(value)

    return spoken


@pass_context
def _by(context: Context, value: datetime) -> str:
    """A deadline: 今天 18:00 前, 明早 9 点前; by today 18:00."""
    language = context["language"]
    said = times.moment(value, _scene(context).now, language)
    if language == "en":
        return f"by {said}"
    return f"{said} 前" if said[-1].isdigit() else f"{said}前"


@pass_context
def _duration(context: Context, span: timedelta) -> str:
    return times.duration(span, context["language"])


@pass_context
def _stretch(context: Context, first: date | str, last: date | str) -> str:
    """Days from one to another, as dates or in ISO form."""
    begin, end = (one if isinstance(one, date) else date.fromisoformat(one) for one in (first, last))
    return times.stretch(begin, end, _scene(context).now, context["language"])


@pass_context
def _hours(context: Context, windows: Iterable[Window]) -> str:
    return times.hours(((one.start, one.end) for one in windows), context["language"])


@pass_context
def _commands(context: Context, reader: PersonId | None) -> tuple[tuple[str, str], ...]:
    """The commands of somebody: name, and what it does."""
    return menu(kinds_of(_scene(context).district, reader or ""), context["language"])


@pass_context
def _service(context: Context, code: str) -> str:
    services = _scene(context).services
    return services[code].name(context["language"]) if code in services else phrase("note.matter", context["language"])


@pass_context
def _area(context: Context, code: AreaCode) -> str:
    area = _scene(context).district.areas.get(code)
    return cut(" ".join(tidy(area.name if area else code).split()), NAME)


@pass_context
def _member(context: Context, one: Member) -> str:
    return people.serving(_scene(context).district, one.person, one.key, one.area, context["language"])


@pass_context
def _members(context: Context, several: Sequence[Member]) -> str:
    return listed([_member(context, one) for one in several[:4]], context["language"])


@pass_context
def _areas(context: Context, codes: Sequence[AreaCode]) -> str:
    return listed([_area(context, code) for code in codes], context["language"])


@pass_context
def _several(context: Context, names: Sequence[str]) -> str:
    """A few names, the rest counted."""
    language, most = context["language"], min(int(context["most"]), 10)
    joined = listed([cut(name, NAME) for name in names[:most]], language)
    if len(names) > most:
        return phrase("note.and_other_places", language, names=joined, count=str(len(names)))
    return joined


@pass_context
def _grids(context: Context, codes: Sequence[AreaCode]) -> list[str]:
    """Short names of grids."""
    district = _scene(context).district
    return [short_name(district, district.areas[code]) for code in codes if code in district.areas]


@pass_context
def _beside(context: Context, grid: AreaCode) -> list[str]:
    """The other grids of the same community, by their short names."""
    district = _scene(context).district
    return [short_name(district, area) for area in district.siblings(grid)]


@pass_context
def _date(context: Context, value: date) -> str:
    now = _scene(context).now
    return times.day(datetime(value.year, value.month, value.day, 12, tzinfo=now.tzinfo), now, context["language"])


def _codes(line: str | None) -> list[str]:
    return [code for code in (line or "").split(",") if code]


@pass_context
def _named(context: Context, code: str, table: str) -> str:
    name = named(code, table, context["language"], _scene(context).district.words)
    return cut(" ".join(name.split()), int(context["limit"]))


@pass_context
def _phrase(context: Context, key: str, **facts: str) -> str:
    return phrase(key, context["language"], **facts)


@pass_context
def _finding(context: Context, found: str) -> str:
    """What the auditor found, `code:number`; a code without a wording is shown as it is."""
    code, _, number = found.partition(":")
    if f"found.{code}" in phrases(context["language"]) and number:
        return phrase(f"found.{code}", context["language"], number=number)
    return cut(" ".join(tidy(found).split()), NAME)


@pass_context
def _reason(context: Context, reason: Reason, you: bool = True) -> str:
    """Why somebody was chosen (to that person's face, or about him), or was not."""
    language, scene = context["language"], _scene(context)
    value = cut(" ".join(tidy(reason.value).split()), NAME)
    match reason.code:
        case ReasonCode.NEIGHBOUR | ReasonCode.LEVEL_ABOVE:
            area = scene.district.areas.get(reason.value)
            value = area.name if area else value
        case ReasonCode.NEXT_DUTY:
            at = _at(reason.value)
            value = times.moment(at, scene.now, language) if at else ""
        case ReasonCode.ROLE | ReasonCode.SKILL | ReasonCode.NO_SPECIALIST:
            value = people.served_as(scene.district, scene.reader if you else None, value, _asked_in(scene), language)
        case ReasonCode.PASSED_ON:
            value = person_name(scene, reason.value, language) if reason.value in scene.district.people else ""
        case ReasonCode.LOAD if reason.value in ("", "0"):
            value = ""
        case _:
            pass
    return phrase(f"{'why_you' if you else 'why'}.{reason.code.value}", language, value=value)


def _asked_in(scene: Scene) -> AreaCode | None:
    """The area as whose worker or specialist the reader was asked: a micro-grid, a neighbour, a level above."""
    candidates = scene.ticket.route.candidates if scene.ticket else ()
    return next((one.area for one in candidates if one.person == scene.reader), None)


@pass_context
def _words(context: Context, text: str) -> str:
    """Somebody's own words, as long as the message has room for."""
    return cut(tidy(text).strip(), int(context["limit"]))


@pass_context
def _line(context: Context, text: str) -> str:
    """Somebody's words in one line."""
    return cut(" ".join(tidy(text).split()), min(int(context["limit"]), 200))


@pass_context
def _address(context: Context, one: Address) -> str:
    """A household's address as people write it: 3幢2单元501; bldg 3, unit 2, room 501."""
    language = context["language"]
    named = (("building", one.building), ("unit", one.unit), ("room", one.room))
    parts = (phrase(f"address.{key}", language, number=value) for key, value in named if value)
    return ("" if language == "zh" else ", ").join(parts)


@pass_context
def _tally(context: Context, tally: Tally) -> str:
    """Who has seen it: 12 户、3 人; households and people apart, neither named where there is none."""
    language = context["language"]
    counted = (("households", tally.households), ("people", tally.people))
    found = [
        phrase(f"tally.{key}{'' if count > 1 else '_one'}", language, count=str(count))
        for key, count in counted
        if count
    ]
    return ("、" if language == "zh" else ", ").join(found)


@pass_context
def _shown(context: Context, items: Sequence[T]) -> Sequence[T]:
    """The items there is room for; the rest is counted by `hidden`."""
    return items[: int(context["most"])]


@pass_context
def _latest(context: Context, items: Sequence[T]) -> Sequence[T]:
    return items[-int(context["most"]) :]


@pass_context
def _hidden(context: Context, items: Sequence[object]) -> int:
    return max(0, len(items) - int(context["most"]))


def _scene(context: Context) -> Scene:
    scene = context["scene"]
    assert isinstance(scene, Scene)
    return scene


FILTERS: Mapping[str, Callable[..., Any]] = {
    "person": _person,
    "people": _people,
    "moment": _timed(times.moment),
    "clock": _timed(times.clock),
    "day": _timed(times.day),
    "by": _by,
    "duration": _duration,
    "stretch": _stretch,
    "commands": _commands,
    "hours": _hours,
    "service": _service,
    "area": _area,
    "areas": _areas,
    "beside": _beside,
    "codes": _codes,
    "date": _date,
    "member": _member,
    "members": _members,
    "several": _several,
    "grids": _grids,
    "named": _named,
    "phrase": _phrase,
    "finding": _finding,
    "reason": _reason,
    "words": _words,
    "line": _line,
    "masked": masked,
    "address": _address,
    "tally": _tally,
    "shown": _shown,
    "latest": _latest,
    "hidden": _hidden,
    **LOCAL_FILTERS,
    **TICKET_FILTERS,
    **LANE_FILTERS,
}
