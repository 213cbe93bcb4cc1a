"""Random districts, requests and moments for routing, and what must hold of whoever is asked.

The rules are said here once more, by going through every post: nothing of `tickets.routing` is used to judge it.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

from bot.district_days import public_days
from tests.tickets.world import POLICY, ZONE, service
from tickets.model import Candidate, ReasonCode, Route
from tickets.policy import Policy
from tickets.roster import Area, Department, District, Leave, Person, Post, Role, Shift
from tickets.routing import Reachability, Request, first_asked, next_asked, route
from tickets.service import DeadlineClass
from tickets.worktime import WeeklyHours

R = ReasonCode
DUTY = frozenset({R.ON_DUTY, R.CALLED_OFF_DUTY, R.NEXT_DUTY})
CHAINS = ("worker", "doctor+worker", "lawyer", "supervisor", "doctor, worker", "leader, lawyer", "police+worker+leader")
SKILLS = ("doctor", "lawyer", "police")
LEADS = (Role.LEADER, Role.SUPERVISOR, Role.WORKER, Role.INSTRUCTOR, Role.ADMIN)


@cache
def _hours() -> tuple[WeeklyHours | None, ...]:
    free, worked = public_days("china")
    texts = ("Mon-Fri 08:30-12:00, 13:30-18:00", "Mon-Sun 00:00-24:00", "Mon-Fri 18:00-24:00", "Tue,Thu 18:00-22:00",
             "Sat,Sun 09:00-17:00", "Fri-Sun 20:00-24:00; Mon,Sat,Sun 00:00-06:00")  # fmt: skip
    kept = [replace(WeeklyHours.parse(text), holidays=free, makeup=worked) for text in texts]
    return None, *kept, replace(kept[1], holidays=frozenset())


@cache
def rules() -> Policy:
    """The product's rules with the holidays of China."""
    free, worked = public_days("china")
    return replace(POLICY, hours=replace(POLICY.hours, holidays=free, makeup=worked))


@dataclass(frozen=True)
class Asking:
    """One random case."""

    request: Request
    district: District
    reach: Reachability
    now: datetime
    found: Route

    @property
    def always(self) -> bool:
        return rules().classes[self.request.deadline_class].always

    @property
    def parallel(self) -> bool:
        return rules().classes[self.request.deadline_class].parallel

    @property
    def asked(self) -> tuple[Candidate, ...]:
        return first_asked(self.found, everyone=self.parallel)


def asking(seed: int) -> Asking:
    """Return the case of a seed."""
    draw = random.Random(seed)
    days = (date(2026, 12, 31) - date(2022, 1, 1)).days
    start = datetime(2022, 1, 1, tzinfo=ZONE)
    now = start + timedelta(days=draw.randrange(days), minutes=draw.randrange(1440))
    district = _district(draw, now)
    grids = [area.code for area in district.grids]
    grid = draw.choice(grids)
    kind = draw.choice(tuple(DeadlineClass))
    people = tuple(district.people)
    spots = [area.code for area in district.areas.values() if area.level == "dedicated" or area.parent == grid]
    request = Request(
        service(draw.choice(CHAINS), kind),
        kind,
        grid,
        draw.choice(("tg1", "tg1", draw.choice(people))),
        draw.choice(("", "3栋")),
        frozenset(one for one in people if draw.random() < draw.choice((0, 0, 0.2))),
        draw.choice((None, *spots)),
    )
    share = draw.choice((0, 0.1, 0.3, 0.9))
    lost = frozenset(one for one in people if draw.random() < share)
    reach = Reachability(lost, {one: draw.randrange(9) for one in people if draw.random() < 0.7})
    return Asking(request, district, reach, now, route(request, district, reach, rules(), now))


def _district(draw: random.Random, now: datetime) -> District:
    areas = [Area("d", "District", "district"), Area("d.s", "Street", "street", "d")]
    for community in range(draw.randint(1, 2)):
        code = f"d.s.c{community}"
        areas.append(Area(code, code, "community", "d.s"))
        for grid in range(draw.randint(1, 3)):
            areas.append(Area(f"{code}.g{grid}", f"{code}.g{grid}", "grid", code))
            if draw.random() < 0.3:
                areas.append(Area(f"{code}.g{grid}.m", "Lane", "micro", f"{code}.g{grid}"))
    if draw.random() < 0.6:
        areas.append(Area("d.s.school", "School", "dedicated", "d.s", department=draw.choice((None, "education"))))
    names = [f"p{number}" for number in range(draw.randint(1, 18))]
    people = {name: Person(name, name, None if draw.random() < 0.1 else 1000 + at) for at, name in enumerate(names)}
    posts = tuple(_post(draw, names, areas, now.date()) for _ in range(draw.choice((0, 6, 20, 50, 90))))
    shifts = tuple(_shift(draw, names, posts, now) for _ in range(draw.choice((0, 0, 1, 3)))) if posts else ()
    return District(
        "d", "Asia/Shanghai", "zh", {one.code: one for one in areas},
        {"education": Department("education", "Education")}, people, posts,
        tuple(one for one in shifts if one is not None),
    )  # fmt: skip


def _post(draw: random.Random, names: list[str], areas: list[Area], today: date) -> Post:
    person = draw.choice(names)
    leave: tuple[Leave, ...] = ()
    if draw.random() < 0.35:
        first = today + timedelta(days=draw.randint(-3, 1))
        leave = (Leave(first, first + timedelta(days=draw.randint(0, 4)), draw.choice((None, draw.choice(names)))),)
    hours, duty = draw.choice(_hours()), draw.choice(("full_time", "part_time"))
    if draw.random() < 0.1:
        return Post(person, None, Role.OFFICER, None, "education", duty, hours, leave)
    skill = draw.choice((None, None, *SKILLS))
    role = Role.SPECIALIST if skill else draw.choice((Role.WORKER, Role.WORKER, *LEADS))
    return Post(person, draw.choice(areas).code, role, skill, None, duty, hours, leave)


def _shift(draw: random.Random, names: list[str], posts: tuple[Post, ...], now: datetime) -> Shift | None:
    post = draw.choice(posts)
    if post.area is None:
        return None
    begins = now + timedelta(hours=draw.randint(-6, 1))
    relieved = draw.choice((None, post.person))
    return Shift(draw.choice(names), post.area, _key(post), begins, begins + timedelta(hours=8), relieved)


# --- the rules once more ------------------------------------------------------------------------------------------


def _key(post: Post) -> str:
    return post.skill if post.role is Role.SPECIALIST and post.skill else post.role.value


def _away(post: Post, today: date) -> Leave | None:
    return next((one for one in post.leave if one.first <= today <= one.last), None)


def _servers(case: Asking, area: str | None, key: str) -> Iterator[tuple[str, bool]]:
    """Yield everybody who serves somewhere as something today, and whether at this very moment."""
    district, today = case.district, case.now.date()
    shifts = [
        one for one in district.shifts if (one.area, one.key) == (area, key) and one.begins <= case.now < one.ends
    ]
    taken, relieved = {one.person for one in shifts}, {one.instead_of for one in shifts}
    posts = [one for one in district.posts if (one.area, _key(one)) == (area, key)]
    for post in posts:
        person, leave = post.person, _away(post, today)
        if leave is not None:
            other = leave.substitute
            if other is None or any(_away(one, today) for one in district.posts if one.person == other):
                continue
            person = other
        plan = post.hours or rules().hours
        day = plan.week[case.now.weekday()]
        if case.now.date() in plan.holidays:
            day = ()
        elif case.now.date() in plan.makeup and not day:
            day = next(one for one in plan.week if one)
        minute = case.now.hour * 60 + case.now.minute
        there = any(one.start <= minute < one.end for one in day) and person not in relieved
        yield person, person in taken or there
    for person in taken - {one.person for one in posts}:
        yield person, True


def _writable(case: Asking, person: str) -> bool:
    someone = case.district.people[person]
    return someone.telegram is not None and person not in case.reach.unreachable | case.request.refused


def somebody_is_there(case: Asking) -> bool:
    """Whether anybody but the reporter could be asked at all."""
    return any(
        _writable(case, person) and person != case.request.reporter
        for area in case.district.areas
        for key in LEADS
        for person, _ in _servers(case, area, key.value)
    )


def wrong(case: Asking) -> list[str]:
    """Return what does not hold of a case; nothing is as it must be."""
    found, people = case.found, [one.person for one in case.found.candidates]
    told = [f"{one} twice" for one in set(people) if people.count(one) > 1]
    if case.request.reporter in people and somebody_is_there(case):
        told.append("the reporter although others are there")
    if somebody_is_there(case) and not case.asked:
        told.append("nobody asked although somebody is there")
    for one in found.candidates:
        told += [f"{one.person}: {what}" for what in _wrong_with(case, one)]
    told += _wrong_with_first(case)
    told += [f"{one.person} passed over without a reason" for one in found.passed_over if not one.reason.code]
    leads = (*found.leaders, *(one for level in found.above for one in level))
    lost = {one for one in leads if one in case.reach.unreachable or case.district.people[one].telegram is None}
    told += [f"{one} leads and cannot be reached" for one in lost]
    return told


def _wrong_with(case: Asking, one: Candidate) -> Iterator[str]:
    codes = [reason.code for reason in one.reasons]
    area = None if R.DEPARTMENT in codes else one.area
    serving = [there for person, there in _servers(case, area, one.key) if person == one.person]
    if not _writable(case, one.person):
        yield "cannot be written to, or refused"
    if not serving:
        yield f"has no right as {one.key} in {area}, or is away"
    if (R.ROLE in codes) == (R.SKILL in codes):
        yield "role or skill"
    if len(DUTY.intersection(codes)) != 1 or R.LOAD not in codes:
        yield "reasons incomplete"
    if R.ON_DUTY in codes and not any(serving):
        yield "off duty, called on duty"
    if R.CALLED_OFF_DUTY in codes and not case.always:
        yield "called off duty in a class that can wait"
    if (one.from_ is not None) is not (R.NEXT_DUTY in codes) or (one.from_ is not None and one.from_ <= case.now):
        yield "when the duty begins"
    own = {case.request.area, case.request.spot}
    far = {R.NEIGHBOUR, R.LEVEL_ABOVE, R.ELSEWHERE, R.DEPARTMENT}.intersection(codes)
    if one.area not in own and not far:
        yield "from elsewhere, and it is not said"


def _wrong_with_first(case: Asking) -> Iterator[str]:
    """Off duty only for life, or for urgent when nobody of the list is on duty; the levels above only at the end."""
    near = [one for one in case.found.candidates if R.LAST_RESORT not in [reason.code for reason in one.reasons]]
    on_duty = [one for one in near if R.ON_DUTY in [reason.code for reason in one.reasons]]
    for one in case.asked:
        codes = [reason.code for reason in one.reasons]
        if on_duty and not case.parallel and (R.CALLED_OFF_DUTY in codes):
            yield f"{one.person} called at home although {on_duty[0].person} is on duty"
        if near and R.LAST_RESORT in codes and any(other.from_ is None for other in near):
            yield f"{one.person} above although {near[0].person} is nearer"
    if case.parallel and near and {one.person for one in case.asked} != {one.person for one in near}:
        yield "not everybody of the list was called for life"


def refused_by_all(case: Asking) -> list[str]:
    """Let everybody refuse in turn: each who follows is right as well, and nobody is left out. Return what is wrong."""
    told: list[str] = []
    asked = {one.person for one in case.asked}
    here = case
    for _ in range(60):
        request = replace(here.request, refused=frozenset(here.request.refused | asked))
        here = replace(here, request=request, found=route(request, here.district, here.reach, rules(), here.now))
        told += wrong(here)
        following = next_asked(here.found, frozenset())
        if following is None:
            break
        asked = {following.person}
    if here.found.candidates:
        told.append("refusals without end")
    return told


def names(found: Route) -> list[str]:
    """Return who can be asked, in order."""
    return [one.person for one in found.candidates]


def first(found: Route) -> list[str]:
    """Return who is asked first of all."""
    return [one.person for one in first_asked(found, everyone=False)]


def codes(found: Route, person: str) -> list[R]:
    """Return why somebody can be asked."""
    return [reason.code for one in found.candidates if one.person == person for reason in one.reasons]
