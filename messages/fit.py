"""Limits of a message. Values are shortened before rendering; rendered HTML is never cut."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from tickets.model import Photo

LONGEST = 4096
"""Telegram's limit after parsing. It counts characters; UTF-16 units are never fewer, so they are on the safe side."""

CAPTION = 1024
"""Telegram's limit for the words under a picture."""

OWN_WORDS = 600
"""Of these so many may be somebody's own; the rest is for number, names and hints."""

CAPTIONED = frozenset({"photo", "picture", "voice", "video", "animation", "document", "audio"})
"""Kinds of files that can have words under them. A `picture` is a photo that was sent as a file."""


def is_caption(words: str, media: Sequence[Photo]) -> bool:
    """Whether somebody's words can stand under the file that came with them: then both are one message."""
    return len(media) == 1 and media[0].kind in CAPTIONED and length(escape(words)) <= OWN_WORDS


@dataclass(frozen=True)
class Room:
    """How much each elastic value may take: characters of somebody's words, items of a list."""

    words: int
    items: int


ROOMS = (
    Room(3500, 60),
    Room(1500, 60),
    Room(800, 30),
    Room(400, 20),
    Room(200, 15),
    Room(100, 10),
    Room(60, 6),
    Room(30, 3),
)
"""Tried in this order; a list is cut at an item's border and says how many more there are."""


def fitted(draw: Callable[[Room], str], longest: int = LONGEST) -> str:
    """Return the first drawing within the limit. ValueError: a template is too long even with the least room."""
    for room in ROOMS:
        html = draw(room)
        if _units(html) <= longest or length(html) <= longest:  # parsed, it can only be shorter
            return html
    raise ValueError(f"{length(html)} characters with the least room; the limit is {longest}")


def length(html: str) -> int:
    """Return the length of the parsed text in UTF-16 units."""
    return _units(plain(html))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def plain(html: str) -> str:
    """Return the text without its tags, entities resolved."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
