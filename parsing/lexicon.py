"""Find many words at once, and the patterns they make together.

A pattern is written as one line: `路灯/楼道灯 ~ 坏/不亮 ! 修好` means one of the first words near one of the second,
unless one of the words behind `!` stands nearby. `@name` stands for a shared list of words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate
from operator import attrgetter

from parsing.normalise import BORDERS, is_cjk, normalise

# How far apart, in Chinese characters, words may stand and still speak of one thing.
REACH = 11.0
_ENDINGS = frozenset({"", "s", "es", "ed", "d", "ing"})


class Level(IntEnum):
    """How much one pattern says about its service; `LIFE` says that somebody is in danger now."""

    HINT = 1
    LIKELY = 2
    SURE = 3
    LIFE = 4


@dataclass(frozen=True)
class Pattern:
    """Words that together speak of `service`."""

    service: str
    level: Level
    parts: tuple[frozenset[str], ...]
    unless: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Hit:
    """One known word in the folded text."""

    start: int
    end: int
    word: str


@dataclass(frozen=True)
class Match:
    """One pattern found; `hits` are the words it was found by, in the order of the text."""

    pattern: Pattern
    hits: tuple[Hit, ...]

    @property
    def start(self) -> int:
        """Where the first word begins."""
        return self.hits[0].start

    @property
    def size(self) -> int:
        """How many characters the words have: a longer match is a more exact one."""
        return sum(hit.end - hit.start for hit in self.hits)


def parse_pattern(service: str, level: Level, line: str, shared: Mapping[str, list[str]]) -> Pattern:
    """Read one line of the notation above. A name that is no shared list raises `KeyError`."""
    wanted, _, unwanted = line.partition("!")
    parts = tuple(frozenset(_words(part, shared)) for part in wanted.split("~"))
    return Pattern(service, level, parts, frozenset(_words(unwanted, shared)))


def _words(part: str, shared: Mapping[str, list[str]]) -> Iterable[str]:
    for word in part.split("/"):
        word = word.strip()
        if word.startswith("@"):
            for line in shared[word[1:]]:
                yield from _words(line, shared)
        elif word:
            yield normalise(word).text


class _Words:
    """A set of words that are found in one pass; those in `whole` hide even what they begin with."""

    def __init__(self, words: Iterable[str], whole: Iterable[str] = ()) -> None:
        self._all = frozenset(words)
        self._whole = frozenset(whole)
        # A longer word hides what is inside it (红绿灯 is no 灯), but not what it begins with (电梯里 is in the 电梯).
        self._shorter = {word: found for word in self._all if (found := self._beginnings(word))}
        lengths: dict[str, set[int]] = {}
        for word in self._all:
            lengths.setdefault(word[:2], set()).add(len(word))
        for first, sizes in lengths.items():
            if first[0] in self._all:
                sizes.add(1)
        self._lengths = {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}
        """By the first two characters of a word, longest first."""

    def _beginnings(self, word: str) -> tuple[str, ...]:
        if _is_latin(word[0]):
            return ()
        return tuple(word[:size] for size in range(2, len(word)) if word[:size] in self._all)

    def scan(self, text: str, nested: bool = False) -> tuple[Hit, ...]:
        """Return the words found: the longest at each place and none inside another, or all of them (`nested`)."""
        hits: list[Hit] = []
        reached = 0
        lengths = self._lengths
        for start, first in enumerate(text):
            sizes = lengths.get(text[start : start + 2]) or lengths.get(first)
            if sizes is None or (start and _is_latin(first) and _is_latin(text[start - 1])):
                continue
            for size in sizes:
                end = start + size
                word = text[start:end]
                if (nested or end > reached) and end <= len(text) and word in self._all and _ends_word(text, end):
                    hits.append(Hit(start, end, word))
                    if nested:
                        continue
                    if word not in self._whole:
                        hits.extend(Hit(start, start + len(short), short) for short in self._shorter.get(word, ()))
                    reached = end
                    break
        return tuple(hits)


class Lexicon:
    """Patterns of services and marked words, compiled for one pass over a text."""

    def __init__(self, patterns: Iterable[Pattern], marks: Mapping[str, Iterable[str]]) -> None:
        self.patterns = tuple(patterns)
        self._parts: dict[str, list[tuple[int, int]]] = {}
        for index, pattern in enumerate(self.patterns):
            for number, part in enumerate(pattern.parts):
                for word in part:
                    self._parts.setdefault(word, []).append((index, number))
        tags: dict[str, set[str]] = {}
        for tag, marked in marks.items():
            for word in marked:
                tags.setdefault(normalise(word).text, set()).add(tag)
        self.marks = {word: frozenset(found) for word, found in tags.items()}
        self._known = _Words(self._parts.keys() | self.marks.keys(), whole=self.marks.keys() - self._parts.keys())
        self._unwanted = _Words({word for pattern in self.patterns for word in pattern.unless})

    def scan(self, text: str) -> tuple[Hit, ...]:
        """Return the known words of folded text; a word inside a longer known word is not one."""
        return self._known.scan(text)

    def match(self, text: str, hits: Iterable[Hit]) -> tuple[Match, ...]:
        """Return the patterns whose words stand near each other, each at its first place only."""
        distance = _distances(text)
        ordered = tuple(hits)
        seen: dict[int, list[Hit | None]] = {}
        found: dict[int, Match] = {}
        for hit in ordered:
            for index, number in self._parts.get(hit.word, ()):
                if index in found:
                    continue
                parts = self.patterns[index].parts
                if len(parts) == 1:
                    found[index] = Match(self.patterns[index], (hit,))
                    continue
                latest = seen.setdefault(index, [None] * len(parts))
                latest[number] = hit
                complete = [part for part in latest if part is not None]
                if len(complete) < len(parts) or len(set(complete)) < len(parts):
                    continue
                together = sorted(complete, key=attrgetter("start"))
                if distance[together[-1].start] - distance[together[0].end] <= REACH:
                    found[index] = Match(self.patterns[index], tuple(together))
        guarded = [match for match in found.values() if match.pattern.unless]
        unwanted = self._unwanted.scan(text, nested=True) if guarded else ()
        return tuple(match for match in found.values() if not _spoilt(match, unwanted, distance))


def _spoilt(match: Match, hits: tuple[Hit, ...], distance: list[float]) -> bool:
    if not match.pattern.unless:
        return False
    low, high = distance[match.start] - REACH, distance[match.hits[-1].end] + REACH
    return any(hit.word in match.pattern.unless and low <= distance[hit.start] <= high for hit in hits)


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _ends_word(text: str, end: int) -> bool:
    if not _is_latin(text[end - 1]):
        return True
    rest = text[end : end + 4]
    letters = 0
    while letters < len(rest) and _is_latin(rest[letters]):
        letters += 1
    return rest[:letters] in _ENDINGS


def _distances(text: str) -> list[float]:
    """Return for each position how far into the text it is: punctuation separates, latin letters are narrow."""
    return list(accumulate(map(_step, text), initial=0.0))


@lru_cache(maxsize=4096)
def _step(character: str) -> float:
    if character in BORDERS:
        return 4.0
    return 1.0 if is_cjk(character) else 0.34
