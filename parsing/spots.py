"""Where, as people write it: places that no list holds, found by what stands around them.

A conditional random field, learned from the utterances, in which every place is marked ⟦so⟧. What `parsing/places.py`
sees (buildings, units, rooms, the district's own names) is part of what it is shown.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

import pycrfsuite

from parsing.model import Place
from parsing.normalise import Normalised, is_cjk

OPEN, CLOSE = "⟦", "⟧"

BEGIN, INSIDE, OUTSIDE = "B", "I", "O"

Signs = list[list[str]]
"""For each character of the folded text what the model is shown of it."""

MOST = 400
"""Characters of a message that are looked at."""

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


class Spots:
    """The trained model. Raises ValueError for bytes that are none."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._tagger.labels()

    @cached_property
    def _tagger(self) -> "pycrfsuite.Tagger":
        tagger = pycrfsuite.Tagger()
        tagger.open_inmemory(self.content)
        return tagger

    def places(self, folded: Normalised, ruled: Sequence[Place]) -> tuple[Place, ...]:
        """Return the places of a text in their order. `ruled`: those that the rules found, with number and owner."""
        tagger = self._tagger
        tagger.set(signs(folded, ruled))
        found = [_place(folded, span, ruled) for span in spans_of(tagger.tag()) if self._sure(*span) >= SURE]
        apart = [one for one in ruled if one.area is not None and not any(_overlap(one, other) for other in found)]
        return tuple(sorted((*found, *apart), key=lambda one: one.start))

    def _sure(self, start: int, end: int) -> float:
        """Return how sure the model is of the least sure character of a span, of the text asked about last."""
        inside = (self._tagger.marginal(INSIDE, at) for at in range(start + 1, end))
        found: float = min(self._tagger.marginal(BEGIN, start), min(inside, default=1.0))
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
    text = "".join("0" if one.isdigit() else one for one in folded.text[:MOST])
    rules = labels_of(folded, [(one.start, one.end) for one in ruled])[:MOST]
    kinds = "^^" + "".join(map(_kind, text)) + "$$"
    padded = f"\x02\x02\x02{text}\x03\x03\x03"
    marks = f"^{''.join(rules)}$"
    words = {at: found for found in _LATIN.finditer(text) for at in range(*found.span())}
    shown: Signs = []
    for at in range(len(text)):
        here = at + 3
        found = [f"{by}={padded[here + by]}" for by in range(-3, 4)]
        found += [f"{by}:{padded[here + by : here + by + 2]}" for by in range(-2, 2)]
        found += [f"{by}.{padded[here + by : here + by + 3]}" for by in range(-2, 1)]
        found += ["b", f"k{kinds[at : at + 5]}", f"l{kinds[at + 1 : at + 4]}"]
        found += [f"r{marks[at + 1]}", f"s{marks[at : at + 3]}"]
        if at in words:
            found.append(f"w{words[at].group()}{'B' if words[at].start() == at else ''}")
        shown.append(found)
    return shown


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
