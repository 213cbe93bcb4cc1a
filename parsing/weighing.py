"""Does a message ask for something, and is somebody in danger now? What models and rules find, weighed together.

Linear models look for requests, for services, for danger of any kind and of each kind, because what a fire and a lost
child have in common is little. What each of them says beside the others, and beside the findings of the rules, is
weighed by small trees, grown on what the models said of writers of whom they had read nothing.
"""

import math
import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from parsing import catalogue
from parsing.candidates import Candidate, is_live
from parsing.glance import Glance
from parsing.lexicon import Level
from parsing.linear import Floats
from tickets.service import DeadlineClass

MARKS = (
    "laugh", "elsewhere", "supposed", "long_ago", "recent", "resolved", "idiom", "again", "now", "question", "ask",
    "upset", "notice", "advert", "small_talk", "neighbours", "thanks", "acknowledged", "old", "child", "alone",
)  # fmt: skip
"""Marked words that tell a danger from a story, a wish or a joke."""

_UNHURT = re.compile(
    r"没(?:有)?(?:人)?(?:受)?(?:伤|烫|砸|咬|碰|摔|撞|压)(?:着|到|人|了)?|人没事|人好好的|没大碍|虚惊|"
    r"nobody (?:was |is )?hurt|no one (?:was |is )?hurt"
)
_ASKS = re.compile(r"(?:吗|么|对吧|是吧|没有|是吗|真的假的)[? ]*$")
_PERSON = re.compile(
    r"人|孩|娃|老|爸|妈|爷|奶|婆|我|他|她|姐|哥|弟|妹|叔|姨|kid|child|man|woman|\b(?:he|she|i|my|we)\b"
)
_CREATURE = re.compile(r"[猫鸟鸽鸡鸭兔]|乌龟|仓鼠|老鼠|小狗|狗狗|\bcat\b|kitten|\bbird")
_THING = re.compile(r"快递|包裹|手机|钥匙|衣服|帽子|伞|外机|快件|外卖|钱包|phone|keys|parcel")

MOST = 400
"""Characters beyond which a text is just long."""

TAIL, BRIEF = 12, 9
"""Characters at the end that make it a question; and fewer than which it is nothing but one."""


_SAID = ("danger", "kind", "second_kind", "request", "rules", "likeliest", "next", "deadly")
_FOUND = (
    "live", "past", "score", "length", "clauses", *MARKS, "unhurt", "asks", "brief", "creature", "thing", "person",
    "nobody", "places",
)  # fmt: skip


@lru_cache(maxsize=16)
def deadly(services: tuple[str, ...]) -> tuple[int, ...]:
    """Return the numbers of those services that are of danger, as the catalogue has them."""
    known = catalogue.load_catalogue()
    return tuple(
        at for at, code in enumerate(services) if code in known and known[code].deadline_class is DeadlineClass.LIFE
    )


def names(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the signs, those of `said` and then those of `found`. `kinds`: of danger."""
    return (*_SAID, *kinds, *_FOUND)


def said(
    danger: float, kinds: Sequence[float], request: float, rules: float, services: Floats, of_danger: Collection[int]
) -> list[float]:
    """Return what the models say, as signs.

    `danger`: of any kind, `kinds`: of each; `request` and `rules`: that something is asked for; log-odds or margins.
    `services`: the probability of each; `of_danger`: the numbers of the `deadly` ones.
    """
    above = sorted(kinds, reverse=True)[:2] or [danger]
    likely = sorted(services.tolist(), reverse=True)[:2] or [0.0]
    at_risk = float(sum(services[at] for at in of_danger))
    return [danger, above[0], above[-1], request, rules, likely[0], likely[-1], at_risk, *kinds]


def found(seen: Glance, candidates: Sequence[Candidate]) -> list[float]:
    """Return what the rules find, as signs."""
    live = any(is_live(one) for one in candidates)
    spoken = any(match.pattern.level is Level.LIFE for one in candidates for match, _ in one.matches)
    marks = seen.sentence.marks
    text = seen.bare[:MOST]
    creature, thing, person = (_says(one, text) for one in (_CREATURE, _THING, _PERSON))
    asks = _says(_ASKS, text[-TAIL:])
    return [
        float(live),
        float(spoken and not live),
        max((one.score for one in candidates), default=0.0),
        math.log1p(min(len(seen.bare), MOST)),
        float(len(seen.words.clauses) > 1),
        *(float(mark in marks) for mark in MARKS),
        *map(float, (_says(_UNHURT, text), asks, asks and len(text) < BRIEF, creature, thing, person)),
        float((creature or thing) and not person),
        float(len(seen.places)),
    ]


def _says(words: re.Pattern[str], text: str) -> bool:
    return words.search(text) is not None
