"""What a linear model sees of a message: short runs of characters, and whole words where letters make words."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from parsing.normalise import is_cjk

LONGEST = 3
"""Characters in the longest run."""

MOST = 400
"""Characters of a message that are looked at; what somebody wants is said by then."""

_WORD = re.compile(r"[a-z][a-z']*")
_DIGITS = re.compile(r"[0-9]+")
_MARKUP = re.compile(r"</?[a-z][a-z0-9]{0,9}/?>")
_ENDING = re.compile(r"(?<=[a-z]{3})(?:'s|s'|ings?|ed|es|s|ly|e|y)$")
_BARE = 3
"""Letters of a stem at most that keeps a double one at its end."""

_EDGE = "\x02"


def grams(text: str) -> dict[str, int]:
    """Return how often each run of one to three characters stands in folded text; digits are all alike.

    Letters are taken as words, as their stems, and as pairs of stems: in English a run of three letters says little.
    """
    plain = _DIGITS.sub("0", _MARKUP.sub(" ", text[:MOST]))
    found: dict[str, int] = {}
    words = _WORD.findall(plain)
    if words:
        plain = _WORD.sub(" ", plain)
        stems = [stem(word) for word in words]
        runs = (
            *(f" {word}" for word in words),
            *(f" {one}~" for one in stems),
            *(f" {first} {second}~" for first, second in pairwise(stems)),
        )
        for run in runs:
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


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Return a word without its ending: "leaking", "leaks" and "leaked" say the same."""
    bare = _ENDING.sub("", word)
    return bare[:-1] if len(bare) > _BARE and bare[-1] == bare[-2] else bare


def readable(gram: str) -> str:
    """Return a run as people may read it; empty for one that says nothing to them (edges, stems, single signs)."""
    if gram.endswith("~"):
        return ""
    bare = gram.strip(f"{_EDGE} ")
    return bare if len(bare) > 1 or (bare and is_cjk(bare)) else ""


def longest_first(found: Iterable[str]) -> list[str]:
    """Return runs without those that are part of another one, the longest first."""
    kept: list[str] = []
    for one in sorted(dict.fromkeys(found), key=len, reverse=True):
        if not any(one in longer for longer in kept):
            kept.append(one)
    return kept
