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
    """A look at something: `what` is `late`, `all` or `ticket`, `ref` an area's code or a ticket's number."""

    what: str
    ref: str


_KNOWN: tuple[type[CallbackData], ...] = (Press, Pick, Draft, View)


def decode(data: str) -> Press | Pick | Draft | View | None:
    """Read callback data; None = not one of ours, or from a button too old to be understood."""
    for kind in _KNOWN:
        if data.startswith(f"{kind.__prefix__}{kind.__separator__}"):
            try:
                found = kind.unpack(data)
            except (TypeError, ValueError):
                return None
            return found if isinstance(found, Press | Pick | Draft | View) else None
    return None
