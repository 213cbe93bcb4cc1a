"""A chain of labels: how likely each label is at each place of a text, when neighbours lean on each other.

The arithmetic of a conditional random field that was trained elsewhere: a weight for each sign and label, and one for
each pair of neighbouring labels. Plain arrays; forwards and backwards once (Lafferty, McCallum and Pereira 2001).
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Chances = list[list[float]]
"""For each place the probability of each label."""


@dataclass(frozen=True)
class Chain:
    """Shapes: `weights` (signs + 1, labels), the last row for unknown signs; `pairs` (labels, labels), from and to."""

    labels: tuple[str, ...]
    signs: tuple[str, ...]
    weights: Floats
    pairs: Floats

    @classmethod
    def of(
        cls,
        labels: Sequence[str],
        weights: Mapping[tuple[str, str], float],
        pairs: Mapping[tuple[str, str], float],
    ) -> "Chain":
        """Put a trained model into arrays: the weight of each (sign, label), of each (label, next label)."""
        signs = tuple(dict.fromkeys(sign for sign, _ in weights))
        rows, columns = {sign: at for at, sign in enumerate(signs)}, {label: at for at, label in enumerate(labels)}
        filled = np.zeros((len(signs) + 1, len(labels)), dtype=np.float32)
        for (sign, label), weight in weights.items():
            filled[rows[sign], columns[label]] = weight
        following = np.array([[pairs.get((one, then), 0.0) for then in labels] for one in labels], dtype=np.float32)
        return cls(tuple(labels), signs, filled, following)

    @property
    def unknown(self) -> int:
        """The row of a sign that nobody has learned."""
        return len(self.signs)

    def chances(self, rows: Sequence[Sequence[int]], more: Mapping[int, Sequence[int]]) -> Chances:
        """Return the probability of each label at each place.

        `rows`: of several signs the rows at every place, each as long as the text; `more`: further ones of some places.
        """
        scores = self.weights[np.array(rows)].sum(axis=0, dtype=np.float64)
        for place, further in more.items():
            scores[place] += self.weights[list(further)].sum(axis=0)
        odds = np.exp(scores - scores.max(axis=1, keepdims=True)).tolist()
        return self._smooth(odds)

    def _smooth(self, odds: Chances) -> Chances:
        """Go forwards and backwards; each step is scaled to one, so that nothing runs out of range."""
        (aa, ab, ac), (ba, bb, bc), (ca, cb, cc) = self._steps
        a, b, c = odds[0]
        before = [(a, b, c)]
        for x, y, z in odds[1:]:
            a, b, c = (a * aa + b * ba + c * ca) * x, (a * ab + b * bb + c * cb) * y, (a * ac + b * bc + c * cc) * z
            whole = 1.0 / (a + b + c)
            a, b, c = a * whole, b * whole, c * whole
            before.append((a, b, c))
        found: Chances = []
        p = q = r = 1.0
        for (a, b, c), (x, y, z) in zip(reversed(before), reversed(odds), strict=True):
            whole = 1.0 / (a * p + b * q + c * r)
            found.append([a * p * whole, b * q * whole, c * r * whole])
            x, y, z = x * p, y * q, z * r
            p, q, r = aa * x + ab * y + ac * z, ba * x + bb * y + bc * z, ca * x + cb * y + cc * z
            whole = 1.0 / (p + q + r)
            p, q, r = p * whole, q * whole, r * whole
        found.reverse()
        return found

    @cached_property
    def _steps(self) -> Chances:
        steps: Chances = np.exp(self.pairs.astype(np.float64)).tolist()
        return steps

    def to_bytes(self) -> bytes:
        """Return a file's content."""
        file = io.BytesIO()
        head = json.dumps({"labels": self.labels, "signs": self.signs}, ensure_ascii=False).encode()
        np.savez(file, head=np.frombuffer(head, dtype=np.uint8), weights=self.weights, pairs=self.pairs)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Chain":
        """Read a file's content. Raises ValueError."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as file:
                head: dict[str, Any] = json.loads(file["head"].tobytes())
                found = cls(tuple(head["labels"]), tuple(head["signs"]), file["weights"], file["pairs"])
        except Exception as error:  # whatever numpy, zip or JSON find wrong with foreign bytes
            raise ValueError("no chain of labels") from error
        size = len(found.labels)
        if found.weights.shape != (len(found.signs) + 1, size) or found.pairs.shape != (size, size) or size != LABELS:
            raise ValueError("no chain of labels")
        return found


LABELS = 3
"""The arithmetic is written out for so many: a loop over them takes three times as long."""
