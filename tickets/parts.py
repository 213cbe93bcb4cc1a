"""Small parts of a ticket: what was sent, asked, told, advised, done and refused. The departments' lanes share some."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tickets.roster import PersonId
from tickets.worktime import Span


class Mark(StrEnum):
    """How content somebody is, in one tap."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


@dataclass(frozen=True)
class Photo:
    """A picture, a voice … as Telegram knows it, passed on by its file id; a `location` has `lat,lon` for an id.

    A `picture` is a photo that was sent as a file.
    """

    file_id: str
    kind: str = "photo"


@dataclass(frozen=True)
class Question:
    """Something the handler asked the resident."""

    by: PersonId
    words: str
    at: datetime
    answer: str | None = None
    media: tuple[Photo, ...] = ()


@dataclass(frozen=True)
class Remark:
    """Something that staff told the resident while the matter goes on."""

    by: PersonId
    words: str
    at: datetime
    media: tuple[Photo, ...] = ()
    aloud: bool = False
    """The resident could not be written to in private: the group card shows the words."""


@dataclass(frozen=True)
class Consult:
    """A specialist asked for advice; the ticket stays with its handler."""

    person: PersonId
    by: PersonId
    words: str
    at: datetime
    answer: str | None = None
    media: tuple[Photo, ...] = ()
    """What came with the advice."""


@dataclass(frozen=True)
class Result:
    """What was done, in the words of who did it."""

    by: PersonId
    words: str
    at: datetime
    media: tuple[Photo, ...] = ()
    version: int = 0
    """The ticket's version when this was said; a tap on a card that shows an earlier result has aged."""

    until: datetime | None = None
    check_after: Span | None = None
    """Shelved `until` a day, on which it comes back by itself; done, and wanted to be looked at again so long after."""


@dataclass(frozen=True)
class Extension:
    """More time, asked for by `by` before the deadline; `given_by` = whoever gave it, None = nobody has decided."""

    by: PersonId
    until: datetime
    reason: str
    given_by: PersonId | None = None


@dataclass(frozen=True)
class Refusal:
    """Somebody who would not take it, or had it taken away, and why."""

    person: PersonId
    reason: str
    by: PersonId = ""
    """Who said so; somebody else than `person` when the level above moved the ticket."""

    @property
    def own(self) -> bool:
        """Whether the person refused; being relieved of a ticket is no refusal."""
        return self.by in ("", self.person)
