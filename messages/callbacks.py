"""What our buttons carry: versioned callback data.

Telegram keeps a button as long as its message lives, and a new field makes old buttons unreadable. So a class never
changes: new fields are a new class with the next prefix (`t2`), and the old one stays in `_KNOWN`.
"""

from aiogram.filters.callback_data import CallbackData


class Press(CallbackData, prefix="t1"):
    """A tap on a ticket's button. `action` is an `Action` value, `version` the ticket's when the card was drawn."""

    ticket: int
    action: str
    version: int


class Pick(CallbackData, prefix="p1"):
    """A choice after an action: a reason's code, a person's id (at most 24 bytes), a span such as `3d`."""

    ticket: int
    action: str
    choice: str


class Draft(CallbackData, prefix="d1"):
    """A choice about words that wait in a draft row."""

    draft: int
    choice: str


class View(CallbackData, prefix="v1"):
    """A look at the tickets behind a figure: `what` is `late` or `all`, `ref` an area's code."""

    what: str
    ref: str


class Choose(CallbackData, prefix="c1"):
    """A choice that belongs to no ticket's transition: `what` it is for, `ref` whom or which, `arg` the rest."""

    what: str
    ref: str
    arg: str = ""


LONGEST_DATA = 64
"""Bytes that a button can carry."""


def choose(what: str, ref: str, arg: str = "") -> str | None:
    """Return the callback data of a choice; None where it would be longer than a button holds."""
    data = Choose.__separator__.join((Choose.__prefix__, what, ref, arg))
    possible = data.count(Choose.__separator__) == 3 and len(data.encode(errors="replace")) <= LONGEST_DATA
    return data if possible and data.isprintable() else None


_LARGEST = 2**63 - 1
"""No number of ours is larger, and the database keeps none."""

_KNOWN: tuple[type[CallbackData], ...] = (Press, Pick, Draft, View, Choose)


def decode(data: str) -> Press | Pick | Draft | View | Choose | None:
    """Read callback data; None = not one of ours, or from a button too old to be understood."""
    for kind in _KNOWN:
        if data.startswith(f"{kind.__prefix__}{kind.__separator__}"):
            try:
                found = kind.unpack(data)
            except (TypeError, ValueError):
                return None
            return found if isinstance(found, Press | Pick | Draft | View | Choose) and _possible(found) else None
    return None


def _possible(data: Press | Pick | Draft | View | Choose) -> bool:
    """Whether the numbers can be ours: whoever writes callback data by hand can write any."""
    match data:
        case Press(ticket=ticket, version=version):
            return 0 < ticket <= _LARGEST and 0 <= version <= _LARGEST
        case Pick(ticket=number) | Draft(draft=number):
            return 0 < number <= _LARGEST
        case _:
            return True
