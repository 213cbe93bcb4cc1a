"""Who is on duty in an area now, until when, who comes next, and where nobody is. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from tickets.absence import away_on, is_away, key_of
from tickets.roster import AreaCode, District, PersonId, Post, Role, Shift
from tickets.shifts import LONGEST, TAKEN_OVER, guests, may_take, own_shift, serves, under_way
from tickets.worktime import WeeklyHours, Window

ROLES = (Role.WORKER, Role.LEADER, Role.INSTRUCTOR)
"""Roles in the order they are listed; the trades come behind them in the order of the file."""

NEEDED = (Role.WORKER, Role.LEADER)
"""Roles that every grid should have: that nobody has them is a vacancy."""

ALWAYS = timedelta(days=6)
"""Whoever is on duty for longer than this without a break is there day and night."""


class Standing(StrEnum):
    """Where the holder of a post is now."""

    NOW = "now"
    LATER = "later"
    AWAY = "away"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Watch:
    """One post as it is served now. `person` is the substitute while the holder (`instead_of`) is away."""

    person: PersonId
    standing: Standing
    windows: tuple[Window, ...] = ()
    """The stretches of today."""

    until: datetime | None = None
    """NOW: when this stretch ends; None = day and night."""

    begins: datetime | None = None
    """LATER: when the next stretch begins."""

    back: date | None = None
    """AWAY: the last day of it."""

    instead_of: PersonId | None = None


@dataclass(frozen=True)
class Watches:
    """Everybody of one role or skill in an area; nobody at all where the role is vacant."""

    key: str
    all: tuple[Watch, ...] = ()

    @property
    def now(self) -> tuple[Watch, ...]:
        """Who is on duty and can be reached."""
        return tuple(one for one in self.all if one.standing is Standing.NOW)

    @property
    def next(self) -> Watch | None:
        """Who begins next."""
        later = [(one.begins, number, one) for number, one in enumerate(self.all) if one.begins is not None]
        return min(later)[2] if later else None

    @property
    def absent(self) -> tuple[Watch, ...]:
        """Who is away without a substitute."""
        return tuple(one for one in self.all if one.standing is Standing.AWAY)

    @property
    def unreachable(self) -> tuple[Watch, ...]:
        """Who cannot be written to."""
        return tuple(one for one in self.all if one.standing is Standing.UNREACHABLE)


@dataclass(frozen=True)
class Duty:
    """An area's people now, by role and skill."""

    area: AreaCode
    roles: tuple[Watches, ...]

    @property
    def present(self) -> tuple[PersonId, ...]:
        """Everybody on duty, each once."""
        return tuple(dict.fromkeys(one.person for role in self.roles for one in role.now))

    @property
    def gaps(self) -> tuple[Watches, ...]:
        """Roles and skills with nobody on duty now."""
        return tuple(role for role in self.roles if not role.now)

    @property
    def vacant(self) -> tuple[str, ...]:
        """Roles nobody has."""
        return tuple(role.key for role in self.roles if not role.all)


@dataclass(frozen=True)
class Offer:
    """A shift that somebody may take now, until `ends`; `instead_of`: whom it relieves, None = nobody is there."""

    area: AreaCode
    key: str
    ends: datetime
    instead_of: PersonId | None = None


@dataclass(frozen=True)
class Rota:
    """What `/duty` shows: some areas; `whole` = everybody's hours of today as well, for whoever leads.

    `offers`: shifts that the reader may take now. `mine`: the one he has taken.
    """

    areas: tuple[Duty, ...]
    whole: bool
    offers: tuple[Offer, ...] = ()
    mine: Shift | None = None


def offers(found: Duty, district: District, person: PersonId, now: datetime) -> tuple[Offer, ...]:
    """Return the shifts of an area that somebody may take now: of each role or trade in which he is not on duty."""
    if own_shift(district, person, now) is not None:
        return ()
    return tuple(
        one
        for role in found.roles
        if may_take(district, person, found.area, role.key, now) and person not in {watch.person for watch in role.now}
        for one in _offered(found.area, role, now)
    )


def _offered(area: AreaCode, role: Watches, now: datetime) -> Iterable[Offer]:
    longest = now + LONGEST
    for watch in role.now:
        yield Offer(area, role.key, min(watch.until or longest, longest), watch.person)
    if not role.now:
        following = role.next.begins if role.next is not None else None
        yield Offer(area, role.key, min(following or longest, longest))


def duty(
    area: AreaCode, district: District, hours: WeeklyHours, unreachable: frozenset[PersonId], now: datetime
) -> Duty:
    """Return who serves in exactly this area. `hours`: of posts without their own."""
    posts = district.posts_in(area)
    keys = [*(role.value for role in ROLES), *dict.fromkeys(key_of(one) for one in posts)]
    needed = NEEDED if district.areas[area].level == "grid" else ()
    found = []
    for key in dict.fromkeys(keys):
        own = [post for post in posts if key_of(post) == key and post.role is not Role.ADMIN]
        own += guests(district, area, key, now)
        if own or key in needed:
            found.append(Watches(key, tuple(_watches(own, district, hours, unreachable, now))))
    return Duty(area, tuple(found))


def _watches(
    posts: Iterable[Post], district: District, hours: WeeklyHours, unreachable: frozenset[PersonId], now: datetime
) -> Iterable[Watch]:
    for post in posts:
        person, instead_of = post.person, None
        leave = away_on(post, now.date())
        if leave is not None:
            person = leave.substitute or ""
            if person not in district.people or is_away(district, person, now.date(), now.date()):
                yield Watch(post.person, Standing.AWAY, back=leave.last)
                continue
            instead_of = post.person
        own = post.hours or hours
        windows = () if post.duty == TAKEN_OVER else own.windows(now.date())
        taken = under_way(district, post.area, key_of(post), now)
        mine = next((one for one in taken if one.person == person), None)
        if person in unreachable or district.people[person].telegram is None:
            yield Watch(person, Standing.UNREACHABLE, windows, instead_of=instead_of)
        elif mine is not None:
            ends = until(own, now) if windows and own.working(now) else mine.ends
            latest = None if ends is None else max(ends, mine.ends)
            yield Watch(person, Standing.NOW, windows, until=latest, instead_of=instead_of or mine.instead_of)
        elif serves(district, replace(post, person=person), hours, now):
            yield Watch(person, Standing.NOW, windows, until=until(own, now), instead_of=instead_of)
        else:
            over = [one.ends.astimezone(now.tzinfo) for one in taken if one.instead_of == person]
            begins = _begins(post, own, now, max([now, *over]))
            yield Watch(person, Standing.LATER, windows, begins=begins, instead_of=instead_of)


def _begins(post: Post, hours: WeeklyHours, now: datetime, free: datetime) -> datetime | None:
    """When the next stretch begins, from `free` on, that does not fall into the holder's leave; None = not in sight."""
    for begin, _ in hours.stretches(free):
        if begin > now and away_on(post, begin.date()) is None:
            return begin
    return None


def until(hours: WeeklyHours, now: datetime) -> datetime | None:
    """Return when the stretch around `now` ends, across midnight where it goes on there; None = day and night."""
    end = now
    for begin, stop in hours.stretches(now):
        if begin > end:
            return end
        end = stop
        if end - now > ALWAYS:
            return None
    return end
