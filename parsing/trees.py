"""Some hundred small trees whose values are added up: nothing but comparisons when they are asked."""

import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Tree = tuple["array[int]", "array[float]", "array[int]", "array[int]", "array[float]"]
"""Of each node: the sign that is looked at (negative: a leaf), the bound, where to go below and above it, the value."""


KINDS = "hdhhf"
"""How the numbers of each column are kept."""


def compact(*columns: Sequence[Any]) -> Tree:
    """Return a tree of these columns: as lists they would take five times the memory."""
    made: Any = tuple(array(kind, column) for kind, column in zip(KINDS, columns, strict=True))
    return made  # type: ignore[no-any-return]


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

    def to_bytes(self) -> bytes:
        """Return a file's content: a line of names and sizes, then the columns of each tree."""
        head = json.dumps([self.names, [len(one[0]) for one in self.trees]])
        return head.encode() + b"\n" + b"".join(column.tobytes() for one in self.trees for column in one)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Trees":
        """Read a file's content. Raises ValueError."""
        head, _, rest = content.partition(b"\n")
        names, sizes = json.loads(head)
        trees, at = [], 0
        for size in sizes:
            columns = []
            for kind in KINDS:
                column = array(kind)
                end = at + column.itemsize * size
                column.frombytes(rest[at:end])
                columns.append(column)
                at = end
            trees.append(compact(*columns))
        if at != len(rest):
            raise ValueError("these are no trees")
        return cls(tuple(names), tuple(trees))


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
        both = [(one.weights, one.trees.to_bytes()) for one in (self.request, self.danger)]
        head = json.dumps([[weights, len(trees)] for weights, trees in both])
        return head.encode() + b"\n" + b"".join(trees for _, trees in both)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Weighing":
        """Read a file's content. Raises ValueError."""
        head, _, rest = content.partition(b"\n")
        (request, size), (danger, _) = json.loads(head)
        return cls(
            Weighed(tuple(request), Trees.from_bytes(rest[:size])),
            Weighed(tuple(danger), Trees.from_bytes(rest[size:])),
        )
