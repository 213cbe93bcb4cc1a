"""What was learned from the catalogue's utterances: is it a request, is somebody in danger now, which service, where.

Linear models over the same runs of characters, trees that weigh what they say, and a model that finds places.
"""

import hashlib
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from parsing.chain import Chain
from parsing.grams import longest_first, readable
from parsing.linear import FIRST, Floats, Linear, ModelError, rounded, softmax
from parsing.spots import Spots
from parsing.trees import Weighing

YES, NO = "yes", "no"
REQUEST, DANGER = "?request", "?danger"
"""The first two columns: log-odds that something is asked for, that somebody is in danger now."""

KIND = "?danger "
"""How the columns of the kinds of danger begin, which come next: by how much it is this one."""

MAGIC = b"gridbot understanding 6\n"

SIZES = struct.Struct(">QQ")
"""Bytes of the linear models and of the trees in the file."""

HIDDEN = "〇"
"""Stands for a place."""


@dataclass(frozen=True)
class Models:
    """Linear models as one, their columns side by side over the same grams; `spots`, where there is one.

    `weighing`: what their words count beside each other; None where too little was read to know.
    """

    linear: Linear
    spots: Spots | None = None
    weighing: Weighing | None = None

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of danger that were learned, in the order of `Opinion.kinds`."""
        return self.linear.labels[2 : self.first]

    @cached_property
    def first(self) -> int:
        """The first column of a service."""
        return next(
            (at for at, label in enumerate(self.linear.labels) if not label.startswith("?")), len(self.linear.labels)
        )

    @property
    def services(self) -> tuple[str, ...]:
        """The services that were learned, in the order of `Opinion.services`."""
        return self.linear.labels[self.first :]

    @property
    def version(self) -> str:
        """What they were trained from."""
        return self.linear.version

    @property
    def _units(self) -> Floats:
        units = self.linear.unit
        return units if units is not None else np.ones(len(self.linear.labels), dtype=np.float32)

    def to_bytes(self) -> bytes:
        """Return a file's content."""
        linear, weighing = self.linear.to_bytes(), self.weighing.to_bytes() if self.weighing is not None else b""
        spots = self.spots.chain.to_bytes() if self.spots is not None else b""
        return MAGIC + SIZES.pack(len(linear), len(weighing)) + linear + weighing + spots

    @classmethod
    def from_bytes(cls, content: bytes) -> "Models":
        """Read a file's content. Raises ModelError."""
        head = len(MAGIC) + SIZES.size
        if not content.startswith(MAGIC) or len(content) < head:
            raise ModelError("This is no model of understanding; it is made anew at the next start.")
        size, trees = SIZES.unpack(content[len(MAGIC) : head])
        found = Linear.from_bytes(content[head : head + size])
        if found.labels[:2] != (REQUEST, DANGER):
            raise ModelError("This model knows categories only; it is no model of understanding.")
        weighing, rest = content[head + size : head + size + trees], content[head + size + trees :]
        try:
            return cls(
                found,
                Spots(Chain.from_bytes(rest)) if rest else None,
                Weighing.from_bytes(weighing) if weighing else None,
            )
        except ValueError:
            raise ModelError("The model of understanding is damaged; it is made anew at the next start.") from None

    @classmethod
    def of(
        cls, yes_or_no: Mapping[str, Linear], service: Linear, weighing: Weighing | None = None, version: str = ""
    ) -> "Models":
        """Put models of the same grams together, in this order; each brings its scale into its weights."""
        columns = [_yes(one) for one in yes_or_no.values()]
        columns.append((service.whole() * service.scale, service.bias * service.scale))
        weights, unit = rounded(np.concatenate([weights for weights, _ in columns], axis=1))
        bias = np.concatenate([bias for _, bias in columns]).astype(np.float32)
        labels = (*yes_or_no, *service.labels)
        linear = Linear(labels, service.grams, service.idf, weights, bias, version=version, unit=unit)
        return cls(linear, weighing=weighing)

    def asking(self, request: Linear) -> "Models":
        """Return the same models but for what is a request, which another model of the same grams says."""
        column, bias = _yes(request)
        weights, biases, units = self.linear.weights.copy(), self.linear.bias.copy(), self._units.copy()
        (weights[:, :1], units[:1]), biases[:1] = rounded(column), bias
        return replace(self, linear=replace(self.linear, weights=weights, bias=biases, unit=units))


def _yes(model: Linear) -> tuple[Floats, Floats]:
    """Return one column of log-odds from a model of yes and no."""
    yes, no = model.labels.index(YES), model.labels.index(NO)
    weights = (model.whole()[:, yes] - model.whole()[:, no]) * model.scale
    return weights[:, None], np.array([(model.bias[yes] - model.bias[no]) * model.scale], dtype=np.float32)


@dataclass(frozen=True)
class Opinion:
    """What the models think of one message."""

    models: Models
    looked: tuple[Any, Floats]
    request: float
    """Log-odds that something is asked for."""

    danger: float
    """Log-odds that somebody is in danger now, at first sight."""

    @cached_property
    def kinds(self) -> list[float]:
        """By how much it is each kind of danger."""
        found: list[float] = self.models.linear.scores_of(self.looked, slice(2, self.models.first)).tolist()
        return found

    @cached_property
    def services(self) -> Floats:
        """Probability of each service, if it is a request, in the order of `Models.services`."""
        return softmax(self.models.linear.scores_of(self.looked, slice(self.models.first, None)))


def hide(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return folded text with each place replaced by one sign."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            pieces += [text[at:start], HIDDEN]
            at = end
    return "".join((*pieces, text[at:]))


def opinion(models: Models, counts: Mapping[str, float]) -> Opinion:
    """Ask the models."""
    looked = models.linear.look(counts)
    request, danger = models.linear.scores_of(looked, FIRST)
    return Opinion(models, looked, float(request), float(danger))


def words_for(models: Models, counts: Mapping[str, float], service: str, most: int = 3) -> list[str]:
    """Return the words of the message that spoke most for a service, the strongest first."""
    strong = models.linear.deciding(counts, service, 12)
    plain = [word for gram in strong if HIDDEN not in gram and (word := readable(gram))]
    return longest_first(word for word in plain if len(word) > 1)[:most] or plain[:most]


def version_of(*texts: bytes) -> str:
    """Return a short name for what models are trained from."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(struct.pack(">Q", len(text)) + text)
    return digest.hexdigest()[:12]


MOST = 3
"""Services that are named, the likeliest first."""


def blend(
    opinion_: Opinion, labels: tuple[str, ...], allowed: frozenset[str], ruled: Mapping[str, float] | None = None
) -> list[tuple[str, float]]:
    """Return the likeliest services that a district has, with their probabilities.

    `ruled`: what the rules give each service that they find, in log-odds.
    """
    chances = opinion_.services * _mask(labels, allowed)
    for service, more in (ruled or {}).items():
        if service in labels:
            chances[labels.index(service)] *= math.exp(more)
    whole = float(chances.sum())
    if whole <= 0:
        return []
    order = np.argsort(-chances, kind="stable")[:MOST]
    return [(labels[at], float(chances[at]) / whole) for at in order.tolist() if chances[at] > 0]


@lru_cache(maxsize=16)
def _mask(labels: tuple[str, ...], allowed: frozenset[str]) -> Floats:
    return np.array([label in allowed for label in labels], dtype=np.float32)
