"""Shifts that were taken over: who serves besides the hours of the posts, and who is off meanwhile. Pure."""

from collections.abc import Iterator
from datetime import datetime

from tickets.absence import key_of
from tickets.roster import AreaCode, District, Post, Role, Shift
from tickets.worktime import WeeklyHours

ROLE_KEYS = frozenset(role.value for role in Role if role is not Role.SPECIALIST)
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
