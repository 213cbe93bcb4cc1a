"""From labelled texts to a linear model. The one module that needs scikit-learn, and only while it trains."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from parsing.linear import Linear, softmax

SELDOM = 2
"""A gram in fewer texts than this says nothing about others; of very many texts more may be asked."""


def fingerprint(texts: Sequence[str], labels: Sequence[str]) -> str:
    """Return a short name for what a model is trained from."""
    digest = hashlib.sha256()
    for text, label in zip(texts, labels, strict=True):
        digest.update(f"{label}\t{text}\n".encode("utf-8", "replace"))
    return digest.hexdigest()[:12]


@dataclass(frozen=True)
class Table:
    """Texts as rows of numbers, from which several models may learn. `grams` with their weights are the columns."""

    grams: tuple[str, ...]
    idf: Any
    matrix: Any

    @classmethod
    def of(cls, counts: Sequence[Mapping[str, float]], seldom: int = SELDOM) -> "Table":
        """Make the table of texts given as counts of grams."""
        grams, idf = vocabulary(counts, seldom)
        return cls(tuple(grams), idf, _matrix(counts, grams, idf))

    def fit(
        self, rows: Sequence[int], labels: Sequence[str], *, strength: float = 1.0, balanced: bool = False
    ) -> Linear:
        """Fit a linear model on some rows; `labels` has one for each of these.

        `strength`: the more, the closer the fit. `balanced`: seldom labels count as much as frequent ones. Raises
        ValueError with fewer than two labels.
        """
        from sklearn.svm import LinearSVC

        names = tuple(sorted(set(labels)))
        if len(names) < 2:
            raise ValueError("at least two different labels are needed")
        model = LinearSVC(C=strength, class_weight="balanced" if balanced else None, random_state=0, max_iter=5000)
        model.fit(self.matrix[rows], np.array(labels))
        coefficients, bias = model.coef_, model.intercept_
        if len(names) == 2:  # one column for both: the second label's
            coefficients, bias = np.vstack([-coefficients[0], coefficients[0]]), np.array([-bias[0], bias[0]])
        return Linear(
            names,
            self.grams,
            self.idf.astype(np.float32),
            coefficients.T.astype(np.float16),
            bias.astype(np.float32),
        )

    def scores(self, model: Linear, rows: Sequence[int]) -> Any:
        """Return the scores that a model of this table gives some rows: one column for each label."""
        return (self.matrix[rows] @ model.whole() + model.bias) * model.scale


def train(
    counts: Sequence[Mapping[str, float]],
    labels: Sequence[str],
    *,
    version: str = "",
    strength: float = 1.0,
    balanced: bool = False,
) -> Linear:
    """Fit a linear model on texts given as counts of grams. Raises ValueError with fewer than two labels."""
    if len(set(labels)) < 2:
        raise ValueError("at least two different labels are needed")
    made = Table.of(counts).fit(range(len(counts)), labels, strength=strength, balanced=balanced)
    return replace(made, version=version)


def vocabulary(counts: Sequence[Mapping[str, float]], seldom: int = SELDOM) -> tuple[list[str], Any]:
    """Return the grams that say something, and how telling each is: the more, the fewer texts it stands in."""
    seen: Counter[str] = Counter()
    for one in counts:
        seen.update(one.keys())
    grams = sorted(gram for gram, texts in seen.items() if texts >= seldom and "\n" not in gram)
    if not grams:
        grams = sorted(gram for gram in seen if "\n" not in gram) or [" "]
    texts = np.array([seen[gram] for gram in grams], dtype=np.float64)
    return grams, np.log((1 + len(counts)) / (1 + texts)) + 1


def _matrix(counts: Sequence[Mapping[str, float]], grams: Sequence[str], idf: Any) -> Any:
    from scipy.sparse import csr_matrix

    rows = {gram: row for row, gram in enumerate(grams)}
    columns: list[int] = []
    often: list[float] = []
    ends = [0]
    for one in counts:
        found = [(row, count) for gram, count in one.items() if (row := rows.get(gram)) is not None]
        columns += [column for column, _ in found]
        often += [count for _, count in found]
        ends.append(len(columns))
    values = (1 + np.log(np.array(often, dtype=np.float64))) * idf[np.array(columns, dtype=np.intp)]
    sizes = np.diff(ends)
    squares = np.concatenate([[0.0], np.cumsum(values * values)])[ends]
    norms = np.sqrt(np.maximum(np.diff(squares), 1e-12))
    return csr_matrix((values / np.repeat(norms, sizes), columns, ends), shape=(len(counts), len(grams)))


def folds(labels: Sequence[str], count: int, seed: int = 0) -> list[tuple[list[int], list[int]]]:
    """Return `count` pairs of (train, test) positions; each label is spread evenly over the folds."""
    order = np.random.default_rng(seed).permutation(len(labels))
    place: dict[str, int] = {}
    parts: list[list[int]] = [[] for _ in range(count)]
    for position in order:
        label = labels[int(position)]
        turn = place.get(label, len(place))
        parts[turn % count].append(int(position))
        place[label] = turn + 1
    return [([one for part in parts if part is not test for one in part], test) for test in parts]


def apart(groups: Sequence[str], count: int) -> list[tuple[list[int], list[int]]]:
    """Return `count` pairs of (train, test) positions; a group is in one part only, as if nobody had thought of it."""
    names = sorted(set(groups), key=lambda name: hashlib.sha256(name.encode()).digest())
    part = {name: number % count for number, name in enumerate(names)}
    return [
        (
            [at for at, name in enumerate(groups) if part[name] != number],
            [at for at, name in enumerate(groups) if part[name] == number],
        )
        for number in range(count)
    ]


def log_odds(margins: Sequence[float], right: Sequence[bool]) -> tuple[float, float]:
    """Return (factor, shift) that turn held-out margins into log-odds which come true (Platt)."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6).fit(np.array(margins)[:, None], np.array(right))
    return float(model.coef_[0][0]), float(model.intercept_[0])


def weighed(rows: Any, right: Sequence[bool]) -> tuple[float, ...]:
    """Return what each sign counts for the log-odds, and last what these begin with (logistic regression)."""
    from sklearn.linear_model import LogisticRegression

    signs = np.array(rows, dtype=np.float64)
    mean, spread = signs.mean(axis=0), signs.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=1.0, max_iter=1000).fit((signs - mean) / spread, np.array(right))
    weights = model.coef_[0] / spread
    return (*weights.tolist(), float(model.intercept_[0] - mean @ weights))


def calibrated(model: Linear, held_out: Iterable[tuple[Any, str]]) -> float:
    """Return the scale for which the probabilities of held-out scores come truest (least log loss)."""
    pairs = [(scores, model.labels.index(label)) for scores, label in held_out]
    best = min(
        np.geomspace(0.5, 20, 40),
        key=lambda scale: -sum(float(np.log(softmax(scores * scale)[at] + 1e-12)) for scores, at in pairs),
    )
    return float(best)
