"""The letters on pictures: one font that comes with the program, and which characters it has.

What the font lacks would be drawn as an empty box. So it is asked first, and what it cannot write is written by the
reader's own phone: the picture shows a number, the words under it say the name.
"""

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

FONT = Path(__file__).parent / "NotoSansCJKsc-GB2312.otf"
"""See OFL.txt beside it. No font of the machine is ever looked for."""

_ABSENT = "\U0010ffff"
"""A code point that no font has: it is drawn as the box that stands for all missing ones."""


@lru_cache(maxsize=32)
def letters(size: int) -> ImageFont.FreeTypeFont:
    """Return the font at a size in pixels."""
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)


def drawn(character: str) -> tuple[float, bytes]:
    """Return how wide a character is and its pixels; the same for all that the font lacks."""
    font = letters(24)
    mask = font.getmask(character)
    return font.getlength(character), bytes(mask)


@lru_cache(maxsize=4096)
def has(character: str) -> bool:
    """Whether the font can write a character."""
    return drawn(character) != drawn(_ABSENT)


def missing(text: str) -> str:
    """Return the characters of a text that the font cannot write, each once."""
    return "".join(dict.fromkeys(one for one in text if not has(one)))
