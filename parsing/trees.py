"""Some hundred small trees whose values are added up: nothing but comparisons when they are asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

Tree = tuple[list[int], list[float], list[int], list[int], list[float]]
"""Of each node: the sign that is looked at (negative: a leaf), the bound, where to go below and above it, the value."""


@dataclass(frozen=True)
class Trees:
    """`names` are the signs, in the order of their numbers in the trees."""

    names: tuple[str, ...]
    trees: tuple[Tree, ...]

    def score(self, signs: Mapping[str, float]) -> float:
        """Return what the trees say of one case."""
        row = [signs[name] for name in self.names]
        total = 0.0
        for look, bound, below, above, value in self.trees:
            node = 0
            while (sign := look[node]) >= 0:
                node = below[node] if row[sign] <= bound[node] else above[node]
            total += value[node]
        return total

    def to_json(self) -> str:
        """Return a file's content."""
        return json.dumps([self.names, self.trees])

    @classmethod
    def from_json(cls, content: str) -> "Trees":
        """Read a file's content. Raises ValueError."""
        names, trees = json.loads(content)
        return cls(tuple(names), tuple((a, b, c, d, e) for a, b, c, d, e in trees))
