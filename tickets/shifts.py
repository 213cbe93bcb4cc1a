"""Shifts that were taken over: who serves besides the hours of the posts, and who is off meanwhile. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from tickets.absence import is_away, key_of
from tickets.roster import AreaCode, District, PersonId, Post, Role, Shift
from tickets.worktime import WeeklyHours

ROLE_KEYS = frozenset(role.value for role in Role if role is not Role.SPECIALIST)
STANDS_IN: Mapping[str, tuple[Role, ...]] = {
    Role.WORKER: (Role.LEADER, Role.INSTRUCTOR),
    Role.LEADER: (Role.INSTRUCTOR,),
}
"""Who of the same area may take whose shift besides those who serve as the same."""

LONGEST = timedelta(hours=12)
"""Nobody takes a shift for longer than this at a time."""

TAKEN_OVER = "shift"
"""What stands for `full_time` in the post of somebody who only took a shift there."""


def under_way(district: District, area: AreaCode | None, key: str, now: datetime) -> tuple[Shift, ...]:
    """Return the shifts that somebody serves now in exactly this area as `key`."""
    taken = district.shifts_in(area) if area is not None else ()
    return tuple(one for one in taken if one.key == key and one.holds(now)) if taken else ()


def serves(district: District, post: Post, hours: WeeklyHours, now: datetime) -> bool:
    """Whether whoever serves a post is on duty now. `hours`: of posts without their own."""
    taken = under_way(district, post.area, key_of(post), now)
    if any(one.person == post.person for one in taken):
        return True
    if any(one.instead_of == post.person for one in taken):
        return False
    return (post.hours or hours).working(now)


def comes(district: District, post: Post, hours: WeeklyHours, now: datetime) -> datetime:
    """Return when the next duty of a post begins that nobody has taken over. Raises `HoursError`."""
    own = post.hours or hours
    relieved = (one for one in under_way(district, post.area, key_of(post), now) if one.instead_of == post.person)
    return own.next_start(max((one.ends.astimezone(now.tzinfo) for one in relieved), default=now))


def guests(district: District, area: AreaCode, key: str, now: datetime) -> Iterator[Post]:
    """Yield a post for each person who took a shift in an area where he has no such post."""
    taken = under_way(district, area, key, now)
    if not taken:
        return
    there = {post.person for post in district.posts_in(area) if key_of(post) == key}
    role, skill = (Role(key), None) if key in ROLE_KEYS else (Role.SPECIALIST, key)
    for one in taken:
        if one.person not in there and one.person in district.people:
            yield Post(one.person, area, role, skill, duty=TAKEN_OVER)


def all_guests(district: District, area: AreaCode, now: datetime) -> Iterator[Post]:
    """Yield `guests` of every role and trade."""
    for key in dict.fromkeys(one.key for one in district.shifts_in(area) if one.holds(now)):
        yield from guests(district, area, key, now)


def may_take(district: District, person: PersonId, area: AreaCode, key: str, now: datetime) -> bool:
    """Whether somebody may take a shift: he is not away, and serves as the same here, next door or above.

    Whoever leads or instructs an area may stand in for its worker, and whoever is above for who leads it.
    """
    if person not in district.people or is_away(district, person, now.date(), now.date()):
        return False
    chain = list(district.chain(area))
    above = {up.code for up in chain[1:]}
    near = {area, *(other.code for other in district.siblings(area)), *above}
    here = STANDS_IN.get(key, ())
    return any(
        (post.area in near and key_of(post) == key)
        or (post.area == area and post.role in here)
        or (key == Role.LEADER and post.area in above and post.role is Role.SUPERVISOR)
        for post in district.posts_of(person)
    )


def own_shift(district: District, person: PersonId, now: datetime) -> Shift | None:
    """Return the shift that somebody has taken over and serves now."""
    return next((one for one in district.shifts if one.person == person and one.holds(now)), None)
