"""What understanding is given, and what it answers."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tickets.service import Danger, DeadlineClass, Services

if TYPE_CHECKING:
    from parsing.learned import Models


class Action(StrEnum):
    """What to do about a message: open a ticket, ask the sender alone, or nothing."""

    FILE = "file"
    ASK = "ask"
    SILENT = "silent"


@dataclass(frozen=True)
class Thresholds:
    """Below `silent_below` a message is no request; below `ask_below` the sender is asked first. Probabilities."""

    silent_below: float = 0.4
    ask_below: float = 0.7

    def __post_init__(self) -> None:
        """Refuse thresholds that overlap."""
        if not 0 <= self.silent_below <= self.ask_below <= 1:
            raise ValueError("thresholds must rise from 0 to 1: silent_below, ask_below")


RULES, LEARNED = Thresholds(), Thresholds(0.65, 0.87)
"""A false answer in the group costs more than a silent miss, which a worker files with one tap."""


@dataclass(frozen=True)
class KnownPlace:
    """One place of the district file and the code of the area that owns it: `1-18幢`, `湘河菜场`, `东门`."""

    name: str
    area: str


@dataclass(frozen=True)
class Context:
    """What is known about a message besides its words.

    `places` are those of the whole district, `grid` is the area code of the group. `addressed`: a private chat, or
    the bot or a worker is named. `open_tickets` and `since_last` speak of the same sender.
    """

    services: Services
    places: tuple[KnownPlace, ...] = ()
    grid: str | None = None
    from_staff: bool = False
    reply_to_card: bool = False
    addressed: bool = False
    open_tickets: int = 0
    since_last: timedelta | None = None
    models: "Models | None" = None
    """What was learned; without it the rules judge alone, and less well."""

    thresholds: Thresholds | None = None
    """None: those of the rules, or of what was learned."""

    @property
    def bounds(self) -> Thresholds:
        """The thresholds that count."""
        return self.thresholds or (RULES if self.models is None else LEARNED)


@dataclass(frozen=True)
class Place:
    """A place as written: `span` is `text[start:end]` of the message. `area` is set where exactly one area owns it."""

    span: str
    start: int
    end: int
    building: str | None = None
    unit: str | None = None
    room: str | None = None
    area: str | None = None


@dataclass(frozen=True)
class Reason:
    """Why: a code, the words that decided, and the service they speak of (its code) where there is one."""

    code: str
    value: str = ""
    service: str = ""


@dataclass(frozen=True)
class Understanding:
    """How one message is understood. `confidence` is the probability that it asks for something.

    A silent message has no class or danger, and a service only where it was nearly a request. `people` holds `old`,
    `child`, `disabled`, `pregnant`, `alone`. `summary` is a title in the sender's own words without private data.
    """

    action: Action
    confidence: float
    service: str | None
    second: str | None
    deadline_class: DeadlineClass | None
    private: bool
    danger: Danger | None
    places: tuple[Place, ...]
    people: tuple[str, ...]
    summary: str
    reasons: tuple[Reason, ...]
