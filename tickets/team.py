"""Who serves a grid, who is there now, and who steps in for whom it lacks: what a resident may know. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from tickets.absence import away_on, is_away
from tickets.policy import Policy
from tickets.roster import AreaCode, District, PersonId, Post, Role
from tickets.service import Services
from tickets.shifts import all_guests, comes, serves

SERVING = (Role.WORKER, Role.LEADER, Role.INSTRUCTOR, Role.SPECIALIST)
"""The roles of a grid that residents are told of, in the order shown."""

ABOVE = (Role.SUPERVISOR, Role.LEADER)
NOBODYS = frozenset(role.value for role in Role)


@dataclass(frozen=True)
class Member:
    """Somebody who serves. `key`: the role, for specialists the skill. `area`: where the post is.

    `comes`: when the next duty begins, None = on duty now. `away_until`: the last day of a leave without a substitute.
    """

    person: PersonId
    key: str
    area: AreaCode
    comes: datetime | None = None
    away_until: date | None = None


@dataclass(frozen=True)
class Team:
    """The people of one grid. `helpers`: others' specialists for what the grid lacks, one of each trade.

    `missing`: trades that services ask for and nobody near has. `above`: who gets the requests of a grid that has
    neither worker nor leader.
    """

    grid: AreaCode
    members: tuple[Member, ...] = ()
    helpers: tuple[Member, ...] = ()
    missing: tuple[str, ...] = ()
    above: tuple[Member, ...] = ()

    def has(self, key: str) -> bool:
        """Whether the grid itself has somebody for a role or a trade."""
        return any(one.key == key for one in self.members)


def team_of(district: District, services: Services, policy: Policy, grid: AreaCode, now: datetime) -> Team:
    """Return who serves a grid at this moment."""
    members = tuple(_members(district, policy, grid, now, SERVING))
    wanted = dict.fromkeys(key for one in services for stage in one.route for key in stage if key not in NOBODYS)
    here = {one.key for one in members}
    helpers, missing = [], []
    for skill in wanted:
        if skill in here:
            continue
        helper = next(_helpers(district, policy, grid, now, skill), None)
        if helper is None:
            missing.append(skill)
        else:
            helpers.append(helper)
    served = here & {Role.WORKER, Role.LEADER}
    above = () if served else next(_bosses(district, policy, grid, now), ())
    return Team(grid, members, tuple(helpers), tuple(missing), above)


def _members(
    district: District, policy: Policy, area: AreaCode, now: datetime, roles: tuple[Role, ...]
) -> Iterator[Member]:
    """Yield each person of an area once for each thing he is there for, by role, then as the file has them."""
    seen: set[tuple[PersonId, str]] = set()
    serving = (*district.posts_in(area), *all_guests(district, area, now))
    posts = sorted((post for post in serving if post.role in roles), key=lambda p: roles.index(p.role))
    for post in posts:
        one = _member(district, policy, post, area, now)
        if one is not None and (one.person, one.key) not in seen:
            seen.add((one.person, one.key))
            yield one


def _member(district: District, policy: Policy, post: Post, area: AreaCode, now: datetime) -> Member | None:
    key = post.skill if post.role is Role.SPECIALIST and post.skill else post.role.value
    person: PersonId = post.person
    away_until: date | None = None
    away, today = away_on(post, now.date()), now.date()
    if away is not None:
        other = away.substitute
        if other is not None and other in district.people and not is_away(district, other, today, today):
            person = other
        else:
            away_until = away.last
    if person not in district.people:
        return None
    served = replace(post, person=person)
    begins = None if serves(district, served, policy.hours, now) else comes(district, served, policy.hours, now)
    return Member(person, key, area, begins, away_until)


def _helpers(district: District, policy: Policy, grid: AreaCode, now: datetime, skill: str) -> Iterator[Member]:
    """Yield others' specialists in the order in which routing asks them: next door, then upwards."""
    around = [*district.siblings(grid), *list(district.chain(grid))[1:]]
    for area in around:
        for one in _members(district, policy, area.code, now, (Role.SPECIALIST,)):
            if one.key == skill and one.away_until is None:
                yield one


def _bosses(district: District, policy: Policy, grid: AreaCode, now: datetime) -> Iterator[tuple[Member, ...]]:
    """Yield who leads, level by level upwards, where there is anybody."""
    for area in list(district.chain(grid))[1:]:
        found = tuple(_members(district, policy, area.code, now, ABOVE))
        if found:
            yield found
