"""What is seen of a message before anybody judges it: its characters, its places, its words, and how matters stand.

What costs more is looked at when it is asked for: of everyday talk that is never.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from parsing import catalogue
from parsing.grams import grams
from parsing.learned import HIDDEN, hide
from parsing.lexicon import Hit, Match
from parsing.model import KnownPlace, Place
from parsing.normalise import Normalised, clauses, normalise
from parsing.places import find_places
from parsing.urgency import Sentence, State, state_of

REMEMBERED, LONGEST = 1024, 400
"""Messages whose words are remembered, and how long they can be: what is said lately is looked at again and again."""


@dataclass(frozen=True)
class Words:
    """The words of one message, wherever it is said. `clauses` are spans of the folded text."""

    folded: Normalised
    clauses: tuple[tuple[int, int], ...]

    @cached_property
    def _hits(self) -> tuple[Hit, ...]:
        return catalogue.load_lexicon().scan(self.folded.text)

    @cached_property
    def sentence(self) -> Sentence:
        """The clauses with the marked words in them."""
        known = catalogue.load_lexicon().marks
        marks: dict[str, list[Hit]] = {}
        for hit in self._hits:
            for tag in known.get(hit.word, ()):
                marks.setdefault(tag, []).append(hit)
        return Sentence(self.folded.text, self.clauses, marks)

    @cached_property
    def resolved(self) -> Hit | None:
        """The words that say a trouble is over."""
        return self.sentence.first_resolved()

    @cached_property
    def matches(self) -> tuple[tuple[Match, State], ...]:
        """The patterns of services, and how each matter stands."""
        found = catalogue.load_lexicon().match(self.folded.text, self._hits)
        return tuple((match, state_of(match, self.sentence, self.resolved)) for match in found)


@dataclass(frozen=True)
class Glance:
    """One message where it is said. `places` are those that the rules find."""

    words: Words
    places: tuple[Place, ...]

    @property
    def folded(self) -> Normalised:
        """The text without differences that mean nothing."""
        return self.words.folded

    @property
    def sentence(self) -> Sentence:
        """The clauses with the marked words in them."""
        return self.words.sentence

    @property
    def resolved(self) -> Hit | None:
        """The words that say a trouble is over."""
        return self.words.resolved

    @property
    def matches(self) -> tuple[tuple[Match, State], ...]:
        """The patterns of services, and how each matter stands."""
        return self.words.matches

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """What the models are shown: runs of characters with places hidden, for 3栋 says nothing of a matter."""
        return grams(self.bare)

    @cached_property
    def bare(self) -> str:
        """The folded text with each place replaced by one sign."""
        return hide(self.folded.text, self.hidden) if self.places else self.folded.text

    @property
    def only_places(self) -> bool:
        """Whether there is nothing in the message but where."""
        return HIDDEN in self.bare and not any(one.isalnum() for one in self.bare.replace(HIDDEN, ""))

    @cached_property
    def hidden(self) -> list[tuple[int, int]]:
        """The places as spans of the folded text."""
        spans = []
        for place in self.places:
            inside = [
                at
                for at, (start, end) in enumerate(zip(self.folded.starts, self.folded.ends, strict=True))
                if start >= place.start and end <= place.end
            ]
            if inside:
                spans.append((inside[0], inside[-1] + 1))
        return spans


def glance(text: str, known: tuple[KnownPlace, ...] = (), grid: str | None = None) -> Glance | None:
    """Look at a message; None = there are no words in it."""
    words = _words(text) if len(text) > LONGEST else _remembered(text)
    return Glance(words, find_places(words.folded, known, grid)) if words is not None else None


def _words(text: str) -> Words | None:
    folded = normalise(text, catalogue.load_spelling())
    spans = clauses(folded.text)
    return Words(folded, spans) if spans else None


_remembered = lru_cache(maxsize=REMEMBERED)(_words)
