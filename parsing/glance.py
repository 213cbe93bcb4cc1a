"""What the rules see of a message before anybody judges it: its words, its marks, its places, and how matters stand."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from parsing import catalogue
from parsing.learned import HIDDEN, hide, seen
from parsing.lexicon import Hit, Match
from parsing.model import KnownPlace, Place
from parsing.normalise import Normalised, clauses, normalise
from parsing.places import find_places
from parsing.urgency import Sentence, State, state_of


@dataclass(frozen=True)
class Glance:
    """One message as the rules see it. `resolved`: the words that say a trouble is over."""

    folded: Normalised
    sentence: Sentence
    resolved: Hit | None
    matches: tuple[tuple[Match, State], ...]
    places: tuple[Place, ...]

    @cached_property
    def counts(self) -> Counter[str]:
        """What the models are shown."""
        return seen(self.folded, self.hidden, self.matches, self.sentence.marks)

    @property
    def only_places(self) -> bool:
        """Whether there is nothing in the message but where."""
        rest = hide(self.folded.text, self.hidden)
        return HIDDEN in rest and not any(character.isalnum() for character in rest.replace(HIDDEN, ""))

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
    folded = normalise(text, catalogue.load_spelling())
    spans = clauses(folded.text)
    if not spans:
        return None
    lexicon = catalogue.load_lexicon()
    hits = lexicon.scan(folded.text)
    marks: dict[str, list[Hit]] = {}
    for hit in hits:
        for tag in lexicon.marks.get(hit.word, ()):
            marks.setdefault(tag, []).append(hit)
    sentence = Sentence(folded.text, spans, marks)
    resolved = sentence.first_resolved()
    matches = tuple((match, state_of(match, sentence, resolved)) for match in lexicon.match(folded.text, hits))
    return Glance(folded, sentence, resolved, matches, find_places(folded, known, grid))
