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
from parsing.training import apart, calibrated, folds, log_odds, train, vocabulary

FOLDS = 4
STRENGTH = 0.7
"""How closely the models fit; chosen by cross-validation on the utterances."""

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


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return every utterance of the catalogue; the first label of a text counts."""
    found: dict[str, Lesson] = {}
    for name, content in _files():
        for subject, entry in content.items():
            for one in _chatter(subject, entry) if name.startswith("chatter") else _about(subject, entry):
                found.setdefault(one.text, one)
    return tuple(found.values())


def _chatter(kind: str, texts: Sequence[str]) -> Iterator[Lesson]:
    return (Lesson(str(text), None, subject=f"chatter {kind}") for text in texts if kind != UNSURE)


def _about(service: str, entry: Mapping[str, Sequence[str]]) -> Iterator[Lesson]:
    yield from (Lesson(str(text), service, danger=True, subject=service) for text in entry.get("life") or ())
    yield from (Lesson(str(text), service, subject=service) for text in entry.get("examples") or ())
    yield from (Lesson(str(text), None, subject=service) for text in entry.get("not_now") or ())


def _files() -> list[tuple[str, Mapping[str, Any]]]:
    loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [(name, yaml.load(content, Loader=loader)) for name, content in _sources()]  # noqa: S506 - both are safe


@cache
def _sources() -> tuple[tuple[str, bytes], ...]:
    folder = resources.files(catalogue.__name__) / "examples"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple((name.removesuffix(".yaml"), (folder / name).read_bytes()) for name in names)


@cache
def wanted_version() -> str:
    """Return the version of the models that these utterances and rules make."""
    rules = (
        entry.read_bytes()
        for entry in sorted(resources.files(catalogue.__name__).iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".yaml")
    )
    return version_of(*(content for _, content in _sources()), *rules)


def learn(taught: Sequence[Lesson] | None = None, told: Told = lambda _: None) -> Models:
    """Train the three models. Takes some seconds; the same lessons give the same models."""
    taught = lessons() if taught is None else taught
    told(f"looking at {len(taught):,} utterances")
    looked = [(glance(one.text), one) for one in taught]
    seen = [(look.counts, one) for look, one in looked if look is not None]
    counts = [found for found, _ in seen]
    asked = [(found, one) for found, one in seen if one.service is not None]
    known = vocabulary(counts)
    subjects = [one.subject for _, one in seen]
    told("learning what is a request")
    request = yes_or_no(counts, [one.service is not None for _, one in seen], subjects, known)
    told("learning what is danger")
    danger = yes_or_no(counts, [one.danger for _, one in seen], subjects, known)
    told("learning the services")
    service = fitted([found for found, _ in asked], [one.service or "" for _, one in asked], known)
    return Models.of(request, danger, service, wanted_version())


def yes_or_no(
    counts: Sequence[Mapping[str, float]], right: Sequence[bool], subjects: Sequence[str], known: Vocabulary
) -> Linear:
    """Train one model of yes and no, whose log-odds come true on subjects it has read nothing of."""
    labels = [YES if one else NO for one in right]
    margins: list[float] = []
    held: list[bool] = []
    for learned, test in apart(subjects, FOLDS):
        if len({labels[at] for at in learned}) < 2:  # few subjects only
            continue
        made = train([counts[at] for at in learned], [labels[at] for at in learned], strength=STRENGTH, known=known)
        margins += (margin(made, counts[at]) for at in test)
        held += (right[at] for at in test)
    factor, shift = log_odds(margins, held)
    model = train(counts, labels, strength=STRENGTH, known=known)
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
