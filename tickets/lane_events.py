"""What can happen around a whistle and in the departments' lanes; kept in the journal with the other events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tickets.lane import Lane, LaneAct, Whistle
from tickets.parts import Mark, Photo, Remark
from tickets.policy import Reviewer
from tickets.roster import AreaCode
from tickets.service import DeadlineClass


@dataclass(frozen=True)
class Whistled:
    """Somebody whistled."""

    whistle: Whistle
    kind: Literal["whistled"] = "whistled"


@dataclass(frozen=True)
class WhistledOn:
    """The levels that were asked did not answer, or asked on: these are asked now."""

    areas: tuple[AreaCode, ...]
    readers: tuple[str, ...]
    kind: Literal["whistled_on"] = "whistled_on"


@dataclass(frozen=True)
class GivenBack:
    """The level that was asked gave the matter back."""

    words: str
    kind: Literal["given_back"] = "given_back"


@dataclass(frozen=True)
class CalledIn:
    """Departments were called: new lanes, and the results that must all be there."""

    lanes: tuple[Lane, ...]
    wanted: tuple[str, ...]
    kind: Literal["called_in"] = "called_in"


@dataclass(frozen=True)
class LaneMoved:
    """Something happened in a lane. `decides`: the level that decides about a refusal, or has just settled it."""

    lane: int
    act: LaneAct
    words: str = ""
    media: tuple[Photo, ...] = ()
    wanted: int | None = None
    mark: Mark | None = None
    decides: AreaCode = ""
    settled: bool = False
    report_by: datetime | None = None
    done_by: datetime | None = None
    kind: Literal["lane_moved"] = "lane_moved"


@dataclass(frozen=True)
class Upgraded:
    """The matter has become one of another class, with other rules of time and review."""

    deadline_class: DeadlineClass
    review: Reviewer
    kind: Literal["upgraded"] = "upgraded"


@dataclass(frozen=True)
class MadeDo:
    """How one makes do for the time being."""

    remark: Remark
    kind: Literal["made_do"] = "made_do"
