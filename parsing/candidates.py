"""What the rules find: the services whose words are said, the likeliest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from parsing import catalogue
from parsing.glance import Glance
from parsing.lexicon import Level, Match
from parsing.model import Reason
from parsing.request import Evidence, weigh
from parsing.urgency import State
from tickets.service import Services

_WEIGHTS = {Level.HINT: 1.0, Level.LIKELY: 2.5, Level.SURE: 4.0, Level.LIFE: 5.0}
_WORTH = {
    State.NOW: 1.0,
    State.RECENT: 1.0,
    State.SUPPOSED: 0.7,
    State.LONG_AGO: 0.5,
    State.ELSEWHERE: 0.4,
    State.RESOLVED: 0.4,
    State.NEGATED: 0.05,
}
_YIELDS = 0.5
# These go on although they began yesterday.
_LASTING = frozenset({"missing_person", "suicide_risk", "domestic_violence", "gas_leak"})


@dataclass(frozen=True)
class Candidate:
    """A service with the patterns that speak of it, the strongest first, and how each matter stands."""

    service: str
    score: float
    matches: tuple[tuple[Match, State], ...]

    @property
    def best(self) -> tuple[Match, State]:
        """The strongest pattern."""
        return self.matches[0]


def rank(matches: tuple[tuple[Match, State], ...], services: Services) -> tuple[Candidate, ...]:
    """Return the services that are spoken of, of those a district has; where somebody is in danger now leads."""
    grouped: dict[str, list[tuple[Match, State]]] = {}
    for match, state in matches:
        if match.pattern.service in services:
            grouped.setdefault(match.pattern.service, []).append((match, state))
    first = min((match.start for match, _ in matches), default=0)
    candidates: list[Candidate] = []
    for service, found in grouped.items():
        found.sort(key=lambda item: (-_weight(*item), item[0].start))
        score = sum(_weight(*item) * share for item, share in zip(found, (1.0, 0.4, 0.2, 0.1), strict=False))
        if found[0][0].start == first:
            score += 0.3
        candidates.append(Candidate(service, score, tuple(found)))
    return tuple(sorted(_yielding(candidates), key=_order))


def _weight(match: Match, state: State) -> float:
    size = sum(_size(hit.word) for hit in match.hits)
    return (_WEIGHTS[match.pattern.level] + 0.1 * min(size, 8.0)) * _WORTH[state]


@lru_cache(maxsize=4096)
def _size(word: str) -> float:
    return sum(1.0 if ord(character) > 0x2E80 else 0.3 for character in word)


def _order(candidate: Candidate) -> tuple[bool, float]:
    return (not is_live(candidate), -candidate.score)


def _yielding(candidates: list[Candidate]) -> list[Candidate]:
    beaten = catalogue.load_beaten()
    strong = [candidate for candidate in candidates if candidate.score >= _WEIGHTS[Level.LIKELY]]
    yielding = {service for candidate in strong for service in beaten.get(candidate.service, ())}
    return [
        Candidate(candidate.service, candidate.score * _YIELDS, candidate.matches)
        if candidate.service in yielding
        else candidate
        for candidate in candidates
    ]


def is_live(candidate: Candidate) -> bool:
    """Somebody is in danger now: a `life` pattern that is neither past nor denied nor elsewhere."""
    return any(
        match.pattern.level is Level.LIFE
        and (state is State.NOW or (state is State.RECENT and candidate.service in _LASTING))
        for match, state in candidate.matches
    )


def evidence(candidates: Sequence[Candidate]) -> Evidence | None:
    """Return what speaks most for a request."""
    best = candidates[0] if candidates else None
    return Evidence(best.best[0].pattern.level, calmest(best)) if best is not None else None


def asking(seen: Glance, candidates: Sequence[Candidate]) -> tuple[float, list[Reason]]:
    """Return the log-odds of a request that the rules give, and why."""
    patterns = sum(len(one.matches) for one in candidates)
    return weigh(seen.sentence, evidence(candidates), patterns, bool(seen.places))


def calmest(candidate: Candidate) -> State:
    """Return how the matter stands: now, where somebody is in danger now."""
    return State.NOW if is_live(candidate) else candidate.best[1]
