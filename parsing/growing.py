"""Grows small trees one after the other, each on what those before it get wrong. Needs scikit-learn, and only here."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from parsing.trees import Tree, Trees, compact

Signs = Mapping[str, float]

ROUNDS, DEPTH, LEAF, STEP = 200, 14, 8, 0.08
"""Trees, comparisons in a row, cases behind each value, and how much of what it would mend each tree may mend."""

SEEN, SHOWN = 0.2, 0.6
"""The share of the signs, and of the cases, that each tree may look at."""


@dataclass(frozen=True)
class Growth:
    """How trees for a yes or no grow: see ROUNDS, DEPTH, LEAF, STEP, SEEN and SHOWN."""

    rounds: int
    depth: int
    leaf: int
    step: float
    seen: float
    shown: float = 1.0


PIECES = Growth(rounds=120, depth=8, leaf=6, step=0.08, seen=0.3, shown=0.7)
"""For the pieces of a matter, of which there are some thousand."""

MESSAGES = Growth(rounds=80, depth=4, leaf=30, step=0.1, seen=0.4, shown=0.3)
"""For messages, of which there are some ten thousand; as much is found as with twice the trees."""

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


def judged(
    names: Sequence[str], rows: Any, right: Sequence[bool], growth: Growth = PIECES, begin: Any | None = None
) -> Trees:
    """Learn yes and no, as log-odds. `rows`: of each case its signs in the order of `names`.

    `begin`: log-odds of each case that are known already; the trees say what is to be added.
    """
    from sklearn.tree import DecisionTreeRegressor

    signs, wanted = np.asarray(rows, dtype=np.float32), np.array(right, dtype=np.float64)
    usual = math.log((wanted.sum() + 1) / (len(wanted) - wanted.sum() + 1)) if begin is None else 0.0
    score, trees = np.full(len(wanted), usual) if begin is None else np.array(begin), [_always(usual)]
    chance = np.random.default_rng(0)
    for number in range(growth.rounds):
        share = 1 / (1 + np.exp(-score))
        shown = chance.random(len(wanted)) < growth.shown
        tree = DecisionTreeRegressor(
            max_depth=growth.depth, min_samples_leaf=growth.leaf, max_features=growth.seen, random_state=number
        )
        missing = wanted[shown] - share[shown]
        tree.fit(signs[shown], missing)
        values = _values(tree, signs[shown], missing, (share * (1 - share))[shown], growth.step)
        score += values[tree.apply(signs)]
        trees.append(_plain(tree, values))
    return Trees(tuple(names), tuple(trees))


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


def _plain(made: Any, values: Any) -> Tree:
    grown = made.tree_
    return compact(
        grown.feature.tolist(),
        [round(bound, 6) for bound in grown.threshold.tolist()],
        grown.children_left.tolist(),
        grown.children_right.tolist(),
        [round(value, 6) for value in values.tolist()],
    )


def _always(value: float) -> Tree:
    return compact([-2], [0.0], [-1], [-1], [value])
