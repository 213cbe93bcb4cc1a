"""From a message to what is meant."""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

from parsing import catalogue
from parsing.behalf import on_behalf
from parsing.glance import Glance, glance
from parsing.learned import blend, opinion, words_for
from parsing.lexicon import Level, Match
from parsing.model import Action, Context, Place, Reason, Understanding
from parsing.normalise import Normalised
from parsing.people import find_people
from parsing.request import Evidence, circumstances, judge, only_manners
from parsing.summary import summarise
from parsing.urgency import State
from tickets.service import Danger, DeadlineClass, Services

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
_STATE_REASONS = {
    State.NEGATED: "negated",
    State.RESOLVED: "resolved",
    State.LONG_AGO: "past",
    State.ELSEWHERE: "elsewhere",
    State.SUPPOSED: "supposed",
}
_YIELDS = 0.5
# These go on although they began yesterday.
_LASTING = frozenset({"missing_person", "suicide_risk", "domestic_violence", "gas_leak"})
_CALMED = {"medical_emergency": DeadlineClass.ADVICE}


@dataclass(frozen=True)
class _Candidate:
    service: str
    score: float
    matches: tuple[tuple[Match, State], ...]

    @property
    def best(self) -> tuple[Match, State]:
        return self.matches[0]


def understand(text: str, context: Context) -> Understanding:
    """Say what one message means. Pure; the time grows with its length only."""
    seen = glance(text, context.places, context.grid)
    if seen is None:
        return _silent(0.0, (Reason("empty"),))
    candidates = _rank(seen.matches, context.services)
    verdict = _by_rules(seen, candidates, context) if context.models is None else _learned(seen, candidates, context)
    best = verdict.candidate
    silent = verdict.confidence < context.bounds.silent_below
    reasons = _reasons(seen, best, replace(verdict, words=()) if silent else verdict)
    if silent:
        return _silent(verdict.confidence, reasons or (Reason("nothing"),), seen.places)
    service = verdict.service
    entry = context.services[service] if service is not None else None
    spoken = tuple(hit.start for match, _ in best.matches for hit in match.hits) if best is not None else ()
    return Understanding(
        action=Action.FILE if verdict.confidence >= context.bounds.ask_below and verdict.sure else Action.ASK,
        confidence=verdict.confidence,
        service=service,
        second=verdict.second,
        deadline_class=_deadline_class(entry.deadline_class, service, verdict) if entry is not None else None,
        private=entry.private if entry is not None else False,
        danger=verdict.danger,
        places=seen.places,
        people=find_people(seen.sentence),
        summary=summarise(seen.folded, seen.sentence.clauses, spoken, _positions(seen.folded, seen.places)),
        reasons=reasons or (Reason("nothing"),),
    )


@dataclass(frozen=True)
class _Verdict:
    """What was judged. `candidate`: what the rules found for `service`; `sure`: enough is known to file it."""

    confidence: float
    service: str | None
    second: str | None
    danger: Danger | None
    candidate: "_Candidate | None"
    signs: tuple[Reason, ...]
    words: tuple[str, ...] = ()
    sure: bool = True


def _by_rules(seen: Glance, candidates: tuple[_Candidate, ...], context: Context) -> _Verdict:
    """Judge by the words of the catalogue alone."""
    best = candidates[0] if candidates else None
    evidence = Evidence(best.best[0].pattern.level, _calmest(best)) if best is not None else None
    patterns = sum(len(candidate.matches) for candidate in candidates)
    confidence, signs = judge(seen.sentence, evidence, patterns, bool(seen.places), context)
    danger = _danger(best)
    if danger is not None and confidence > 0.5:
        confidence = max(confidence, 0.95)
    if best is not None and confidence > 0.1 and (whom := on_behalf(seen.folded.source)):
        confidence, signs = max(confidence, 0.9), (*signs, Reason("behalf", whom))
    if only_manners(seen.sentence, candidates):
        confidence = min(confidence, 0.2)
    service = best.service if best is not None else ("other" if "other" in context.services else None)
    second = next((candidate.service for candidate in candidates[1:] if candidate.service != "other"), None)
    return _Verdict(confidence, service, second, danger, best, signs, sure=best is not None)


DANGER_ALONE, DANGER_AGREED = 2.0, -0.5
"""Log-odds from which the models alone say that somebody is in danger; and from which they agree with the rules."""

CRY = 0.0
"""Log-odds of a request below which words of danger are a story, a film or a joke, whoever is spoken to."""


def _learned(seen: Glance, candidates: tuple[_Candidate, ...], context: Context) -> _Verdict:
    """Judge by what was learned from utterances; the rules are part of what the models see."""
    models = context.models
    assert models is not None
    view = opinion(models, seen.counts)
    ranked = blend(view, models.services, frozenset(context.services.by_code))
    own = [one for one in candidates if one.service not in models.services]
    if own and own[0] is candidates[0]:  # a service that the district added: nobody could learn it
        ranked = [(own[0].service, 1.0), *ranked]
    service, second = (ranked[0][0] if ranked else None), (ranked[1][0] if len(ranked) > 1 else None)
    found = next((one for one in candidates if one.service == service), None)
    more, signs = circumstances(bool(seen.places), found is not None, context)
    confidence = 1 / (1 + math.exp(-max(-30.0, min(30.0, view.request + more))))
    if confidence > 0.1 and (whom := on_behalf(seen.folded.source)):
        confidence, signs = max(confidence, 0.9), [*signs, Reason("behalf", whom)]
    live = next((one for one in candidates if _is_live(one)), None)
    danger = None
    alone = view.danger > DANGER_ALONE and view.request > CRY
    if alone or (live is not None and view.danger > DANGER_AGREED):
        danger = catalogue.load_dangers().get(service or "", Danger.OTHER)
        confidence = max(confidence, 0.95 if not context.from_staff else confidence)
    if seen.only_places:  # where, and not what: it belongs to something said before, or to nothing
        confidence = min(confidence, 0.2)
    words = tuple(words_for(models, seen.counts, service)) if service in models.services else ()
    return _Verdict(confidence, service, second, danger, found, tuple(signs), words)


def _silent(confidence: float, reasons: tuple[Reason, ...], places: tuple[Place, ...] = ()) -> Understanding:
    return Understanding(Action.SILENT, confidence, None, None, None, False, None, places, (), "", reasons)


def _rank(matches: tuple[tuple[Match, State], ...], services: Services) -> tuple[_Candidate, ...]:
    grouped: dict[str, list[tuple[Match, State]]] = {}
    for match, state in matches:
        if match.pattern.service in services:
            grouped.setdefault(match.pattern.service, []).append((match, state))
    first = min((match.start for match, _ in matches), default=0)
    candidates: list[_Candidate] = []
    for service, found in grouped.items():
        found.sort(key=lambda item: (-_weight(*item), item[0].start))
        score = sum(_weight(*item) * share for item, share in zip(found, (1.0, 0.4, 0.2, 0.1), strict=False))
        if found[0][0].start == first:
            score += 0.3
        candidates.append(_Candidate(service, score, tuple(found)))
    return tuple(sorted(_yielding(candidates), key=_order))


def _weight(match: Match, state: State) -> float:
    size = sum(_size(hit.word) for hit in match.hits)
    return (_WEIGHTS[match.pattern.level] + 0.1 * min(size, 8.0)) * _WORTH[state]


@lru_cache(maxsize=4096)
def _size(word: str) -> float:
    return sum(1.0 if ord(character) > 0x2E80 else 0.3 for character in word)


def _order(candidate: _Candidate) -> tuple[bool, float]:
    return (not _is_live(candidate), -candidate.score)


def _yielding(candidates: list[_Candidate]) -> list[_Candidate]:
    beaten = catalogue.load_beaten()
    strong = [candidate for candidate in candidates if candidate.score >= _WEIGHTS[Level.LIKELY]]
    yielding = {service for candidate in strong for service in beaten.get(candidate.service, ())}
    return [
        _Candidate(candidate.service, candidate.score * _YIELDS, candidate.matches)
        if candidate.service in yielding
        else candidate
        for candidate in candidates
    ]


def _is_live(candidate: _Candidate) -> bool:
    """Somebody is in danger now: a `life` pattern that is neither past nor denied nor elsewhere."""
    return any(
        match.pattern.level is Level.LIFE
        and (state is State.NOW or (state is State.RECENT and candidate.service in _LASTING))
        for match, state in candidate.matches
    )


def _calmest(candidate: _Candidate) -> State:
    return State.NOW if _is_live(candidate) else candidate.best[1]


def _danger(best: _Candidate | None) -> Danger | None:
    if best is None or not _is_live(best):
        return None
    return catalogue.load_dangers().get(best.service, Danger.OTHER)


def _deadline_class(default: DeadlineClass, service: str | None, verdict: _Verdict) -> DeadlineClass:
    if verdict.danger is not None:
        return DeadlineClass.LIFE
    if default is DeadlineClass.LIFE:
        return _CALMED.get(service or "", DeadlineClass.URGENT)
    return default


def _positions(folded: Normalised, places: tuple[Place, ...]) -> tuple[int, ...]:
    wanted = {place.start for place in places}
    return tuple(at for at, start in enumerate(folded.starts) if start in wanted)


def _reasons(seen: Glance, best: _Candidate | None, verdict: _Verdict) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    if best is not None:
        match, state = best.best
        words = _words(seen.folded, match)
        reasons.append(Reason("keyword", words, best.service))
        if verdict.danger is not None:
            reasons.append(Reason("danger", words))
        elif state is State.RESOLVED and seen.resolved is not None:
            reasons.append(Reason("resolved", seen.folded.words(seen.resolved.start, seen.resolved.end)))
        elif state in _STATE_REASONS:
            reasons.append(Reason(_STATE_REASONS[state], words))
    elif verdict.words and verdict.service is not None:
        shown = "、".join(verdict.words)
        reasons.append(Reason("keyword", shown, verdict.service))
        if verdict.danger is not None:
            reasons.append(Reason("danger", shown))
    if seen.places:
        reasons.append(Reason("place", "、".join(place.span for place in seen.places[:3])))
    return (*reasons, *verdict.signs)


def _words(folded: Normalised, match: Match) -> str:
    pieces: list[str] = []
    reached = -1
    for hit in match.hits:
        words = folded.words(hit.start, hit.end)
        if pieces and hit.start <= reached:
            pieces[-1] = folded.words(max(0, reached - len(pieces[-1])), hit.end)
        else:
            pieces.append(words)
        reached = hit.end
    return "…".join(pieces)
