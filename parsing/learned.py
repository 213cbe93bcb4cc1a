"""What was learned from the catalogue's utterances: is it a request, of which service, is somebody in danger now.

Three linear models over runs of characters and over what the rules of this package see (their words and marks), so
that both kinds of knowledge are weighed by how often they were right. Places are hidden: 3栋 says nothing of a matter.
"""

import hashlib
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from parsing.grams import grams, longest_first, readable
from parsing.lexicon import Hit, Level, Match
from parsing.linear import Floats, Linear, ModelError, softmax
from parsing.normalise import Normalised
from parsing.urgency import State

YES, NO = "yes", "no"
REQUEST, DANGER = "?request", "?danger"
"""The first two columns: log-odds that something is asked for, that somebody is in danger now."""

HIDDEN = "〇"
"""Stands for a place."""


@dataclass(frozen=True)
class Models:
    """The three models as one: their columns stand side by side over the same grams."""

    linear: Linear

    @property
    def services(self) -> tuple[str, ...]:
        """The services that were learned, in the order of `Opinion.services`."""
        return self.linear.labels[2:]

    @property
    def version(self) -> str:
        """What they were trained from."""
        return self.linear.version

    def to_bytes(self) -> bytes:
        """Return a file's content."""
        return self.linear.to_bytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Models":
        """Read a file's content. Raises ModelError."""
        found = Linear.from_bytes(content)
        if found.labels[:2] != (REQUEST, DANGER):
            raise ModelError("This model knows categories only; it is no model of understanding.")
        return cls(found)

    @classmethod
    def of(cls, request: Linear, danger: Linear, service: Linear, version: str) -> "Models":
        """Put three models of the same grams together; each brings its scale into its weights."""
        columns = [_yes(request), _yes(danger), (service.weights.astype(np.float32) * service.scale, service.bias)]
        scales = (1.0, 1.0, service.scale)
        return cls(
            Linear(
                (REQUEST, DANGER, *service.labels),
                service.grams,
                service.idf,
                np.concatenate([weights for weights, _ in columns], axis=1).astype(np.float16),
                np.concatenate([bias * scale for (_, bias), scale in zip(columns, scales, strict=True)]),
                version=version,
            )
        )


def _yes(model: Linear) -> tuple[Floats, Floats]:
    """Return one column of log-odds from a model of yes and no."""
    yes, no = model.labels.index(YES), model.labels.index(NO)
    weights = (model.weights[:, yes].astype(np.float32) - model.weights[:, no]) * model.scale
    return weights[:, None], np.array([(model.bias[yes] - model.bias[no]) * model.scale], dtype=np.float32)


@dataclass(frozen=True)
class Opinion:
    """What the models think of one message. `services` are in the order of `Models.services`."""

    request: float
    """Log-odds that something is asked for."""

    danger: float
    """Log-odds that somebody is in danger now."""

    services: Floats
    """Probability of each service, if it is a request."""


def seen(
    folded: Normalised,
    places: Sequence[tuple[int, int]],
    matches: Sequence[tuple[Match, State]],
    marks: Mapping[str, Sequence[Hit]],
) -> Counter[str]:
    """Return what the models see: runs of characters with places hidden, and the signs that the rules found.

    `places` are spans of the folded text.
    """
    found = grams(hide(folded.text, places))
    for match, state in matches:
        service, level = match.pattern.service, match.pattern.level
        calm = state in (State.NOW, State.RECENT)
        found[f"\x01s:{service}:{level.name}"] += 1
        found[f"\x01t:{level.name}:{state.value}"] += 1
        if level >= Level.SURE and calm:
            found[f"\x01sure:{service}"] += 1
    for tag in marks:
        found[f"\x01m:{tag}"] += 1
    if places:
        found["\x01place"] += 1
    return found


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
    scores = models.linear.scores(counts)
    return Opinion(float(scores[0]), float(scores[1]), softmax(scores[2:]))


def words_for(models: Models, counts: Mapping[str, float], service: str, most: int = 3) -> list[str]:
    """Return the words of the message that spoke most for a service, the strongest first."""
    strong = models.linear.deciding(counts, service, 12)
    plain = [word for gram in strong if not gram.startswith("\x01") and HIDDEN not in gram and (word := readable(gram))]
    return longest_first(word for word in plain if len(word) > 1)[:most] or plain[:most]


def version_of(*texts: bytes) -> str:
    """Return a short name for what models are trained from: utterances, rules, and this program's way of seeing."""
    digest = hashlib.sha256(b"1")
    for text in texts:
        digest.update(struct.pack(">Q", len(text)) + text)
    return digest.hexdigest()[:12]


def blend(opinion_: Opinion, labels: Sequence[str], allowed: frozenset[str]) -> list[tuple[str, float]]:
    """Return the services a district has with their probabilities, the likeliest first."""
    mask = np.fromiter((label in allowed for label in labels), dtype=np.float32, count=len(labels))
    chances = opinion_.services * mask
    whole = float(chances.sum())
    if whole <= 0:
        return []
    order = np.argsort(-chances, kind="stable")
    return [(labels[int(at)], float(chances[at]) / whole) for at in order if chances[at] > 0]
