"""The rules of one district: deadline classes, review, ladder, hours. Data, never code: no `if profile`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from tickets.roster import AreaCode
from tickets.service import DeadlineClass, Service
from tickets.worktime import Quiet, Span, WeeklyHours


class Reviewer(StrEnum):
    """Who says that what was done is good: the leader, or the resident's own yes."""

    LEADER = "leader"
    RESIDENT = "resident"


class Rung(StrEnum):
    """A step of the ladder: what happens when its moment comes."""

    REMIND = "remind"
    REPEAT = "repeat"
    NEXT = "next"
    LEADER = "leader"
    ABOVE = "above"
    DUE = "due"
    STILL = "still"
    BACK = "back"
    RESUME = "resume"
    CLOSE = "close"


@dataclass(frozen=True)
class ClassRule:
    """The deadlines of one class; None means that there is none of that kind."""

    take: Span | None
    done: Span | None
    always: bool = False
    """The clock runs day and night and quiet hours do not apply."""

    parallel: bool = False
    """Everybody on the list is called at once."""

    def __str__(self) -> str:
        """Return the times as a ticket keeps them: `2wh 1wd`, `30m - always`."""
        return " ".join((str(self.take or "-"), str(self.done or "-"), *(("always",) if self.always else ())))


Ladder = Mapping[Rung, int]
"""Rung -> per cent of the time allowed."""


RHYTHMS: Mapping[str, int] = {"day": 1, "workday": 1, "3d": 3, "week": 7}
"""How often a digest comes -> how many days it tells of."""

FRIDAY = 4


@dataclass(frozen=True)
class DigestRule:
    """A digest for every area of a level, at `at` minutes of the day; `every` is a key of `RHYTHMS`."""

    level: str
    at: int
    every: str = "day"

    @property
    def days(self) -> int:
        """How many days it tells of, its own the last of them."""
        return RHYTHMS[self.every]

    def falls_on(self, day: date, hours: WeeklyHours) -> bool:
        """Whether there is one on a day: on every workday, every third day, every Friday."""
        match self.every:
            case "workday":
                return bool(hours.windows(day))
            case "3d":
                return day.toordinal() % 3 == 0
            case "week":
                return day.weekday() == FRIDAY
            case _:
                return True


class Straight(StrEnum):
    """Who may call departments without asking the level above."""

    NOBODY = "nobody"
    LEADER = "leader"
    ANYONE = "anyone"


@dataclass(frozen=True)
class WhistleRule:
    """Who comes when somebody whistles."""

    to: tuple[tuple[str, ...], ...] = ()
    """Rounds of levels, each asked together, the next one when nobody answers; empty = one level after the other."""

    classes: Mapping[DeadlineClass, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """Other rounds for a class."""

    names: tuple[str, ...] = ()
    """Levels that may name departments; empty = all."""

    straight: Straight = Straight.NOBODY
    report_in: Span = field(default_factory=lambda: Span.parse("2wh"))
    """How long a level or a department may take to answer; where the clock always runs the class says it."""

    done: Span | None = None
    """How long a department has; None = as long as the class allows."""

    upgrade: DeadlineClass | None = None
    """The class of a matter of working hours once departments are called."""


@dataclass(frozen=True)
class Policy:
    """Everything about time and rights that a district may set under `policy:`."""

    hours: WeeklyHours
    quiet: Quiet
    classes: Mapping[DeadlineClass, ClassRule]
    review: Mapping[DeadlineClass, Reviewer]
    take_ladder: Ladder
    done_ladder: Ladder
    level_waits: tuple[Span, ...] = field(default=(), kw_only=True)
    """How long each level above has before the next one is told, the last one for all that follow; empty = half the
    time that the class allows."""

    review_within: Span
    confirm_within: Span
    reopen_within: Span
    hold_at_most: Span
    open_review: Span
    repeat_life: Span
    digests: tuple[DigestRule, ...] = ()
    areas: Mapping[AreaCode, Mapping[DeadlineClass, ClassRule]] = field(default_factory=dict)
    """Areas with rules of their own for some classes, whole: what lies above is in there already."""
    follow_up: Span = field(default_factory=lambda: Span.parse("3m"))
    """How long further words of the same person belong to the same request."""
    same_matter: Span = field(default_factory=lambda: Span.parse("2h"))
    """How long after somebody spoke of a matter a neighbour's report is taken for the same."""
    standing_after: int = 3
    """So many closed tickets of one spot make the next one a standing matter."""
    standing_within: Span = field(default_factory=lambda: Span.parse("30d"))
    """The time in which they were closed; so long a new ticket names the one before it."""
    required: tuple[tuple[str, ...], ...] = ()
    """The specialists each grid should have, one of each group."""
    whistle: WhistleRule = field(default_factory=WhistleRule)


def rules_for(policy: Policy, service: Service, chain: Iterable[AreaCode]) -> Policy:
    """Return the policy for one matter: the nearest area's rules, and the service's own times over its class's.

    `chain`: the area and what lies above it, nearest first. The policy itself where nothing is said of either.
    """
    classes = (
        next((policy.areas[code] for code in chain if code in policy.areas), policy.classes) if policy.areas else None
    )
    if service.take is not None or service.done is not None:
        known = classes or policy.classes
        rule = known[service.deadline_class]
        own = replace(rule, take=service.take or rule.take, done=service.done or rule.done)
        classes = {**known, service.deadline_class: own}
    return policy if classes is None or classes is policy.classes else replace(policy, classes=classes)


def default_policy() -> Policy:
    """Return the defaults of the product; a profile and a district override them field by field."""
    span = Span.parse
    classes = {
        DeadlineClass.LIFE: ClassRule(span("5m"), span("2h"), always=True, parallel=True),
        DeadlineClass.URGENT: ClassRule(span("30m"), span("24h"), always=True),
        DeadlineClass.ORDINARY: ClassRule(span("2wh"), span("1wd")),
        DeadlineClass.UPGRADED: ClassRule(span("2wh"), span("3wd")),
        DeadlineClass.SPECIAL: ClassRule(span("30m"), None, always=True),
        DeadlineClass.ERRAND: ClassRule(span("4wh"), span("3wd")),
        DeadlineClass.ADVICE: ClassRule(span("4wh"), span("2wd")),
        DeadlineClass.OPEN: ClassRule(None, None),
    }
    resident = (DeadlineClass.ERRAND, DeadlineClass.ADVICE, DeadlineClass.OPEN)
    return Policy(
        hours=WeeklyHours.parse("Mon-Fri 08:30-12:00, 13:30-18:00"),
        quiet=Quiet.parse("21:30-07:30"),
        classes=classes,
        review={kind: Reviewer.RESIDENT if kind in resident else Reviewer.LEADER for kind in DeadlineClass},
        take_ladder={Rung.REMIND: 50, Rung.NEXT: 100, Rung.LEADER: 150, Rung.ABOVE: 200},
        done_ladder={Rung.REMIND: 75, Rung.DUE: 100, Rung.LEADER: 100, Rung.ABOVE: 150, Rung.BACK: 200},
        review_within=span("1d"),
        confirm_within=span("2d"),
        reopen_within=span("7d"),
        hold_at_most=span("30d"),
        open_review=span("14d"),
        repeat_life=span("2m"),
        digests=(DigestRule("community", 18 * 60),),
    )
