"""`gridbot train` and `gridbot evaluate`: a category model from a district's own history, and how good it is."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.clock import cpu_seconds
from parsing.grams import grams
from parsing.linear import Linear
from parsing.normalise import normalise
from parsing.training import fingerprint, folds, train

ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")
"""As spreadsheets write CSV here."""

SHOWN = 12
"""Confusions in the report: the most frequent."""

FIT = 0.6
"""How closely the model fits; chosen by cross-validation on texts of our own."""

Told = Callable[[str], None]


class DataError(Exception):
    """The data cannot be used; the text says what helps."""


@dataclass(frozen=True)
class Data:
    """Texts and their labels, row by row."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    skipped: int = 0
    encoding: str = "utf-8"


@dataclass(frozen=True)
class Judged:
    """One label's figures: how many texts have it, precision, recall and F1 (0..1)."""

    label: str
    texts: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Report:
    """What an evaluation found. `confused`: (true, taken for, texts), the most frequent first."""

    accuracy: float
    macro_f1: float
    labels: tuple[Judged, ...]
    confused: tuple[tuple[str, str, int], ...]
    milliseconds: float
    texts: int


def read_data(file: Path) -> Data:
    """Read `text,label` rows. Raises DataError."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise DataError(f"{file} cannot be read ({error.strerror}); look at the name") from None
    text, encoding = _decoded(raw, file)
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise DataError(f"{file} is no CSV table ({error}); save it again as CSV") from None
    if not rows:
        raise DataError(f"{file} is empty; it needs a first line `text,label` and one line a text")
    head = [name.strip().lower() for name in rows[0]]
    missing = [name for name in ("text", "label") if name not in head]
    if missing:
        raise DataError(f"{file}: the first line names no column {' and no '.join(missing)}; write `text,label` there")
    at, labelled = head.index("text"), head.index("label")
    pairs = [(row[at].strip(), row[labelled].strip()) for row in rows[1:] if len(row) > max(at, labelled) and any(row)]
    kept = [(text, label) for text, label in pairs if text and label]
    if not kept:
        raise DataError(f"{file}: no row has both a text and a label; fill the column that is empty")
    labels = Counter(label for _, label in kept)
    if len(labels) < 2:
        raise DataError(f"{file}: every row has the label {next(iter(labels))!r}; a model needs at least two labels")
    return Data(tuple(text for text, _ in kept), tuple(label for _, label in kept), len(rows) - 1 - len(kept), encoding)


def _decoded(raw: bytes, file: Path) -> tuple[str, str]:
    order = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS
    for encoding in order:
        try:
            text = raw.decode(encoding)
        except UnicodeError:
            continue
        if "\x00" not in text:
            return text, encoding.removesuffix("-sig")
    raise DataError(f"{file} is in no encoding that is known here; save it as CSV in UTF-8")


def fitted(data: Data, told: Told) -> Linear:
    """Train on all rows."""
    told(f"training on {len(data.texts):,} texts with {len(set(data.labels))} labels")
    return train(
        [grams(normalise(text).text) for text in data.texts],
        data.labels,
        version=fingerprint(data.texts, data.labels),
        strength=FIT,
    )


def write_model(model: Linear, file: Path) -> None:
    """Write a model. Raises DataError."""
    try:
        file.write_bytes(model.to_bytes())
    except OSError as error:
        raise DataError(f"{file} cannot be written ({error.strerror}); give another --model") from None


def read_model(file: Path) -> Linear:
    """Read a model. Raises DataError, ModelError."""
    try:
        return Linear.from_bytes(file.read_bytes())
    except OSError as error:
        raise DataError(f"{file} cannot be read ({error.strerror}); make one with gridbot train") from None


def evaluate(data: Data, model: Linear | None, count: int, told: Told) -> Report:
    """Judge `model` on the data, or (None) a model of the data's own by `count`-fold cross-validation.

    Raises DataError: a label has too few texts for so many folds; the model knows none of the labels.
    """
    if model is not None:
        unknown = sorted(set(data.labels) - set(model.labels))
        if len(unknown) == len(set(data.labels)):
            raise DataError(f"the model knows none of these labels; it knows {', '.join(model.labels[:8])}")
        taken, seconds = _answers(model, data.texts)
        return report(data.labels, taken, seconds)
    fewest, least = min(((label, texts) for label, texts in Counter(data.labels).items()), key=lambda pair: pair[1])
    if least < 2:
        raise DataError(f"the label {fewest!r} has one text only; give it more, or leave it out")
    found: list[str] = [""] * len(data.texts)
    seconds = 0.0
    counted = [grams(normalise(text).text) for text in data.texts]
    for number, (learn, test) in enumerate(folds(data.labels, count), 1):
        told(f"fold {number} of {count}")
        made = train([counted[one] for one in learn], [data.labels[one] for one in learn], strength=FIT)
        answers, took = _answers(made, [data.texts[one] for one in test])
        seconds += took
        for one, answer in zip(test, answers, strict=True):
            found[one] = answer
    return report(data.labels, found, seconds)


def _answers(model: Linear, texts: Sequence[str]) -> tuple[list[str], float]:
    began = cpu_seconds()
    answers = [model.best(grams(normalise(text).text)) for text in texts]
    return answers, cpu_seconds() - began


def report(labels: Sequence[str], taken: Sequence[str], seconds: float) -> Report:
    """Count what was taken for what."""
    pairs = Counter(zip(labels, taken, strict=True))
    judged = []
    for label in sorted(set(labels)):
        right = pairs[label, label]
        texts = sum(count for (true, _), count in pairs.items() if true == label)
        said = sum(count for (_, answer), count in pairs.items() if answer == label)
        precision, recall = (right / said if said else 0.0), right / texts
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        judged.append(Judged(label, texts, precision, recall, f1))
    wrong = [(true, answer, count) for (true, answer), count in pairs.most_common() if true != answer]
    return Report(
        sum(pairs[label, label] for label in set(labels)) / len(labels),
        sum(one.f1 for one in judged) / len(judged),
        tuple(judged),
        tuple(wrong[:SHOWN]),
        1000 * seconds / len(labels),
        len(labels),
    )


def printed(found: Report) -> str:
    """Return a report as lines for a terminal."""
    width = max(len(one.label) for one in found.labels)
    figures = f"accuracy {found.accuracy:.4f}  macro-F1 {found.macro_f1:.4f}  {found.milliseconds:.3f} ms a message"
    lines = [
        f"texts {found.texts:,}  {figures}",
        "",
        f"{'label':<{width}}  texts  precision  recall     F1",
    ]
    lines += [
        f"{one.label:<{width}}  {one.texts:>5}  {one.precision:>9.3f}  {one.recall:>6.3f}  {one.f1:>5.3f}"
        for one in found.labels
    ]
    if found.confused:
        lines += ["", "most often confused (true -> taken for):"]
        lines += [f"  {true} -> {answer}: {count}" for true, answer, count in found.confused]
    return "\n".join(lines)
