"""A whistle and its lanes: what each department has to do with a ticket, and the table of what may happen to a lane."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tickets.parts import Mark, Photo
from tickets.roster import AreaCode, PersonId

Reader = str
"""Who reads a card of a whistle: a person, or a room: `dept:` and a department's code, `area:` and an area's."""

DEPARTMENT, AREA = "dept:", "area:"


class LaneRole(StrEnum):
    """A department's part: it leads, it assists, or it is told and need not come."""

    LEAD = "lead"
    ASSIST = "assist"
    INFORMED = "informed"


class LaneState(StrEnum):
    """Where a department stands. It reports in first and is done later."""

    CALLED = "called"
    COMING = "coming"
    REFUSED = "refused"
    DONE = "done"
    EXCUSED = "excused"
    INFORMED = "informed"


class LaneAct(StrEnum):
    """What happens in a lane."""

    REPORT_IN = "report_in"
    ASK = "ask"
    TELL = "tell"
    REFUSE = "refuse"
    INSIST = "insist"
    CONTEST = "contest"
    DELIVER = "deliver"
    AGAIN = "again"
    EXCUSE = "excuse"
    RATE = "rate"


S, A = LaneState, LaneAct

LANE_TABLE: Mapping[tuple[LaneState, LaneAct], LaneState] = {
    (S.CALLED, A.REPORT_IN): S.COMING,
    (S.CALLED, A.ASK): S.CALLED,
    (S.CALLED, A.TELL): S.CALLED,
    (S.CALLED, A.REFUSE): S.REFUSED,
    (S.CALLED, A.DELIVER): S.DONE,
    (S.CALLED, A.EXCUSE): S.EXCUSED,
    (S.COMING, A.ASK): S.COMING,
    (S.COMING, A.TELL): S.COMING,
    (S.COMING, A.REFUSE): S.REFUSED,
    (S.COMING, A.DELIVER): S.DONE,
    (S.COMING, A.EXCUSE): S.EXCUSED,
    (S.REFUSED, A.REPORT_IN): S.COMING,
    (S.REFUSED, A.TELL): S.REFUSED,
    (S.REFUSED, A.INSIST): S.CALLED,
    (S.REFUSED, A.CONTEST): S.REFUSED,
    (S.REFUSED, A.DELIVER): S.DONE,
    (S.REFUSED, A.EXCUSE): S.EXCUSED,
    (S.DONE, A.TELL): S.DONE,
    (S.DONE, A.DELIVER): S.DONE,
    (S.DONE, A.AGAIN): S.CALLED,
    (S.DONE, A.RATE): S.DONE,
    (S.EXCUSED, A.RATE): S.EXCUSED,
    (S.INFORMED, A.ASK): S.INFORMED,
    (S.INFORMED, A.TELL): S.INFORMED,
}
"""What is absent is refused. `contest` is what `insist` becomes where the level above has to decide."""

OPEN = frozenset({S.CALLED, S.COMING, S.REFUSED})
"""Lanes that keep a ticket from being finished."""


@dataclass(frozen=True)
class LaneWords:
    """A question of the department, or an answer to it."""

    act: LaneAct
    by: PersonId
    words: str
    at: datetime
    media: tuple[Photo, ...] = ()


@dataclass(frozen=True)
class LaneResult:
    """What a department has done. `wanted`: which of the required results it is, None = none of them by name."""

    by: PersonId
    words: str
    at: datetime
    media: tuple[Photo, ...] = ()
    wanted: int | None = None


@dataclass(frozen=True)
class Lane:
    """One department's part. `by` called it, for the level `level` (empty = whoever handles the ticket)."""

    department: str
    role: LaneRole
    by: PersonId
    level: AreaCode
    at: datetime
    state: LaneState
    people: tuple[PersonId, ...] = ()
    room: bool = False
    """The department has a chat of its own, and may read the matter there."""

    owner: AreaCode = ""
    """The level that answers for it, because nobody of the department can be reached."""

    report_by: datetime | None = None
    done_by: datetime | None = None
    hour: datetime | None = None
    """When everybody meets there."""

    reported_at: datetime | None = None
    refusals: tuple[str, ...] = ()
    decides: AreaCode = ""
    """The level that decides about a refusal; empty = whoever called it."""

    settled: bool = False
    """The level above has decided that it has to come: it can refuse no more."""

    said: tuple[LaneWords, ...] = ()
    results: tuple[LaneResult, ...] = ()
    excuse: str = ""
    mark: Mark | None = None

    @property
    def open(self) -> bool:
        """Whether something is still expected of the department."""
        return self.state in OPEN

    @property
    def readers(self) -> tuple[Reader, ...]:
        """Who has its card."""
        return (*self.people, *((f"{DEPARTMENT}{self.department}",) if self.room else ()))

    @property
    def question(self) -> LaneWords | None:
        """What the department asked and nobody has answered."""
        return self.said[-1] if self.said and self.said[-1].act is LaneAct.ASK else None


class WhistleState(StrEnum):
    """What became of a whistle."""

    ASKED = "asked"
    NAMED = "named"
    RETURNED = "returned"
    OVER = "over"


@dataclass(frozen=True)
class Whistle:
    """Somebody has asked the level above, or departments, to come."""

    by: PersonId
    words: str
    at: datetime
    state: WhistleState
    areas: tuple[AreaCode, ...] = ()
    """The levels that are asked now; those before them are in `earlier`."""

    earlier: tuple[AreaCode, ...] = ()
    readers: tuple[Reader, ...] = ()
    wanted: tuple[str, ...] = ()
    """Results that must all be there before the ticket can be finished."""

    answer: str = ""
    answered_by: PersonId | None = None

    @property
    def asked(self) -> tuple[AreaCode, ...]:
        """Every level that has been asked."""
        return tuple(dict.fromkeys((*self.earlier, *self.areas)))


def open_lanes(lanes: Iterable[Lane]) -> tuple[int, ...]:
    """Return the places of the lanes that are not over."""
    return tuple(place for place, lane in enumerate(lanes) if lane.open)


def owed(whistle: Whistle | None, lanes: Iterable[Lane]) -> tuple[int, ...]:
    """Return which of the required results are not there yet."""
    there = {result.wanted for lane in lanes for result in lane.results}
    return tuple(place for place in range(len(whistle.wanted if whistle else ())) if place not in there)


def lead(lanes: Iterable[Lane]) -> Lane | None:
    """Return the lane that leads."""
    return next((lane for lane in lanes if lane.role is LaneRole.LEAD and lane.state is not S.EXCUSED), None)


def lanes_of(lanes: Iterable[Lane], reader: Reader | None) -> tuple[int, ...]:
    """Return the places of the lanes that a reader has a card of."""
    return tuple(place for place, lane in enumerate(lanes) if reader in lane.readers)
