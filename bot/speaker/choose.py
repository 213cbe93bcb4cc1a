"""Which rows go next. Pure: rows in, rows out."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage import Outgoing, OutKind, OutStatus
from tickets.notices import NoticeKind, Priority

SPARE = 2
"""Calls of every window that are kept for life and for the consequences of taps."""

ACKNOWLEDGE_AFTER = 1.0
"""Seconds that a group's card may have to wait for room before its reporter gets a reaction instead."""

HELD_BACK = 4.0
"""Seconds for which a row that is tried again holds back what comes after it in its lane: short trouble does not change
the order, long trouble of one row does not silence its chat."""


class Lane(StrEnum):
    """Each chat has two lanes with one call in flight each: reactions need not wait for words."""

    WORDS = "words"
    SIGNS = "signs"


Busy = tuple[int, Lane]
Room = Callable[[int, int], float]
"""(chat, weight) -> seconds until a call of that weight may go, 0 = now; weight 0 = a free call."""


@dataclass(frozen=True)
class Chosen:
    """What to do now, and in how many seconds it is worth to look again (None = nothing waits for time)."""

    send: tuple[Outgoing, ...]
    acknowledge: tuple[Outgoing, ...]
    wait: float | None


def lane(row: Outgoing) -> Busy:
    """Return the lane that a row goes through."""
    return row.chat, Lane.SIGNS if row.kind in (OutKind.REACTION, OutKind.DELETE) else Lane.WORDS


def choose(
    rows: Iterable[Outgoing],
    now: datetime,
    wall: float,
    busy: Collection[Busy],
    unsettled: Collection[int],
    room: Room,
    slots: int,
) -> Chosen:
    """Choose up to `slots` rows: by priority, then by age; per lane only its first, and only if there is room.

    A row whose own times have not come (`not_before` in the district's time, `retry_at` in real time) is passed over;
    `unsettled` are chats in which a lost message is still looked for: nothing else is said there, reactions excepted.
    A row that finds no room, or is tried again soon, blocks its lane, so that the order within a chat holds.
    """
    send: list[Outgoing] = []
    waits: list[float] = []
    taken = set(busy)
    stuck: list[Outgoing] = []
    for row in sorted(rows, key=lambda one: (one.priority, one.id)):
        if row.status is not OutStatus.PENDING or (row.not_before is not None and row.not_before > now):
            continue
        key = lane(row)
        if row.retry_at > wall:
            waits.append(row.retry_at - wall)
            if row.retry_at - wall <= HELD_BACK:
                taken.add(key)
            continue
        if key in taken or len(send) >= slots or (key[1] is Lane.WORDS and row.chat in unsettled):
            stuck.append(row)
            continue
        taken.add(key)
        wait = room(row.chat, _weight(row))
        if wait > 0:
            waits.append(wait)
            stuck.append(row)
        else:
            send.append(row)
    return Chosen(tuple(send), tuple(_unheard(stuck, room)), min(waits, default=None))


def _weight(row: Outgoing) -> int:
    if lane(row)[1] is Lane.SIGNS:
        return 0
    return row.items if row.priority <= Priority.TAP else row.items + SPARE


def _unheard(stuck: Iterable[Outgoing], room: Room) -> Iterable[Outgoing]:
    """Yield the new group cards that wait because their group's minute is full; reactions are free."""
    full: dict[int, bool] = {}
    for row in stuck:
        if row.template != NoticeKind.GROUP_CARD or row.message_id or row.reply_to is None or row.acked:
            continue
        if row.chat not in full:
            full[row.chat] = room(row.chat, 1 + SPARE) > ACKNOWLEDGE_AFTER and room(row.chat, 0) == 0.0
        if full[row.chat]:
            yield row
