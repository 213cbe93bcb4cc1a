"""Hours that nobody will serve, found ahead: whoever would be there is away, or cannot be written to. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tickets.absence import away_on, is_away, key_of
from tickets.roster import AreaCode, District, Leave, PersonId, Post, Role
from tickets.worktime import WeeklyHours, Window

SOON = 3
"""A gap is told when it begins within so many days, today counted."""

FAR = 31
"""So far ahead a gap that begins soon is followed to its end."""

LEADS = (Role.LEADER, Role.SUPERVISOR)
_ASKED = frozenset({Role.WORKER, Role.LEADER, Role.SPECIALIST})


@dataclass(frozen=True)
class Gap:
    """A role or a trade of an area that nobody serves from `first` to `last`, days without hours left out."""

    area: AreaCode
    key: str
    first: date
    last: date
    away: tuple[PersonId, ...]
    lost: tuple[PersonId, ...]
    """Who serves it and cannot be written to."""


@dataclass(frozen=True)
class Gaps:
    """What whoever leads reads ahead of time."""

    all: tuple[Gap, ...]


def affected(district: District, lost: frozenset[PersonId], today: date) -> tuple[AreaCode, ...]:
    """Return the areas in which anybody is away soon or cannot be written to: only there can a gap be."""
    soon = today + timedelta(days=SOON - 1)
    return tuple(
        dict.fromkeys(
            post.area
            for post in district.posts
            if post.area is not None
            and post.role in _ASKED
            and (_unheard(district, post.person, lost) or any(_overlaps(one, today, soon) for one in post.leave))
        )
    )


def gaps(
    district: District, hours: WeeklyHours, lost: frozenset[PersonId], area: AreaCode, now: datetime
) -> Iterator[Gap]:
    """Yield what nobody of an area will serve soon. `hours`: of posts without their own; `lost`: cannot be reached."""
    today = now.date()
    for key in dict.fromkeys(key_of(post) for post in district.posts_in(area) if post.role in _ASKED):
        posts = [post for post in district.posts_in(area) if key_of(post) == key and post.role in _ASKED]
        run: list[date] = []
        for number in range(FAR):
            day = today + timedelta(days=number)
            wanted, missing = _missing(district, posts, hours, lost, day, now)
            if missing:
                run.append(day)
            elif wanted and run:
                break
            if not run and number >= SOON - 1:
                break
        if run:
            away = (post.person for post in posts if any(_overlaps(one, run[0], run[-1]) for one in post.leave))
            unheard = (post.person for post in posts if _unheard(district, post.person, lost))
            yield Gap(area, key, run[0], run[-1], tuple(dict.fromkeys(away)), tuple(dict.fromkeys(unheard)))


def readers(district: District, gap: Gap, lost: frozenset[PersonId], today: date) -> tuple[PersonId, ...]:
    """Return who must know of a gap: whoever leads there and is there, else the first level above with anybody."""
    for up in district.chain(gap.area):
        found = dict.fromkeys(
            post.person
            for post in district.posts_in(up.code)
            if post.role in LEADS
            and not _unheard(district, post.person, lost)
            and away_on(post, today) is None
            and (up.code != gap.area or gap.key != post.role or post.person not in gap.away)
        )
        if found:
            return tuple(found)
    return ()


def _missing(
    district: District, posts: Sequence[Post], hours: WeeklyHours, lost: frozenset[PersonId], day: date, now: datetime
) -> tuple[bool, bool]:
    """Whether a day has hours at all, and whether any of them from now on has nobody."""
    wanted: list[Window] = []
    served: list[Window] = []
    for post in posts:
        windows = (post.hours or hours).windows(day)
        wanted += windows
        person = _server(district, post, day)
        if person is not None and not _unheard(district, person, lost):
            served += windows
    if posts:
        served += _taken(district, posts[0], lost, day, now)
    if day == now.date():
        served.append(Window(0, now.hour * 60 + now.minute))
    return bool(wanted), any(_bare(one, served) for one in wanted)


def _taken(district: District, post: Post, lost: frozenset[PersonId], day: date, now: datetime) -> Iterator[Window]:
    """Yield what somebody took over on a day."""
    for shift in district.shifts_in(post.area or ""):
        if shift.key == key_of(post) and not _unheard(district, shift.person, lost):
            begins, ends = (at.astimezone(now.tzinfo) for at in (shift.begins, shift.ends))
            start = begins.hour * 60 + begins.minute if begins.date() == day else 0
            end = ends.hour * 60 + ends.minute if ends.date() == day else 1440
            if begins.date() <= day <= ends.date() and start < end:
                yield Window(start, end)


def _bare(wanted: Window, served: Iterable[Window]) -> bool:
    """Whether any minute of a stretch lies in none of the others."""
    reached = wanted.start
    for one in sorted(served, key=lambda window: window.start):
        if one.start > reached:
            break
        reached = max(reached, one.end)
    return reached < wanted.end


def _server(district: District, post: Post, day: date) -> PersonId | None:
    away = away_on(post, day)
    if away is None:
        return post.person
    other = away.substitute
    return None if other is None or other not in district.people or is_away(district, other, day, day) else other


def _unheard(district: District, person: PersonId, lost: frozenset[PersonId]) -> bool:
    return person in lost or district.people[person].telegram is None


def _overlaps(leave: Leave, first: date, last: date) -> bool:
    return leave.first <= last and leave.last >= first
