"""Which matter a message belongs to, learned from threads: what a message can be is scored by what is known of it.

`settle` is the one decision: the service, the training and the measuring tool ask it. Without a model the rules of
`matter` decide.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from parsing.bits import LEAST, may_be_piece, together
from parsing.catalogue import load_reach
from parsing.eye import Eye
from parsing.facts import NOTHING, Before, Found, Kind, Matter, Spoken, Spot, Windows, spot
from parsing.learned import Models
from parsing.linear import Linear, ModelError
from parsing.matter import AT_ONCE, NOT_TALK, decide, named, plainly
from parsing.matter_signs import Choice, choices, of_piece
from parsing.me_too import Same, me_too
from parsing.model import Action, Context, Understanding
from parsing.never_mind import is_over
from parsing.trees import Trees

MAGIC = b"gridbot matters 1\n"

PIECES = timedelta(minutes=5)
"""So long before a message its pieces can have been said."""

UNFILED = timedelta(minutes=10)
"""So long a neighbour's words that were not filed can be borne out."""

DONE = timedelta(hours=12)
"""So long after somebody said that it is done further words are about it; then it has come back."""

HOT = timedelta(minutes=30)
"""So long after a matter was spoken of in a group everybody's words may be about it."""

MOST = 12
"""Matters with which a message is compared."""

AKIN = 0.25
"""Below this likeness of what two texts speak of, words of two services are about two things."""

SURE = 0.9
"""Probability of a service from which it is surely meant."""

SOUNDS_OVER, SURELY_NOT = 0.3, -0.3
"""By how much "it is over" is before every other role: enough alone; too little for what the rules find."""


@dataclass(frozen=True)
class MatterModel:
    """`roles`: what words can be by themselves; `choice`, `piece`: how well something fits."""

    roles: Linear
    choice: Trees
    piece: Trees
    version: str = ""
    _eyes: list[Eye] = field(default_factory=list, compare=False, repr=False)

    def eye(self, models: Models) -> Eye:
        """Return how texts are seen with these models; remembered as long as they are the ones that judge."""
        if not self._eyes or self._eyes[0].models is not models:
            self._eyes[:] = [Eye(models, self.roles)]
        return self._eyes[0]

    def to_bytes(self) -> bytes:
        """Return a file's content."""
        parts = (
            self.version.encode(),
            self.roles.to_bytes(),
            self.choice.to_json().encode(),
            self.piece.to_json().encode(),
        )
        return MAGIC + b"".join(struct.pack(">Q", len(part)) + part for part in parts)

    @classmethod
    def from_bytes(cls, content: bytes) -> "MatterModel":
        """Read a file's content. Raises ModelError."""
        try:
            if not content.startswith(MAGIC):
                raise ValueError("another kind of file")
            at, parts = len(MAGIC), []
            while at < len(content):
                (size,) = struct.unpack(">Q", content[at : at + 8])
                parts.append(content[at + 8 : at + 8 + size])
                at += 8 + size
            version, roles, choice, piece = parts
            return cls(
                Linear.from_bytes(roles),
                Trees.from_json(choice.decode()),
                Trees.from_json(piece.decode()),
                version.decode(),
            )
        except (ValueError, struct.error):
            raise ModelError("This is no model of matters; it is made anew at the next start.") from None


@dataclass(frozen=True)
class Settled:
    """The decision, and what the message means with the pieces that belong to it."""

    found: Found
    meant: Understanding


def settle(
    said: Spoken, matters: Sequence[Matter], windows: Windows, context: Context, model: MatterModel | None
) -> Settled:
    """Say which matter a message belongs to. `matters`: the speaker's own, and those that the group may read."""
    if model is None or context.models is None:
        return _by_rules(said, matters, windows, context)
    if said.staff:  # what staff say in the group is no part of residents' matters
        return Settled(decide(said, [one for one in matters if one.reporter == said.by], windows), said.meant)
    eye = model.eye(context.models)
    near = _nearest(said, [one for one in matters if may_be(said, one, eye)])
    others = unfiled(said, eye)
    if not is_listened_to(said, near, others):
        return Settled(NOTHING, said.meant)
    best = _best(said, choices(said, [*near, *others], eye), model.choice)
    if best.kind is Kind.NOTHING:
        return Settled(NOTHING, said.meant)
    pieces = tuple(bit for bit in said.bits if model.piece.score(of_piece(said, bit, best.kind, eye)) > 0)
    if best.matter is not None and best.matter.pieces:
        return Settled(Found(Kind.JOINS, None, pieces, best.matter.pieces), said.meant)
    found = Found(best.kind, best.matter.number if best.matter is not None else None, pieces)
    return Settled(found, meaning(said, found))


def is_listened_to(said: Spoken, near: Sequence[Matter], others: Sequence[Matter]) -> bool:
    """Whether there is anything to decide: everyday talk, with nothing open around it, costs nothing more."""
    meant = said.meant
    if meant.action is not Action.SILENT or meant.confidence >= LEAST or said.replied is not None:
        return True
    if any(bit.hint >= LEAST for bit in said.bits) or any(one.reporter == said.by for one in near):
        return True
    if near and meant.confidence >= NOT_TALK:
        return True
    return bool(near or others) and me_too(said.text) is not Same.NO


def asks_around(said: Spoken) -> bool:
    """Whether words look like a report or say "me too": then it is worth asking what neighbours have open."""
    meant = said.meant
    if not said.text.strip() or (meant.action is not Action.SILENT and meant.danger is not None):
        return False
    if meant.action is not Action.SILENT or said.replied is not None:
        return not meant.private
    places = tuple((one.start, one.end) for one in meant.places)
    return not said.talk and me_too(said.text, places) in (Same.BARE, Same.ALSO)


def is_done(text: str, eye: Eye | None) -> bool:
    """Whether somebody says that the trouble is over: "来水了", "通好了", "师傅来过，不漏了"."""
    if eye is None or not text.strip():
        return is_over(text)
    return eye.sounds_over(text) > (SURELY_NOT if is_over(text) else SOUNDS_OVER)


def _nearest(said: Spoken, near: list[Matter]) -> list[Matter]:
    """Return those that are worth comparing, where very many are open: the same service, the same place, the latest."""
    if len(near) <= MOST:
        return near
    services, here = (said.meant.service, said.meant.second), spot(said.meant)

    def order(one: Matter) -> tuple[bool, bool, bool, datetime]:
        mine = one.reporter == said.by or one.number == said.replied
        return mine, one.service in services, here.meets(one.spot), one.last

    return sorted(near, key=order, reverse=True)[:MOST]


def may_be(said: Spoken, matter: Matter, eye: Eye) -> bool:
    """Whether a message can belong to a matter at all."""
    if matter.over and said.at - matter.last > DONE and said.replied != matter.number:
        return False
    if matter.reporter != said.by and (matter.private or said.staff):
        return False
    if _elsewhere(said, matter):
        return False
    return said.replied == matter.number or not _of_something_else(said, matter, eye)


_MENDS = ("错", "不是", "应该是", "更正", "sorry", "i mean", "not ")
"""Whoever says so puts right what was said before."""


def _elsewhere(said: Spoken, matter: Matter) -> bool:
    """Whether somebody plainly reports the same kind of trouble in another building, where each has its own."""
    asks = said.meant.action is Action.FILE and said.replied != matter.number
    if matter.reporter == said.by and any(word in said.text.lower() for word in _MENDS):
        return False
    return asks and spot(said.meant).apart(matter.spot) and load_reach().get(matter.service) != "grid"


def _of_something_else(said: Spoken, matter: Matter, eye: Eye) -> bool:
    """Whether a request is, by its words as well as by what was learned, about another service.

    Words a while after one's own report are what they say; of a neighbour's, and at once, only the plainest are.
    """
    meant = said.meant
    if meant.action is Action.SILENT or matter.service in (meant.service, meant.second):
        return False
    if meant.service not in plainly(said.text) or matter.service in named(said.text):
        return False
    later = matter.reporter == said.by and said.at - matter.own > AT_ONCE
    sure = later or (meant.action is Action.FILE and eye.chance(said.text, meant.service) >= SURE)
    return sure and eye.near(said.text, matter.text)[1] < AKIN


def unfiled(said: Spoken, eye: Eye) -> list[Matter]:
    """Return what neighbours said a short while ago that was nearly a request, as matters without a number."""
    spoken: dict[str, list[Before]] = {}
    if said.private:
        return []
    for one in said.before:
        fresh = said.at - one.at <= UNFILED and not one.taken and not one.staff
        if fresh and one.by != said.by and one.text.strip() and may_be_piece(one):
            spoken.setdefault(one.by, []).append(one)
    found: list[Matter] = []
    for by, lines in spoken.items():
        latest = lines[-3:]
        if max(one.hint for one in latest) < LEAST:
            continue
        text = "\n".join(one.text for one in latest)
        service = eye.likeliest(text)
        if service is not None:
            at = latest[-1].at
            found.append(Matter(-1 - len(found), service, by, Spot(), at, at, text=text, pieces=tuple(latest)))
    return found


def _best(said: Spoken, found: list[Choice], trees: Trees) -> Choice:
    asks = said.meant.action is not Action.SILENT
    plain = said.private or said.meant.danger is not None or said.meant.service in plainly(said.text)
    if asks and plain:  # who speaks to us, of danger, or plainly, is never passed over
        found = [one for one in found if one.kind is not Kind.NOTHING]
    return max(found, key=lambda one: trees.score(one.signs))


def meaning(said: Spoken, found: Found) -> Understanding:
    """Return what a message means with its pieces. A request that only the talk around it shows is asked about."""
    whole = said.whole or said.meant
    if found.kind is not Kind.NEW:
        return said.meant
    meant = whole if found.pieces and whole.action is not Action.SILENT else said.meant
    if meant.action is not Action.SILENT:
        return meant
    return replace(whole if whole.confidence > meant.confidence else meant, action=Action.ASK)


def _by_rules(said: Spoken, matters: Sequence[Matter], windows: Windows, context: Context) -> Settled:
    fresh = [bit for bit in said.bits if said.at - bit.at <= windows.follow_up]
    meant, pieces = (said.meant, ()) if said.staff else together(said.text, said.meant, fresh, context)
    found = decide(replace(said, meant=meant), matters, windows)
    return Settled(replace(found, pieces=pieces if found.kind is not Kind.NOTHING else ()), meant)
