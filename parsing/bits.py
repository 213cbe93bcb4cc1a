"""A sentence typed in pieces: "楼下那盏灯", "灭了", "好几天了". Pure: pieces and latest words in, one meaning out."""

from collections.abc import Sequence
from dataclasses import replace

from parsing.facts import Before
from parsing.matter import NOT_TALK, is_bit, tags
from parsing.model import Action, Context, Understanding
from parsing.understanding import understand

MOST = 4
"""Pieces that are looked back at."""

HINT = 0.12
"""Below this probability of a request words are talk, and are not put together with other talk."""

LEAST, LONGEST = 0.1, 60
"""Where what is learned decides: the probability from which words are more than talk, and the letters of a piece."""

_NO_PIECE = frozenset(("laugh", "chain", "advert", "thanks"))


def together(
    text: str, meant: Understanding, bits: Sequence[Before], context: Context
) -> tuple[Understanding, tuple[Before, ...]]:
    """Return what the latest words mean with the pieces before them, and which of these belong to it."""
    hinted = max((bit.hint for bit in bits), default=0.0)
    if meant.action is Action.SILENT and (max(hinted, meant.confidence) < HINT or not is_bit(text)):
        return meant, ()  # two people who talk: nearly every message
    pictures = tuple(bit for bit in bits if not bit.text.strip())
    pieces = tuple(bit for bit in bits[-MOST:] if bit.hint >= NOT_TALK and is_bit(bit.text))
    if not text.strip():
        return meant, (pictures if meant.action is not Action.SILENT else ())
    if meant.danger is not None:  # nothing said before takes it back, and whoever comes should read all of it
        return meant, tuple(bit for bit in bits if bit in pieces or bit in pictures)
    if pieces:
        whole = understand(joined(pieces, text), replace(context, since_last=None))
        if _better(whole, meant):
            return whole, tuple(bit for bit in bits if bit in pieces or bit in pictures)
    return meant, (pictures if meant.action is not Action.SILENT else ())


def whole(text: str, meant: Understanding, bits: Sequence[Before], context: Context) -> Understanding:
    """Return what the latest words mean with all that may be pieces of them; of mere talk nothing else than alone."""
    hinted = max((bit.hint for bit in bits), default=0.0)
    if not text.strip() or max(hinted, meant.confidence) < LEAST:
        return meant
    pieces = [bit for bit in bits if may_be_piece(bit) and bit.text.strip()][-MOST:]
    return understand(joined(pieces, text), replace(context, since_last=None)) if pieces else meant


def may_be_piece(bit: Before) -> bool:
    """Whether words may be the beginning of something: neither an answer to anybody nor fun."""
    return not bit.talk and len(bit.text) <= LONGEST and not tags(bit.text) & _NO_PIECE


def joined(pieces: Sequence[Before], text: str) -> str:
    """Return the pieces as one text."""
    return "\n".join((*(bit.text for bit in pieces), text))


def _better(whole: Understanding, last: Understanding) -> bool:
    """Whether the pieces say more together: a request where there was none, or the same one, no less plainly."""
    if whole.action is Action.SILENT:
        return False
    if last.action is Action.SILENT:
        return True
    if last.action is Action.ASK:
        return whole.confidence >= last.confidence
    return whole.action is Action.FILE or whole.service == last.service
