"""From a message to what is meant."""

import math
from dataclasses import dataclass
from functools import lru_cache

from parsing import catalogue
from parsing.behalf import on_behalf
from parsing.glance import Glance, glance
from parsing.grams import grams
from parsing.learned import Models, blend, opinion, words_for
from parsing.lexicon import Level, Match
from parsing.model import Action, Context, Place, Reason, Understanding
from parsing.normalise import Normalised
from parsing.people import find_people
from parsing.request import Evidence, circumstances, judge, only_manners, weigh
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
        return _silent(NOTHING, context, (Reason("empty"),))
    verdict = _by_rules(seen, context) if context.models is None else _learned(seen, context.models, context)
    best = verdict.candidate
    if verdict.confidence < context.bounds.silent_below:
        return _silent(verdict, context, _reasons(seen, verdict), seen.places)
    reasons = _reasons(seen, verdict)
    spots = context.models.spots if context.models is not None else None
    places = spots.places(seen.folded, seen.places) if spots is not None else seen.places
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
        places=places,
        people=find_people(seen.sentence),
        summary=summarise(seen.folded, seen.sentence.clauses, spoken, _positions(seen.folded, places)),
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


def _by_rules(seen: Glance, context: Context) -> _Verdict:
    """Judge by the words of the catalogue alone."""
    candidates = _rank(seen.matches, context.services)
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


DANGER_ALONE, DANGER_AGREED = 0.0, -1.0
"""Log-odds from which the models alone say that somebody is in danger; and from which they agree with the rules."""

CRY = 0.0
"""Log-odds of a request below which words of danger are a story, a film or a joke, whoever is spoken to."""

RULES_COUNT = 0.25
"""What the log-odds of the rules count beside those of the models; held-out writers want 0.15, plain words more."""

SCORE_COUNTS = 0.6
"""What the score of a pattern counts for its service, in log-odds."""

OTHER = "other"

LIKELY = 0.6
"""Probability below which a service of danger is not believed of somebody who is in none."""

LONG, HEAD = 120, 30
"""Characters of folded text from which the beginning is judged alone as well, and how much that is."""

DOUBT = 1.5
"""So many log-odds below the threshold nothing that the rules find would make a request of it."""


def _learned(seen: Glance, models: Models, context: Context) -> _Verdict:
    """Judge by what was learned, and a little by the rules, which also say why, and how danger stands."""
    view = opinion(models, seen.counts)
    if len(seen.bare) > LONG:  # what somebody wants is said at the beginning, whatever follows
        view = max(view, opinion(models, grams(seen.bare[:HEAD])), key=lambda one: one.request)
    more, signs = circumstances(context)
    alone = view.danger > DANGER_ALONE and view.request > CRY
    least = math.log(context.bounds.silent_below / (1 - context.bounds.silent_below)) - DOUBT
    whom = on_behalf(seen.folded.source)
    if seen.only_places or (not alone and max(view.request + more, view.danger) < least and not whom):
        # Where, and not what, belongs to something said before, or to nothing.
        chance = _chance(view.request + more)
        if context.addressed:  # whoever speaks to us is answered by what they say: thanks, a greeting, neither
            signs = [*weigh(seen.sentence, None, 0, has_place=False)[1], *signs]
        return _Verdict(min(chance, 0.2) if seen.only_places else chance, None, None, None, None, tuple(signs))
    candidates = _rank(seen.matches, context.services)
    best = candidates[0] if candidates else None
    evidence = Evidence(best.best[0].pattern.level, _calmest(best)) if best is not None else None
    rules, why = weigh(seen.sentence, evidence, sum(len(one.matches) for one in candidates), bool(seen.places))
    confidence = _chance(view.request + RULES_COUNT * rules + more)
    signs = [*why, *signs]
    if confidence > 0.1 and whom:
        confidence, signs = max(confidence, 0.9), [*signs, Reason("behalf", whom)]
    ruled = {one.service: SCORE_COUNTS * one.score for one in candidates}
    ranked = blend(view, models.services, frozenset(context.services.by_code), ruled)
    if best is not None and best.service not in models.services:
        ranked = [(best.service, 1.0), *ranked]  # the district added it: nobody could learn it
    service, second = (ranked[0][0] if ranked else None), (ranked[1][0] if len(ranked) > 1 else None)
    if ranked and ranked[0][1] < LIKELY and not alone and OTHER in context.services and _of_life(service, context):
        service, second = OTHER, service  # nobody sends for the police on a guess
    danger = None
    if alone or (view.danger > DANGER_AGREED and any(_is_live(one) for one in candidates)):
        danger = catalogue.load_dangers().get(service or "", Danger.OTHER)
        confidence = max(confidence, 0.95 if not context.from_staff else confidence)
    found = next((one for one in candidates if one.service == service), None)
    told = service in models.services and found is None  # else the words that the rules know are said
    words = tuple(words_for(models, seen.counts, service or "")) if told else ()
    return _Verdict(confidence, service, second, danger, found, tuple(signs), words)


def _of_life(service: str | None, context: Context) -> bool:
    return service is not None and context.services[service].deadline_class is DeadlineClass.LIFE


def _chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


NOTHING = _Verdict(0.0, None, None, None, None, ())

NEAR = 0.3
"""From this probability on a silent message says what it would be about: whoever files it by hand need not choose."""


def _silent(
    verdict: _Verdict, context: Context, reasons: tuple[Reason, ...], places: tuple[Place, ...] = ()
) -> Understanding:
    near = verdict.service is not None and verdict.confidence >= NEAR and context.models is not None
    return Understanding(
        action=Action.SILENT,
        confidence=verdict.confidence,
        service=verdict.service if near else None,
        second=verdict.second if near else None,
        deadline_class=None,
        private=near and context.services[verdict.service or ""].private,
        danger=None,
        places=places,
        people=(),
        summary="",
        reasons=reasons or (Reason("nothing"),),
    )


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


def _reasons(seen: Glance, verdict: _Verdict) -> tuple[Reason, ...]:
    best = verdict.candidate
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
