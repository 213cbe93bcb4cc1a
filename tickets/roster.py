"""The district: its tree of areas, its departments, its people and their posts. Read-only while a process runs."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from tickets.worktime import Quiet, WeeklyHours

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
    quiet: Quiet | None = None
    """Quiet hours of one's own, in place of the district's."""


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
    title: str | None = None
    """What it is called here, a key of the district's words; None = as its role, skill or duty is."""


@dataclass(frozen=True)
class Shift:
    """A shift that somebody took over, until `ends`: in `area` as `key` (a role or a skill).

    `instead_of`: who is off duty meanwhile; None = nobody was there.
    """

    person: PersonId
    area: AreaCode
    key: str
    begins: datetime
    ends: datetime
    instead_of: PersonId | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it is under way."""
        return self.begins <= now < self.ends


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
    shifts: tuple[Shift, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Language -> `table.key` -> what it is called here: names of roles, levels, states, …"""

    def chain(self, area: AreaCode) -> Iterator[Area]:
        """Yield the area itself, then its parents up to the root."""
        code: AreaCode | None = area
        while code is not None:
            here = self.areas[code]
            yield here
            code = here.parent

    def within(self, area: AreaCode) -> frozenset[AreaCode]:
        """Return the codes of `area` and everything below it."""
        found: set[AreaCode] = set()
        below = [area] if area in self.areas else []
        while below:
            code = below.pop()
            found.add(code)
            below.extend(child.code for child in self._children.get(code, ()))
        return frozenset(found)

    def siblings(self, area: AreaCode) -> tuple[Area, ...]:
        """Return the neighbouring areas: same level, same parent, in the order of the file."""
        here = self.areas[area]
        return tuple(
            other for other in self._children.get(here.parent, ()) if other.level == here.level and other.code != area
        )

    def word(self, table: str, key: str, language: str) -> str | None:
        """Return what something is called here; None = as everywhere."""
        return self.words.get(language, {}).get(f"{table}.{key}")

    def posts_in(self, area: AreaCode) -> tuple[Post, ...]:
        """Return the posts of exactly this area."""
        return self._posts_in.get(area, ())

    def shifts_in(self, area: AreaCode) -> tuple[Shift, ...]:
        """Return the shifts that were taken over in exactly this area, also those that are over."""
        return self._shifts_in.get(area, ())

    def officers_of(self, department: str) -> tuple[Post, ...]:
        """Return the posts of a department's officers."""
        return self._officers_of.get(department, ())

    def posts_of(self, person: PersonId) -> tuple[Post, ...]:
        """Return all posts of one person."""
        return self._posts_of.get(person, ())

    def by_telegram(self, telegram: int) -> Person | None:
        """Return the member of staff with this Telegram user id."""
        return self._by_telegram.get(telegram)

    def by_chat(self, chat: int) -> Area | None:
        """Return the area bound to this chat."""
        return self._by_chat.get(chat)

    def by_code(self, code: AreaCode) -> Area:
        """Return the area with this code."""
        return self.areas[code]

    @cached_property
    def grids(self) -> tuple[Area, ...]:
        """The units with a residents' group."""
        return tuple(area for area in self.areas.values() if area.level == "grid")

    @cached_property
    def quiet(self) -> Mapping[PersonId, Quiet]:
        """Whoever has quiet hours of their own, and which."""
        return {one.id: one.quiet for one in self.people.values() if one.quiet is not None}

    @cached_property
    def joined(self) -> Mapping[int, PersonId]:
        """Everybody on Telegram: the user id and whose it is."""
        return {one.telegram: one.id for one in self.people.values() if one.telegram is not None}

    def near(self, area: AreaCode, spot: AreaCode | None = None) -> Mapping[int, PersonId]:
        """Return, of `joined`, those who can be asked for `area`: its people, its neighbours', those of all above.

        `spot`: an area of its own within it or over it, whose people and department are asked as well.
        """
        found = self._near.get((area, spot))
        if found is None:
            areas = [*self.chain(area), *self.siblings(area), *([self.areas[spot]] if spot else [])]
            posts = [post for here in areas for post in self.posts_in(here.code)]
            posts += self.officers_of(self.areas[spot].department or "") if spot else ()
            away = (leave.substitute for post in posts for leave in post.leave)
            taken = (shift.person for here in areas for shift in self.shifts_in(here.code))
            people = dict.fromkeys(
                (*(post.person for post in posts), *(one for one in away if one is not None), *taken)
            )
            known = (self.people[one] for one in people if one in self.people)
            found = {one.telegram: one.id for one in known if one.telegram is not None}
            self._near[area, spot] = found
        return found

    @cached_property
    def _near(self) -> dict[tuple[AreaCode, AreaCode | None], Mapping[int, PersonId]]:
        return {}

    # A city has thousands of grids and tens of thousands of posts: each of these is made once, when it is first asked.

    @cached_property
    def _children(self) -> Mapping[AreaCode | None, tuple[Area, ...]]:
        return _grouped(self.areas.values(), lambda area: area.parent)

    @cached_property
    def _posts_in(self) -> Mapping[AreaCode | None, tuple[Post, ...]]:
        return _grouped(self.posts, lambda post: post.area)

    @cached_property
    def _shifts_in(self) -> Mapping[AreaCode, tuple[Shift, ...]]:
        return _grouped(self.shifts, lambda shift: shift.area)

    @cached_property
    def _officers_of(self) -> Mapping[str, tuple[Post, ...]]:
        officers = (post for post in self.posts if post.role is Role.OFFICER and post.department is not None)
        return _grouped(officers, lambda post: post.department or "")

    @cached_property
    def _posts_of(self) -> Mapping[PersonId, tuple[Post, ...]]:
        return _grouped(self.posts, lambda post: post.person)

    @cached_property
    def _by_telegram(self) -> Mapping[int, Person]:
        return {one.telegram: one for one in reversed(tuple(self.people.values())) if one.telegram is not None}

    @cached_property
    def _by_chat(self) -> Mapping[int, Area]:
        return {one.chat: one for one in reversed(tuple(self.areas.values())) if one.chat is not None}


K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def _grouped(items: Iterable[V], key: Callable[[V], K]) -> dict[K, tuple[V, ...]]:
    groups: defaultdict[K, list[V]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return {name: tuple(found) for name, found in groups.items()}
