"""From a message to what is meant."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from parsing import catalogue
from parsing.behalf import on_behalf
from parsing.candidates import Candidate, asking, evidence, is_live, rank
from parsing.glance import Glance, glance
from parsing.grams import grams
from parsing.learned import Models, Opinion, blend, opinion, words_for
from parsing.lexicon import Match
from parsing.model import Action, Context, Place, Reason, Understanding
from parsing.normalise import Normalised
from parsing.people import find_people
from parsing.request import circumstances, judge, only_manners, weigh
from parsing.summary import summarise
from parsing.urgency import State
from parsing.weighing import deadly, found, said
from tickets.service import Danger, DeadlineClass

_STATE_REASONS = {
    State.NEGATED: "negated",
    State.RESOLVED: "resolved",
    State.LONG_AGO: "past",
    State.ELSEWHERE: "elsewhere",
    State.SUPPOSED: "supposed",
}
_CALMED = {"medical_emergency": DeadlineClass.ADVICE}


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
    candidate: Candidate | None
    signs: tuple[Reason, ...]
    words: tuple[str, ...] = ()
    sure: bool = True


def _by_rules(seen: Glance, context: Context) -> _Verdict:
    """Judge by the words of the catalogue alone."""
    candidates = rank(seen.matches, context.services)
    best = candidates[0] if candidates else None
    patterns = sum(len(candidate.matches) for candidate in candidates)
    confidence, signs = judge(seen.sentence, evidence(candidates), patterns, bool(seen.places), context)
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


THREAT = 0.45
"""Log-odds from which somebody is taken to be in danger; how it was chosen is told in docs/understanding.md."""

HUSH = -2.0
"""Log-odds of danger at first sight below which talk is talk, and nobody looks closer."""

RULES_COUNT = 0.25
"""What the log-odds of the rules count beside those of a model, where nobody has learned to weigh them."""

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
    more, reasons = circumstances(context)
    least = math.log(context.bounds.silent_below / (1 - context.bounds.silent_below)) - DOUBT
    whom = on_behalf(seen.folded.source)
    if seen.only_places or (view.request + more < least and view.danger < HUSH and not whom):
        # Where, and not what, belongs to something said before, or to nothing.
        chance = _chance(view.request + more)
        if context.addressed:  # whoever speaks to us is answered by what they say: thanks, a greeting, neither
            reasons = [*weigh(seen.sentence, None, 0, has_place=False)[1], *reasons]
        return _Verdict(min(chance, 0.2) if seen.only_places else chance, None, None, None, None, tuple(reasons))
    candidates = rank(seen.matches, context.services)
    best = candidates[0] if candidates else None
    rules, why = asking(seen, candidates)
    odds, threat = _weighed(view, rules, seen, candidates)
    threat, confidence = threat > THREAT, _chance(odds + more)
    reasons = [*why, *reasons]
    if confidence > 0.1 and whom:
        confidence, reasons = max(confidence, 0.9), [*reasons, Reason("behalf", whom)]
    ruled = {one.service: SCORE_COUNTS * one.score for one in candidates}
    ranked = blend(view, models.services, frozenset(context.services.by_code), ruled)
    if best is not None and best.service not in models.services:
        ranked = [(best.service, 1.0), *ranked]  # the district added it: nobody could learn it
    service, second = (ranked[0][0] if ranked else None), (ranked[1][0] if len(ranked) > 1 else None)
    if ranked and ranked[0][1] < LIKELY and not threat and OTHER in context.services and _of_life(service, context):
        service, second = OTHER, service  # nobody sends for the police on a guess
    danger = None
    if threat:
        danger = catalogue.load_dangers().get(service or "", Danger.OTHER)
        confidence = max(confidence, 0.95 if not context.from_staff else confidence)
    spoken = next((one for one in candidates if one.service == service), None)
    told = service in models.services and spoken is None  # else the words that the rules know are said
    words = tuple(words_for(models, seen.counts, service or "")) if told else ()
    return _Verdict(confidence, service, second, danger, spoken, tuple(reasons), words)


def _weighed(view: Opinion, rules: float, seen: Glance, candidates: Sequence[Candidate]) -> tuple[float, float]:
    """Return the log-odds that something is asked for, and that somebody is in danger now."""
    weighing = view.models.weighing
    if weighing is None:
        return view.request + RULES_COUNT * rules, view.danger
    of_danger = deadly(view.models.services)
    row = [
        *said(view.danger, view.kinds, view.request, rules, view.services, of_danger),
        *found(seen, candidates),
    ]
    return weighing.request.score(row), weighing.danger.score(row)


def _of_life(service: str | None, context: Context) -> bool:
    return service is not None and context.services[service].deadline_class is DeadlineClass.LIFE


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


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


def _danger(best: Candidate | None) -> Danger | None:
    if best is None or not is_live(best):
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
