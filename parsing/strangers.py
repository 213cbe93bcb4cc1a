"""Two requests that have nothing to do with one another, put together from the utterances.

Groups are full of them, and nobody who writes threads thinks of them: the drain after the lamp, a heart attack in the
night after somebody else's noise. From these it is learned that what is said next is mostly another matter.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from parsing.lessons import Lesson
from parsing.threads import START, Line, Thread

MANY = 800
"""Pairs that are learned from: about an eighth as many as there are threads."""

SHORT, LONG = 5, 40
"""Characters of an utterance that is taken."""

GAPS = (7, 25, 60, 150, 400, 1500, 7000, 40000)
"""Seconds between the two."""

SOURCE = "strangers"


def strangers(taught: Sequence[Lesson], many: int = MANY, skip: int = 0) -> tuple[Thread, ...]:
    """Return threads of two requests of different services each, in an order by chance that is always the same.

    The second is the first one's speaker's, or a neighbour's, in the group or in private. `skip`: utterances that are
    left for others.
    """
    asked = [one for one in taught if one.service is not None and SHORT <= len(one.text) <= LONG]
    told = sorted(asked, key=lambda one: hashlib.sha256(one.text.encode()).digest())[skip:]
    pairs = list(zip(told[::2], told[1::2], strict=False))[:many]
    return tuple(_pair(*pair, number) for number, pair in enumerate(pairs) if pair[0].service != pair[1].service)


def _pair(one: Lesson, other: Lesson, number: int) -> Thread:
    gap = timedelta(seconds=GAPS[number // 3 % len(GAPS)])
    first = Line("A", START, one.text, private=number % 10 == 0)
    second = Line("A" if number % 8 < 5 else "B", START + gap, other.text, private=number % 5 == 0)
    return Thread(f"{SOURCE} {number}", (first, second), (frozenset({0}), frozenset({1})), SOURCE)
