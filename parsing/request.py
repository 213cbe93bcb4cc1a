"""Is it a request at all? Evidence for and against, added up to a probability."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from parsing.lexicon import Level
from parsing.model import Context, Reason
from parsing.urgency import Sentence, State

_BIAS = -2.6
_LEVELS = {Level.HINT: 1.4, Level.LIKELY: 2.7, Level.SURE: 5.0, Level.LIFE: 6.0}
_STATES = {
    State.NOW: 0.0,
    State.RECENT: 0.0,
    State.SUPPOSED: -1.2,
    State.ELSEWHERE: -5.5,
    State.LONG_AGO: -5.0,
    State.RESOLVED: -6.0,
    State.NEGATED: -6.0,
}
# Mark of `marks.yaml` -> (evidence, code of the reason).
_FOR = {
    "ask": (1.7, "ask"),
    "question": (0.7, "question"),
    "upset": (0.7, "upset"),
    "now": (0.4, "now"),
    "again": (0.6, "now"),
}
_AGAINST = {
    "chain": (-6.0, "chain"),
    "advert": (-4.0, "advert"),
    "advert_maybe": (-1.8, "advert"),
    "notice": (-4.5, "notice"),
    "laugh": (-4.0, "joke"),
    "thanks": (-2.6, "thanks"),
    "acknowledged": (-2.2, "chatter"),
    "greeting": (-0.3, "chatter"),
    "small_talk": (-2.4, "chatter"),
    "neighbours": (-2.0, "chatter"),
}  # fmt: skip
_SOON = timedelta(minutes=3)


@dataclass(frozen=True)
class Evidence:
    """The strongest pattern that speaks of a service: its level and how the matter stands."""

    level: Level
    state: State


def judge(
    sentence: Sentence, best: Evidence | None, services: int, has_place: bool, context: Context
) -> tuple[float, tuple[Reason, ...]]:
    """Return the probability that this asks for something, and what spoke for and against it.

    `services` counts the separate patterns found.
    """
    total, reasons = weigh(sentence, best, services, has_place)
    more, why = circumstances(context)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total + more)))), (*reasons, *why)


def weigh(sentence: Sentence, best: Evidence | None, services: int, has_place: bool) -> tuple[float, list[Reason]]:
    """Return the log-odds that the words alone give, and the reasons."""
    total = _BIAS
    reasons: list[Reason] = []
    if best is not None:
        total += _LEVELS[best.level] + _STATES[best.state] + 0.4 * min(services - 1, 2)
    for tag, (weight, code) in _FOR.items():
        hits = sentence.marked(tag)
        if hits:
            total += weight
            reasons.append(Reason(code, hits[0].word))
    # Thanks at the end of a request are manners; on their own they are an answer.
    polite = best is not None and best.state in (State.NOW, State.RECENT) and best.level >= Level.LIKELY
    for tag, (weight, code) in _AGAINST.items():
        hits = sentence.marked(tag)
        if hits and not (polite and tag in ("thanks", "acknowledged", "greeting")):
            total += weight
            reasons.append(Reason(code, hits[0].word))
    if has_place:
        total += 0.7 if best is not None else 0.3
    return total, reasons


def circumstances(context: Context) -> tuple[float, list[Reason]]:
    """Return the log-odds that who speaks, and where, adds for a request; and why."""
    total = 0.0
    reasons: list[Reason] = []
    if context.addressed:
        total += 2.2
        reasons.append(Reason("addressed"))
    if context.reply_to_card:
        total += 0.8
        reasons.append(Reason("reply"))
    if context.open_tickets and context.since_last is not None and context.since_last <= _SOON:
        total += 0.5
    if context.from_staff:
        total -= 2.6
        reasons.append(Reason("staff"))
    return total, reasons


def only_manners(sentence: Sentence, patterns: Sequence[object]) -> bool:
    """Tell whether a message has nothing but thanks, greetings and acknowledgement in it."""
    marks = ("thanks", "acknowledged", "greeting", "laugh")
    return not patterns and any(sentence.marked(tag) for tag in marks) and not sentence.marked("ask")
