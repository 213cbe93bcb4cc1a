"""Small parts that a ticket and the departments' lanes in it share."""

from dataclasses import dataclass
from enum import StrEnum


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
