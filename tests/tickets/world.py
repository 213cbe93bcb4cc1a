"""A small invented district, and short ways to file a ticket and to do something with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tickets import routing
from tickets.beyond import beyond
from tickets.commands import Climb, Command, File
from tickets.decide import decide, open_ticket
from tickets.drafting import Circle, Decision, Refused, Why
from tickets.events import Entry
from tickets.model import Said, Ticket
from tickets.notices import Notice, NoticeKind
from tickets.policy import Policy, default_policy
from tickets.roster import Area, AreaCode, Department, District, Person, PersonId, Post, Role
from tickets.routing import Reachability
from tickets.service import Danger, DeadlineClass, Service, Terms
from tickets.worktime import WeeklyHours

ZONE = ZoneInfo("Asia/Shanghai")
G1, G2, G3 = "d.s.c.g1", "d.s.c.g2", "d.s.c.g3"
RESIDENT = "tg10021"
POLICY = default_policy()
K = NoticeKind
C = DeadlineClass


def at(text: str) -> datetime:
    """Read `2026-11-23 09:00` (a Monday) in the district's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


MONDAY = at("2026-11-23 09:00")


def person(name: str, number: int) -> Person:
    return Person(name, name.title(), telegram=number)


def post(name: PersonId, area: AreaCode, role: Role, skill: str | None = None, **more: object) -> Post:
    return Post(name, area, role, skill, **more)  # type: ignore[arg-type]


AREAS = (
    Area("d", "District", "district"),
    Area("d.s", "Street", "street", "d"),
    Area("d.s.c", "Community", "community", "d.s"),
    Area(G1, "First", "grid", "d.s.c", chat=-1001),
    Area(G2, "Second", "grid", "d.s.c", chat=-1002),
    Area(G3, "Third", "grid", "d.s.c", chat=-1003),
)
NAMES = ("tu", "xu", "wang", "doc", "cop", "law", "guo", "boss", "chief", "top", "med")
POSTS = (
    post("tu", G1, Role.WORKER),
    post("xu", G1, Role.WORKER, duty="part_time"),
    post("wang", G1, Role.LEADER),
    post("doc", G1, Role.SPECIALIST, "doctor", hours=WeeklyHours.parse("Mon-Fri 09:00-17:00")),
    post("cop", G1, Role.SPECIALIST, "police", hours=WeeklyHours.parse("Mon-Sun 00:00-24:00")),
    post("law", G2, Role.SPECIALIST, "lawyer"),
    post("guo", G2, Role.WORKER),
    post("med", "d.s.c", Role.SPECIALIST, "mediator"),
    post("boss", "d.s.c", Role.SUPERVISOR),
    post("chief", "d.s", Role.SUPERVISOR),
    post("top", "d", Role.SUPERVISOR),
)

DEPARTMENTS = (
    Department("works", "Works", chat=-1003),
    Department("gas", "Gas"),
    Department("fire", "Fire", chat=-1004),
    Department("water", "Water"),
)
"""With a chat and an officer, an officer alone, a chat alone, nobody at all."""


def district(posts: tuple[Post, ...] = POSTS, areas: tuple[Area, ...] = AREAS) -> District:
    officers = (Post("zoe", None, Role.OFFICER, department="works"), Post("gil", None, Role.OFFICER, department="gas"))
    posts = (*posts, *officers)
    names = dict.fromkeys((*NAMES, *(one.person for one in posts)))
    people = {name: person(name, 1000 + number) for number, name in enumerate(names)}
    offices = {one.code: one for one in DEPARTMENTS}
    return District("Sample", "Asia/Shanghai", "zh", {area.code: area for area in areas}, offices, people, posts)


DISTRICT = district()


def service(route: str = "worker", kind: DeadlineClass = C.ORDINARY, *, private: bool = False) -> Service:
    """A service with a route as the catalogue writes it: stages by comma, keys of a stage by plus."""
    stages = tuple(tuple(key.strip() for key in stage.split("+")) for stage in route.split(","))
    return Service("thing", "group", "事", "thing", stages, kind, private=private)


@dataclass
class Case:
    """One ticket in its surroundings. Every change goes through `do`; the journal and all notices are kept."""

    now: datetime
    route: str = "worker"
    kind: DeadlineClass = C.ORDINARY
    private: bool = False
    danger: Danger | None = None
    reporter: PersonId = RESIDENT
    grid: AreaCode = G1
    chat: int = -1001
    place: District = DISTRICT
    policy: Policy = POLICY
    terms: Terms = field(default_factory=Terms)
    hidden: bool = False
    unreachable: frozenset[PersonId] = frozenset()
    loads: Mapping[PersonId, int] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    room: int | None = None
    """The chat in which commands are given; None = in private."""
    journal: list[Entry] = field(default_factory=list)
    told: list[Notice] = field(default_factory=list)
    last: Decision | None = None

    def __post_init__(self) -> None:
        said = Said("路灯坏了", self.now, self.chat, 77)
        command = File(
            number=1,
            by=self.reporter,
            name="Zhang",
            language="zh",
            grid=self.grid,
            service="thing",
            deadline_class=self.kind,
            private=self.private or self.hidden,
            danger=self.danger,
            summary="路灯坏了",
            said=said,
            terms=self.terms,
            hidden=self.hidden,
        )
        self.keep(open_ticket(command, self.now, self.policy, self.circle()))

    @property
    def ticket(self) -> Ticket:
        assert self.last is not None
        return self.last.ticket

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the last decision tells."""
        assert self.last is not None
        return self.last.notices

    def circle(self, by: PersonId = "", room: int | None = None) -> Circle:
        refused = frozenset(one.person for one in self.ticket.refusals) if self.last else frozenset()
        request = routing.Request(service(self.route, self.kind), self.kind, self.grid, self.reporter, "", refused)
        reach = Reachability(self.unreachable, self.loads)
        staff = frozenset(one.person for one in self.place.posts_in(self.grid) if one.role is Role.WORKER)
        found = beyond(
            self.place, self.grid, self.unreachable, self.now.date(), asked=self.asked, by=by, chat=room or self.room
        )
        ranked = routing.route(request, self.place, reach, self.policy, self.now)
        return Circle(ranked, staff, found, self.place.quiet)

    def do(self, command: Command, now: datetime | str | None = None) -> Decision:
        """Carry out a command, later if `now` is given; a refusal leaves everything as it was."""
        if now is not None:
            self.now = at(now) if isinstance(now, str) else now
        return self.keep(decide(self.ticket, command, self.now, self.policy, self.circle(command.by)))

    def climb(self, now: datetime | str) -> Decision:
        return self.do(Climb(), now)

    def run(self, until: datetime | str) -> list[tuple[datetime, Notice]]:
        """Let the clock tick at every due moment up to `until`; return what was told when (cards left out)."""
        end = at(until) if isinstance(until, str) else until
        told: list[tuple[datetime, Notice]] = []
        while self.ticket.open and self.ticket.next_due is not None and self.ticket.next_due <= end:
            decision = self.climb(max(self.ticket.next_due.astimezone(ZONE), self.now))
            told += [(self.now, one) for one in decision.notices if one.loud or not one.kind.endswith("card")]
        return told

    def keep(self, decision: Decision) -> Decision:
        """Carry out what was decided."""
        self.last = decision
        self.journal += decision.entries
        self.told += decision.notices
        return decision


def readers(notices: Iterable[Notice], kind: NoticeKind, *, loud: bool | None = None) -> set[str | None]:
    """Who is told something of this kind."""
    return {one.reader for one in notices if one.kind is kind and loud in (None, one.loud)}


def offered(notices: Iterable[Notice]) -> set[str | None]:
    """Who gets a card that must be noticed: whoever is asked to take it, or for advice."""
    return readers(notices, NoticeKind.STAFF_CARD, loud=True)


def said(text: str, message: int = 200) -> Said:
    """Return words of somebody in the residents' group."""
    return Said(text, MONDAY, -1001, message)


def why(case: Case, command: Command) -> Why:
    """Return why a command is refused, which it must be."""
    with pytest.raises(Refused) as refused:
        case.do(command)
    return refused.value.why
