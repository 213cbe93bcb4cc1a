"""Who is beyond the grid: the levels above with their staff rooms, and the departments, as they can be reached now."""

from dataclasses import dataclass
from datetime import date

from tickets.lane import AREA, Reader
from tickets.policy import WhistleRule
from tickets.roster import AreaCode, District, PersonId, Post, Role
from tickets.service import DeadlineClass

DECIDES = (Role.SUPERVISOR, Role.LEADER)


@dataclass(frozen=True)
class Level:
    """One level above the grid; `room`: it has a staff room."""

    area: AreaCode
    level: str
    people: tuple[PersonId, ...] = ()
    room: bool = False

    def readers(self, *, private: bool) -> tuple[Reader, ...]:
        """Who is written to: the people, else the staff room; never the room about a private matter."""
        if self.people or not self.room or private:
            return self.people
        return (f"{AREA}{self.area}",)


@dataclass(frozen=True)
class Office:
    """A department: its officers whom the bot can write to, and whether it has a chat of its own."""

    code: str
    people: tuple[PersonId, ...] = ()
    room: bool = False


@dataclass(frozen=True)
class Beyond:
    """`asked`: the departments that the service names. `areas`, `departments`: what the presser stands for."""

    levels: tuple[Level, ...] = ()
    offices: tuple[Office, ...] = ()
    asked: tuple[str, ...] = ()
    areas: frozenset[AreaCode] = frozenset()
    departments: frozenset[str] = frozenset()

    def office(self, code: str) -> Office | None:
        """Return a department."""
        return next((one for one in self.offices if one.code == code), None)

    def level(self, area: AreaCode) -> Level | None:
        """Return the level of an area."""
        return next((one for one in self.levels if one.area == area), None)

    def above(self, area: AreaCode) -> AreaCode:
        """Return the next area above one (empty: above the grid) that has anybody; empty = there is none."""
        places = [place for place, one in enumerate(self.levels) if one.area == area]
        higher = self.levels[places[0] + 1 :] if places else self.levels
        return next((one.area for one in higher if one.people or one.room), "")


def beyond(
    district: District,
    area: AreaCode,
    unreachable: frozenset[PersonId],
    today: date,
    *,
    asked: tuple[str, ...] = (),
    by: PersonId = "",
    chat: int | None = None,
    closed: frozenset[int] = frozenset(),
) -> Beyond:
    """Return who is beyond a grid now; `closed`: chats that the bot is not in.

    `by` presses, in the room `chat`: whoever is in it speaks for it.
    """

    def there(posts: list[Post]) -> tuple[PersonId, ...]:
        joined = [post for post in posts if (one := district.people.get(post.person)) and one.telegram is not None]
        fit = [post for post in joined if post.person not in unreachable]
        on = [post for post in fit if not any(one.first <= today <= one.last for one in post.leave)]
        return tuple(dict.fromkeys(post.person for post in on or fit))

    above = list(district.chain(area))[1:] if area in district.areas else []
    own = district.posts_of(by) if by else ()
    officers: dict[str, list[Post]] = {code: [] for code in district.departments}
    for post in district.posts:
        if post.department in officers:
            officers[post.department].append(post)
    rooms = {one.chat for one in above if one.chat is not None}
    return Beyond(
        levels=tuple(
            Level(
                one.code,
                one.level,
                there([post for post in district.posts_in(one.code) if post.role in DECIDES]),
                one.chat is not None and one.chat not in closed,
            )
            for one in above
        ),
        offices=tuple(
            Office(code, there(officers[code]), department.chat is not None and department.chat not in closed)
            for code, department in district.departments.items()
        ),
        asked=tuple(code for code in asked if code in district.departments),
        areas=frozenset(
            {post.area for post in own if post.role in DECIDES and post.area}
            | {one.code for one in above if chat in rooms and one.chat == chat}
        ),
        departments=frozenset(
            {post.department for post in own if post.department}
            | {one.code for one in district.departments.values() if one.chat is not None and one.chat == chat}
        ),
    )


def rounds(rule: WhistleRule, kind: DeadlineClass, levels: tuple[Level, ...]) -> tuple[tuple[Level, ...], ...]:
    """Return whom a whistle reaches, round by round: as the rule names the levels, else one level after the other."""
    named = rule.classes.get(kind, rule.to)
    fit = tuple(one for one in levels if one.people or one.room)
    found = tuple(tuple(one for one in fit if one.level in names) for names in named)
    return tuple(filter(None, found)) or tuple((one,) for one in fit)
