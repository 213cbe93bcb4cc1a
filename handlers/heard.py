"""A message as the use cases see it: plain data, no Telegram library."""

from dataclasses import dataclass
from datetime import datetime

from tickets.model import Photo


@dataclass(frozen=True)
class Speaker:
    """Who speaks or presses. `language` is `zh` or `en`, None when Telegram does not say."""

    telegram: int
    name: str
    language: str | None = None
    anonymous: bool = False
    """An administrator who writes as the group: nobody in particular."""


@dataclass(frozen=True)
class Heard:
    """One message. `chat` > 0 is a private chat. Times are aware, in the district's zone."""

    cause: int
    """The update id; goes into the same transaction as the effects."""

    chat: int
    message: int
    speaker: Speaker
    text: str
    at: datetime
    media: tuple[Photo, ...] = ()
    album: str | None = None
    reply_to: int | None = None
    reply_number: int | None = None
    """The ticket's number as our own message that is replied to shows it: a reply can be heard before the store has
    the id of the message it replies to."""

    reply_text: str = ""
    reply_media: tuple[Photo, ...] = ()
    """What the message that is replied to says; only a command may use it."""

    reply_from: int | None = None
    """The Telegram user id of whoever wrote the message that is replied to."""

    edited: bool = False
    addressed: bool = False
    """The bot is named."""

    thread: int | None = None
    """The topic of a forum group."""

    quote: str = ""
    """What of somebody else's message is quoted; the words themselves are in `text`."""

    forwarded: bool = False
    author: Speaker | None = None
    """Who wrote a forwarded message, where Telegram tells."""

    pieces: tuple[int, ...] = ()
    """Messages just before it that belong to it: its text and pictures are among these already."""

    alone: str = ""
    """Its own words, where `text` begins with those of the pieces."""

    ours: bool = False
    """It is one of our own messages, forwarded: nobody's words."""

    @property
    def wordless(self) -> bool:
        """Whether this is a picture, a voice … and nothing else."""
        return bool(self.media) and not self.text.strip()

    @property
    def talk(self) -> bool:
        """Whether neighbours speak to each other: a reply to one of them, or something passed on from elsewhere."""
        return self.forwarded or self.reply_to is not None

    @property
    def private(self) -> bool:
        """Whether it was said to the bot alone."""
        return self.chat > 0


@dataclass(frozen=True)
class Tap:
    """A choice by button that is about no ticket's step: `ref` says whom or which, `arg` the rest.

    `chat` and `message` are where the button stands; None when Telegram no longer says.
    """

    cause: int
    speaker: Speaker
    ref: str
    arg: str = ""
    chat: int | None = None
    message: int | None = None


@dataclass(frozen=True)
class Answer:
    """What the speaker is told at once: the key of a phrase in `messages/` and its facts."""

    key: str
    facts: tuple[tuple[str, str], ...] = ()
    alert: bool = False

    @classmethod
    def of(cls, key: str, *, alert: bool = False, **facts: str) -> "Answer":
        """Build an answer with its facts."""
        return cls(key, tuple(sorted(facts.items())), alert)
