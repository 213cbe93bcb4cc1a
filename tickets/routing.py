"""Who is asked: a pure ranking of people for one request, each with the reasons. Nobody is chosen silently."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tickets.model import Candidate, PassedOver, Reason, ReasonCode, Route
from tickets.policy import Policy
from tickets.roster import Area, AreaCode, District, PersonId, Post, Role
from tickets.service import DeadlineClass, Service
from tickets.worktime import WeeklyHours

ROLES = {role.value for role in Role if role is not Role.SPECIALIST}
FULL_TIME = "full_time"


@dataclass(frozen=True)
class Reachability:
    """Whom the bot can write to, and how much everybody has in hand."""

    unreachable: frozenset[PersonId] = frozenset()
    """Never pressed /start, or blocked the bot."""

    loads: Mapping[PersonId, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """What routing must know of a matter."""

    service: Service
    deadline_class: DeadlineClass
    area: AreaCode
    reporter: PersonId
    place: str = ""
    """The place as written, when the district knows who owns it."""

    refused: frozenset[PersonId] = frozenset()


def route(request: Request, district: District, reach: Reachability, policy: Policy, now: datetime) -> Route:
    """Rank everybody who can be asked, nearest and freest first.

    The chain of the service is followed stage by stage and always ends at the leader, then the levels above. On duty
    people come first; off duty people are called only for `life` and `urgent`, and otherwise wait for their next
    duty when nobody is there now.
    """
    search = _Search(request, district, reach, policy, now)
    stages = _stages(request, district)
    candidates: list[Candidate] = []
    missing: list[str] = []
    for number, stage in enumerate(stages):
        for key in stage:
            found = search.people(key, number, taken={one.person for one in candidates})
            candidates.extend(found)
            if not found and key not in ROLES:
                missing.append(key)
    candidates = _note_missing(candidates, missing)
    leaders = tuple(one.person for one in search.people("leader", 0, taken=set()))
    above = tuple(search.levels_above())
    last = [person for level in above for person in level if person not in {one.person for one in candidates}]
    candidates.extend(
        Candidate(person, Role.SUPERVISOR, request.area, len(stages), (Reason(ReasonCode.LAST_RESORT),))
        for person in last[:3]
    )
    return Route(tuple(candidates), tuple(search.passed_over.values()), leaders, above, tuple(missing))


def first_asked(found: Route, *, everyone: bool) -> tuple[Candidate, ...]:
    """Return who is asked at once: the best of each key of the first stage, or everybody of it and the leaders."""
    if not found.candidates:
        return ()
    stage = [one for one in found.candidates if one.stage == found.candidates[0].stage]
    if everyone:
        leaders = [one for one in found.candidates if one.person in found.leaders]
        return tuple(dict.fromkeys((*stage, *leaders)))
    best: dict[str, Candidate] = {}
    for one in stage:
        best.setdefault(one.key, one)
    return tuple(best.values())


def next_asked(found: Route, asked: frozenset[PersonId]) -> Candidate | None:
    """Return the best candidate who has not been asked yet."""
    return next((one for one in found.candidates if one.person not in asked), None)


def _stages(request: Request, district: District) -> list[tuple[str, ...]]:
    """Return the chain of the service, with the worker where the grid lacks the trade, and the leader at the end."""
    stages = list(request.service.route)
    keys = {key for stage in stages for key in stage}
    own = {post.skill for post in district.posts_in(request.area)}
    if any(key not in ROLES and key not in own for key in keys) and Role.WORKER not in keys:
        stages.append((Role.WORKER,))
    if Role.LEADER not in keys:
        stages.append((Role.LEADER,))
    return stages


@dataclass
class _Search:
    request: Request
    district: District
    reach: Reachability
    policy: Policy
    now: datetime
    passed_over: dict[tuple[PersonId, str], PassedOver] = field(default_factory=dict)

    def people(self, key: str, stage: int, taken: set[PersonId]) -> list[Candidate]:
        """Return the people for one role or skill: of the grid, else (skills) its neighbours, else the levels above."""
        for area, nearness in self._areas(key):
            posts = [post for post in self.district.posts_in(area) if _fits(post, key)]
            found = [one for post in posts if (one := self._candidate(post, key, stage, nearness)) is not None]
            found = [one for one in found if one.person not in taken]
            if found:
                return self._ranked(found)
        return []

    def levels_above(self) -> Iterator[tuple[PersonId, ...]]:
        """Yield the reachable supervisors (or leaders) of each level above the grid that has any."""
        for area in list(self.district.chain(self.request.area))[1:]:
            people = tuple(
                dict.fromkeys(
                    post.person
                    for post in self.district.posts_in(area.code)
                    if post.role in (Role.SUPERVISOR, Role.LEADER) and self._reachable(post.person) is None
                )
            )
            if people:
                yield people

    def _areas(self, key: str) -> Iterator[tuple[AreaCode, Reason | None]]:
        area = self.request.area
        if key == Role.SUPERVISOR:
            yield from ((up.code, Reason(ReasonCode.LEVEL_ABOVE, up.name)) for up in self._parents())
            return
        yield area, None
        if key in ROLES:
            return
        # a department's neighbour first: the same trade next door knows the houses better than an office far away
        yield from ((other.code, Reason(ReasonCode.NEIGHBOUR, other.name)) for other in self.district.siblings(area))
        yield from ((up.code, Reason(ReasonCode.LEVEL_ABOVE, up.name)) for up in self._parents())

    def _parents(self) -> list[Area]:
        return list(self.district.chain(self.request.area))[1:]

    def _candidate(self, post: Post, key: str, stage: int, nearness: Reason | None) -> Candidate | None:
        refusal = self._reachable(post.person) or self._conflict(post)
        if refusal is not None:
            self.passed_over[post.person, key] = PassedOver(post.person, key, refusal)
            return None
        reasons = [Reason(ReasonCode.ROLE if key in ROLES else ReasonCode.SKILL, key)]
        if self.request.place and nearness is None:
            reasons.insert(0, Reason(ReasonCode.OWNS_PLACE, self.request.place))
        if nearness is not None:
            reasons.append(nearness)
        hours = post.hours or self.policy.hours
        begins = None
        if hours.working(self.now):
            reasons.append(Reason(ReasonCode.ON_DUTY))
        elif self.policy.classes[self.request.deadline_class].always:
            reasons.append(Reason(ReasonCode.CALLED_OFF_DUTY, self.request.deadline_class))
        else:
            begins = _next_duty(hours, self.now)
            reasons.append(Reason(ReasonCode.NEXT_DUTY, begins.isoformat()))
        reasons.append(Reason(ReasonCode.LOAD, str(self.reach.loads.get(post.person, 0))))
        return Candidate(post.person, key, post.area or self.request.area, stage, tuple(reasons), begins)

    def _reachable(self, person: PersonId) -> Reason | None:
        if self.district.people[person].telegram is None:
            return Reason(ReasonCode.NOT_JOINED)
        return Reason(ReasonCode.BLOCKED) if person in self.reach.unreachable else None

    def _conflict(self, post: Post) -> Reason | None:
        today = self.now.date()
        if any(leave.first <= today <= leave.last for leave in post.leave):
            return Reason(ReasonCode.ON_LEAVE)
        if post.person == self.request.reporter:
            return Reason(ReasonCode.IS_REPORTER)
        return Reason(ReasonCode.REFUSED) if post.person in self.request.refused else None

    def _ranked(self, found: list[Candidate]) -> list[Candidate]:
        """Order by: on duty, full-time, least loaded, then by the order of the file."""
        full = {post.person for post in self.district.posts if post.duty == FULL_TIME}
        called = {one.person for one in found if any(r.code is ReasonCode.CALLED_OFF_DUTY for r in one.reasons)}
        return sorted(
            found,
            key=lambda one: (
                one.from_ or self.now,
                one.person in called,
                one.person not in full,
                self.reach.loads.get(one.person, 0),
            ),
        )


def _fits(post: Post, key: str) -> bool:
    if key in ROLES:
        return post.role == key
    return post.role is Role.SPECIALIST and post.skill == key


def _next_duty(hours: WeeklyHours, now: datetime) -> datetime:
    return hours.next_start(now)


def _note_missing(candidates: list[Candidate], missing: list[str]) -> list[Candidate]:
    """Tell whoever steps in for a missing specialist that none is there."""
    if not missing:
        return candidates
    note = tuple(Reason(ReasonCode.NO_SPECIALIST, skill) for skill in missing)
    return [Candidate(one.person, one.key, one.area, one.stage, (*one.reasons, *note), one.from_) for one in candidates]
