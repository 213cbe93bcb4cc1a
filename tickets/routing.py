"""Who is asked: a pure ranking of people for one request, each with the reasons. Nobody is chosen silently."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tickets.absence import is_away
from tickets.model import Candidate, PassedOver, Reason, ReasonCode, Route, Ticket
from tickets.policy import Policy
from tickets.roster import Area, AreaCode, Department, District, PersonId, Post, Role
from tickets.service import DeadlineClass, Service
from tickets.shifts import comes, guests, serves, under_way

ROLES = {role.value for role in Role if role is not Role.SPECIALIST}
FULL_TIME = "full_time"
LAST_RESORTS = 3
"""How many people of the levels above are put on the list, behind everybody else."""


ANYBODY = (Role.LEADER, Role.SUPERVISOR, Role.WORKER, Role.INSTRUCTOR, Role.ADMIN)
"""Who is asked wherever he serves when nobody of the list can be, in this order."""


@dataclass(frozen=True)
class Reachability:
    """Whom the bot can write to, and how much everybody has in hand."""

    unreachable: frozenset[PersonId] = frozenset()
    """Never pressed /start, or blocked the bot."""

    loads: Mapping[PersonId, int] = field(default_factory=dict)

    near: bool = False
    """Only of the people around one area: of anybody else nothing is known, so nobody else is asked."""


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
    spot: AreaCode | None = None
    """The micro-grid or the dedicated grid that owns it, where that is not `area` itself: its people go first."""


def route(request: Request, district: District, reach: Reachability, policy: Policy, now: datetime) -> Route:
    """Rank everybody who can be asked, nearest and freest first.

    The chain of the service is followed stage by stage and always ends at the leader, then the levels above. On duty
    people come first; off duty people are called only for `life` and `urgent`, and otherwise wait for their next
    duty when nobody is there now. Where none of them can be asked, whoever leads or works nearest is, and at the very
    end the reporter. No candidates at all = nobody of the district can be asked, or (`reach.near`) look further.
    """
    search = _Search(request, district, reach, policy, now)
    found = _ranking(search)
    if found.candidates or reach.near:
        return found
    if elsewhere := search.elsewhere():
        asked = {one.person for one in elsewhere}
        left = tuple(one for one in found.passed_over if one.person not in asked)
        return replace(found, candidates=tuple(elsewhere), passed_over=left)
    alone = _Search(replace(request, reporter=""), district, reach, policy, now)
    return replace(_ranking(alone), passed_over=())


def _ranking(search: "_Search") -> Route:
    candidates: list[Candidate] = []
    missing: list[str] = []
    stages = _stages(search)
    for number, stage in enumerate(stages):
        for key in stage:
            people = search.people(key, number)
            if not people and key not in ROLES:
                missing.append(key)
            known = {one.person for one in candidates}
            candidates.extend(one for one in people if one.person not in known)
    known = {one.person for one in candidates}
    last = _each_once(one for level in search.bosses(len(stages)) for one in level)
    candidates.extend([one for one in last if one.person not in known][:LAST_RESORTS])
    candidates = _note_missing(candidates, missing)
    known = {one.person for one in candidates}
    passed_over = tuple(one for one in search.passed_over.values() if one.person not in known)
    return Route(tuple(candidates), passed_over, *_leading(search), tuple(missing))


def _leading(search: "_Search") -> tuple[tuple[PersonId, ...], tuple[tuple[PersonId, ...], ...]]:
    anybody = search.whoever()
    leaders = tuple(one.person for one in anybody.in_area(search.request.area, Role.LEADER, 0, None))
    return leaders, tuple(tuple(one.person for one in _each_once(level)) for level in anybody.bosses(0))


def leading(request: Request, district: District, reach: Reachability, policy: Policy, now: datetime) -> Route:
    """Return the leaders and the levels above as `route` does, without ranking everybody else: for who may do what."""
    leaders, above = _leading(_Search(request, district, reach, policy, now))
    if request.refused.issuperset((*leaders, *(one for level in above for one in level))):
        if reach.near:
            return Route()
        return route(request, district, reach, policy, now)  # perhaps nobody is left but the reporter
    return Route(leaders=leaders, above=above)


def may_lead(person: PersonId, area: AreaCode, district: District) -> bool:
    """Whether somebody can be among the leaders and the levels above an area at all, in their own right or for another.

    Whom this leaves out `leading` never finds, whoever is reachable and whatever the hour.
    """
    return any(
        person == post.person or any(leave.substitute == person for leave in post.leave)
        for up in district.chain(area)
        for post in district.posts_in(up.code)
        if post.role in (Role.LEADER, Role.SUPERVISOR)
    )


def _each_once(people: Iterable[Candidate]) -> list[Candidate]:
    found: dict[PersonId, Candidate] = {}
    for one in people:
        found.setdefault(one.person, one)
    return list(found.values())


def first_asked(found: Route, *, everyone: bool, by: datetime | None = None) -> tuple[Candidate, ...]:
    """Return who is asked at once: the best of each key of the first stage from which anybody comes in time.

    Nobody is called off duty while somebody of the list is on duty. `everyone`: all on the list at the same moment;
    the levels above only when nobody else is there. `by`: when somebody should have taken it; whose duty begins later
    is not waited for while another is there before.
    """
    if not found.candidates:
        return ()
    near = tuple(one for one in found.candidates if not _last_resort(one))
    if everyone:
        return near or found.candidates
    in_time = tuple(one for one in near if one.from_ is None or by is None or one.from_ <= by)
    there = tuple(one for one in in_time if not called_off_duty(one))
    pool = there or in_time or found.candidates
    best: dict[str, Candidate] = {}
    for one in pool:
        if one.stage == pool[0].stage:
            best.setdefault(one.key, one)
    return tuple(best.values())


def _last_resort(one: Candidate) -> bool:
    return any(reason.code is ReasonCode.LAST_RESORT for reason in one.reasons)


def next_asked(found: Route, asked: frozenset[PersonId]) -> Candidate | None:
    """Return the best candidate who has not been asked yet: whoever is there now goes before whoever comes later."""
    left = [one for one in found.candidates if one.person not in asked]
    return min(left, key=lambda one: (_last_resort(one), one.from_ is not None, called_off_duty(one)), default=None)


def specialists(
    skill: str,
    ticket: Ticket,
    service: Service,
    district: District,
    reach: Reachability,
    policy: Policy,
    now: datetime,
) -> list[PersonId]:
    """Return who can be consulted for a skill, nearest and freest first; the handler is not asked."""
    request = Request(service, ticket.deadline_class, ticket.grid, ticket.reporter)
    found = _Search(request, district, reach, policy, now).people(skill, 0)
    return [one.person for one in found if one.person != ticket.handler]


def _stages(search: "_Search") -> list[tuple[str, ...]]:
    """Return the chain of the service, with the worker where the grid lacks the trade, and the leader at the end."""
    stages = list(search.request.service.route)
    keys = {key for stage in stages for key in stage}
    if Role.WORKER not in keys and any(key not in ROLES and not search.here(key) for key in keys):
        stages.append((Role.WORKER,))
    if Role.OFFICER not in keys and search.department is not None:
        stages.append((Role.OFFICER,))
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

    def people(self, key: str, stage: int) -> list[Candidate]:
        """Return the people for one role or skill: of the grid, else (skills) its neighbours, else the levels above.

        Where people off duty may be called, somebody on duty further away still goes before them.
        """
        if key == Role.OFFICER and self.department is not None:
            return self._of_department(self.department, stage)
        spot = self.request.spot
        owners = self.in_area(spot, key, stage, None) if spot is not None else []
        return _each_once([*owners, *self._around(key, stage)])

    def _around(self, key: str, stage: int) -> list[Candidate]:
        off_duty: list[Candidate] = []
        for area, nearness in self._areas(key):
            found = self.in_area(area, key, stage, nearness)
            if any(not called_off_duty(one) for one in found):
                return _each_once([*found, *off_duty])
            off_duty = off_duty or found
        return off_duty

    def here(self, key: str) -> bool:
        """Whether the grid itself has somebody for a role or skill who can be asked."""
        areas = (self.request.area,) if self.request.spot is None else (self.request.spot, self.request.area)
        return any(self.in_area(area, key, 0, None) for area in areas)

    @property
    def department(self) -> Department | None:
        """The department that is responsible for the place."""
        spot = self.request.spot
        return self.district.departments.get(self.district.areas[spot].department or "") if spot is not None else None

    def _of_department(self, department: Department, stage: int) -> list[Candidate]:
        posts = self.district.officers_of(department.code)
        return self._asked(posts, Role.OFFICER, stage, Reason(ReasonCode.DEPARTMENT, department.name))

    def elsewhere(self) -> list[Candidate]:
        """Return whoever leads or works nearest when nobody of the list can be asked: a stranger before nobody."""
        seen: set[AreaCode] = set()
        for up in self.district.chain(self.request.area):
            found: list[Candidate] = []
            for area in self.district.areas.values():
                if area.code in seen or all(here.code != up.code for here in self.district.chain(area.code)):
                    continue
                seen.add(area.code)
                reason = Reason(ReasonCode.ELSEWHERE, area.name)
                for key in ANYBODY:
                    found += self.in_area(area.code, key, 0, reason)
            if found:
                last = (replace(one, reasons=(*one.reasons, Reason(ReasonCode.LAST_RESORT))) for one in found)
                return self._ranked(_each_once(last), set())[:LAST_RESORTS]
        return []

    def whoever(self) -> "_Search":
        """Return the same search whoever refused: that somebody would not take it does not end his leading."""
        return _Search(replace(self.request, refused=frozenset()), self.district, self.reach, self.policy, self.now)

    def bosses(self, stage: int) -> Iterator[list[Candidate]]:
        """Yield the supervisors (or leaders) of each level above the grid that has any, as the last resort."""
        for area in self._parents():
            nearness = Reason(ReasonCode.LEVEL_ABOVE, area.name)
            found = [
                replace(one, reasons=(*one.reasons, Reason(ReasonCode.LAST_RESORT)))
                for key in (Role.SUPERVISOR, Role.LEADER)
                for one in self.in_area(area.code, key, stage, nearness)
            ]
            if found:
                yield found

    def in_area(self, area: AreaCode, key: str, stage: int, nearness: Reason | None) -> list[Candidate]:
        """Return who of exactly this area can be asked, best first, each once."""
        posts = [post for post in self.district.posts_in(area) if _fits(post, key)]
        taken = {shift.person for shift in under_way(self.district, area, key, self.now)}
        return self._asked((*posts, *guests(self.district, area, key, self.now)), key, stage, nearness, taken)

    def _asked(
        self, fitting: Iterable[Post], key: str, stage: int, nearness: Reason | None, taken: Iterable[PersonId] = ()
    ) -> list[Candidate]:
        posts = [self._served(post, key) for post in fitting]
        full = {post.person for post in posts if post.duty == FULL_TIME}.union(taken)
        found = [one for post in posts if (one := self._candidate(post, key, stage, nearness)) is not None]
        return _each_once(self._ranked(found, full))

    def _served(self, post: Post, key: str) -> Post:
        """Return the post as its substitute serves it while its holder is away."""
        today = self.now.date()
        away = next((leave for leave in post.leave if leave.first <= today <= leave.last), None)
        if away is None or away.substitute is None or away.substitute not in self.district.people:
            return post
        if is_away(self.district, away.substitute, today, today):
            return post
        self.passed_over[post.person, key] = PassedOver(post.person, key, Reason(ReasonCode.ON_LEAVE))
        return replace(post, person=away.substitute, leave=())

    def _areas(self, key: str) -> Iterator[tuple[AreaCode, Reason | None]]:
        area = self.request.area
        if key == Role.SUPERVISOR:
            yield from ((up.code, Reason(ReasonCode.LEVEL_ABOVE, up.name)) for up in self._parents())
            return
        yield area, None
        if key in ROLES:
            # a micro-grid is served by its grid where it has nobody of its own
            yield from ((up.code, None) for up in self._parents() if up.level == "grid")
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
        begins = None
        if serves(self.district, post, self.policy.hours, self.now):
            reasons.append(Reason(ReasonCode.ON_DUTY))
        elif self.policy.classes[self.request.deadline_class].always:
            reasons.append(Reason(ReasonCode.CALLED_OFF_DUTY, self.request.deadline_class))
        else:
            begins = comes(self.district, post, self.policy.hours, self.now)
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

    def _ranked(self, found: list[Candidate], full: set[PersonId]) -> list[Candidate]:
        """Order by: on duty (soonest first), full-time, least loaded, then by the order of the file."""
        return sorted(
            found,
            key=lambda one: (
                one.from_ or self.now,
                called_off_duty(one),
                one.person not in full,
                self.reach.loads.get(one.person, 0),
            ),
        )


def called_off_duty(one: Candidate) -> bool:
    """Whether somebody is on the list although he is not on duty."""
    return any(reason.code is ReasonCode.CALLED_OFF_DUTY for reason in one.reasons)


def _fits(post: Post, key: str) -> bool:
    if key in ROLES:
        return post.role == key
    return post.role is Role.SPECIALIST and post.skill == key


def _note_missing(candidates: list[Candidate], missing: list[str]) -> list[Candidate]:
    """Tell whoever steps in for a missing specialist that none is there."""
    if not missing:
        return candidates
    note = tuple(Reason(ReasonCode.NO_SPECIALIST, skill) for skill in missing)
    return [replace(one, reasons=(*one.reasons, *note)) for one in candidates]
