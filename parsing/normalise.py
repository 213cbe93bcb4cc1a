"""Fold the many ways of typing one thing into one, and remember where every character came from."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from parsing.traditional import TO_SIMPLIFIED

BORDERS = frozenset("，。！？；：,.!?;:\n…~～—")
_INSIDE_NUMBERS = frozenset(".,:")
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)


@dataclass(frozen=True)
class Normalised:
    """Folded text; `starts[i]` and `ends[i]` bound the characters of `source` behind `text[i]`."""

    source: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the source behind `text[start:end]`, which must not be empty."""
        return self.starts[start], self.ends[end - 1]

    def words(self, start: int, end: int) -> str:
        """Return the source's own characters behind `text[start:end]`."""
        first, last = self.original(start, end)
        return self.source[first:last]


@lru_cache(maxsize=8192)
def _fold(character: str) -> str:
    """Return what one character stands for: empty for invisible ones, sometimes two for circled numbers."""
    if unicodedata.category(character) == "Cf" or ord(character) in _VARIATION_SELECTORS:
        return ""
    if character == "\n":
        return "\n"
    if character.isspace():
        return " "
    folded = unicodedata.normalize("NFKC", character).lower()
    # Some ligatures unfold to a whole sentence; those say nothing here.
    return TO_SIMPLIFIED.get(folded, folded) if len(folded) <= 3 else character


def normalise(text: str, variants: Mapping[str, str] | None = None) -> Normalised:
    """Fold width, case, traditional characters and invisible ones; replace known misspellings (`variants`)."""
    folded = [_fold(character) for character in text]
    if all(len(piece) == 1 for piece in folded):
        size = len(text)
        result = Normalised(text, "".join(folded), tuple(range(size)), tuple(range(1, size + 1)))
    else:
        starts = tuple(position for position, pieces in enumerate(folded) for _ in pieces)
        result = Normalised(text, "".join(folded), starts, tuple(position + 1 for position in starts))
    return _respell(result, variants) if variants else result


class Variants(dict[str, str]):
    """Misspellings with what is meant, and how long those are that begin with a character."""

    def __init__(self, known: Mapping[str, str]) -> None:
        super().__init__(known)
        lengths: dict[str, set[int]] = {}
        for wrong in known:
            lengths.setdefault(wrong[0], set()).add(len(wrong))
        self.lengths = {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}
        self.firsts = frozenset(lengths)


def _respell(given: Normalised, variants: Mapping[str, str]) -> Normalised:
    known = variants if isinstance(variants, Variants) else Variants(variants)
    lengths = known.lengths
    if known.firsts.isdisjoint(given.text) or not any(
        given.text[at : at + length] in known
        for at, first in enumerate(given.text)
        for length in lengths.get(first, ())
    ):
        return given
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at < len(given.text):
        size, piece = 1, given.text[at]
        for length in lengths.get(piece, ()):
            right = known.get(given.text[at : at + length])
            if right is not None and at + length <= len(given.text):
                size, piece = length, right
                break
        first, last = given.original(at, at + size)
        pieces.append(piece)
        starts.extend([first] * len(piece))
        ends.extend([last] * len(piece))
        at += size
    return Normalised(given.source, "".join(pieces), tuple(starts), tuple(ends))


def is_cjk(character: str) -> bool:
    """Tell whether this is a Chinese character."""
    return "\u3400" <= character <= "\u9fff"


def clauses(text: str) -> tuple[tuple[int, int], ...]:
    """Split folded text at punctuation, and at a space between two Chinese words; spans without the border."""
    spans: list[tuple[int, int]] = []
    start = 0
    for at, character in enumerate(text):
        before = text[at - 1] if at else " "
        after = text[at + 1] if at + 1 < len(text) else " "
        if character in BORDERS:
            if character in _INSIDE_NUMBERS and before.isdigit() and after.isdigit():
                continue
        elif not (character == " " and (is_cjk(before) or is_cjk(after))):
            continue
        if text[start:at].strip():
            spans.append((start, at))
        start = at + 1
    if text[start:].strip():
        spans.append((start, len(text)))
    return tuple(spans)
