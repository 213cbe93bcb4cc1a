"""How well messages are understood, on lines that nobody tuned on. `make evaluate` prints the table.

The corpus under tests/corpus/ was written for this, by others than the training lines, and is never trained on.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.model import models
from parsing import Action, Context, Understanding, load_catalogue, understand
from tickets.service import DeadlineClass

CORPUS = Path(__file__).parent / "corpus"
SHOWN = 12


@dataclass(frozen=True)
class Line:
    """One labelled message. `service` and `deadline_class` are None where nothing is asked for."""

    text: str
    request: bool
    service: str | None
    deadline_class: str | None
    private: bool
    places: tuple[str, ...]
    kind: str


@dataclass
class Tally:
    """How often something came out right, of how many."""

    right: int = 0
    of: int = 0

    def count(self, right: bool) -> None:
        """Count one."""
        self.right += right
        self.of += 1

    @property
    def share(self) -> float:
        """The share that is right."""
        return self.right / self.of if self.of else 1.0


@dataclass
class Figures:
    """What the evaluation found; shares are 0..1."""

    precision: Tally = field(default_factory=Tally)
    recall: Tally = field(default_factory=Tally)
    false_file: Tally = field(default_factory=Tally)
    life_recall: Tally = field(default_factory=Tally)
    life_alarm: Tally = field(default_factory=Tally)
    first: Tally = field(default_factory=Tally)
    first_two: Tally = field(default_factory=Tally)
    classes: Tally = field(default_factory=Tally)
    private: Tally = field(default_factory=Tally)
    place_precision: Tally = field(default_factory=Tally)
    place_recall: Tally = field(default_factory=Tally)
    whole: Tally = field(default_factory=Tally)
    missed: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)
    calibration: dict[int, Tally] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


@cache
def lines() -> tuple[Line, ...]:
    """Return the corpus."""
    entries: list[dict[str, Any]] = yaml.safe_load((CORPUS / "messages.yaml").read_text(encoding="utf-8"))
    return tuple(
        Line(
            one["text"],
            one["request"],
            one["service"],
            one["class"],
            one["private"],
            tuple(one["places"]),
            one.get("kind", ""),
        )
        for one in entries
    )


def judge(corpus: Sequence[Line], context: Context) -> Figures:
    """Understand every line and compare."""
    found = Figures()
    for line in corpus:
        _judge(found, line, understand(line.text, context))
    return found


def _judge(found: Figures, line: Line, meant: Understanding) -> None:
    heard = meant.action is not Action.SILENT
    if heard:
        found.precision.count(line.request)
    found.calibration.setdefault(min(9, int(meant.confidence * 10)), Tally()).count(line.request)
    if line.request:
        found.recall.count(heard)
        found.first.count(meant.service == line.service)
        found.first_two.count(line.service in (meant.service, meant.second))
        found.private.count(meant.private == line.private)
        found.classes.count(_class(meant) == line.deadline_class)
        if not heard:
            found.missed[line.service or ""] += 1
        elif meant.service != line.service:
            found.confused[line.service or "", meant.service or ""] += 1
    else:
        found.false_file.count(meant.action is Action.FILE)
        if heard:
            found.invented[line.kind.partition("+")[0]] += 1
    life = line.deadline_class == DeadlineClass.LIFE
    (found.life_recall if life else found.life_alarm).count(_class(meant) == DeadlineClass.LIFE)
    wanted, spans = list(line.places), [place.span for place in meant.places]
    for span in spans:
        found.place_precision.count(span in wanted)
    for span in wanted:
        found.place_recall.count(span in spans)
    whole = heard == line.request and (
        not line.request
        or (
            meant.service == line.service
            and _class(meant) == line.deadline_class
            and meant.private == line.private
            and sorted(spans) == sorted(wanted)
        )
    )
    found.whole.count(whole)
    if not whole:
        got = f"{meant.action.value} {meant.service} {_class(meant)} {spans}"
        found.wrong.append(f"{line.text}\n    wanted {line.service} {line.deadline_class} {wanted}; got {got}")


def _class(meant: Understanding) -> str | None:
    return meant.deadline_class.value if meant.deadline_class is not None else None


ROWS = (
    ("request: precision", "precision", 0.96),
    ("request: recall", "recall", 0.90),
    ("false file among non-requests", "false_file", 0.02),
    ("life: recall", "life_recall", 0.97),
    ("life: false alarms", "life_alarm", 0.01),
    ("service: first", "first", 0.85),
    ("service: first two", "first_two", 0.93),
    ("class", "classes", None),
    ("private", "private", 0.95),
    ("places: precision", "place_precision", 0.90),
    ("places: recall", "place_recall", 0.85),
    ("whole message", "whole", 0.75),
)
"""What is printed: name, field, the figure wanted at least (alarms and false files: at most)."""


def side_by_side(rules: Figures, learned: Figures) -> Iterable[str]:
    """Yield the figures of the rules and of what was learned."""
    yield f"{'field':<32} {'rules':>7}  {'learned':>7}  {'wanted':>7}  of"
    for name, attribute, bound in ROWS:
        one: Tally = getattr(rules, attribute)
        other: Tally = getattr(learned, attribute)
        wanted = f"{bound:.3f}" if bound is not None else ""
        yield f"{name:<32} {one.share:7.3f}  {other.share:7.3f}  {wanted:>7}  {other.of}"


def table(found: Figures) -> Iterable[str]:
    """Yield the report line by line."""
    yield f"{'field':<32} {'found':>7}  {'wanted':>7}  of"
    for name, attribute, bound in ROWS:
        tally: Tally = getattr(found, attribute)
        wanted = f"{bound:.3f}" if bound is not None else ""
        yield f"{name:<32} {tally.share:7.3f}  {wanted:>7}  {tally.of}"
    yield ""
    yield "calibration: probability said -> share that are requests"
    for tenth, tally in sorted(found.calibration.items()):
        yield f"  {tenth / 10:.1f}-{tenth / 10 + 0.1:.1f}  {tally.share:.2f}  of {tally.of}"
    for title, counter in (("missed, by service", found.missed), ("taken for requests, by kind", found.invented)):
        yield ""
        yield f"{title}: " + ", ".join(f"{name} {count}" for name, count in counter.most_common(SHOWN))
    yield ""
    yield "confused: " + ", ".join(f"{a} -> {b} {count}" for (a, b), count in found.confused.most_common(SHOWN))


def main() -> int:
    """Print the table; with `--wrong` also every message that the models do not get right in every field."""
    services = load_catalogue()
    rules = judge(lines(), Context(services=services))
    learned = judge(lines(), Context(services=services, models=models(_told)))
    from tests import threads

    told = [*side_by_side(rules, learned), *threads.rows(), "", "the models in detail", *table(learned)]
    if "--wrong" in sys.argv:
        told += ["", *learned.wrong]
    sys.stdout.write("\n".join(told) + "\n")
    return 0


def _told(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
