"""What was said in the last minutes, in memory: so that a sentence typed in pieces is read as one (decision 0014).

Nothing depends on it: after a restart, or on another machine, pieces are read one by one as if they stood alone.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.heard import Heard
from parsing.bits import Bit
from parsing.matter import is_aside
from tickets.model import Photo

CHATS, LINES, LETTERS = 2000, 24, 160
"""Chats that are remembered, messages of each, and letters of each message."""


@dataclass(frozen=True)
class Line:
    """One message. `taken`: it belongs to a matter."""

    message: int
    by: int
    at: datetime
    text: str
    media: tuple[Photo, ...]
    hint: float
    staff: bool
    taken: bool
    talk: bool


class Talk:
    """The last messages of each chat."""

    def __init__(self) -> None:
        self._chats: OrderedDict[tuple[int, int | None], deque[Line]] = OrderedDict()
        self._doubted: set[tuple[int, int]] = set()

    def note(self, heard: Heard, hint: float, *, staff: bool, taken: bool) -> None:
        """Remember a message that has been handled."""
        key = (heard.chat, heard.thread)
        lines = self._chats.get(key)
        if lines is None:
            lines = self._chats[key] = deque(maxlen=LINES)
            if len(self._chats) > CHATS:
                self._chats.popitem(last=False)
        else:
            self._chats.move_to_end(key)
        if (heard.chat, heard.message) in self._doubted:
            self._doubted.discard((heard.chat, heard.message))
            taken = False
        if taken and heard.pieces:
            known = [replace(one, taken=True) if one.message in heard.pieces else one for one in lines]
            lines.clear()
            lines.extend(known)
        if any(one.message == heard.message for one in lines):
            return
        text = "" if taken else heard.text[:LETTERS]
        by, media, talk = heard.speaker.telegram, heard.media, heard.talk or heard.addressed
        lines.append(Line(heard.message, by, heard.at, text, media, hint, staff, taken, talk))

    def doubt(self, heard: Heard) -> None:
        """Let words that their sender is asked about be a piece of what comes next: that may say it plainly."""
        self._doubted.add((heard.chat, heard.message))

    def pieces(self, heard: Heard, window: timedelta) -> tuple[Line, ...]:
        """Return what the speaker said here shortly before, as far as it belongs to nothing yet."""
        by, since = heard.speaker.telegram, heard.at - window
        mine = (one for one in self._lines(heard) if one.by == by and one.at >= since and one.message != heard.message)
        return tuple(one for one in mine if not one.taken and not one.talk and not one.staff)

    def alone(self, heard: Heard) -> bool:
        """Whether nobody else has spoken since the speaker did."""
        last = next((one for one in reversed(self._lines(heard)) if one.message != heard.message), None)
        return last is not None and last.by == heard.speaker.telegram

    def answers(self, heard: Heard) -> bool:
        """Whether the last words of anybody else were those of staff."""
        others = (one for one in reversed(self._lines(heard)) if one.by != heard.speaker.telegram)
        last = next(others, None)
        return last is not None and last.staff

    def hot(self, heard: Heard, window: timedelta) -> bool:
        """Whether anybody has spoken of a matter here shortly before."""
        return any(one.taken and heard.at - one.at <= window for one in self._lines(heard))

    def aside(self, heard: Heard) -> datetime | None:
        """Return when the group was last asked to join something else."""
        return next((one.at for one in reversed(self._lines(heard)) if not one.taken and is_aside(one.text)), None)

    def _lines(self, heard: Heard) -> deque[Line]:
        return self._chats.get((heard.chat, heard.thread)) or deque()


def bit(line: Line) -> Bit:
    """Return a piece as it is understood."""
    return Bit(line.message, line.text, line.hint)


def whole(heard: Heard, pieces: tuple[Line, ...]) -> Heard:
    """Return a message with the pieces before it."""
    if not pieces:
        return heard
    words = [text for text in (*(one.text for one in pieces), heard.text) if text.strip()]
    media = tuple(dict.fromkeys((*(file for one in pieces for file in one.media), *heard.media)))
    return replace(heard, text="\n".join(words), media=media, pieces=tuple(one.message for one in pieces))
