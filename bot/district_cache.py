"""The district file as it was read last time: a city's file takes seconds to read, and changes now and then.

The cache is plain JSON with a key made of the file, of the rules and services it was read over, and of the program
that read it. It is only a shortcut: one that does not fit, cannot be read or cannot be written costs time and no more.
"""

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.district import Loaded, load_district
from bot.district_days import version
from bot.settings import Settings
from parsing import load_catalogue
from tickets.policy import Policy
from tickets.roster import Area, Department, District, Leave, Person, Post, Role
from tickets.service import Services
from tickets.worktime import WeeklyHours

SUFFIX = ".district-cache"
_SOURCES = (
    ("bot", "district"),
    ("tickets", ""),
    ("parsing.catalogue", ""),
    ("parsing.catalogue.endings", ""),
    ("bot.profiles", ""),
)
"""Packages, and how the names of the files begin, on which it depends what a district file means."""

_HOURS: TypeAdapter[tuple[WeeklyHours, ...]] = TypeAdapter(tuple[WeeklyHours, ...])
_RULES: TypeAdapter[tuple[Policy, Services]] = TypeAdapter(tuple[Policy, Services])


def load_known(settings: Settings) -> Loaded:
    """Read the district file, or what was made of the same file last time. Raises `DistrictError`."""
    place, services = beside(settings), load_catalogue()
    if place is None:
        return load_district(settings.district, services)
    return load_cached(settings.district, services, place)


def beside(settings: Settings) -> Path | None:
    """Return where the cache lives: beside the database's file, else beside the district's own."""
    with suppress(ArgumentError):
        url = make_url(settings.database_url)
        if url.get_backend_name() == "sqlite" and url.database:
            return Path(url.database + SUFFIX)
    return settings.district.with_name(settings.district.name + SUFFIX)


def load_cached(path: Path, services: Services, place: Path) -> Loaded:
    """Read `path` by way of the cache at `place`. Raises `DistrictError`."""
    try:
        key = _key(path)
    except OSError:  # what is wrong with the file is told by who reads it
        return load_district(path, services)
    with suppress(Exception):  # whatever is wrong with it, the file itself is right
        found = place.read_bytes()
        head, _, body = found.partition(b"\n")
        if head == f"{key} {hashlib.sha256(body).hexdigest()}".encode():
            return _decoded(json.loads(body))
    loaded = load_district(path, services)
    with suppress(Exception):
        _write(place, key, json.dumps(_encoded(loaded), ensure_ascii=False, separators=(",", ":")).encode())
    return loaded


def _write(place: Path, key: str, body: bytes) -> None:
    """Put it there at once: nobody reads half of it."""
    made = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(f"{key} {hashlib.sha256(body).hexdigest()}\n".encode() + body)
        made.replace(place)
    finally:
        made.unlink(missing_ok=True)


def _key(path: Path) -> str:
    said = hashlib.sha256(_program())
    said.update(str(path).encode())
    said.update(path.read_bytes())
    return said.hexdigest()


@cache
def _program() -> bytes:
    """Return what stands for everything on which it depends what a district file means."""
    said = hashlib.sha256(version().encode())
    for package, begins in _SOURCES:
        for entry in sorted(resources.files(package).iterdir(), key=lambda one: one.name):
            if entry.name.startswith(begins) and entry.name.endswith((".py", ".yaml")):
                said.update(entry.name.encode() + entry.read_bytes())
    return said.digest()


def _encoded(loaded: Loaded) -> dict[str, Any]:
    district, hours = loaded.district, _Table()
    posts = [
        (
            *(post.person, post.area, post.role, post.skill, post.department, post.duty),
            hours.number(post.hours),
            [(leave.first.isoformat(), leave.last.isoformat(), leave.substitute) for leave in post.leave],
            post.title,
        )
        for post in district.posts
    ]
    return {
        "head": [district.name, district.timezone, district.language],
        "words": district.words,
        "areas": [list(vars(area).values()) for area in district.areas.values()],
        "departments": [list(vars(one).values()) for one in district.departments.values()],
        "people": [list(vars(one).values()) for one in district.people.values()],
        "posts": posts,
        "hours": _HOURS.dump_python(tuple(hours.values), mode="json"),
        "rules": _RULES.dump_python((loaded.policy, loaded.services), mode="json"),
        "notes": [loaded.warnings, sorted(loaded.grave), loaded.profile],
    }


def _decoded(kept: dict[str, Any]) -> Loaded:
    hours = (*_HOURS.validate_python(kept["hours"]), None)
    policy, services = _RULES.validate_python(kept["rules"])
    warnings, grave, profile = kept["notes"]
    same: dict[str, str] = {}
    one = _once(same)
    areas = [Area(*_area(row, one)) for row in kept["areas"]]
    people = [Person(one(person), *rest) for person, *rest in kept["people"]]
    posts = tuple(
        Post(
            *(one(person), one(area), Role(role), one(skill), one(department), one(duty)),
            hours[number],
            tuple(Leave(date.fromisoformat(first), date.fromisoformat(last), who) for first, last, who in leave),
            one(title),
        )
        for person, area, role, skill, department, duty, number, leave, title in kept["posts"]
    )
    name, timezone, language = kept["head"]
    departments = {row[0]: Department(*row) for row in kept["departments"]}
    district = District(
        name,
        timezone,
        language,
        {area.code: area for area in areas},
        departments,
        {person.id: person for person in people},
        posts,
        words=kept["words"],
    )
    return Loaded(district, policy, services, tuple(warnings), frozenset(grave), profile)


def _area(row: list[Any], one: Callable[[Any], Any]) -> tuple[Any, ...]:
    code, name, level, parent, chat, places, boundary, department, line = row
    corners = tuple((corner[0], corner[1]) for corner in boundary)
    return one(code), name, one(level), one(parent), chat, tuple(places), corners, one(department), line


def _once(same: dict[str, str]) -> Callable[[Any], Any]:
    """Return what keeps one text of many that are equal."""
    return lambda text: text if text is None else same.setdefault(text, text)


class _Table:
    """Values that many share, each once; -1 stands for none."""

    def __init__(self) -> None:
        self.values: list[WeeklyHours] = []
        self._numbers: dict[int, int] = {}
        self._known: dict[WeeklyHours, int] = {}

    def number(self, value: WeeklyHours | None) -> int:
        """Return the place of a value."""
        if value is None:
            return -1
        found = self._numbers.get(id(value))
        if found is None:
            found = self._known.setdefault(value, len(self.values))
            if found == len(self.values):
                self.values.append(value)
            self._numbers[id(value)] = found
        return found
