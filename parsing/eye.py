"""How what was learned sees short texts, again and again: each text is looked at once, and remembered for a while."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from parsing.facts import Spot, spot_of
from parsing.glance import Glance, glance
from parsing.learned import Models
from parsing.linear import Floats, Linear
from parsing.normalise import normalise

SEEN, KEPT = 1024, 8192
"""Texts that are remembered; and of how many what little was found out: of those around the talk of a whole city."""

ROLES = ("join", "more", "new", "nothing", "over")
"""What a message can be by its words alone: "mine too", more of the same, a request, talk, "it is over"."""

ANYWHERE, NOTHING_OPEN, OWN, OTHERS = "anywhere", "nothing open", "own", "others"
"""Where something is said: whatever is open; with nothing open; with something of one's own, of others' only, open."""

_NO_ROLES = dict.fromkeys(ROLES, 0.0)
_NEVER = -1.5
"""The score of a role that nothing has there."""


class Eye:
    """Looks at texts with the models of understanding, and with those that tell roles, one for each place."""

    def __init__(self, models: Models, roles: Mapping[str, Linear]) -> None:
        self.models = models
        self._roles = roles
        remembered: Callable[[Any], Any] = lru_cache(maxsize=SEEN)
        kept: Callable[[Any], Any] = lru_cache(maxsize=KEPT)
        self.seen: Callable[[str], Glance | None] = remembered(glance)
        self.looked: Callable[[str], tuple[Any, Floats, Floats] | None] = kept(self._look)
        self.where: Callable[[str], tuple[Spot, frozenset[str]]] = kept(self._where)
        self.near: Callable[[str, str], tuple[float, float]] = remembered(self._near)
        self.roles: Callable[..., Mapping[str, float]] = kept(self._role)

    def _look(self, text: str) -> tuple[Any, Floats, Floats] | None:
        """Return the grams of a text, their values, and what they say of each service."""
        look = self.seen(text)
        if look is None:
            return None
        rows, values = self.models.linear.look(look.counts)
        return rows, values, self.models.linear.scores_of((rows, values), slice(self.models.first, None))

    def _where(self, text: str) -> tuple[Spot, frozenset[str]]:
        """Return where a text says that it is, and the pairs of characters in what it calls that."""
        look = self.seen(text)
        if look is None:
            return Spot(), frozenset()
        spots = self.models.spots
        places = spots.places(look.folded, look.places) if spots is not None else look.places
        spans = tuple(place.span for place in places)
        return spot_of(spans), frozenset(pair for span in spans for pair in pairs(normalise(span).text))

    def _near(self, one: str, other: str) -> tuple[float, float]:
        """Return how much two texts share in grams, and in what they speak of."""
        first, second = self.looked(one), self.looked(other)
        if first is None or second is None:
            return 0.0, 0.0
        held = dict(zip(first[0].tolist(), first[1].tolist(), strict=True))
        shared = sum(
            held.get(row, 0.0) * value for row, value in zip(second[0].tolist(), second[1].tolist(), strict=True)
        )
        middle = self.models.linear.bias[self.models.first :]
        a, b = first[2] - middle, second[2] - middle
        a, b = a - a.mean(), b - b.mean()
        length = float(np.linalg.norm(a) * np.linalg.norm(b))
        return float(shared), float(a @ b) / length if length else 0.0

    def chance(self, text: str, service: str | None) -> float:
        """Return the probability that a text, if it asks for something, asks for this."""
        found = self.looked(text)
        if found is None or service not in self.models.services:
            return 0.0
        raised = np.exp(found[2] - found[2].max())
        return float(raised[self.models.services.index(service)] / raised.sum())

    def likeliest(self, text: str) -> str | None:
        """Return the service that a text asks for, if it asks for anything."""
        found = self.looked(text)
        return self.models.services[int(np.argmax(found[2]))] if found is not None else None

    def _role(self, text: str, where: str = ANYWHERE) -> Mapping[str, float]:
        """Return how much the words sound like each role, said there."""
        look, model = self.seen(text), self._roles.get(where)
        if model is None or look is None:
            return _NO_ROLES
        scores = dict(zip(model.labels, model.scores(look.counts).tolist(), strict=True))
        return {name: scores.get(name, _NEVER) for name in ROLES}

    def sounds_over(self, text: str) -> float:
        """Return by how much "it is over" is before every other role."""
        found = self.roles(text)
        return found["over"] - max(value for name, value in found.items() if name != "over")


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of characters in a text."""
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))
