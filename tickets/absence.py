"""Who is away when, who may stand in, and what nobody serves meanwhile. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tickets.overlay import ENTITLED
from tickets.roster import AreaCode, District, Leave, PersonId, Post, Role

SOON = timedelta(days=1)
LONGEST = timedelta(days=366)
MOST_SUBSTITUTES = 8
"""More names than this nobody reads on buttons; by command any colleague can be named."""


@dataclass(frozen=True)
class Entry:
    """Somebody's days away. `id`: of an entry by way of the bot; 0 = written in the district file."""

    id: int
    leave: Leave


@dataclass(frozen=True)
class Sheet:
    """What `/leave` shows: somebody's entries; `chosen` is the one it is about now, if any."""

    person: PersonId
    entries: tuple[Entry, ...]
    chosen: Entry | None
    candidates: tuple[PersonId, ...]
    """Who may stand in, while nobody has been chosen."""

    held: int
    """How many tickets are in the person's hands."""

    today: date

    @property
    def soon(self) -> bool:
        """Whether what is in hand is asked about now; else it is on the day before."""
        return self.chosen is not None and self.chosen.leave.first <= self.today + SOON


@dataclass(frozen=True)
class News:
    """What others learn of somebody's leave. `uncovered`: posts that nobody serves meanwhile."""

    person: PersonId
    leave: Leave
    held: int
    uncovered: tuple[Post, ...]
    today: date

    @property
    def soon(self) -> bool:
        """Whether what is in hand is asked about now; else it is on the day before."""
        return self.leave.first <= self.today + SOON


def key_of(post: Post) -> str:
    """Return what a post is asked for: the skill of a specialist, else the role."""
    return post.skill if post.role is Role.SPECIALIST and post.skill else post.role.value


def leaves_of(district: District, person: PersonId, since: date) -> tuple[Leave, ...]:
    """Return the days away of somebody that are not over before `since`, the first ones first, each once."""
    found = dict.fromkeys(leave for post in district.posts_of(person) for leave in post.leave if leave.last >= since)
    return tuple(sorted(found, key=lambda leave: (leave.first, leave.last)))


def away_on(post: Post, day: date) -> Leave | None:
    """Return the leave that takes the holder of a post away on a day."""
    return next((leave for leave in post.leave if leave.first <= day <= leave.last), None)


def is_away(district: District, person: PersonId, first: date, last: date) -> bool:
    """Whether somebody is away on any day from `first` to `last`."""
    return any(leave.first <= last for leave in leaves_of(district, person, first))


def left_of(old: Leave, new: Leave) -> tuple[Leave, ...]:
    """Return what remains of an earlier entry when a newer one says otherwise for its own days."""
    day = timedelta(days=1)
    before = Leave(old.first, min(old.last, new.first - day), old.substitute)
    after = Leave(max(old.first, new.last + day), old.last, old.substitute)
    return tuple(one for one in (before, after) if one.first <= one.last)


def substitutes(district: District, person: PersonId, first: date, last: date) -> tuple[PersonId, ...]:
    """Return who may stand in: the same role or trade in the area, next door and above, then the rest.

    Nobody who is away in these days, and nobody who cannot be written to because he never joined.
    """
    found = dict.fromkeys(post.person for post in _near(district, person))
    return tuple(
        one
        for one in found
        if one != person
        and one in district.people
        and district.people[one].telegram is not None
        and not is_away(district, one, first, last)
    )


def _near(district: District, person: PersonId) -> Iterator[Post]:
    own = district.posts_of(person)
    for mine in own:
        yield from (post for post in _around(district, mine) if _alike(post, mine))
    for mine in own:
        if mine.area is None:
            continue
        areas = (*district.siblings(mine.area), *list(district.chain(mine.area))[1:])
        yield from (post for area in areas for post in district.posts_in(area.code) if _alike(post, mine))
    for mine in own:
        if mine.role is not Role.SPECIALIST:  # nobody's trade is learnt for a day
            yield from (post for post in _around(district, mine) if post.role is not Role.SPECIALIST)


def _alike(post: Post, mine: Post) -> bool:
    return key_of(post) == key_of(mine)


def _around(district: District, mine: Post) -> Iterable[Post]:
    if mine.area is not None:
        return district.posts_in(mine.area)
    return (post for post in district.posts if post.area is None and post.department == mine.department)


def uncovered(district: District, person: PersonId, leave: Leave) -> tuple[Post, ...]:
    """Return the posts in areas that nobody serves on at least one day of a leave which begins now to count.

    Somebody else of the same role or skill in the same area covers a post, and so does the substitute.
    """
    if leave.substitute is not None and not is_away(district, leave.substitute, leave.first, leave.last):
        return ()
    days = [leave.first + timedelta(days=number) for number in range((leave.last - leave.first).days + 1)]
    found: list[Post] = []
    for mine in district.posts_of(person):
        if mine.area is None:
            continue
        others = [
            post for post in district.posts_in(mine.area) if post.person != person and key_of(post) == key_of(mine)
        ]
        if any(all(_not_served(district, post, day) for post in others) for day in days):
            found.append(mine)
    return tuple(found)


def _not_served(district: District, post: Post, day: date) -> bool:
    away = away_on(post, day)
    if away is None:
        return district.people[post.person].telegram is None
    return away.substitute is None or is_away(district, away.substitute, day, day)


def may_enter_for(district: District, boss: PersonId, person: PersonId) -> bool:
    """Whether `boss` may enter the leave of `person`: his own, or as who leads an area of theirs, or above it."""
    if boss == person:
        return True
    own = {post.area for post in district.posts_of(boss) if post.role in ENTITLED and post.area is not None}
    return any(
        up.code in own
        for post in district.posts_of(person)
        if post.area is not None
        for up in district.chain(post.area)
    )


def leaders_of(district: District, person: PersonId) -> tuple[PersonId, ...]:
    """Return who must know that somebody is away: the leaders of their areas, else the first level above with any."""
    areas = dict.fromkeys(post.area for post in district.posts_of(person) if post.area is not None)
    return tuple(dict.fromkeys(boss for area in areas for boss in _bosses(district, area, person)))


def _bosses(district: District, area: AreaCode, person: PersonId) -> list[PersonId]:
    for up in district.chain(area):
        found = [
            post.person
            for post in district.posts_in(up.code)
            if post.person != person
            and (post.role is Role.LEADER or (post.role is Role.SUPERVISOR and up.code != area))
        ]
        if found:
            return found
    return []
