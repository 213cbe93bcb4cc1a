"""Which matter a message belongs to, learned from threads: what a message can be is scored by what is known of it.

`settle` is the one decision: the service, the training and the measuring tool ask it. Without a model the rules of
`matter` decide.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from parsing.bits import LEAST, may_be_piece, together
from parsing.catalogue import load_reach
from parsing.eye import OTHERS, Eye
from parsing.facts import NOTHING, Before, Found, Kind, Matter, Spoken, Spot, Windows, spot
from parsing.learned import Models
from parsing.linear import Linear, ModelError
from parsing.matter import MANNERS, NOT_TALK, decide, is_aside, plainly, tags, without_talk
from parsing.matter_signs import AKIN, Choice, choices, of_piece
from parsing.me_too import Same, me_too
from parsing.model import Action, Context, Understanding
from parsing.never_mind import is_over
from parsing.trees import Trees

MAGIC = b"gridbot matters 3\n"

PIECES = timedelta(minutes=5)
"""So long before a message its pieces can have been said."""

UNFILED = timedelta(minutes=10)
"""So long a neighbour's words that were not filed can be borne out."""

DONE = timedelta(hours=12)
"""So long after somebody said that it is done further words are about it; then it has come back."""

HOT = timedelta(minutes=30)
"""So long after a matter was spoken of in a group everybody's words may be about it."""

LOOKS_BACK = timedelta(hours=72)
"""A matter that was spoken of longer ago is not joined by a guess."""

FRESH = timedelta(minutes=15)
"""So long after an outage was spoken of "me too" means it."""

RATHER = 0.2
"""By so much words may sound more like talk than like "mine too", and are still listened to."""

MOST = 12
"""Matters with which a message is compared."""

SURELY_TALK = 3.0
"""By how much talk must be likelier than all else before words of danger are passed over as talk."""

SOUNDS_OVER, SURELY_NOT = 0.3, -0.3
"""By how much "it is over" is before every other role: enough alone; too little for what the rules find."""


@dataclass(frozen=True)
class MatterModel:
    """`roles`: what words can be by themselves; `choice`, `piece`: how well something fits."""

    roles: Mapping[str, Linear]
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
        parts = [self.version.encode(), self.choice.to_bytes(), self.piece.to_bytes()]
        for where, model in self.roles.items():
            parts += [where.encode(), model.to_bytes()]
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
            version, choice, piece, *roles = parts
            return cls(
                {
                    where.decode(): Linear.from_bytes(model)
                    for where, model in zip(roles[::2], roles[1::2], strict=True)
                },
                Trees.from_bytes(choice),
                Trees.from_bytes(piece),
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
        own = decide(said, [one for one in matters if one.reporter == said.by], windows)
        return Settled(NOTHING if own.kind is Kind.NEW and _asks_back(said) else own, said.meant)
    eye = model.eye(context.models)
    near = _nearest(said, [one for one in matters if may_be(said, one)])
    others = unfiled(said, eye)
    if not is_listened_to(said, near, others, eye):
        return Settled(NOTHING, said.meant)
    best = _best(said, choices(said, [*near, *others], eye), model.choice)
    if best.kind is Kind.NOTHING:
        return Settled(NOTHING, said.meant)
    bits = (bit for bit in said.bits if not is_aside(bit.text))
    pieces = tuple(bit for bit in bits if model.piece.score(of_piece(said, bit, best.kind, eye)) > 0)
    if best.matter is not None and best.matter.pieces:
        return Settled(Found(Kind.JOINS, None, pieces, best.matter.pieces), said.meant)
    found = Found(best.kind, best.matter.number if best.matter is not None else None, pieces)
    return Settled(found, meaning(said, found))


def is_listened_to(said: Spoken, near: Sequence[Matter], others: Sequence[Matter], eye: Eye) -> bool:
    """Whether there is anything to decide: everyday talk, with nothing open around it, costs nothing more."""
    meant = said.meant
    if _is_aside(said, eye) or _takes_part(said, near):
        return False
    if meant.action is not Action.SILENT or meant.confidence >= LEAST or said.replied is not None:
        return True
    if any(bit.hint >= LEAST for bit in said.bits) or any(one.reporter == said.by for one in near):
        return True
    if near and (meant.confidence >= NOT_TALK or sounds_of_it(said.text, media=said.media, eye=eye)):
        return True
    return bool(near or others) and me_too(said.text) is not Same.NO


def _is_aside(said: Spoken, eye: Eye) -> bool:
    """Whether somebody only thanks, greets or agrees, or asks the group to join an order: that belongs to nothing."""
    if is_aside(said.text) and said.meant.action is Action.SILENT:
        return True
    plain = said.meant.action is Action.SILENT and not said.media and bool(tags(said.text) & MANNERS)
    return plain and not without_talk(said.text) and not me_too(said.text) and eye.sounds_over(said.text) < SOUNDS_OVER


def _asks_back(said: Spoken) -> bool:
    """Whether staff ask the group: "几号楼？", "里面有人吗？"."""
    return not said.private and said.meant.danger is None and "question" in tags(said.text)


def _takes_part(said: Spoken, near: Sequence[Matter]) -> bool:
    """Whether "+1" is said to what the group was asked to join last."""
    asked = said.aside is not None and all(one.last < said.aside for one in near)
    return asked and said.replied is None and me_too(said.text) is Same.BARE


def sounds_of_it(text: str, *, media: bool, eye: Eye) -> bool:
    """Whether words, or a picture without any, may be about what neighbours have open just now."""
    if not text.strip():
        return media
    found = eye.roles(text, OTHERS)
    return max(found["join"], found["over"], found["new"]) > found["nothing"] - RATHER


def looks_back(meant: Understanding, *, joined: bool) -> timedelta:
    """How long ago a neighbour's matter may have been spoken of to be looked at. `joined`: they have it too."""
    return LOOKS_BACK if joined or meant.confidence >= LEAST else HOT


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


def may_be(said: Spoken, matter: Matter) -> bool:
    """Whether a message can belong to a matter at all."""
    if matter.over and said.at - matter.last > DONE and said.replied != matter.number:
        return False
    if matter.reporter == said.by:
        return True
    if matter.private or said.staff:
        return False
    return said.replied == matter.number or not _elsewhere(said, matter)


def _elsewhere(said: Spoken, matter: Matter) -> bool:
    """Whether a neighbour plainly reports the same kind of trouble where it is surely another one.

    What is everybody's own is so behind every door; what has a spot is another one at another building.
    """
    reach, here = load_reach().get(matter.service), spot(said.meant)
    if said.meant.action is not Action.FILE or reach == "grid":
        return False
    if reach is None and here.next_door(matter.spot, rooms=True):
        return True
    houses = here.buildings and matter.spot.buildings and not here.buildings & matter.spot.buildings
    return bool(houses) and _is_plain(said)


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
    found = [one for one in found if not _is_another(said, one)]
    # Who speaks to us, or says plainly what is wrong where, is never passed over; who speaks of danger, hardly ever.
    if (asks and (said.private or _is_plain(said))) or _says_too(said, found):
        found = [one for one in found if one.kind is not Kind.NOTHING]
    if asks and any(_is_outage(said, one) for one in found):  # the same outage in every building is one matter
        found = [one for one in found if one.kind is not Kind.NEW]
    danger = asks and said.meant.danger is not None and not _is_known(said, found)
    surely = SURELY_TALK if danger else 0.0
    return max(found, key=lambda one: trees.score(one.signs) - (surely if one.kind is Kind.NOTHING else 0.0))


def _is_another(said: Spoken, choice: Choice) -> bool:
    """Whether words are surely of another matter: of danger where this is none, or of one's own trouble elsewhere."""
    one = choice.matter
    if one is None or said.replied == one.number:
        return False
    same, here = one.service == said.meant.service, spot(said.meant)
    if said.meant.danger is not None and not one.danger and not same and choice.signs["alike"] < AKIN:
        return True
    away = here.apart(one.spot) if same else not here.meets(one.spot)
    return choice.kind is Kind.CONTINUES and away and _is_plain(said)


def _is_outage(said: Spoken, choice: Choice) -> bool:
    """Whether a request is about the outage that a neighbour has just told of."""
    one = choice.matter
    if choice.kind is not Kind.JOINS or one is None or one.number < 0 or one.over or one.service != said.meant.service:
        return False
    return load_reach().get(one.service) == "grid" and said.at - one.last <= FRESH


def _says_too(said: Spoken, found: Sequence[Choice]) -> bool:
    """Whether somebody says "me too" while an outage is spoken of, and nobody was asked to join anything else."""
    places = tuple((one.start, one.end) for one in said.meant.places)
    if said.talk or me_too(said.text, places) not in (Same.BARE, Same.ALSO) or found[0].signs["fine"]:
        return False
    told = (one.matter for one in found if one.kind is Kind.JOINS and one.matter is not None)
    return any(
        one.number >= 0
        and load_reach().get(one.service) == "grid"
        and said.at - one.last <= FRESH
        and (said.aside is None or said.aside < one.last)
        for one in told
    )


def _is_plain(said: Spoken) -> bool:
    """Whether somebody names the trouble and the place of it in so many words: "4栋水管漏水"."""
    meant = said.meant
    return meant.action is Action.FILE and bool(meant.places) and meant.service in plainly(said.text)


def _is_known(said: Spoken, found: Sequence[Choice]) -> bool:
    """Whether somebody has just told of danger here: "don't turn on the light" is a neighbour's advice then."""
    told = (one.matter for one in found if one.matter is not None)
    return any(one.danger and said.at - one.last <= HOT for one in told)


def meaning(said: Spoken, found: Found) -> Understanding:
    """Return what a message means with its pieces. A request that only the talk around it shows is asked about."""
    whole = said.whole or said.meant
    if found.kind is not Kind.NEW:
        return said.meant
    meant = whole if found.pieces and whole.action is not Action.SILENT else said.meant
    if said.meant.action is Action.FILE:  # what is said plainly is filed, whatever was said before it
        return replace(meant, action=Action.FILE)
    if meant.action is not Action.SILENT:
        return meant
    return replace(whole if whole.confidence > meant.confidence else meant, action=Action.ASK)


def _by_rules(said: Spoken, matters: Sequence[Matter], windows: Windows, context: Context) -> Settled:
    fresh = [bit for bit in said.bits if said.at - bit.at <= windows.follow_up]
    meant, pieces = (said.meant, ()) if said.staff else together(said.text, said.meant, fresh, context)
    found = decide(replace(said, meant=meant), matters, windows)
    return Settled(replace(found, pieces=pieces if found.kind is not Kind.NOTHING else ()), meant)
