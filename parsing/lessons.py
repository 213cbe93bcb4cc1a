"""The utterances of the catalogue, lines of talk, and the models learned from them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import yaml

from parsing import catalogue, spots, weighing
from parsing.candidates import asking, rank
from parsing.glance import Glance, glance
from parsing.growing import MESSAGES, judged
from parsing.learned import DANGER, KIND, NO, REQUEST, YES, Models, version_of
from parsing.linear import Linear, softmax
from parsing.overheard import overheard
from parsing.threads import sources as talk_sources
from parsing.threads import threads
from parsing.training import Table, apart, calibrated, folds, log_odds, weighed
from parsing.trees import Weighed, Weighing
from tickets.service import DeadlineClass

FOLDS = 4
"""Parts by which it is seen what models are worth that have read nothing of a writer."""

PARTS = 2
"""Parts by which the probabilities of services are made to come true."""

SELDOM = 2
"""Texts that a gram stands in at least."""

STRENGTH, DANGER_STRENGTH = 0.7, 1.0
"""How closely the models fit; chosen by cross-validation on the utterances."""

SEEING = (
    "candidates", "chain", "glance", "grams", "growing", "learned", "lessons", "lexicon", "normalise", "overheard",
    "places", "request", "spots", "threads", "training", "trees", "urgency", "weighing",
)  # fmt: skip
"""Modules on which it depends what is learned from the same utterances."""

UNSURE = "unsure"
"""A kind of chatter that is neither: even a good neighbour would ask back. Nothing is learned from it."""

OTHER = "other"
"""The kind of a danger that comes with a service which is mostly none."""

Told = Callable[[str], None]


@dataclass(frozen=True)
class Lesson:
    """One utterance: the service asked for (None: nothing is), and whether somebody is in danger now.

    `subject` is what it is about, asked for or not: a service or a kind of chatter.
    """

    text: str
    service: str | None
    danger: bool = False
    subject: str = ""
    source: str = ""
    """Who wrote it, as far as that is known: the file."""

    places: tuple[tuple[int, int], ...] | None = None
    """Spans of the places in it; None = nobody has marked them."""

    asks: bool | None = None
    """Whether something is asked for, of a line of talk, where nobody has said what; None = an utterance."""

    @property
    def request(self) -> bool:
        """Whether something is asked for."""
        return self.service is not None or self.asks is True


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return every utterance of the catalogue, then lines of talk; the first label of a text counts."""
    found: dict[str, Lesson] = {}
    for name, marked, content in _files():
        for subject, entry in content.items():
            for one in _chatter(subject, entry) if isinstance(entry, list) else _about(subject, entry):
                lesson = replace(_located(one) if marked else one, source=name)
                found.setdefault(lesson.text, lesson)
    for text, asks, source in overheard(threads()):
        found.setdefault(text, Lesson(text, None, subject="talk", source=f"talk {source}", asks=asks))
    return tuple(found.values())


def _located(one: Lesson) -> Lesson:
    """Take the marks of places out of a text, where its writer has set them."""
    text, places = spots.unmarked(one.text)
    return replace(one, text=text, places=tuple(places))


def _chatter(kind: str, texts: Sequence[str]) -> Iterator[Lesson]:
    return (Lesson(str(text), None, subject=f"chatter {kind}") for text in texts if kind != UNSURE)


def _about(service: str, entry: Mapping[str, Sequence[str]]) -> Iterator[Lesson]:
    yield from (Lesson(str(text), service, danger=True, subject=service) for text in entry.get("life") or ())
    yield from (Lesson(str(text), service, subject=service) for text in entry.get("examples") or ())
    yield from (Lesson(str(text), None, subject=service) for text in entry.get("not_now") or ())


def _files() -> list[tuple[str, bool, Mapping[str, Any]]]:
    """Return the name of each file, whether the places in it are marked, and what it says."""
    loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = ((name, spots.OPEN.encode() in content, content) for name, content in _sources())
    return [(name, marked, yaml.load(content, Loader=loader)) for name, marked, content in found]  # noqa: S506 - both are safe


@cache
def _sources() -> tuple[tuple[str, bytes], ...]:
    folder = resources.files(catalogue.__name__) / "examples"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple((name.removesuffix(".yaml"), (folder / name).read_bytes()) for name in names)


@cache
def wanted_version() -> str:
    """Return the version of the models that these utterances and this program's way of seeing make."""
    package = resources.files("parsing")
    program = ((package / f"{name}.py").read_bytes() for name in SEEING)
    rules = (
        entry.read_bytes()
        for entry in sorted(resources.files(catalogue.__name__).iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".yaml")
    )
    written = (content for _, content in (*_sources(), *talk_sources()))
    return version_of(*written, *rules, *program)


def learn(taught: Sequence[Lesson] | None = None, told: Told = lambda _: None) -> Models:
    """Train the models of what is said. Takes some seconds; the same lessons give the same models."""
    taught = lessons() if taught is None else taught
    told(f"looking at {len(taught):,} utterances")
    looked = [(look, one) for one in taught if (look := glance(one.text)) is not None]
    seen, read = [look for look, _ in looked], [one for _, one in looked]
    table = Table.of([look.counts for look in seen], SELDOM)
    asked = [at for at, one in enumerate(read) if one.service is not None]
    told("learning what is a request, and what is danger")
    targets, writers = answers(read), [one.source or one.subject for one in read]
    unread = unread_by(table, targets, writers)
    models = {}
    for name, right in targets.items():
        factor, shift = come_true(unread[name], right) if name in (REQUEST, DANGER) else (1.0, 0.0)
        models[name] = yes_or_no(table, right, name, range(len(read)), (factor, shift))
        unread[name] = unread[name] * factor + shift
    told("learning the services")
    labels = [read[at].service or "" for at in asked]
    service = fitted(table, asked, labels)
    chances = _unread_services(table, asked, labels, writers, service)
    told("weighing what each of them says")
    return Models.of(models, service, _weighing(seen, targets, unread, chances, service.labels), wanted_version())


Answers = Sequence[bool | None]
"""Yes or no of each text; None = nobody has said."""


def answers(read: Sequence[Lesson]) -> dict[str, Answers]:
    """Return what is answered with yes or no: is it a request, is it danger, and of which kind."""
    deadly = {one.code for one in catalogue.load_catalogue() if one.deadline_class is DeadlineClass.LIFE}
    kinds = sorted({one.service for one in read if one.danger and one.service in deadly})
    danger = [one.danger if one.asks is None else None for one in read]  # nobody has said which talk is of danger
    each = list(zip(danger, (one.service for one in read), strict=True))
    found: dict[str, Answers] = {REQUEST: [one.request for one in read], DANGER: danger}
    found |= {KIND + kind: [sure and service == kind for sure, service in each] for kind in kinds if kind}
    others = [sure and service not in deadly for sure, service in each]
    return {**found, KIND + OTHER: others} if any(others) else found


def unread_by(table: Table, targets: Mapping[str, Answers], writers: Sequence[str]) -> dict[str, Any]:
    """Return by how much yes is before no for each text, said by models that have read nothing of its writer."""
    found = {name: np.full(len(writers), np.nan) for name in targets}
    for learned, test in apart(writers, FOLDS):
        for name, right in targets.items():
            model = _fit(table, right, name, learned)
            if model is not None:
                found[name][test] = _margins(table, model, test)
    return found


def _fit(table: Table, right: Answers, name: str, rows: Iterable[int]) -> Linear | None:
    """Train a model of yes and no on those of these rows that have an answer; None where all have the same."""
    known = [at for at in rows if right[at] is not None]
    labels = [YES if right[at] else NO for at in known]
    return table.fit(known, labels, strength=_strength(name)) if len(set(labels)) == 2 else None


def _strength(name: str) -> float:
    return STRENGTH if name == REQUEST else DANGER_STRENGTH


def _margins(table: Table, model: Linear, rows: Sequence[int]) -> Any:
    scores = table.scores(model, rows)
    return scores[:, model.labels.index(YES)] - scores[:, model.labels.index(NO)]


def come_true(unread: Any, right: Answers) -> tuple[float, float]:
    """Return (factor, shift) for which what was said of texts unread comes true."""
    held = [at for at in np.flatnonzero(~np.isnan(unread)).tolist() if right[at] is not None]
    return log_odds(unread[held].tolist(), [right[at] is True for at in held])


def yes_or_no(table: Table, right: Answers, name: str, rows: Iterable[int], true: tuple[float, float]) -> Linear:
    """Train a model of yes and no on these rows, and turn what it says by (factor, shift), so that it comes true.

    Raises ValueError where the lessons know only one answer.
    """
    model, (factor, shift) = _fit(table, right, name, rows), true
    if model is None:
        raise ValueError(f"the lessons know only one answer for {name}")
    bias = model.bias.copy()
    bias[model.labels.index(YES)] += shift / factor
    return replace(model, bias=bias, scale=factor)


def _unread_services(
    table: Table, asked: Sequence[int], labels: Sequence[str], writers: Sequence[str], model: Linear
) -> Any:
    """Return the probability of each of the model's services for each text, said by those unread in its writer."""
    found = np.zeros((len(writers), len(model.labels)), dtype=np.float32)
    of = dict(zip(asked, labels, strict=True))
    for learned, test in apart(writers, FOLDS):
        rows = [at for at in learned if at in of]
        if len({of[at] for at in rows}) < 2:
            continue
        made = table.fit(rows, [of[at] for at in rows], strength=STRENGTH, balanced=True)
        columns = [model.labels.index(label) for label in made.labels]
        found[np.ix_(test, columns)] = [softmax(one) for one in table.scores(made, test) * model.scale]
    return found


def _weighing(
    seen: Sequence[Glance],
    targets: Mapping[str, Answers],
    unread: Mapping[str, Any],
    chances: Any,
    services: tuple[str, ...],
) -> Weighing | None:
    """Learn what each sign counts, from what models said that have read nothing of a text's writer."""
    known, of_danger = catalogue.load_catalogue(), weighing.deadly(services)
    kinds = [name for name in unread if name.startswith(KIND)]
    names = weighing.names(kinds)
    rows = np.full((len(seen), len(names)), np.nan, dtype=np.float32)
    for at in np.flatnonzero(~np.any([np.isnan(one) for one in unread.values()], axis=0)).tolist():
        candidates = rank(seen[at].matches, known)
        rules, _ = asking(seen[at], candidates)
        each = [unread[kind][at] for kind in kinds]
        said = weighing.said(unread[DANGER][at], each, unread[REQUEST][at], rules, chances[at], of_danger)
        rows[at] = [*said, *weighing.found(seen[at], candidates)]
    grown = []
    for name in (REQUEST, DANGER):
        held = [at for at, right in enumerate(targets[name]) if right is not None and not np.isnan(rows[at, 0])]
        right = [targets[name][at] is True for at in held]
        if len(set(right)) < 2:
            return None
        weights = weighed(rows[held], right)
        begin = rows[held] @ np.array(weights[:-1]) + weights[-1]
        grown.append(Weighed(weights, judged(names, rows[held], right, MESSAGES, begin)))
    return Weighing(*grown)


def fitted(table: Table, asked: Sequence[int], labels: Sequence[str]) -> Linear:
    """Train the model of services and scale its scores so that its probabilities come true on what it has not read."""
    held: list[tuple[Any, str]] = []
    for learned, test in folds(labels, PARTS):
        made = table.fit(
            [asked[at] for at in learned], [labels[at] for at in learned], strength=STRENGTH, balanced=True
        )
        if set(made.labels) == set(labels):
            held += zip(table.scores(made, [asked[at] for at in test]), (labels[at] for at in test), strict=True)
    model = table.fit(asked, labels, strength=STRENGTH, balanced=True)
    return replace(model, scale=calibrated(model, held)) if held else model


def located(taught: Sequence[Lesson] | None = None) -> Iterator[tuple[spots.Signs, list[str]]]:
    """Yield what the model of places learns from: what it is shown of each text, and the labels of its characters.

    What asks for nothing and names no place says little: the sides on which writers differ are mostly there.
    """
    for one in lessons() if taught is None else taught:
        if one.places is None or not (one.places or one.service):
            continue
        look = glance(one.text)
        if look is not None:
            yield spots.signs(look.folded, look.places), spots.labels_of(look.folded, one.places)[: spots.MOST]
