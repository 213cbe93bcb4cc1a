"""A short title in the sender's own words."""

from functools import lru_cache

from parsing.normalise import Normalised, is_cjk
from parsing.sensitive import mask

# Chinese characters are twice as wide as latin letters; 24 of the first are about 60 of the second.
_WIDTH = 60
_CJK = 2.5
_OPENINGS = (
    "你好", "您好", "大家好", "请问一下", "请问", "那个", "麻烦问一下", "问一下", "师傅", "网格员", "社区", "各位",
    "咨询一下", "hello", "hi", "excuse me", "good morning", "hey",
)  # fmt: skip
_SOFT = ("但是", "然后", "现在", "而且", "因为", "所以", "能不能", "麻烦", "请", "有没有人", "怎么", "已经", " ")


def width(text: str) -> float:
    """Return how wide a text is, in latin letters."""
    return sum(map(_width, text))


@lru_cache(maxsize=4096)
def _width(character: str) -> float:
    return _CJK if is_cjk(character) or ord(character) > 0x2E80 else 1


def summarise(
    text: Normalised, clauses: tuple[tuple[int, int], ...], spoken: tuple[int, ...], places: tuple[int, ...]
) -> str:
    """Return the clause that speaks of the matter, with the one naming the place before it if both are short.

    `spoken` and `places` are positions in the folded text: of the deciding words, and of the places.
    """
    if not clauses:
        return ""
    masked = mask(text.source)
    weights = [sum(start <= at < end for at in spoken) for start, end in clauses]
    chosen = weights.index(max(weights)) if spoken else _first_real(text, clauses)
    pieces = [_clause(text, masked, clauses[chosen])]
    before = chosen - 1
    if before >= 0 and not _names(clauses[chosen], places) and _names(clauses[before], places):
        pieces.insert(0, _clause(text, masked, clauses[before]))
    pieces = [piece for piece in pieces if piece]
    joined = ("，" if any(is_cjk(character) for character in "".join(pieces)) else ", ").join(pieces)
    if width(joined) > _WIDTH and pieces:
        joined = pieces[-1]
    return _cut(joined)


def _names(clause: tuple[int, int], positions: tuple[int, ...]) -> bool:
    return any(clause[0] <= at < clause[1] for at in positions)


def _first_real(text: Normalised, clauses: tuple[tuple[int, int], ...]) -> int:
    for index, (start, end) in enumerate(clauses):
        if text.text[start:end].strip() not in _OPENINGS:
            return index
    return 0


def _clause(text: Normalised, masked: str, clause: tuple[int, int]) -> str:
    first, last = text.original(*clause)
    words = " ".join(masked[first:last].split())
    shortened = True
    while shortened and words.lower().startswith(_OPENINGS):
        shortened = False
        for opening in _OPENINGS:
            rest = words[len(opening) :]
            ends_word = is_cjk(opening[0]) or not rest[:1].isalpha()
            if words.lower().startswith(opening) and ends_word and len(rest.strip(" ,，")) > 3:
                words = rest.strip(" ,，、")
                shortened = True
    return words.strip(" ,，、。！!~")


def _cut(words: str) -> str:
    if width(words) <= _WIDTH:
        return words
    total, fits = 0.0, 0
    for character in words:
        total += _width(character)
        if total > _WIDTH - 2:
            break
        fits += 1
    border = max((words.rfind(mark, 0, fits) for mark in _SOFT), default=-1)
    return (words[:border] if border >= 6 else words[:fits] + "…").strip(" ,，")
