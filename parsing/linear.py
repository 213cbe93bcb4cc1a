"""A linear model: runs of characters in, a score for each label out. Plain arrays, no code inside the file."""

import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FIRST = slice(0, 2)
"""Labels that are asked for more often than the others."""

FORMAT = 1
"""Of the file; another number is refused."""


MOST = 127
"""The largest small integer."""


class ModelError(Exception):
    """The bytes are no model of ours; the text says what helps."""


@dataclass(frozen=True)
class Linear:
    """`weights[row[gram]] * unit` are the weights of a gram for each label.

    Shapes: `idf` (grams,), `weights` (grams, labels) half precision or small integers, `bias` and `unit` (labels,).
    `scale` turns scores into log-odds. `version` names what it was trained from.
    """

    labels: tuple[str, ...]
    grams: tuple[str, ...]
    idf: Floats
    weights: NDArray[np.float16] | NDArray[np.int8]
    bias: Floats
    scale: float = 1.0
    version: str = ""
    unit: Floats | None = None
    """What a weight of one counts, where weights are integers."""

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Return gram -> row."""
        return {gram: row for row, gram in enumerate(self.grams)}

    def scores(self, counts: Mapping[str, float]) -> Floats:
        """Return a score for each label, in the order of `labels`."""
        return self.scores_of(self.look(counts), slice(None))

    def look(self, counts: Mapping[str, float]) -> tuple[NDArray[np.intp], Floats]:
        """Return the rows of the grams that are known, and their values: a vector of length one."""
        known = self.rows
        rows = [row for gram in counts if (row := known.get(gram)) is not None]
        at = np.array(rows, dtype=np.intp)
        values = self.idf[at]
        if len(rows) < len(counts) or max(counts.values(), default=1) > 1:
            often = np.array([count for gram, count in counts.items() if gram in known], dtype=np.float32)
            values = values * (1 + np.log(often))
        length = math.sqrt(values @ values)
        return at, values / length if length else values

    def scores_of(self, looked: tuple[NDArray[np.intp], Floats], labels: slice) -> Floats:
        """Return the scores of some of the labels."""
        rows, values = looked
        if labels == FIRST:
            said: Floats = values @ self._first[rows]
        else:
            said = values @ self.weights[:, labels][rows].astype(np.float32)
            said = said if self.unit is None else said * self.unit[labels]
        total: Floats = (said + self.bias[labels]) * self.scale
        return total

    def whole(self, rows: Sequence[int] | slice | NDArray[np.intp] = slice(None)) -> Floats:
        """Return the weights of these grams as they count."""
        found: Floats = self.weights[rows].astype(np.float32)
        return found if self.unit is None else found * self.unit

    @cached_property
    def _first(self) -> Floats:
        """The first columns apart, which are asked for every message."""
        found: Floats = np.ascontiguousarray(self.weights[:, FIRST], dtype=np.float32)
        return found if self.unit is None else found * self.unit[FIRST]

    def probabilities(self, counts: Mapping[str, float]) -> Floats:
        """Return a probability for each label; they add up to one."""
        return softmax(self.scores(counts))

    def best(self, counts: Mapping[str, float]) -> str:
        """Return the likeliest label."""
        return self.labels[int(np.argmax(self.scores(counts)))]

    def deciding(self, counts: Mapping[str, float], label: str, most: int = 6) -> list[str]:
        """Return the grams that spoke most for `label`, the strongest first."""
        column = self.labels.index(label)
        known = [(gram, row, count) for gram, count in counts.items() if (row := self.rows.get(gram)) is not None]
        rows = np.array([row for _, row, _ in known], dtype=np.intp)
        weights = self.whole(rows)
        apart = weights[:, column] - (weights.mean(axis=1) if len(self.labels) > 2 else 0)
        spoke = apart * self.idf[rows] * np.array([count for _, _, count in known], dtype=np.float32)
        return [known[at][0] for at in np.argsort(-spoke, kind="stable")[:most] if spoke[at] > 0]

    def to_bytes(self) -> bytes:
        """Return the model as a file's content."""
        head = {"format": FORMAT, "labels": self.labels, "scale": self.scale, "version": self.version}
        file = io.BytesIO()
        np.savez(
            file,
            head=np.frombuffer(json.dumps(head).encode(), dtype=np.uint8),
            grams=np.frombuffer("\n".join(self.grams).encode(), dtype=np.uint8),
            idf=self.idf,
            weights=self.weights,
            bias=self.bias,
            unit=self.unit if self.unit is not None else np.zeros(0, dtype=np.float32),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Linear":
        """Read a model. Raises ModelError."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as file:
                head = json.loads(file["head"].tobytes())
                if head.get("format") != FORMAT:
                    raise ModelError("The model was written by another version; train it again with gridbot train.")
                weights, unit = file["weights"], file["unit"] if "unit" in file else np.zeros(0)
                found = cls(
                    tuple(head["labels"]),
                    tuple(file["grams"].tobytes().decode().split("\n")),
                    file["idf"].astype(np.float32, copy=False),
                    weights if unit.size else weights.astype(np.float16, copy=False),
                    file["bias"].astype(np.float32, copy=False),
                    float(head["scale"]),
                    str(head["version"]),
                    unit.astype(np.float32, copy=False) if unit.size else None,
                )
        except ModelError:
            raise
        except Exception as error:  # whatever numpy, zip or JSON find wrong with foreign bytes
            raise ModelError(
                f"This is no model of gridbot ({type(error).__name__}); train one with gridbot train."
            ) from None
        units = found.unit is None or (found.unit.shape == found.bias.shape and found.weights.dtype == np.int8)
        if (
            found.weights.shape != (len(found.grams), len(found.labels))
            or found.idf.shape != (len(found.grams),)
            or not units
        ):
            raise ModelError("The model is damaged; train it again with gridbot train.")
        return found


def rounded(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return weights as small integers, and what one of them counts for each label: half the memory, twice as fast."""
    unit: Floats = (np.abs(weights).max(axis=0) / MOST).astype(np.float32)
    unit[unit == 0] = 1.0
    return np.rint(weights / unit).astype(np.int8), unit


def softmax(scores: Floats) -> Floats:
    """Return probabilities for scores."""
    raised: Floats = np.exp(scores - scores.max())
    whole: Floats = raised / raised.sum()
    return whole
