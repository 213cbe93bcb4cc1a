"""Is it happening now? Negation, tense, hearsay and "already mended" decide what a pattern is worth."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from parsing.lexicon import Hit, Level, Match


class State(StrEnum):
    """How a matter stands in the sender's sentence."""

    NOW = "now"
    NEGATED = "negated"
    RESOLVED = "resolved"
    LONG_AGO = "long_ago"
    RECENT = "recent"
    ELSEWHERE = "elsewhere"
    SUPPOSED = "supposed"


_DENIALS = (
    "没有", "没", "没人", "不是", "不会", "并未", "未", "别", "无", "no ", "not ", "not a ", "isn't a ", "no more ",
)  # fmt: skip
_NOT_DENIALS = ("是不是", "会不会", "有没有", "要不要", "能不能", "要是不是")
_STILL_WAITING = (
    "没", "没有", "还没", "不", "时候", "何时", "才", "才能", "要", "能", "把", "给我", "尽快", "赶紧", "希望", "就",
    "多久", "几点", "怎么", "not ", "n't ", "be ", "get ", "when ",
)  # fmt: skip
_ASKING = ("吗", "没", "么", "嘛", "?", "了吗", "了没", "了么", "呢", "才", "再", "又")


@dataclass(frozen=True)
class Sentence:
    """Folded text with its clauses and the marks found in it."""

    text: str
    clauses: tuple[tuple[int, int], ...]
    marks: Mapping[str, Sequence[Hit]]

    def clause_of(self, position: int) -> int:
        """Return the number of the clause at a position."""
        return max(0, bisect_right([start for start, _ in self.clauses], position) - 1)

    def marked(self, tag: str) -> Sequence[Hit]:
        """Return the words with this mark, in the order of the text."""
        return self.marks.get(tag, ())

    def first_resolved(self) -> Hit | None:
        """Return the words that say a trouble is over, unless they ask or wish for it or it came back."""
        again = self.marked("again")
        for hit in self.marked("resolved"):
            if self.text[max(0, hit.start - 4) : hit.start].endswith(_STILL_WAITING):
                continue
            if self.text[hit.end : hit.end + 2].lstrip(" ").startswith(_ASKING):
                continue
            if any(later.start > hit.start for later in again):
                continue
            return hit
        return None


def is_denied(text: str, start: int) -> bool:
    """Tell whether the words just before a position deny what follows."""
    before = text[max(0, start - 9) : start]
    return before.endswith(_DENIALS) and not before.endswith(_NOT_DENIALS)


def state_of(match: Match, sentence: Sentence, resolved: Hit | None) -> State:
    """Judge one match; only what stands in its own clause or leads up to it counts."""
    first, last = match.start, match.hits[-1].end
    clause = sentence.clause_of(first)
    start = sentence.clauses[clause][0]
    end = sentence.clauses[sentence.clause_of(last - 1)][1]
    if (len(match.hits) == 1 or match.pattern.level is Level.LIFE) and is_denied(sentence.text, first):
        return State.NEGATED
    if resolved is not None and first < resolved.end:
        return State.RESOLVED
    now = any(start <= hit.start < end for tag in ("now", "again") for hit in sentence.marked(tag))
    if any(hit.start < end for hit in sentence.marked("elsewhere")):
        return State.ELSEWHERE
    if not now:
        # "What about the lamp I told you of last time": asked for now, unless somebody would have been in danger then.
        asked = match.pattern.level < Level.LIFE and (sentence.marked("ask") or sentence.marked("question"))
        if not asked and any(
            hit.start < end and sentence.clause_of(hit.start) >= clause - 1 for hit in sentence.marked("long_ago")
        ):
            return State.LONG_AGO
        if any(start <= hit.start < end for hit in sentence.marked("recent")):
            return State.RECENT
    if any(start <= hit.start < first for hit in sentence.marked("supposed")):
        return State.SUPPOSED
    return State.NOW
