"""A whole city, made up: 2,360 grids and 21,044 posts, or a tenth of it; and what one ranking looks at."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter

from tests.tickets.rosters import CHAINS, rules
from tests.tickets.world import MONDAY, service
from tickets import roster
from tickets.roster import Area, AreaCode, District, Person, Post, Role
from tickets.routing import Reachability, Request, first_asked, route
from tickets.service import DeadlineClass
from tickets.worktime import WeeklyHours

GRIDS, POSTS = 2360, 21044
STREETS, COMMUNITIES = 40, 240
NIGHTS = WeeklyHours.parse("Mon-Sun 18:00-24:00")


def city(share: int = 1) -> District:
    """Return the city, or one that has only 1/`share` of everything."""
    draw = random.Random(7)
    areas = [Area("d", "City", "district")]
    streets, communities = STREETS // share, COMMUNITIES // share
    areas += [Area(f"d.s{one}", f"Street {one}", "street", "d") for one in range(streets)]
    areas += [Area(f"d.c{one}", f"Community {one}", "community", f"d.s{one % streets}") for one in range(communities)]
    grids = [Area(f"d.g{one}", f"Grid {one}", "grid", f"d.c{one % communities}") for one in range(GRIDS // share)]
    posts: list[Post] = []

    def serve(area: AreaCode, role: Role, skill: str | None = None) -> None:
        hours = draw.choice((None, None, NIGHTS))
        posts.append(
            Post(f"p{len(posts)}", area, role, skill, duty=draw.choice(("full_time", "part_time")), hours=hours)
        )

    serve("d", Role.SUPERVISOR)
    for area in areas[1:]:
        serve(area.code, Role.SUPERVISOR)
        serve(area.code, Role.SPECIALIST, draw.choice(("lawyer", "police")))
    kinds: tuple[tuple[Role, str | None], ...] = (
        (Role.LEADER, None), (Role.WORKER, None), (Role.WORKER, None), (Role.INSTRUCTOR, None),
        (Role.SPECIALIST, "doctor"), (Role.SPECIALIST, "police"), (Role.WORKER, None), (Role.SPECIALIST, "teacher"),
    )  # fmt: skip
    for area in grids:
        for role, skill in kinds:
            serve(area.code, role, skill)
    while len(posts) < POSTS // share:
        serve(grids[len(posts) % len(grids)].code, Role.WORKER)
    people = {one.person: Person(one.person, one.person, 1000 + at) for at, one in enumerate(posts)}
    return District(
        "City", "Asia/Shanghai", "zh", {one.code: one for one in (*areas, *grids)}, {}, people, tuple(posts)
    )


def requests(place: District, seed: int, count: int) -> Iterator[Request]:
    """Yield random requests anywhere in the city."""
    draw, grids = random.Random(seed), [grid.code for grid in place.grids]
    kinds = tuple(DeadlineClass)
    for _ in range(count):
        kind = draw.choice(kinds)
        yield Request(service(draw.choice(CHAINS), kind), kind, draw.choice(grids), "tg1", "3栋")


@dataclass
class _Looks:
    count: int = 0


def looked_at(place: District, request: Request) -> int:
    """Return how many posts and areas one ranking looks at."""
    looks = _Looks()

    class Counting(District):
        def posts_in(self, area: AreaCode) -> tuple[Post, ...]:
            found = place.posts_in(area)
            looks.count += len(found)
            return found

        def posts_of(self, person: roster.PersonId) -> tuple[Post, ...]:
            found = place.posts_of(person)
            looks.count += len(found)
            return found

        def siblings(self, area: AreaCode) -> tuple[Area, ...]:
            found = place.siblings(area)
            looks.count += len(found)
            return found

    watched = Counting(
        place.name, place.timezone, place.language, _watched(place.areas, looks), {}, place.people,
        _Watched(place.posts, looks),
    )  # fmt: skip
    found = route(request, watched, Reachability(), rules(), MONDAY)
    assert first_asked(found, everyone=False)
    return looks.count


class _Watched(tuple[Post, ...]):
    """Posts that count how many of them were gone through."""

    looks: _Looks

    def __new__(cls, posts: Sequence[Post], looks: _Looks) -> "_Watched":
        made = super().__new__(cls, posts)
        made.looks = looks
        return made

    def __iter__(self) -> Iterator[Post]:
        for one in super().__iter__():
            self.looks.count += 1
            yield one


class _watched(dict[AreaCode, Area]):  # noqa: N801 - stands for a plain dict
    def __init__(self, areas: dict[AreaCode, Area], looks: _Looks) -> None:
        super().__init__(areas)
        self.looks = looks

    def __getitem__(self, code: AreaCode) -> Area:
        self.looks.count += 1
        return super().__getitem__(code)

    def values(self):  # type: ignore[no-untyped-def, override]
        for one in super().values():
            self.looks.count += 1
            yield one


def milliseconds(place: District, seed: int, count: int) -> list[float]:
    """Return how long each of so many rankings took, the shortest first; the best of three each."""
    took: list[float] = []
    reach = Reachability(frozenset(), {f"p{one}": one % 7 for one in range(2000)})
    for number, request in enumerate(requests(place, seed, count)):
        now = MONDAY + timedelta(minutes=17 * number)
        best = float("inf")
        for _ in range(3):
            begin = perf_counter()
            first_asked(route(request, place, reach, rules(), now), everyone=False)
            best = min(best, perf_counter() - begin)
        took.append(best * 1000)
    return sorted(took)
