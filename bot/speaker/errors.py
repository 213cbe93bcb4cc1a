"""What an error of Telegram means for what we wanted to say: one table, read from top to bottom."""

import re
from dataclasses import dataclass
from enum import StrEnum

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    PassportDecryptionError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.speaker.limiter import seconds_told


class Course(StrEnum):
    """What to do about an error."""

    SAME = "same"
    """It already is as we want it: success."""

    FLOOD = "flood"
    """Told to wait: again in `after` seconds."""

    RETRY = "retry"
    """It never reached Telegram, or Telegram was not able: again after a growing pause."""

    UNKNOWN = "unknown"
    """It may have arrived: a new message must be looked for before it is sent again."""

    GONE = "gone"
    """The message to edit is not there (any more): send anew."""

    UNDELETABLE = "undeletable"
    """Too old to delete: make it point to the new one."""

    NO_FILE = "no_file"
    """The picture is not there (any more), or is none: the words go without it."""

    NO_TOPIC = "no_topic"
    """The topic of the forum group is gone or closed: the words go where everybody talks."""

    UNREACHABLE = "unreachable"
    """This person (or group) cannot be written to."""

    NOT_STARTED = "not_started"
    """This person never opened a chat with the bot."""

    MOVED = "moved"
    """The group lives at `moved_to` now."""

    REFUSED = "refused"
    """Telegram will never take it: failed, and the operators must know."""

    STOP = "stop"
    """The token is not accepted: nothing can be said at all."""


@dataclass(frozen=True)
class Verdict:
    """A course with what it needs. `why` is Telegram's own text, for the log and the outbox row."""

    course: Course
    why: str
    after: float | None = None
    moved_to: int | None = None


C = Course

TABLE: tuple[tuple[type[TelegramError], str, Course], ...] = (
    (RetryAfter, "", C.FLOOD),
    (ChatMigrated, "", C.MOVED),
    (InvalidToken, "", C.STOP),
    (Conflict, "", C.RETRY),
    (EndPointNotFound, "", C.REFUSED),
    (PassportDecryptionError, "", C.REFUSED),
    (Forbidden, "can't initiate conversation", C.NOT_STARTED),
    (Forbidden, "", C.UNREACHABLE),
    (BadRequest, "message is not modified", C.SAME),
    (BadRequest, "message to delete not found", C.SAME),
    (BadRequest, "message can't be deleted", C.UNDELETABLE),
    (
        BadRequest,
        "message to edit not found|message can't be edited|message_id_invalid|there is no (text|caption) in",
        C.GONE,
    ),
    (BadRequest, "message thread not found|topic_(closed|deleted)", C.NO_TOPIC),
    (BadRequest, "wrong (remote )?file identifier|file_reference|can't use file of type", C.NO_FILE),
    (BadRequest, "file is too big|too big for a photo|image_process_failed|photo_(invalid|ext)", C.NO_FILE),
    (
        BadRequest,
        "chat not found|peer_id_invalid|user not found|user_is_deactivated|input_user_deactivated",
        C.UNREACHABLE,
    ),
    (BadRequest, "have no rights to send|not enough rights to send|chat_write_forbidden", C.UNREACHABLE),
    (BadRequest, "", C.REFUSED),
    (TimedOut, "no connection in time", C.RETRY),
    (TimedOut, "", C.UNKNOWN),
    (NetworkError, "aiohttp.ClientConnectorError|aiohttp.InvalidURL", C.RETRY),
    (NetworkError, "", C.UNKNOWN),
    (TelegramError, "", C.UNKNOWN),
)
"""(class, pattern searched in the text without regard to case, course). The first that fits decides, so that
`BadRequest` and `TimedOut`, which are `NetworkError`s, stand before it. A 5xx answer may hide a delivery: unknown."""


def judge(error: TelegramError) -> Verdict:
    """Return the verdict on an error of the library."""
    why = error.message
    course = next(
        course for kind, text, course in TABLE if isinstance(error, kind) and re.search(text, why, re.IGNORECASE)
    )
    return Verdict(
        course,
        "the token was not accepted" if course is Course.STOP else why,
        after=seconds_told(error) if isinstance(error, RetryAfter) else None,
        moved_to=error.new_chat_id if isinstance(error, ChatMigrated) else None,
    )
