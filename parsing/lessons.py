"""The utterances of the catalogue, and the models learned from them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

import yaml

from parsing import catalogue
from parsing.glance import glance
from parsing.learned import NO, YES, Models, version_of
from parsing.linear import Linear
from parsing.spots import MOST, OPEN, Signs, labels_of, signs, unmarked
from parsing.training import apart, calibrated, folds, log_odds, train, vocabulary

FOLDS = 2
"""Parts by which the probabilities are made to come true."""

SELDOM, MANY = 4, 20_000
"""Texts that a gram stands in at least, where there are so many."""

STRENGTH, DANGER_STRENGTH = 0.7, 1.5
"""How closely the models fit; chosen by cross-validation on the utterances."""

SEEING = ("chain", "glance", "grams", "learned", "lessons", "normalise", "places", "spots", "training")
"""Modules on which it depends what is learned from the same utterances."""

UNSURE = "unsure"
"""A kind of chatter that is neither: even a good neighbour would ask back. Nothing is learned from it."""

Told = Callable[[str], None]
Vocabulary = tuple[Sequence[str], Any]


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


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return every utterance of the catalogue; the first label of a text counts."""
    found: dict[str, Lesson] = {}
    for name, marked, content in _files():
        for subject, entry in content.items():
            for one in _chatter(subject, entry) if isinstance(entry, list) else _about(subject, entry):
                lesson = replace(_located(one) if marked else one, source=name)
                found.setdefault(lesson.text, lesson)
    return tuple(found.values())


def _located(one: Lesson) -> Lesson:
    """Take the marks of places out of a text, where its writer has set them."""
    text, places = unmarked(one.text)
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
    found = ((name, OPEN.encode() in content, content) for name, content in _sources())
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
    return version_of(*(content for _, content in _sources()), *rules, *program)


def learn(taught: Sequence[Lesson] | None = None, told: Told = lambda _: None) -> Models:
    """Train the three models. Takes some seconds; the same lessons give the same models."""
    taught = lessons() if taught is None else taught
    told(f"looking at {len(taught):,} utterances")
    looked = [(glance(one.text), one) for one in taught]
    seen = [(look.counts, one) for look, one in looked if look is not None]
    counts = [found for found, _ in seen]
    asked = [(found, one) for found, one in seen if one.service is not None]
    known = vocabulary(counts, SELDOM if len(counts) > MANY else 2)
    writers = [one.source or one.subject for _, one in seen]
    told("learning what is a request")
    request = yes_or_no(counts, [one.service is not None for _, one in seen], writers, known)
    told("learning what is danger")
    danger = yes_or_no(counts, [one.danger for _, one in seen], writers, known, DANGER_STRENGTH)
    told("learning the services")
    service = fitted([found for found, _ in asked], [one.service or "" for _, one in asked], known)
    return Models.of(request, danger, service, wanted_version())


def yes_or_no(
    counts: Sequence[Mapping[str, float]],
    right: Sequence[bool],
    writers: Sequence[str],
    known: Vocabulary,
    strength: float = STRENGTH,
) -> Linear:
    """Train one model of yes and no, whose log-odds come true on writers of whom it has read nothing."""
    labels = [YES if one else NO for one in right]
    margins: list[float] = []
    held: list[bool] = []
    for learned, test in apart(writers, FOLDS):
        if len({labels[at] for at in learned}) < 2:  # few writers only
            continue
        made = train([counts[at] for at in learned], [labels[at] for at in learned], strength=strength, known=known)
        margins += (margin(made, counts[at]) for at in test)
        held += (right[at] for at in test)
    factor, shift = log_odds(margins, held)
    model = train(counts, labels, strength=strength, known=known)
    bias = model.bias.copy()
    bias[model.labels.index(YES)] += shift / factor
    return replace(model, bias=bias, scale=factor)


def margin(model: Linear, counts: Mapping[str, float]) -> float:
    """Return by how much yes is before no."""
    scores = model.scores(counts)
    return float(scores[model.labels.index(YES)] - scores[model.labels.index(NO)])


def fitted(counts: Sequence[Mapping[str, float]], labels: Sequence[str], known: Vocabulary) -> Linear:
    """Train the model of services and scale its scores so that its probabilities come true on what it has not read."""
    held: list[tuple[Any, str]] = []
    for learned, test in folds(labels, FOLDS):
        made = train(
            [counts[at] for at in learned],
            [labels[at] for at in learned],
            strength=STRENGTH,
            balanced=True,
            known=known,
        )
        if set(made.labels) == set(labels):
            held += [(made.scores(counts[at]), labels[at]) for at in test]
    model = train(counts, labels, strength=STRENGTH, balanced=True, known=known)
    return replace(model, scale=calibrated(model, held)) if held else model


def located(taught: Sequence[Lesson] | None = None) -> Iterator[tuple[Signs, list[str]]]:
    """Yield what the model of places learns from: what it is shown of each text, and the labels of its characters.

    What asks for nothing and names no place says little: the sides on which writers differ are mostly there.
    """
    for one in lessons() if taught is None else taught:
        if one.places is None or not (one.places or one.service):
            continue
        look = glance(one.text)
        if look is not None:
            yield signs(look.folded, look.places), labels_of(look.folded, one.places)[:MOST]
