"""Where, as people write it: places that no list holds, found by what stands around them.

A conditional random field, learned from the utterances, in which every place is marked ⟦so⟧. What `parsing/places.py`
sees (buildings, units, rooms, the district's own names) is part of what it is shown.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import repeat

from parsing.chain import Chain, Chances
from parsing.model import Place
from parsing.normalise import Normalised, is_cjk

OPEN, CLOSE = "⟦", "⟧"

BEGIN, INSIDE, OUTSIDE = "B", "I", "O"

Signs = list[list[str]]
"""For each character of the folded text what the model is shown of it."""

MOST = 400
"""Characters of a message that are looked at."""

REMEMBERED, SHORT = 256, 120
"""Messages whose places are remembered, and how long they can be."""

SURE = 0.5
"""Probability from which a place is believed: more likely than not."""

_NUMERALS = frozenset("一二三四五六七八九十两")
_LATIN = re.compile(r"[a-z]+")
_ARTICLE = re.compile(r"(?:the|outside|near|behind|by|at|in) ", re.IGNORECASE)
_SIDES = "东南西北前后左右外里"
_BEHIND = re.compile(
    rf"(?:正门口|大门口|门口|门前|楼前|楼后|旁边|旁|边上|斜?对面|底下|跟前|附近|隔壁|[{_SIDES}][面边]|[外里后前]头|[上下]面|楼下|脚下|"
    r"[那这](?:边|儿|里|块|片|排|段|条|头|个|栋|站|间)|拐角|中间|[里外上前后口])$"
)
"""Says on which side of a place, and is no part of its name."""

_NAMED = (*(f"{one}口" for one in "路巷弄街桥闸村出入"), *(f"{one}里" for one in "家弄坊巷"), "站前")
"""How names end that look as if they ended with a side."""

_SEVERAL = re.compile(r"(?<=[栋幢号楼门路街])[到跟和、]")


@dataclass(frozen=True)
class Spots:
    """The trained model."""

    chain: Chain

    def places(self, folded: Normalised, ruled: Sequence[Place]) -> tuple[Place, ...]:
        """Return the places of a text in their order. `ruled`: those that the rules found, with number and owner."""
        look = _Look.of(folded, ruled)
        labels = self._remembered(look) if len(look.text) <= SHORT else self._labels(look)
        found = [_place(folded, span, ruled) for span in spans_of(labels)]
        apart = [one for one in ruled if one.area is not None and not any(_overlap(one, other) for other in found)]
        return tuple(sorted((*found, *apart), key=lambda one: one.start))

    @cached_property
    def _remembered(self) -> Callable[["_Look"], str]:
        """One message is asked for its places several times, by those who decide one thing after the other."""
        return lru_cache(maxsize=REMEMBERED)(self._labels)

    def _labels(self, look: "_Look") -> str:
        """Return the label of each character that is believed; what nobody is sure of is outside."""
        return "".join(
            BEGIN if begin >= SURE else INSIDE if inside >= SURE else OUTSIDE
            for _, begin, inside in self._chances(look)
        )

    def _chances(self, look: "_Look") -> Chances:
        """Return for each character how likely it is outside, the beginning, or inside of a place."""
        if not look.text:
            return []
        unknown = self.chain.unknown
        rows = [list(map(self._rows.get(name, {}).get, shown, repeat(unknown))) for name, shown in look.columns()]
        words = self._rows.get("w", {})
        return self.chain.chances(rows, {at: [words.get(word, unknown)] for at, word in look.words()})

    @cached_property
    def _rows(self) -> Mapping[str, Mapping[str, int]]:
        """Name of a column of signs -> what is shown there -> row of the chain."""
        found: dict[str, dict[str, int]] = {}
        for row, sign in enumerate(self.chain.signs):
            name = _NAME.match(sign)
            if name is not None:
                found.setdefault(name.group(), {})[sign[name.end() :]] = row
        return found


def _place(folded: Normalised, span: tuple[int, int], ruled: Sequence[Place]) -> Place:
    first, last = folded.original(*span)
    here = Place(folded.source[first:last], first, last)
    known = [one for one in ruled if _overlap(one, here)]
    best = next((one for one in known if one.area is not None), known[0] if known else here)
    return replace(best, span=here.span, start=first, end=last)


def _overlap(one: Place, other: Place) -> bool:
    return one.start < other.end and other.start < one.end


def spans_of(labels: Sequence[str]) -> list[tuple[int, int]]:
    """Return the spans that labels of characters make."""
    spans: list[tuple[int, int]] = []
    for at, label in enumerate(labels):
        if label == OUTSIDE:
            continue
        if label == INSIDE and spans and spans[-1][1] == at:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return spans


def signs(folded: Normalised, ruled: Sequence[Place]) -> Signs:
    """Return what the model is shown: each character with its neighbours, their kinds, and what the rules found."""
    look = _Look.of(folded, ruled)
    named = [[f"{name}{one}" for one in shown] for name, shown in look.columns()]
    found: Signs = [list(one) for one in zip(*named, strict=True)]
    for at, word in look.words():
        found[at].append(f"w{word}")
    return found


@dataclass(frozen=True)
class _Look:
    """One text with digits alike, the kinds of its characters, and where the rules see a place."""

    text: str
    kinds: str
    rules: str

    @classmethod
    def of(cls, folded: Normalised, ruled: Sequence[Place]) -> "_Look":
        text = _DIGIT.sub("0", folded.text[:MOST])
        rules = labels_of(folded, [(one.start, one.end) for one in ruled])[:MOST]
        return cls(text, "".join(map(_kind, text)), "".join(rules))

    def columns(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield the name of each column of signs and what it shows for every character."""
        size = len(self.text)
        padded = f"\x02\x02\x02{self.text}\x03\x03\x03"
        twos, threes = _runs(padded, 2), _runs(padded, 3)
        for by in range(-3, 4):
            yield f"{by}=", padded[3 + by : 3 + by + size]
        for by in range(-2, 2):
            yield f"{by}:", twos[3 + by : 3 + by + size]
        for by in range(-2, 1):
            yield f"{by}.", threes[3 + by : 3 + by + size]
        yield "b", [""] * size
        kinds = f"^^{self.kinds}$$"
        yield "k", _runs(kinds, 5)
        yield "l", _runs(kinds, 3)[1:-1]
        yield "r", self.rules
        yield "s", _runs(f"^{self.rules}$", 3)

    def words(self) -> Iterator[tuple[int, str]]:
        """Yield each place inside a Latin word, and that word; its first letter says so."""
        for found in _LATIN.finditer(self.text):
            for at in range(*found.span()):
                yield at, f"{found.group()}{'B' if at == found.start() else ''}"


_NAME = re.compile(r"-?[0-9][=:.]|[bklrsw]")
_DIGIT = re.compile(r"\d")


def _runs(text: str, length: int) -> list[str]:
    return [text[at : at + length] for at in range(len(text) - length + 1)]


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    if character == "0":
        return "0"
    if character in _NUMERALS:
        return "n"
    if "a" <= character <= "z":
        return "a"
    if is_cjk(character):
        return "c"
    return "_" if character == " " else "p"


def labels_of(folded: Normalised, spans: Iterable[tuple[int, int]]) -> list[str]:
    """Return the label of each character of the folded text; `spans` are those of its source."""
    labels = [OUTSIDE] * len(folded.text)
    for start, end in spans:
        inside = [
            at
            for at, (first, last) in enumerate(zip(folded.starts, folded.ends, strict=True))
            if first >= start and last <= end
        ]
        for at in inside:
            labels[at] = INSIDE
        if inside:
            labels[inside[0]] = BEGIN
    return labels


def unmarked(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """Return an utterance without its marks, and the spans of its places as they are learned (see `core`)."""
    plain, spans, begun = "", [], None
    for character in marked:
        if character == OPEN:
            begun = len(plain)
        elif character == CLOSE:
            if begun is not None and begun < len(plain):
                spans += core(plain, begun, len(plain))
            begun = None
        else:
            plain += character
    return plain, spans


def core(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return what of a marked stretch is the place itself: without article and side, several places apart.

    Writers mark ⟦菜场旁边⟧ as often as ⟦菜场⟧旁边; the name is what they agree on.
    """
    found: list[tuple[int, int]] = []
    at = start
    for piece in _SEVERAL.split(text[start:end]):
        begin = text.index(piece, at)
        at = begin + len(piece)
        if article := _ARTICLE.match(piece):
            begin, piece = begin + article.end(), piece[article.end() :]
        found.append((begin, begin + len(_bare(piece))))
    return [(first, last) for first, last in found if first < last]


def _bare(piece: str) -> str:
    while side := _BEHIND.search(piece):
        rest = piece[: side.start()].rstrip()
        if len(rest) < 2 or (len(side.group()) == 1 and len(piece) <= 3) or piece.endswith(_NAMED):
            break
        piece = rest
    return piece
