"""What a message is to each open matter, as numbers: from these `matter_model` decides. Pure."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from parsing.catalogue import load_reach
from parsing.eye import NOTHING_OPEN, OTHERS, OWN, Eye, pairs
from parsing.facts import Before, Kind, Matter, Spoken, spot
from parsing.matter import AT_ONCE, MANNERS, MORE, TALK, named, plainly, tags, without_talk
from parsing.me_too import me_too
from parsing.model import Action
from parsing.never_mind import is_over, never_mind
from parsing.normalise import normalise

_ACTIONS = {Action.SILENT: 0.0, Action.ASK: 1.0, Action.FILE: 2.0}
_REACH = {"grid": 2.0, "spot": 1.0}
_ASIDE = frozenset(("chain", "advert"))
_SMALL = frozenset(("small_talk", "neighbours", "notice", "idiom"))
_PAST = frozenset(("long_ago", "elsewhere"))

LONG_AGO, FAR = 14.0, 20.0
"""A time and a number of messages beyond all that counts."""

NEXT_DAY = timedelta(hours=18)

AKIN = 0.25
"""Below this likeness of what two texts speak of, words of two services are about two things."""

SURE = 0.9
"""Probability of a service from which it is surely meant."""

_WORDS = {
    "else": (
        r"另外|还有(?!多|没|几|什|谁|人)|顺便|顺带|再(?:问|说|报|反映)|对了|换个|捎带|还想问|"
        r"also|another|by the way|one more|btw"
    ),
    "plus": r"\+ ?1|加一|加1|me ?2|me too|same|同上|同款|同求|同感|一样|ditto|^同|[ ,，]同",
    "also": r"也|都|亦|too\b|as well|also|either",
    "agrees": r"^(?:对|是的|是啊|嗯|确实|真的|就是|可不|没错|有的|yes|yeah|yep|true)",
    "fine": (
        r"有水|有电|有气|有网|有信号|有暖|热的|热乎|暖和|正常|好好的|没问题|没事|清的|清亮|亮着|亮的|[听闻看]不[到见]|没[听闻看感]|"
        r"还好|不影响|没这|没有啊|没有呀|没啊|没停|没断|没坏|没堵|没漏|好使|好用|不堵|不漏|不停|能用|冲得很|烫得很|有啊|有的?呀|有噻|有喎|冇事|"
        r"fine|works|okay here|no problem"
    ),
    "advises": (
        r"^(?:快|别|赶紧|拿|关|开|找|打|报警|报修|投诉|用|买|换|试|看看|让|叫|戴|绕|忍|要不|不如|建议|先|多|少)|"
        r"吧$|呗$|算了|just |try |call "
    ),
    "guesses": r"是不是|会不会|不会[是又]|八成|估计|可能|应该是|大概|肯定|怕是|莫不是|maybe|probably|perhaps",
    "asks_back": r"[?？]$|(?:吗|呢|没|不|伐|么|哪|谁|啥|什么|几号|哪栋|多少)[?？]*$|^(?:哪|谁|啥|什么|几|怎么|多少)",
    "tells": r"老家|新闻|听说|据说|朋友|同事|亲戚|我妹|我姐|表姐|单位|公司|出差|那年|以前|当年|记得|小时候|电视|梦",
    "later": r"又|还是|还在|还没|依旧|照样|照旧|第.天|天天|今天|昨晚|again|still|yet",
    "urges": r"什么时候|啥时候|几时|多久|来了没|修好|有人来|谁来|怎么样了|催|when",
    "i": r"我|俺|咱|阿拉|my |our | we ",
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in _WORDS.items()}
_CALLS = re.compile(
    r"(?:早上好|中午好|下午好|晚上好|大家好|你好|您好|早|请问|问[一个]?下|想问|在不在|在不|在|有人|管事的|网格员|社区|物业|老师|同志|"
    r"各位|邻居们?|师傅|那个谁|小[^\W\d_a-z]|hello|hi|anyone|there|[的吗啊呀呢哈没不]|@\w+|\W)++"
)
"""All of it only calls somebody."""

_BEGINNING = 14
"""Characters at the beginning in which somebody says that it is something else."""


@dataclass
class Choice:
    """One of the things that a message can be, with its signs."""

    kind: Kind
    matter: Matter | None = None
    signs: dict[str, float] = field(default_factory=dict)


def choices(said: Spoken, matters: Sequence[Matter], eye: Eye) -> list[Choice]:
    """Return what a message can be: nothing, a matter of its own, or part of one of these."""
    each = [Choice(_kind(said, one), one, _of_matter(said, one, eye)) for one in matters]
    common = {**_of_words(said, eye), **_of_talk(said, eye), **_of_place(said, matters, eye), **_best(each)}
    also = max(common["plus"], common["also"], float(common["same_me"] > 0)) * float(common["n_others"] > 0)
    common["also_far"] = also * max(0.0, common["others_far"])
    common["also_own"] = also * float(common["others_reach"] == 0)
    latest = sorted((one for one in matters), key=lambda one: one.last, reverse=True)
    mine = sorted((one for one in matters if one.reporter == said.by), key=lambda one: one.own, reverse=True)
    found = [Choice(Kind.NOTHING, None, dict(NO_MATTER)), Choice(Kind.NEW, None, dict(NO_MATTER)), *each]
    for choice in found:
        other = max((one.signs["alike"] for one in each if one is not choice), default=-1.0)
        choice.signs |= common
        choice.signs["more_alike"] = choice.signs["alike"] - other if choice.matter is not None else 0.0
        choice.signs["rank"] = float(latest.index(choice.matter)) if choice.matter is not None else -1.0
        choice.signs["own_rank"] = float(mine.index(choice.matter)) if choice.matter in mine else -1.0
        choice.signs |= {f"is_{kind.value}": float(choice.kind is kind) for kind in Kind}
    return found


def _kind(said: Spoken, matter: Matter) -> Kind:
    return Kind.CONTINUES if matter.reporter == said.by else Kind.JOINS


def _of_words(said: Spoken, eye: Eye) -> dict[str, float]:
    """What is said, whatever is open."""
    text, meant, whole = said.text, said.meant, said.whole or said.meant
    folded = normalise(text).text
    marks, look, (here, _) = tags(text), eye.seen(text), eye.where(text)
    return {
        "asks": log_odds(meant.confidence),
        "asks_whole": log_odds(whole.confidence),
        "action": _ACTIONS[meant.action],
        "action_whole": _ACTIONS[whole.action],
        "gain": log_odds(whole.confidence) - log_odds(meant.confidence),
        "bits": float(len(said.bits)),
        "same_me": float(me_too(text, tuple((place.start, place.end) for place in meant.places))),
        "over": float(is_over(text)) + float(never_mind(text)),
        "question": float("question" in marks),
        "laugh": float("laugh" in marks),
        "manners": float(bool(marks & MANNERS)),
        "chain": float(bool(marks & _ASIDE)),
        "small": float(bool(marks & _SMALL)),
        "more": float(bool(marks & (MORE - {"ask"}))),
        "please": float("ask" in marks),
        "past": float(bool(marks & _PAST)),
        "size": math.log1p(len(without_talk(text))),
        "length": float(len(text)),
        "media": float(said.media),
        "wordless": float(not text.strip()),
        "reply": float(said.replied is not None),
        "talk": float(said.talk),
        "private": float(said.private),
        "places": float(len(meant.places)),
        "house": float(bool(here.buildings)),
        "landmark": float(bool(here.landmarks)),
        "only_places": float(look is not None and look.only_places),
        "danger": float(meant.danger is not None),
        "is_private": float(meant.private),
        **{name: float(bool(words.search(folded))) for name, words in _PATTERNS.items() if name != "else"},
        "calls": float(bool(_CALLS.fullmatch(folded))),
        "else": float(bool(_PATTERNS["else"].search(folded[:_BEGINNING]))),
        **{f"role_{name}": value for name, value in eye.roles(text).items()},
    }


def _of_place(said: Spoken, matters: Sequence[Matter], eye: Eye) -> dict[str, float]:
    """What the words sound like where this is open."""
    own = any(one.reporter == said.by for one in matters)
    where = OWN if own else OTHERS if matters else NOTHING_OPEN
    return {f"here_{name}": value for name, value in eye.roles(said.text, where).items()}


def _of_talk(said: Spoken, eye: Eye) -> dict[str, float]:
    """Who has spoken before."""
    last = said.before[-1] if said.before else None
    own = next((one for one in reversed(said.before) if one.by == said.by), None)
    other = next((one for one in reversed(said.before) if one.by != said.by), None)
    talked = next((one for one in reversed(said.before) if one.by != said.by and not one.staff), None)
    shared, alike = eye.near(said.text, talked.text) if talked is not None and said.text.strip() else (0.0, 0.0)
    asides = (at for at, one in enumerate(reversed(said.before)) if not one.taken and tags(one.text) & _ASIDE)
    asked = other is not None and "question" in tags(other.text)
    return {
        "shared_last": shared,
        "alike_last": alike,
        "last_taken": float(talked is not None and talked.taken),
        "last_age": span(said.at - talked.at) if talked is not None else LONG_AGO,
        "last_after_own": float(talked is not None and own is not None and talked.at > own.at and not talked.taken),
        "staff_asked": float(other is not None and other.staff and asked),
        "follows_self": float(last is not None and last.by == said.by),
        "follows_staff": float(other is not None and other.staff),
        "follows_taken": float(last is not None and last.taken),
        "follows_question": float(other is not None and not other.taken and asked),
        "own_gap": span(said.at - own.at) if own is not None else LONG_AGO,
        "own_taken": float(own is not None and own.taken),
        "own_hint": log_odds(own.hint) if own is not None else log_odds(0),
        "other_hint": log_odds(other.hint) if other is not None else log_odds(0),
        "last_gap": span(said.at - last.at) if last is not None else LONG_AGO,
        "aside": float(min(FAR, next(asides, FAR))),
        "talked": float(sum(not one.taken for one in said.before[-6:])),
    }


def _of_matter(said: Spoken, matter: Matter, eye: Eye) -> dict[str, float]:
    """What a message is to one open matter."""
    text, meant, whole = said.text, said.meant, said.whole or said.meant
    worded = bool(text.strip() and matter.text.strip())
    shared, alike = eye.near(text, matter.text) if worded else (0.0, 0.0)
    (here, called), (there, known) = eye.where(text), eye.where(matter.text)
    told = pairs(normalise(matter.text).text)
    since = [one for one in said.before if one.at > matter.last]
    names, plain = named(text), plainly(text)
    return {
        "age_own": span(said.at - matter.own),
        "age_last": span(said.at - matter.last),
        "lines_since": float(len(since)),
        "others_since": float(len({one.by for one in since if one.by != said.by})),
        "same_service": float(meant.service == matter.service) if meant.service else 0.5,
        "second": float(meant.second == matter.service),
        "whole_service": float(whole.service == matter.service) if whole.service else 0.5,
        "chance": eye.chance(text, matter.service),
        "shared": shared,
        "alike": alike,
        "named": float(matter.service in names),
        "named_other": float(bool(names - {matter.service})),
        "plain_other": float(bool(plain - {matter.service})),
        "meets": float(here.meets(there)),
        "apart": float(here.apart(there)),
        "house_apart": float(bool(here.buildings and there.buildings and not here.buildings & there.buildings)),
        "unlike": float(bool(here.buildings) != bool(there.buildings) and not here.empty and not there.empty),
        "place_shared": len(called & known) / len(called) if called else -1.0,
        "place_said": len(called & told) / len(called) if called else -1.0,
        "completes": float(there.empty and not here.empty),
        "nowhere": float(there.empty),
        "latent": float(bool(matter.pieces)),
        "elsewhere": float(matter.elsewhere),
        "reach": _REACH.get(load_reach().get(matter.service, ""), 0.0),
        "joined": float(said.by in matter.joined),
        "people": float(len(matter.joined)),
        "matter_danger": float(matter.danger),
        "worded": float(matter.worded),
        "replied": float(said.replied == matter.number),
        "replied_else": float(said.replied is not None and said.replied != matter.number),
        "over_before": float(matter.over),
        "day_later": float(said.at - matter.last >= NEXT_DAY),
        "matter_private": float(matter.private),
        "place_else": float(elsewhere(said, matter)),
        "service_else": float(of_something_else(said, matter, eye)),
    }


_OF_MATTER = """
    others_since same_service second whole_service chance shared alike named named_other plain_other meets apart
    house_apart unlike place_shared place_said completes nowhere latent elsewhere reach joined people
    matter_danger worded replied replied_else over_before day_later matter_private place_else service_else
"""

NO_MATTER = {
    **dict.fromkeys(_OF_MATTER.split(), -1.0),
    "age_own": LONG_AGO,
    "age_last": LONG_AGO,
    "lines_since": FAR,
}
"""The signs of a matter where there is none."""


def _best(each: Sequence[Choice]) -> dict[str, float]:
    """How near the nearest of the speaker's own matters is, and the nearest of the others'."""
    found: dict[str, float] = {}
    for name, kind in (("own", Kind.CONTINUES), ("others", Kind.JOINS)):
        group = [one.signs for one in each if one.kind is kind]
        age = "age_own" if kind is Kind.CONTINUES else "age_last"
        found[f"n_{name}"] = float(len(group))
        for sign in ("alike", "shared", "chance", "named", "meets", "reach"):
            found[f"{name}_{sign}"] = max((one[sign] for one in group), default=-1.0)
        found[f"{name}_same"] = max((one["same_service"] for one in group), default=-1.0)
        found[f"{name}_far"] = max((max(one["apart"], one["unlike"]) for one in group), default=-1.0)
        found[f"{name}_apart"] = min((one["apart"] for one in group), default=-1.0)
        found[f"{name}_age"] = min((one[age] for one in group), default=LONG_AGO)
        found[f"{name}_lines"] = min((one["lines_since"] for one in group), default=FAR)
    return found


def of_piece(said: Spoken, bit: Before, kind: Kind, eye: Eye) -> dict[str, float]:
    """What an earlier message of the same person is to this one, that belongs to a matter."""
    whole = said.whole or said.meant
    worded = bool(said.text.strip() and bit.text.strip())
    shared, alike = eye.near(said.text, bit.text) if worded else (0.0, 0.0)
    marks = tags(bit.text)
    between = [one for one in said.before if one.at >= bit.at and one.message != bit.message]
    return {
        "gap": span(said.at - bit.at),
        "between": float(sum(one.by != said.by for one in between)),
        "later": float(sum(one.by == said.by for one in between)),
        "hint": log_odds(bit.hint),
        "wordless": float(not bit.text.strip()),
        "size": math.log1p(len(without_talk(bit.text))),
        "media": float(bit.media),
        "manners": float(bool(marks & MANNERS)),
        "calls": float(bool(_CALLS.fullmatch(normalise(bit.text).text))),
        "laugh": float("laugh" in marks),
        "talk": float(bool(marks & TALK)),
        "question": float("question" in marks),
        "more": float(bool(marks & MORE)),
        "shared": shared,
        "alike": alike,
        "asks": log_odds(said.meant.confidence),
        "asks_whole": log_odds(whole.confidence),
        "chance": eye.chance(bit.text, whole.service),
        "me": float(me_too(bit.text)),
        **{f"is_{one.value}": float(kind is one) for one in Kind},
        **{f"role_{name}": value for name, value in eye.roles(bit.text).items()},
        **{f"latest_{name}": value for name, value in eye.roles(said.text).items()},
    }


MENDS = ("错", "不是", "应该是", "更正", "sorry", "i mean", "not ")
"""Whoever says so puts right what was said before."""


def elsewhere(said: Spoken, matter: Matter) -> bool:
    """Whether somebody plainly reports the same kind of trouble in another building, where each has its own."""
    asks = said.meant.action is Action.FILE and said.replied != matter.number
    if matter.reporter == said.by and any(word in said.text.lower() for word in MENDS):
        return False
    return asks and spot(said.meant).apart(matter.spot) and load_reach().get(matter.service) != "grid"


def of_something_else(said: Spoken, matter: Matter, eye: Eye) -> bool:
    """Whether a request is, by its words as well as by what was learned, about another service.

    Words a while after one's own report are what they say; of a neighbour's, and at once, only the plainest are.
    """
    meant = said.meant
    if meant.action is Action.SILENT or matter.service in (meant.service, meant.second):
        return False
    if meant.service not in plainly(said.text) or matter.service in named(said.text):
        return False
    later = matter.reporter == said.by and said.at - matter.own > AT_ONCE
    sure = later or (meant.action is Action.FILE and eye.chance(said.text, meant.service) >= SURE)
    return sure and eye.near(said.text, matter.text)[1] < AKIN


def log_odds(chance: float) -> float:
    """Return the log-odds of a probability, within reason."""
    return math.log(max(chance, 1e-4) / max(1 - chance, 1e-4))


def span(age: timedelta) -> float:
    """Return how long ago something was, so that seconds differ from minutes as hours do from days."""
    return math.log1p(max(0.0, age.total_seconds()))
