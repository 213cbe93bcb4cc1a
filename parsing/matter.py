"""Is it the same matter as one that is open? Pure: what was said and the open matters as small facts in, decision out.

Three kinds of nearness: one's own words go on with one's own matter; a neighbour joins somebody else's by saying "me
too", or by reporting the same where one matter of the service reaches both; everything else is a matter of its own.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from parsing.catalogue import load_lexicon, load_reach
from parsing.facts import NOTHING, Found, Kind, Matter, Spoken, Windows, spot
from parsing.glance import glance
from parsing.lexicon import Level
from parsing.me_too import Same, me_too
from parsing.model import Action
from parsing.normalise import normalise
from parsing.verdict import Solved, verdict

HOT = timedelta(minutes=10)
"""So long after an outage was spoken of, somebody who only names their building speaks of it too."""

OWN_DAY = timedelta(hours=12)
"""So long one's own report of the same is the same matter; afterwards it has come back."""

AT_ONCE = timedelta(seconds=90)
"""So soon after one's own report further words are about it, unless they are plainly talk."""

NOT_TALK = 0.03
"""Below this probability of a request words are plainly talk."""

LONGEST_BIT = 24
"""Longer words are no part of a sentence that somebody types in pieces."""

TALK = frozenset(
    ("laugh", "thanks", "acknowledged", "greeting", "chain", "advert", "notice", "small_talk", "neighbours", "resolved")
)
MANNERS = frozenset(("thanks", "acknowledged", "greeting"))
_SOMETHING = 4
MORE = frozenset(("now", "again", "upset", "recent", "old", "child", "disabled", "pregnant", "alone", "ask"))
_SOMETHING_ELSE = re.compile(r"(?:还有|另)[一个外]*(?:件|个|桩)事|另外|顺便|by the way|another (?:thing|matter)")


def decide(said: Spoken, matters: Sequence[Matter], windows: Windows) -> Found:
    """Say which matter a message belongs to. `matters`: the speaker's own, and those that the group may read."""
    own = [one for one in matters if one.reporter == said.by]
    found = _own(said, own, windows)
    if found is not None:
        return found
    if not said.staff:
        found = _joins(said, [one for one in matters if one.reporter != said.by and not one.private], windows)
        if found is not None:
            return found
    return Found(Kind.NEW) if said.meant.action is not Action.SILENT else NOTHING


def continues(said: Spoken, own: Matter, windows: Windows) -> bool:
    """Whether the reporter's own words go on with a matter in which they spoke a short while ago."""
    meant = said.meant
    if not said.text.strip():
        return said.media
    if meant.danger is not None and not own.danger:
        return False
    if spot(meant).apart(own.spot) and meant.action is not Action.SILENT:
        return False
    if _SOMETHING_ELSE.search(normalise(said.text).text):
        return False
    if not own.worded:
        return not meant.private and meant.action is not Action.SILENT
    others = named(said.text) - {own.service}
    if meant.action is Action.FILE:
        return meant.service == own.service or not plainly(said.text) - {own.service}
    if meant.action is Action.ASK and not others:
        return True
    if said.media or meant.places:
        return True
    close = (said.alone or said.at - own.own <= AT_ONCE) and meant.confidence >= NOT_TALK
    return not others and adds(said.text, alone=close)


def adds(text: str, *, alone: bool) -> bool:
    """Whether words that are no request by themselves say more of one: since when, who is there, how bad."""
    marks = tags(text)
    if marks & TALK and len(without_talk(text)) < _SOMETHING:
        return False
    if marks & (TALK - MANNERS):
        return False
    return bool(marks & MORE) or (alone and "question" not in marks and len(without_talk(text)) > 1)


@lru_cache(maxsize=256)
def without_talk(text: str) -> str:
    """Return a text without its words of thanks and greeting."""
    lexicon, folded = load_lexicon(), normalise(text).text
    kept = list(folded)
    for hit in lexicon.scan(folded):
        if MANNERS & set(lexicon.marks.get(hit.word, ())):
            kept[hit.start : hit.end] = " " * (hit.end - hit.start)
    return "".join(one for one in "".join(kept) if one.isalnum())


def is_bit(text: str) -> bool:
    """Whether words may be a piece of a sentence that somebody types in several messages."""
    return bool(text.strip()) and len(text) <= LONGEST_BIT and not tags(text) & (TALK | {"question"})


def is_aside(text: str) -> bool:
    """Whether the group is asked to join something else: an order, an offer."""
    return bool(tags(text) & {"chain", "advert"}) and me_too(text) is Same.NO


@lru_cache(maxsize=256)
def tags(text: str) -> frozenset[str]:
    """Return the marks of `marks.yaml` in a text."""
    lexicon = load_lexicon()
    return frozenset(tag for hit in lexicon.scan(normalise(text).text) for tag in lexicon.marks.get(hit.word, ()))


@lru_cache(maxsize=256)
def named(text: str) -> frozenset[str]:
    """Return the services of which a text has words: of what the catalogue lists, not of what a model guesses."""
    seen = glance(text)
    return frozenset(match.pattern.service for match, _ in seen.matches) if seen is not None else frozenset()


@lru_cache(maxsize=256)
def plainly(text: str) -> frozenset[str]:
    """Return the services of which a text speaks plainly, not by a word that only hints at them."""
    seen = glance(text)
    matches = seen.matches if seen is not None else ()
    return frozenset(match.pattern.service for match, _ in matches if match.pattern.level >= Level.LIKELY)


def _own(said: Spoken, own: Sequence[Matter], windows: Windows) -> Found | None:
    for matter in sorted(own, key=lambda one: one.own, reverse=True):
        if said.replied is not None and said.replied != matter.number:
            continue
        age = said.at - matter.own
        if age <= windows.follow_up and not said.talk and continues(said, matter, windows):
            return Found(Kind.CONTINUES, matter.number)
        if said.replied == matter.number and (said.media or said.meant.action is not Action.SILENT):
            return Found(Kind.CONTINUES, matter.number)
        if said.replied is None and not said.talk and age <= windows.same and _completes(said, matter):
            return Found(Kind.CONTINUES, matter.number)
        if _asks_again(said, matter, age):
            return Found(Kind.CONTINUES, matter.number)
    return None


def _asks_again(said: Spoken, own: Matter, age: timedelta) -> bool:
    """The reporter says the same once more because nothing has happened yet."""
    meant = said.meant
    same = meant.action is not Action.SILENT and meant.service == own.service and meant.danger is None
    if not same or spot(meant).apart(own.spot) or (own.spot.empty is not spot(meant).empty and not _still(said.text)):
        return False
    return age <= OWN_DAY or _still(said.text)


def _completes(said: Spoken, own: Matter) -> bool:
    """A while later: the answer to what staff have just asked, or the place that was missing."""
    if len(said.text) > LONGEST_BIT or said.meant.danger is not None or named(said.text) - {own.service}:
        return False
    if said.answers and said.at - own.last <= HOT * 3:
        return said.media or bool(said.meant.places) or adds(said.text, alone=True)
    return own.spot.empty and bool(said.meant.places) and not tags(said.text) & (TALK | {"question"})


def _still(text: str) -> bool:
    folded = normalise(text).text
    return any(word in folded for word in ("还没", "还不", "还是没", "一直", "仍", "怎么还", "still", "yet"))


def _joins(said: Spoken, matters: Sequence[Matter], windows: Windows) -> Found | None:
    meant = said.meant
    if said.talk or (meant.action is not Action.SILENT and (meant.danger is not None or meant.private)):
        return None
    places = tuple((place.start, place.end) for place in meant.places)
    same = me_too(said.text, places)
    near = [one for one in matters if said.replied in (None, one.number) and said.at - one.last <= windows.same]
    elsewhere: Found | None = None
    for matter in sorted(near, key=lambda one: one.last, reverse=True):
        if not _speaks_of(said, matter, same):
            continue
        if not spot(meant).apart(matter.spot) or load_reach().get(matter.service) == "grid":
            return Found(Kind.JOINS, matter.number)
        if elsewhere is None and (same in (Same.BARE, Same.ALSO) or meant.action is not Action.SILENT):
            elsewhere = Found(Kind.NEW, matter.number if meant.action is Action.SILENT else None)
    return elsewhere


def _speaks_of(said: Spoken, matter: Matter, same: Same) -> bool:
    """Whether a neighbour's words are about this matter, wherever it is."""
    meant = said.meant
    others = plainly(said.text) - {matter.service}
    if said.replied == matter.number and same in (Same.NO, Same.OURS):
        asks = meant.action is not Action.SILENT and meant.service == matter.service
        again = said.by in matter.joined and verdict(said.text) is Solved.NO
        return asks or again
    if same is Same.BARE:
        return said.aside is None or said.aside < matter.last
    if same is Same.ALSO:
        return not others or meant.second == matter.service or matter.service in named(said.text)
    if matter.danger or not _reaches(said, matter):
        return False
    fresh = said.at - matter.last <= HOT
    if same is Same.OURS and fresh and not others:
        return True
    if meant.action is not Action.SILENT and (meant.service == matter.service or matter.service in named(said.text)):
        return True
    if meant.action is not Action.SILENT and fresh and not others and _asks_nothing_else(said, matter):
        return True
    return _names_own_house(said, matter) or (fresh and not others and _says_it_again(said, matter))


def _asks_nothing_else(said: Spoken, matter: Matter) -> bool:
    """Something like a request in the middle of an outage, that speaks of no other trouble and asks nobody anything."""
    return load_reach().get(matter.service) == "grid" and not tags(said.text) & (TALK | {"question"})


def _says_it_again(said: Spoken, matter: Matter) -> bool:
    """Words of the same trouble, too few to be a request by themselves."""
    marks = tags(said.text)
    return matter.service in named(said.text) and not marks & (TALK | {"question", "long_ago", "elsewhere", "idiom"})


def _reaches(said: Spoken, matter: Matter) -> bool:
    """Whether two reports of one service can be one matter without anybody saying so."""
    reach = load_reach().get(matter.service)
    return reach == "grid" or (reach == "spot" and not spot(said.meant).apart(matter.spot))


def _names_own_house(said: Spoken, matter: Matter) -> bool:
    """An outage is being spoken of, and somebody says hardly more than where they live."""
    if load_reach().get(matter.service) != "grid" or said.at - matter.last > HOT or not spot(said.meant).buildings:
        return False
    return len(said.text) <= LONGEST_BIT and not tags(said.text) & (TALK | {"question"})
