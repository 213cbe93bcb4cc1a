"""Grows small trees one after the other, each on what those before it get wrong. Needs scikit-learn, and only here."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from parsing.trees import Tree, Trees

Signs = Mapping[str, float]

ROUNDS, DEPTH, LEAF, STEP = 200, 6, 20, 0.08
"""Trees, comparisons in a row, cases behind each value, and how much of what it would mend each tree may mend."""

SEEN, SHOWN = 0.4, 0.6
"""The share of the signs, and of the cases, that each tree may look at."""

PIECE_ROUNDS, PIECE_DEPTH, PIECE_LEAF, PIECE_STEP = 60, 3, 8, 0.15
MOST = 2.0
"""The largest value of a leaf before its step."""

_LEAST = 0.05


def chosen(cases: Sequence[tuple[Sequence[Signs], Sequence[int]]]) -> Trees:
    """Learn to choose: each case has several rows of signs, and the numbers of those that are right."""
    from sklearn.tree import DecisionTreeRegressor

    names = tuple(sorted(cases[0][0][0]))
    rows = np.array([[row[name] for name in names] for found, _ in cases for row in found], dtype=np.float32)
    right = np.array([at in marked for found, marked in cases for at in range(len(found))], dtype=np.float64)
    case = np.array([number for number, (found, _) in enumerate(cases) for _ in found])
    score, trees = np.zeros(len(right)), []
    chance = np.random.default_rng(0)
    for number in range(ROUNDS):
        share = _shares(score, case, len(cases))
        wanted = right * share
        wanted /= np.maximum(np.bincount(case, wanted, len(cases)), 1e-9)[case]
        missing, weight = wanted - share, np.maximum(share * (1 - share), _LEAST)
        shown = (chance.random(len(cases)) < SHOWN)[case]
        tree = DecisionTreeRegressor(max_depth=DEPTH, min_samples_leaf=LEAF, max_features=SEEN, random_state=number)
        tree.fit(rows[shown], missing[shown] / weight[shown], sample_weight=weight[shown])
        values = _values(tree, rows[shown], missing[shown], share[shown] * (1 - share[shown]), STEP)
        score += values[tree.apply(rows)]
        trees.append(_plain(tree, values))
    return Trees(names, tuple(trees))


def judged(cases: Sequence[tuple[Signs, bool]]) -> Trees:
    """Learn yes and no: above nought is yes."""
    from sklearn.tree import DecisionTreeRegressor

    names = tuple(sorted(cases[0][0]))
    rows = np.array([[row[name] for name in names] for row, _ in cases], dtype=np.float32)
    right = np.array([yes for _, yes in cases], dtype=np.float64)
    usual = math.log((right.sum() + 1) / (len(right) - right.sum() + 1))
    score, trees = np.full(len(right), usual), [_always(usual)]
    for number in range(PIECE_ROUNDS):
        share = 1 / (1 + np.exp(-score))
        tree = DecisionTreeRegressor(
            max_depth=PIECE_DEPTH, min_samples_leaf=PIECE_LEAF, max_features=0.5, random_state=number
        )
        tree.fit(rows, right - share)
        values = _values(tree, rows, right - share, share * (1 - share), PIECE_STEP)
        score += values[tree.apply(rows)]
        trees.append(_plain(tree, values))
    return Trees(names, tuple(trees))


def _shares(score: Any, case: Any, cases: int) -> Any:
    highest = np.full(cases, -np.inf)
    np.maximum.at(highest, case, score)
    raised = np.exp(score - highest[case])
    return raised / np.bincount(case, raised, cases)[case]


def _values(tree: Any, rows: Any, missing: Any, weight: Any, step: float) -> Any:
    """Return the value of each node: what mends the cases behind it, carefully."""
    leaves = tree.apply(rows)
    count = tree.tree_.node_count
    mends = np.bincount(leaves, missing, count) / (np.bincount(leaves, weight, count) + 1)
    return np.clip(mends, -MOST, MOST) * step


def _plain(tree: Any, values: Any) -> Tree:
    grown = tree.tree_
    return (
        grown.feature.tolist(),
        [round(bound, 6) for bound in grown.threshold.tolist()],
        grown.children_left.tolist(),
        grown.children_right.tolist(),
        [round(value, 6) for value in values.tolist()],
    )


def _always(value: float) -> Tree:
    return [-2], [0.0], [-1], [-1], [value]
