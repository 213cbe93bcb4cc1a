"""What a linear model sees of a message: short runs of characters, and whole words where letters make words."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from parsing.normalise import is_cjk

LONGEST = 4
"""Characters in the longest run."""

MOST = 400
"""Characters of a message that are looked at; what somebody wants is said by then."""

_WORD = re.compile(r"[a-z][a-z']*")
_DIGITS = re.compile(r"[0-9]+")
_EDGE = "\x02"


def grams(text: str) -> Counter[str]:
    """Return how often each run of one to four characters stands in folded text; digits are all alike.

    Letters are taken as words and pairs of words: in English a run of four letters says little.
    """
    plain = _DIGITS.sub("0", text[:MOST])
    found: Counter[str] = Counter()
    words = _WORD.findall(plain)
    found.update(f" {word}" for word in words)
    found.update(f" {first} {second}" for first, second in pairwise(words))
    for piece in _WORD.sub(" ", plain).split():
        _runs(f"{_EDGE}{piece}{_EDGE}", found)
    return found


def _runs(piece: str, found: Counter[str]) -> None:
    size = len(piece)
    for length in range(1, LONGEST + 1):
        for start in range(size - length + 1):
            run = piece[start : start + length]
            if run != _EDGE:
                found[run] += 1


def readable(gram: str) -> str:
    """Return a run as people may read it; empty for one that says nothing to them (edges, single signs)."""
    bare = gram.strip(f"{_EDGE} ")
    return bare if len(bare) > 1 or (bare and is_cjk(bare)) else ""


def longest_first(found: Iterable[str]) -> list[str]:
    """Return runs without those that are part of another one, the longest first."""
    kept: list[str] = []
    for one in sorted(set(found), key=len, reverse=True):
        if not any(one in longer for longer in kept):
            kept.append(one)
    return kept
