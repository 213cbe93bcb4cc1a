"""The services of catalogue.md as data: names, routes, classes, and the words residents use for them.

One YAML file a group of services; `shared.yaml` has word lists that several patterns use, `marks.yaml` the words that
tell a request from chatter, `spelling.yaml` common misspellings. A service may carry `examples`, a list of utterances.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from parsing.lexicon import Level, Lexicon, Pattern, parse_pattern
from parsing.normalise import Variants
from tickets.service import Danger, DeadlineClass, Point, Proof, Service, Services, Terms
from tickets.worktime import Span

GROUPS = (
    "utilities", "roads", "environment", "housing", "safety", "order", "disputes", "health", "law", "affairs", "care",
    "voice",
)  # fmt: skip


def _read(name: str) -> dict[str, Any]:
    text = resources.files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 - both are safe loaders
    return content


@cache
def _groups() -> Mapping[str, dict[str, Any]]:
    return {group: _read(group) for group in GROUPS}


def _entries() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for group, services in _groups().items():
        for code, entry in services.items():
            yield group, code, entry


@cache
def load_catalogue() -> Services:
    """Return every service of the catalogue, in its order."""
    return Services(
        {
            code: Service(
                code=code,
                group=group,
                zh=entry["zh"],
                en=entry["en"],
                route=tuple(tuple(stage.split("+")) for stage in entry["route"]),
                deadline_class=DeadlineClass(entry["class"]),
                departments=tuple(entry.get("departments", ())),
                private=entry.get("private", False),
                terms=_terms(code),
                caution=_endings()["services"].get(code, {}).get("caution", ""),
            )
            for group, code, entry in _entries()
        }
    )


@cache
def _endings() -> dict[str, Any]:
    """Return how matters end; kept beside the catalogue, because nothing is learned from it."""
    text = resources.files(__name__).joinpath("endings", "endings.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def _terms(code: str) -> Terms:
    entry = _endings()["services"].get(code, {})
    after = entry.get("check_after")
    return Terms(
        proof=_proof(entry.get("proof", {})),
        check_after=Span.parse(after) if after else None,
        sealed=tuple(entry.get("sealed", ())),
    )


def _proof(entry: Mapping[str, Any]) -> Proof:
    words = _endings()["points"]
    points = tuple(Point(point, tuple(str(word) for word in words[point])) for point in entry.get("points", ()))
    return Proof(entry.get("photo", False), points)


def hotline_proof(code: str) -> Proof:
    """Return what a hotline wants to see of a service before it answers."""
    hotline = _endings()["hotline"]
    return _proof(hotline["proof"]).with_more(_proof(hotline["services"].get(code, {})))


@cache
def load_lexicon() -> Lexicon:
    """Return the words of all services and all marks, compiled."""
    shared = _read("shared")
    patterns: list[Pattern] = []
    for _, code, entry in _entries():
        for level in Level:
            for language in ("words", "words_en"):
                for line in entry.get(language, {}).get(level.name.lower(), ()):
                    patterns.append(parse_pattern(code, level, str(line), shared))
    marks = {
        tag: tuple(word for line in lines for word in str(line).split("/")) for tag, lines in _read("marks").items()
    }
    return Lexicon(patterns, marks)


@cache
def load_dangers() -> Mapping[str, Danger]:
    """Return what threatens people when a service's `life` words are said."""
    return {code: Danger(entry["danger"]) for _, code, entry in _entries() if "danger" in entry}


@cache
def load_beaten() -> Mapping[str, frozenset[str]]:
    """Return for a service those that yield to it when both are spoken of."""
    return {code: frozenset(entry["over"]) for _, code, entry in _entries() if "over" in entry}


@cache
def load_spelling() -> Mapping[str, str]:
    """Return misspellings and homophones with what is meant."""
    return Variants({wrong: right for right, wrongs in _read("spelling").items() for wrong in str(wrongs).split("/")})


@cache
def load_reach() -> Mapping[str, str]:
    """Return for a service how far one matter of it reaches: `grid` or `spot`; what is not there is everybody's own."""
    return {code: reach for reach, lines in _read("reach").items() for line in lines for code in str(line).split("/")}
