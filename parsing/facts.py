"""What is known of a message and of the matters that are open, when it is asked which of them it belongs to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from parsing.model import Understanding
from parsing.normalise import normalise
from parsing.places import find_places


class Kind(StrEnum):
    """What a message is to the matters that are open."""

    NEW = "new"
    CONTINUES = "continues"
    JOINS = "joins"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Windows:
    """How long things hang together."""

    follow_up: timedelta = timedelta(minutes=3)
    same: timedelta = timedelta(hours=2)


@dataclass(frozen=True)
class Home:
    """A part of a building: `unit` is a stairwell, `room` a flat."""

    building: str
    unit: str | None
    room: str | None

    def apart(self, other: "Home", *, rooms: bool) -> bool:
        """Whether two of one building lie up different stairwells or (`rooms`) behind different doors."""
        doors = rooms and self.room is not None and other.room is not None and self.room != other.room
        return doors or (self.unit is not None and other.unit is not None and self.unit != other.unit)


@dataclass(frozen=True)
class Spot:
    """Where: buildings by number, landmarks as written, and which parts of the buildings."""

    buildings: frozenset[str] = frozenset()
    landmarks: frozenset[str] = frozenset()
    homes: frozenset[Home] = frozenset()

    def apart(self, other: "Spot") -> bool:
        """Whether both say where, and not the same."""
        if self.buildings and other.buildings:
            return not self.buildings & other.buildings
        return bool(self.landmarks and other.landmarks) and not self.landmarks & other.landmarks

    def meets(self, other: "Spot") -> bool:
        """Whether both name the same place."""
        return bool(self.buildings & other.buildings or self.landmarks & other.landmarks)

    def next_door(self, other: "Spot", *, rooms: bool) -> bool:
        """Whether both say where in one building, and not the same stairwell, or (`rooms`) not the same flat."""
        pairs = [(one, two) for one in self.homes for two in other.homes if one.building == two.building]
        return bool(pairs) and all(one.apart(two, rooms=rooms) for one, two in pairs)

    def with_more(self, other: "Spot") -> "Spot":
        """Return both together."""
        return Spot(self.buildings | other.buildings, self.landmarks | other.landmarks, self.homes | other.homes)

    @property
    def empty(self) -> bool:
        """Whether nothing is said of where."""
        return not self.buildings and not self.landmarks


@dataclass(frozen=True)
class Before:
    """A message that was said here a short while ago.

    `hint`: how probable it was that it asks for something; `taken`: it belongs to a matter; `talk`: it answers
    somebody.
    """

    message: int
    text: str
    hint: float
    by: str
    at: datetime
    staff: bool = False
    taken: bool = False
    talk: bool = False
    media: bool = False


@dataclass(frozen=True)
class Matter:
    """An open matter. `own`: when its reporter spoke of it last, `last`: when anybody did."""

    number: int
    service: str
    reporter: str
    spot: Spot
    own: datetime
    last: datetime
    joined: frozenset[str] = frozenset()
    private: bool = False
    danger: bool = False
    worded: bool = True
    """There are words in it, not pictures alone."""

    text: str = ""
    """What was said of it."""

    over: bool = False
    """Somebody has said that it is done."""

    elsewhere: bool = False
    """It was said in another chat than where is spoken now."""

    pieces: tuple[Before, ...] = ()
    """Of one that has no number yet: a neighbour's words that were not filed."""


@dataclass(frozen=True)
class Spoken:
    """A message. `replied`: the matter it replies to; `talk`: it replies to somebody's words that are no matter.

    `meant`: what it is understood as; `whole`: with the pieces before it, `bits`. `before`: what was said here lately,
    oldest first. `aside`: when the group last spoke of something else that people join: a group order, an offer.
    """

    text: str
    by: str
    at: datetime
    meant: Understanding
    media: bool = False
    staff: bool = False
    private: bool = False
    replied: int | None = None
    talk: bool = False
    aside: datetime | None = None
    before: tuple[Before, ...] = ()
    bits: tuple[Before, ...] = ()
    whole: Understanding | None = None

    @property
    def alone(self) -> bool:
        """Whether nobody else has spoken since the speaker's words before it."""
        return bool(self.before) and self.before[-1].by == self.by

    @property
    def answers(self) -> bool:
        """Whether staff have just spoken."""
        others = (one for one in reversed(self.before) if one.by != self.by)
        last = next(others, None)
        return last is not None and last.staff


@dataclass(frozen=True)
class Found:
    """The decision, and the matter it is about. With a new one `number` is the matter whose service it shares.

    `pieces`: what the speaker said before that belongs to it. `agrees`: a neighbour's words that were not filed, and
    that this one bears out: both together are a matter.
    """

    kind: Kind
    number: int | None = None
    pieces: tuple[Before, ...] = ()
    agrees: tuple[Before, ...] = ()


NOTHING = Found(Kind.NOTHING)


@lru_cache(maxsize=4096)
def spot_of(spans: tuple[str, ...]) -> Spot:
    """Return where places lie that were written like this."""
    buildings, landmarks, homes = set(), set(), set()
    for span in spans:
        found = next(iter(find_places(normalise(span), (), None)), None)
        if found is not None and found.building is not None:
            buildings.add(found.building)
            if found.unit or found.room:
                homes.add(Home(found.building, found.unit, found.room))
        elif found is None or (found.unit is None and found.room is None):
            landmarks.add(normalise(span).text.strip())
    return Spot(frozenset(buildings), frozenset(landmarks), frozenset(homes))


def spot(meant: Understanding) -> Spot:
    """Return where somebody says that it is."""
    return spot_of(tuple(place.span for place in meant.places))
