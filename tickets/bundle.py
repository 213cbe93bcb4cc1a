"""Many things the clock has to tell one person at one moment: one message, a line each, instead of a flood. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tickets.model import Status, Ticket
from tickets.notices import Notice, NoticeKind, Priority
from tickets.roster import PersonId

S, K = Status, NoticeKind
_NOBODYS, _UNDER_WAY = frozenset({S.FILED}), frozenset({S.FILED, S.HANDLING, S.WAITING, S.ON_HOLD})

BUNDLED: Mapping[NoticeKind, frozenset[Status]] = {
    K.STAFF_CARD: _NOBODYS,
    K.REMIND_TAKE: _NOBODYS,
    K.NOT_TAKEN: _NOBODYS,
    K.REMIND_DONE: frozenset({S.FILED, S.HANDLING}),
    K.OVERDUE: frozenset({S.FILED, S.HANDLING}),
    K.STILL_OPEN: _UNDER_WAY,
    K.RESUMED: _UNDER_WAY,
    K.NO_ANSWER: _UNDER_WAY,
    K.REVIEW_WANTED: frozenset({S.FED_BACK, S.CONFIRMED}),
    K.RELIEVED: _UNDER_WAY,
    K.RECOUNTED: _UNDER_WAY,
    K.LAPSED: _UNDER_WAY,
    K.MISSED: _UNDER_WAY,
    K.WHISTLE_NEWS: _UNDER_WAY,
    K.CHECK_WANTED: frozenset({S.RESTING}),
    K.CLOSED: frozenset({S.CLOSED}),
    K.JOINED_CLOSED: frozenset({S.CLOSED}),
}
"""What becomes a line of a bundle, and in which states of its ticket it still matters."""

FOR_RESIDENTS = frozenset({K.CLOSED, K.JOINED_CLOSED})
"""Lines about the reader's own matter; all others are about work."""

DETAIL: Mapping[NoticeKind, str] = {K.LAPSED: "person", K.MISSED: "person", K.WHISTLE_NEWS: "what"}
"""The one thing that a notice says besides its ticket, where that is not whom it is for (`level`)."""


@dataclass(frozen=True)
class Item:
    """One line as it is kept: `level` is what a reminder says of its reader (handler, leader, above), or its detail."""

    ticket: int
    kind: NoticeKind
    level: str = ""

    def __str__(self) -> str:
        return f"{self.ticket}:{self.kind}:{self.level}"

    @property
    def data(self) -> dict[str, str]:
        """What the notice said, when it is said alone after all."""
        return {DETAIL.get(self.kind, "level"): self.level} if self.level else {}


def item(ticket: int, notice: Notice) -> Item:
    """Return a notice as a line."""
    return Item(ticket, notice.kind, notice.data.get(DETAIL.get(notice.kind, "level"), ""))


@dataclass(frozen=True)
class Line:
    """One line as it is shown."""

    ticket: Ticket
    kind: NoticeKind
    level: str = ""

    @property
    def own(self) -> bool:
        """Whether it is the reader's own matter."""
        return self.kind in FOR_RESIDENTS


@dataclass(frozen=True)
class Bundle:
    """What is shown, in the order in which it fell due."""

    lines: tuple[Line, ...]


def may_wait(notice: Notice) -> bool:
    """Whether a notice of the clock may be a line among others: nothing of life, and no silent renewal of a card."""
    return (
        notice.kind in BUNDLED
        and notice.priority is not Priority.LIFE
        and (notice.loud or notice.kind is not K.STAFF_CARD)
    )


def items(text: str) -> tuple[Item, ...]:
    """Read `1001:overdue:leader 1002:not_taken:above`."""
    found = (part.split(":", 2) for part in text.split())
    return tuple(Item(int(number), NoticeKind(kind), level) for number, kind, level in found)


def bundle(kept: Iterable[Item], tickets: Mapping[int, Ticket], reader: PersonId) -> Bundle:
    """Return what still matters to the reader: of each ticket the last word, where that has not been overtaken."""
    last: dict[int, Item] = {}
    for one in kept:
        last.pop(one.ticket, None)
        last[one.ticket] = one
    shown = ((tickets.get(number), one) for number, one in last.items())
    return Bundle(
        tuple(Line(ticket, one.kind, one.level) for ticket, one in shown if ticket and _matters(ticket, one, reader))
    )


def _matters(ticket: Ticket, one: Item, reader: PersonId) -> bool:
    if ticket.status not in BUNDLED[one.kind]:
        return False
    if one.kind in (K.STAFF_CARD, K.REMIND_TAKE):
        return reader in ticket.asked
    return one.kind is not K.REMIND_DONE or ticket.handler in (None, reader)
