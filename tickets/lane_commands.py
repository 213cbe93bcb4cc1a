"""What people want around a whistle: to ask others to come, to name departments, to step on in a department's lane."""

from dataclasses import dataclass
from datetime import datetime

from tickets.actions import Action
from tickets.lane import LaneAct, LaneRole
from tickets.parts import Mark, Photo
from tickets.roster import PersonId


@dataclass(frozen=True)
class BlowWhistle:
    """Ask the level above to come, or (by the level that is asked) the one above that."""

    by: PersonId
    words: str = ""
    action: Action = Action.WHISTLE


@dataclass(frozen=True)
class Call:
    """A department that shall come, and as what."""

    department: str
    role: LaneRole = LaneRole.ASSIST


@dataclass(frozen=True)
class CallIn:
    """Name the departments, what has to be there in the end, and until when."""

    by: PersonId
    calls: tuple[Call, ...]
    wanted: tuple[str, ...] = ()
    limit: datetime | None = None
    hour: datetime | None = None
    """When all of them meet there."""

    words: str = ""
    action: Action = Action.CALL_IN


@dataclass(frozen=True)
class GiveBack:
    """The level that was asked gives the matter back, with words."""

    by: PersonId
    words: str
    action: Action = Action.GIVE_BACK


@dataclass(frozen=True)
class StepInLane:
    """Something happens in the lane at a place: see `tickets.lane.LaneAct`."""

    by: PersonId
    lane: int
    act: LaneAct
    words: str = ""
    media: tuple[Photo, ...] = ()
    wanted: int | None = None
    mark: Mark | None = None
    action: Action = Action.LANE


@dataclass(frozen=True)
class MakeDo:
    """How one makes do until a decision comes; the resident reads it."""

    by: PersonId
    words: str
    media: tuple[Photo, ...] = ()
    action: Action = Action.MAKE_DO
