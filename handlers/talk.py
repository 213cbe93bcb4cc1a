"""What was said in the last minutes, in memory: so that a sentence typed in pieces is read as one (decision 0014).

Nothing depends on it: after a restart, or on another machine, pieces are read one by one as if they stood alone.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.heard import Heard
from parsing.bits import LEAST
from parsing.facts import Before
from parsing.matter import is_aside
from tickets.model import Photo, Ticket

CHATS, LINES, LETTERS, TICKETS = 2000, 24, 160, 8
"""Chats that are remembered, messages of each, letters of each message, and matters that were spoken of last."""


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
    heard: Heard | None = None
    """The whole of it, where it was nearly a request: a neighbour may bear it out."""


class Talk:
    """The last messages of each chat, and the matters that were spoken of in it."""

    def __init__(self) -> None:
        self._tickets: OrderedDict[tuple[int, int | None], dict[int, Ticket]] = OrderedDict()
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
            self.take(heard)
        if any(one.message == heard.message for one in lines):
            return
        by, media, talk = heard.speaker.telegram, heard.media, heard.talk or heard.addressed
        nearly = heard if hint >= LEAST and not (taken or staff or heard.private) else None
        lines.append(Line(heard.message, by, heard.at, heard.text[:LETTERS], media, hint, staff, taken, talk, nearly))

    def take(self, heard: Heard) -> None:
        """Remember that words said before belong to a matter now: they are no piece of what comes next."""
        done = {heard.message, *heard.pieces}
        lines = self._lines(heard)
        known = [replace(one, taken=True) if one.message in done else one for one in lines]
        lines.clear()
        lines.extend(known)

    def doubt(self, heard: Heard) -> None:
        """Let words that their sender is asked about be a piece of what comes next: that may say it plainly."""
        self._doubted.add((heard.chat, heard.message))

    def pieces(self, heard: Heard, window: timedelta) -> tuple[Line, ...]:
        """Return what the speaker said here shortly before, as far as it belongs to nothing yet."""
        by, since = heard.speaker.telegram, heard.at - window
        mine = (one for one in self._lines(heard) if one.by == by and one.at >= since and one.message != heard.message)
        return tuple(one for one in mine if not one.taken and not one.talk and not one.staff)

    def before(self, heard: Heard) -> tuple[Line, ...]:
        """Return what was said here before, oldest first."""
        return tuple(one for one in self._lines(heard) if one.message != heard.message)

    def keep(self, heard: Heard, ticket: Ticket) -> None:
        """Remember a matter that was spoken of here, as it is now: further words need no look at the store."""
        kept = self._tickets.setdefault((heard.chat, heard.thread), {})
        self._tickets.move_to_end((heard.chat, heard.thread))
        kept.pop(ticket.id, None)
        if ticket.open:
            kept[ticket.id] = ticket
        for old in list(kept)[:-TICKETS]:
            del kept[old]
        if len(self._tickets) > CHATS:
            self._tickets.popitem(last=False)

    def tickets(self, heard: Heard, window: timedelta) -> tuple[Ticket, ...]:
        """Return the matters that were spoken of here shortly before."""
        kept = self._tickets.get((heard.chat, heard.thread))
        return tuple(one for one in kept.values() if heard.at - one.last_said_at <= window) if kept else ()

    def aside(self, heard: Heard) -> datetime | None:
        """Return when the group was last asked to join something else."""
        return next((one.at for one in reversed(self._lines(heard)) if not one.taken and is_aside(one.text)), None)

    def _lines(self, heard: Heard) -> deque[Line]:
        return self._chats.get((heard.chat, heard.thread)) or deque()


def as_before(line: Line, person: str) -> Before:
    """Return a message as the decision sees it. `person`: who said it."""
    return Before(
        line.message,
        line.text,
        line.hint,
        person,
        line.at,
        staff=line.staff,
        taken=line.taken,
        talk=line.talk,
        media=bool(line.media),
    )


def whole(heard: Heard, pieces: tuple[Line, ...]) -> Heard:
    """Return a message with the pieces before it."""
    if not pieces:
        return heard
    words = [text for text in (*(one.text for one in pieces), heard.text) if text.strip()]
    media = tuple(dict.fromkeys((*(file for one in pieces for file in one.media), *heard.media)))
    numbers = tuple(one.message for one in pieces)
    return replace(heard, text="\n".join(words), media=media, pieces=numbers, alone=heard.text)
