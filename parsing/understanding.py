"""From a message to what is meant."""

from dataclasses import dataclass

from parsing import catalogue
from parsing.behalf import on_behalf
from parsing.lexicon import Hit, Level, Match
from parsing.model import Action, Context, Place, Reason, Understanding
from parsing.normalise import Normalised, clauses, normalise
from parsing.people import find_people
from parsing.places import find_places
from parsing.request import Evidence, judge, only_manners
from parsing.summary import summarise
from parsing.urgency import Sentence, State, state_of
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
    folded = normalise(text, catalogue.load_spelling())
    spans = clauses(folded.text)
    if not spans:
        return _silent(0.0, (Reason("empty"),))
    lexicon = catalogue.load_lexicon()
    hits = lexicon.scan(folded.text)
    marks: dict[str, list[Hit]] = {}
    for hit in hits:
        for tag in lexicon.marks.get(hit.word, ()):
            marks.setdefault(tag, []).append(hit)
    sentence = Sentence(folded.text, spans, marks)
    resolved = sentence.first_resolved()
    places = find_places(folded, context.places, context.grid)
    candidates = _rank(lexicon.match(folded.text, hits), sentence, resolved, context.services)
    best = candidates[0] if candidates else None
    evidence = Evidence(best.best[0].pattern.level, _calmest(best)) if best is not None else None
    patterns = sum(len(candidate.matches) for candidate in candidates)
    confidence, signs = judge(sentence, evidence, patterns, bool(places), context)
    danger = _danger(best)
    if danger is not None and confidence > 0.5:
        confidence = max(confidence, 0.95)
    if best is not None and confidence > 0.1 and (whom := on_behalf(text)):
        confidence, signs = max(confidence, 0.9), (*signs, Reason("behalf", whom))
    if only_manners(sentence, candidates):
        confidence = min(confidence, 0.2)
    reasons = _reasons(folded, best, resolved, danger, places, signs)
    if confidence < context.thresholds.silent_below:
        return _silent(confidence, reasons or (Reason("nothing"),), places)
    service = best.service if best is not None else ("other" if "other" in context.services else None)
    second = next((candidate.service for candidate in candidates[1:] if candidate.service != "other"), None)
    entry = context.services[service] if service is not None else None
    spoken = tuple(hit.start for match, _ in best.matches for hit in match.hits) if best is not None else ()
    return Understanding(
        action=Action.FILE if confidence >= context.thresholds.ask_below and best is not None else Action.ASK,
        confidence=confidence,
        service=service,
        second=second,
        deadline_class=_deadline_class(entry.deadline_class, best, danger) if entry is not None else None,
        private=entry.private if entry is not None else False,
        danger=danger,
        places=places,
        people=find_people(sentence),
        summary=summarise(folded, spans, spoken, _positions(folded, places)),
        reasons=reasons or (Reason("nothing"),),
    )


def _silent(confidence: float, reasons: tuple[Reason, ...], places: tuple[Place, ...] = ()) -> Understanding:
    return Understanding(Action.SILENT, confidence, None, None, None, False, None, places, (), "", reasons)


def _rank(
    matches: tuple[Match, ...], sentence: Sentence, resolved: Hit | None, services: Services
) -> tuple[_Candidate, ...]:
    grouped: dict[str, list[tuple[Match, State]]] = {}
    for match in matches:
        if match.pattern.service in services:
            grouped.setdefault(match.pattern.service, []).append((match, state_of(match, sentence, resolved)))
    first = min((match.start for match in matches), default=0)
    candidates: list[_Candidate] = []
    for service, found in grouped.items():
        found.sort(key=lambda item: (-_weight(*item), item[0].start))
        score = sum(_weight(*item) * share for item, share in zip(found, (1.0, 0.4, 0.2, 0.1), strict=False))
        if found[0][0].start == first:
            score += 0.3
        candidates.append(_Candidate(service, score, tuple(found)))
    return tuple(sorted(_yielding(candidates), key=_order))


def _weight(match: Match, state: State) -> float:
    size = sum(1.0 if ord(character) > 0x2E80 else 0.3 for hit in match.hits for character in hit.word)
    return (_WEIGHTS[match.pattern.level] + 0.1 * min(size, 8.0)) * _WORTH[state]


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


def _deadline_class(default: DeadlineClass, best: _Candidate | None, danger: Danger | None) -> DeadlineClass:
    if danger is not None:
        return DeadlineClass.LIFE
    if default is DeadlineClass.LIFE and best is not None:
        return _CALMED.get(best.service, DeadlineClass.URGENT)
    return default


def _positions(folded: Normalised, places: tuple[Place, ...]) -> tuple[int, ...]:
    wanted = {place.start for place in places}
    return tuple(at for at, start in enumerate(folded.starts) if start in wanted)


def _reasons(
    folded: Normalised,
    best: _Candidate | None,
    resolved: Hit | None,
    danger: Danger | None,
    places: tuple[Place, ...],
    signs: tuple[Reason, ...],
) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    if best is not None:
        match, state = best.best
        words = _words(folded, match)
        reasons.append(Reason("keyword", words, best.service))
        if danger is not None:
            reasons.append(Reason("danger", words))
        elif state is State.RESOLVED and resolved is not None:
            reasons.append(Reason("resolved", folded.words(resolved.start, resolved.end)))
        elif state in _STATE_REASONS:
            reasons.append(Reason(_STATE_REASONS[state], words))
    if places:
        reasons.append(Reason("place", "、".join(place.span for place in places[:3])))
    return (*reasons, *signs)


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
