"""What people must learn of a decision. A notice names its reader and its cause; the wording is in `messages/`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from tickets.model import Photo
from tickets.roster import PersonId


class NoticeKind(StrEnum):
    """One template each (cards included)."""

    GROUP_CARD = "group_card"
    STAFF_CARD = "staff_card"
    REPORTER_CARD = "reporter_card"
    RECEIVED = "received"
    SAFETY = "safety"
    QUESTION = "question"
    TOLD = "told"
    RESULT = "result"
    HELD = "held"
    CLOSED = "closed"
    REMIND_TAKE = "remind_take"
    REPEAT_LIFE = "repeat_life"
    NOT_TAKEN = "not_taken"
    REMIND_DONE = "remind_done"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    ADDED = "added"
    ADVISED = "advised"
    REVIEW_WANTED = "review_wanted"
    SENT_BACK = "sent_back"
    REOPENED = "reopened"
    RESUMED = "resumed"
    STILL_OPEN = "still_open"
    PASSED_ON = "passed_on"
    MISSED = "missed"
    LAPSED = "lapsed"
    EXTENSION_WANTED = "extension_wanted"
    EXTENSION_DECIDED = "extension_decided"
    EXTENDED = "extended"
    RELIEVED = "relieved"
    RECOUNTED = "recounted"
    DECIDE = "decide"
    LIFE_ABOVE = "life_above"
    WITHDRAWN = "withdrawn"
    JOINED_CLOSED = "joined_closed"
    CHECK_WANTED = "check_wanted"
    LASTS = "lasts"
    STANDING = "standing"
    WHISTLE_CARD = "whistle_card"
    LANE_CARD = "lane_card"
    WHISTLE_NEWS = "whistle_news"
    LANE_NEWS = "lane_news"
    RATE_LANES = "rate_lanes"


WHISTLE_CARDS = frozenset({NoticeKind.WHISTLE_CARD, NoticeKind.LANE_CARD})
"""Read by the levels above and by departments; these readers may be rooms (`tickets.lane.Reader`)."""

CARDS = frozenset({NoticeKind.GROUP_CARD, NoticeKind.STAFF_CARD, NoticeKind.REPORTER_CARD}) | WHISTLE_CARDS
"""Level-triggered: the notice says that a card is stale, the card is rendered when it is sent."""


class Priority(IntEnum):
    """Who goes first when a chat's budget is short; lower is sooner."""

    LIFE = 0
    TAP = 1
    CARD = 2
    REMINDER = 3
    NOTICE = 4
    DIGEST = 5


@dataclass(frozen=True)
class Notice:
    """`reader` None = the residents' group. `cause` makes it unique for ever (never a time)."""

    kind: NoticeKind
    reader: PersonId | None
    cause: str
    priority: Priority = Priority.TAP
    data: Mapping[str, str] = field(default_factory=dict)
    loud: bool = False
    """For cards: a new message rather than a silent edit (the reader must notice)."""

    waits_for_duty: bool = False
    """Not before the reader is on duty (or quiet hours are over)."""

    not_before: datetime | None = None
    """The moment meant by `waits_for_duty`."""

    media: tuple[Photo, ...] = ()
    """Files that go with the words; the words are in `data` too then."""
