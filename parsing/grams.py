"""What a linear model sees of a message: short runs of characters, and whole words where letters make words."""

import re
from collections.abc import Iterable
from itertools import pairwise

from parsing.normalise import is_cjk

LONGEST = 3
"""Characters in the longest run."""

MOST = 400
"""Characters of a message that are looked at; what somebody wants is said by then."""

_WORD = re.compile(r"[a-z][a-z']*")
_DIGITS = re.compile(r"[0-9]+")
_EDGE = "\x02"


def grams(text: str) -> dict[str, int]:
    """Return how often each run of one to three characters stands in folded text; digits are all alike.

    Letters are taken as words and pairs of words: in English a run of three letters says little.
    """
    plain = _DIGITS.sub("0", text[:MOST])
    found: dict[str, int] = {}
    words = _WORD.findall(plain)
    if words:
        plain = _WORD.sub(" ", plain)
        for run in (*(f" {word}" for word in words), *(f" {first} {second}" for first, second in pairwise(words))):
            found[run] = found.get(run, 0) + 1
    for piece in plain.split():
        edged = f"{_EDGE}{piece}{_EDGE}"
        size = len(edged)
        for length in range(1, LONGEST + 1):
            for start in range(size - length + 1):
                run = edged[start : start + length]
                found[run] = found.get(run, 0) + 1
    found.pop(_EDGE, None)
    return found


def readable(gram: str) -> str:
    """Return a run as people may read it; empty for one that says nothing to them (edges, single signs)."""
    bare = gram.strip(f"{_EDGE} ")
    return bare if len(bare) > 1 or (bare and is_cjk(bare)) else ""


def longest_first(found: Iterable[str]) -> list[str]:
    """Return runs without those that are part of another one, the longest first."""
    kept: list[str] = []
    for one in sorted(dict.fromkeys(found), key=len, reverse=True):
        if not any(one in longer for longer in kept):
            kept.append(one)
    return kept
