"""The district: its tree of areas, its departments, its people and their posts. Read-only while a process runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tickets.worktime import WeeklyHours

PersonId = str
"""A member of staff: the id in the district file. Anybody else: `tg` and the Telegram user id (`tg10021`)."""

AreaCode = str


class Role(StrEnum):
    """What a post is for. Fixed names; local titles are data."""

    WORKER = "worker"
    LEADER = "leader"
    INSTRUCTOR = "instructor"
    SPECIALIST = "specialist"
    SUPERVISOR = "supervisor"
    OFFICER = "officer"
    ADMIN = "admin"


@dataclass(frozen=True)
class Area:
    """A node of the district tree. `chat` is the residents' group of a grid, the staff room of anything above."""

    code: AreaCode
    name: str
    level: str
    parent: AreaCode | None = None
    chat: int | None = None
    places: tuple[str, ...] = ()
    boundary: tuple[tuple[float, float], ...] = ()
    department: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Department:
    """A department that can be whistled for."""

    code: str
    name: str
    chat: int | None = None


@dataclass(frozen=True)
class Person:
    """A member of staff. `telegram` is missing until the person has joined."""

    id: PersonId
    name: str
    telegram: int | None = None
    language: str | None = None


@dataclass(frozen=True)
class Leave:
    """Days on which a post is not served; both ends count."""

    first: date
    last: date
    substitute: PersonId | None = None


@dataclass(frozen=True)
class Post:
    """A person in an area (or a department) in a role, with duty times."""

    person: PersonId
    area: AreaCode | None
    role: Role
    skill: str | None = None
    department: str | None = None
    duty: str = "full_time"
    hours: WeeklyHours | None = None
    leave: tuple[Leave, ...] = ()


@dataclass(frozen=True)
class District:
    """Everything the district file says about places and people."""

    name: str
    timezone: str
    language: str
    areas: Mapping[AreaCode, Area]
    departments: Mapping[str, Department] = field(default_factory=dict)
    people: Mapping[PersonId, Person] = field(default_factory=dict)
    posts: tuple[Post, ...] = ()

    def chain(self, area: AreaCode) -> Iterator[Area]:
        """Yield the area itself, then its parents up to the root."""
        code: AreaCode | None = area
        while code is not None:
            here = self.areas[code]
            yield here
            code = here.parent

    def within(self, area: AreaCode) -> frozenset[AreaCode]:
        """Return the codes of `area` and everything below it."""
        return frozenset(code for code in self.areas if any(up.code == area for up in self.chain(code)))

    def siblings(self, area: AreaCode) -> tuple[Area, ...]:
        """Return the neighbouring areas: same level, same parent, in the order of the file."""
        here = self.areas[area]
        return tuple(
            other
            for other in self.areas.values()
            if other.parent == here.parent and other.level == here.level and other.code != area
        )

    def posts_in(self, area: AreaCode) -> tuple[Post, ...]:
        """Return the posts of exactly this area."""
        return tuple(post for post in self.posts if post.area == area)

    def posts_of(self, person: PersonId) -> tuple[Post, ...]:
        """Return all posts of one person."""
        return tuple(post for post in self.posts if post.person == person)

    def by_telegram(self, telegram: int) -> Person | None:
        """Return the member of staff with this Telegram user id."""
        return next((person for person in self.people.values() if person.telegram == telegram), None)

    def by_chat(self, chat: int) -> Area | None:
        """Return the area bound to this chat."""
        return next((area for area in self.areas.values() if area.chat == chat), None)

    def by_code(self, code: AreaCode) -> Area:
        """Return the area with this code."""
        return self.areas[code]

    @property
    def grids(self) -> tuple[Area, ...]:
        """The units with a residents' group."""
        return tuple(area for area in self.areas.values() if area.level == "grid")
