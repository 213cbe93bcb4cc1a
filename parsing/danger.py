"""Is somebody in danger now? What the models of danger say and what the rules find, weighed together.

One model looks for danger of any kind, and one for each kind, because what a fire and a lost child have in common is
little. What each of them counts, and each finding of the rules, was learned from what the models said of writers of
whom they had read nothing.
"""

import math
from collections.abc import Sequence

from parsing.candidates import Candidate, is_live
from parsing.glance import Glance
from parsing.lexicon import Level

MARKS = (
    "laugh", "elsewhere", "supposed", "long_ago", "recent", "resolved", "idiom", "again", "now", "question", "ask",
    "upset", "notice", "advert", "small_talk", "neighbours", "thanks", "acknowledged", "old", "child", "alone",
)  # fmt: skip
"""Marked words that tell a danger from a story, a wish or a joke."""

Signs = list[float]

MOST = 400
"""Characters beyond which a text is just long."""


def signs(first: float, kinds: Sequence[float], request: float, rules: float) -> Signs:
    """Return what the models say. `first`: danger of any kind; `kinds`: of each kind; log-odds or margins."""
    above = sorted(kinds, reverse=True)[:2] or [first]
    return [first, above[0], above[-1], request, rules]


def found(seen: Glance, candidates: Sequence[Candidate]) -> Signs:
    """Return what the rules find."""
    live = any(is_live(one) for one in candidates)
    spoken = any(match.pattern.level is Level.LIFE for one in candidates for match, _ in one.matches)
    marks = seen.sentence.marks
    return [
        float(live),
        float(spoken and not live),
        max((one.score for one in candidates), default=0.0),
        math.log1p(min(len(seen.bare), MOST)),
        float(len(seen.clauses) > 1),
        *(float(mark in marks) for mark in MARKS),
    ]


def log_odds(weights: Sequence[float], shown: Signs) -> float:
    """Return the log-odds of danger. `weights`: one for each sign, and the last one for itself."""
    return sum(weight * sign for weight, sign in zip(weights, shown, strict=False)) + weights[-1]
