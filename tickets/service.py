"""Services: what residents ask for, as data. Filled by `parsing/catalogue`, overridden by the district file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tickets.worktime import Span


class DeadlineClass(StrEnum):
    """How fast a matter wants an answer; the rules of each class are in `tickets.policy`."""

    LIFE = "life"
    URGENT = "urgent"
    ORDINARY = "ordinary"
    UPGRADED = "upgraded"
    SPECIAL = "special"
    ERRAND = "errand"
    ADVICE = "advice"
    OPEN = "open"


class Danger(StrEnum):
    """What threatens somebody now. Each kind has its own safety text, sent to the reporter at once."""

    GAS = "gas"
    FIRE = "fire"
    MEDICAL = "medical"
    TRAPPED = "trapped"
    WATER = "water"
    VIOLENCE = "violence"
    SUICIDE = "suicide"
    MISSING = "missing"
    ELECTRIC = "electric"
    OTHER = "other"


@dataclass(frozen=True)
class Point:
    """Something that the words of a result must speak of. `code` is named in `messages/`; any of `words` touches it."""

    code: str
    words: tuple[str, ...]

    def touched(self, text: str) -> bool:
        """Whether `text` speaks of it."""
        return any(word in text.lower() for word in self.words)


@dataclass(frozen=True)
class Proof:
    """What must be shown before something counts as solved."""

    photo: bool = False
    points: tuple[Point, ...] = ()

    def lacks(self, text: str, pictures: bool) -> tuple[bool, tuple[str, ...]]:
        """Return whether a picture is missing, and the points that are not touched."""
        return self.photo and not pictures, tuple(one.code for one in self.points if not one.touched(text))

    def with_more(self, other: "Proof") -> "Proof":
        """Return what both ask for."""
        return Proof(self.photo or other.photo, tuple(dict.fromkeys((*self.points, *other.points))))


@dataclass(frozen=True)
class Terms:
    """What a service asks for besides its class; copied into the ticket, so that new rules move nothing running."""

    proof: Proof = field(default_factory=Proof)
    check_after: Span | None = None
    """So long after the end somebody looks again whether it has lasted."""

    sealed: tuple[str, ...] = ()
    """Roles and skills that alone may know that there is such a matter; empty = not sealed."""


@dataclass(frozen=True)
class Service:
    """One entry of the catalogue.

    `route` is a chain of stages: the first stage with anybody in it is asked first, everybody of one stage at
    once. A stage names roles (`worker`, `leader`, `supervisor`) or skills (`doctor`, `lawyer`, `police` …).
    """

    code: str
    group: str
    zh: str
    en: str
    route: tuple[tuple[str, ...], ...]
    deadline_class: DeadlineClass
    departments: tuple[str, ...] = ()
    private: bool = False
    take: Span | None = None
    done: Span | None = None
    """Times of its own, in place of its class's."""
    terms: Terms = field(default_factory=Terms)
    caution: str = ""
    """What everybody who has to do with it is told not to do, by code: `follow` = do not follow them."""

    def name(self, language: str) -> str:
        """Return the name residents and workers read, in `language` (`zh` or `en`)."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Services:
    """The services of one district, by code."""

    by_code: Mapping[str, Service] = field(default_factory=dict)

    def __getitem__(self, code: str) -> Service:
        return self.by_code[code]

    def __iter__(self) -> Iterator[Service]:
        return iter(self.by_code.values())

    def __contains__(self, code: object) -> bool:
        return code in self.by_code
