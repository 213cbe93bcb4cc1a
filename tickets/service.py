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
