"""Some hundred small trees whose values are added up: nothing but comparisons when they are asked."""

import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Tree = tuple["array[int]", "array[float]", "array[int]", "array[int]", "array[float]"]
"""Of each node: the sign that is looked at (negative: a leaf), the bound, where to go below and above it, the value."""


def compact(*columns: Sequence[Any]) -> Tree:
    """Return a tree of these columns: as lists they would take five times the memory."""
    look, bound, below, above, value = columns
    return array("h", look), array("d", bound), array("h", below), array("h", above), array("f", value)


@dataclass(frozen=True)
class Trees:
    """`names` are the signs, in the order of their numbers in the trees."""

    names: tuple[str, ...]
    trees: tuple[Tree, ...]

    def score(self, signs: Mapping[str, float]) -> float:
        """Return what the trees say of one case."""
        return self.score_row([signs[name] for name in self.names])

    def score_row(self, row: Sequence[float]) -> float:
        """Return what the trees say of one case, its signs in the order of `names`."""
        total = 0.0
        for look, bound, below, above, value in self.trees:
            node = 0
            while (sign := look[node]) >= 0:
                node = below[node] if row[sign] <= bound[node] else above[node]
            total += value[node]
        return total

    def to_json(self) -> str:
        """Return a file's content."""
        return json.dumps([self.names, [[column.tolist() for column in one] for one in self.trees]])

    @classmethod
    def from_json(cls, content: str) -> "Trees":
        """Read a file's content. Raises ValueError."""
        names, trees = json.loads(content)
        try:
            return cls(tuple(names), tuple(compact(*one) for one in trees))
        except (TypeError, OverflowError) as error:
            raise ValueError("these are no trees") from error


@dataclass(frozen=True)
class Weighed:
    """Log-odds from signs: what each counts, and last what they begin with; and what trees mend of that."""

    weights: tuple[float, ...]
    trees: Trees

    def score(self, row: Sequence[float]) -> float:
        """Return the log-odds of one case, its signs in the order of the trees' names."""
        linear = sum(weight * sign for weight, sign in zip(self.weights, row, strict=False))
        return linear + self.weights[-1] + self.trees.score_row(row)


@dataclass(frozen=True)
class Weighing:
    """What says the log-odds of a request, and of danger."""

    request: Weighed
    danger: Weighed

    def to_bytes(self) -> bytes:
        """Return a file's content."""
        return json.dumps([(one.weights, one.trees.to_json()) for one in (self.request, self.danger)]).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Weighing":
        """Read a file's content. Raises ValueError."""
        request, danger = (Weighed(tuple(weights), Trees.from_json(trees)) for weights, trees in json.loads(content))
        return cls(request, danger)
