"""What falls due together is told together: each person reads one message, however much there is."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from handlers.actions.deliver import can_write, deliver, language_for
from handlers.deps import Deps
from storage import Outgoing, Unit
from tickets.bundle import FOR_RESIDENTS, Item, item, items, may_wait
from tickets.model import Ticket
from tickets.notices import Notice, NoticeKind, Priority
from tickets.roster import PersonId

HOLD = 30.0
"""Real seconds that a message gathers at most once nothing more comes; then it goes as it is, whatever happened."""


async def deliver_together(deps: Deps, unit: Unit, ticket: Ticket, notices: Iterable[Notice], now: datetime) -> None:
    """Write the outbox rows for what the clock did to one ticket of many, in the same transaction."""
    alone: list[Notice] = []
    gathered: list[tuple[int, Notice]] = []
    for notice in notices:
        chat = await _chat(deps, unit, notice) if may_wait(notice) else None
        if notice.kind is NoticeKind.STAFF_CARD and not notice.loud:
            await _renew(deps, unit, ticket, notice)  # whoever has read of it in a bundle gets no card unasked
        elif chat is None:
            alone.append(notice)
        else:
            gathered.append((chat, notice))
    await deliver(deps, unit, ticket, alone, now)
    for chat, notice in sorted(
        gathered, key=lambda one: one[0]
    ):  # always in the same order: no two wait for each other
        own = notice.kind is NoticeKind.CLOSED
        await unit.outbox.gather(
            [str(item(ticket.id, notice))],
            chat=chat,
            hold=HOLD,
            not_before=notice.not_before,
            key=f"bundle:{notice.cause}",
            language=language_for(deps, ticket) if own else deps.language_of(notice.reader or ""),
            reader=notice.reader,
            priority=Priority.REMINDER,
        )


async def _renew(deps: Deps, unit: Unit, ticket: Ticket, notice: Notice) -> None:
    telegram = deps.telegram_of(notice.reader or "")
    if telegram is not None:
        await unit.outbox.renew(ticket.id, priority=notice.priority, chat=telegram, template=notice.kind)


async def _chat(deps: Deps, unit: Unit, notice: Notice) -> int | None:
    """Return the private chat in which the reader can be told; None = it must go its own way."""
    telegram = deps.telegram_of(notice.reader or "")
    if telegram is None or (notice.kind in FOR_RESIDENTS and not await can_write(unit, telegram)):
        return None
    return telegram


async def fold(deps: Deps) -> int:
    """Before the first word after a long stop: new matters whose cards waited for duty meanwhile become one message.

    Returns how many became lines.
    """
    folded = 0
    async with deps.store.unit() as unit:
        missed = await unit.outbox.missed_cards(NoticeKind.STAFF_CARD, deps.now())
        for chat, found in groupby(missed, key=lambda row: row.chat):
            rows = [row for row in found if row.ticket is not None]
            if len(rows) < 2:
                continue
            for row in rows:
                await unit.outbox.unsay(row.id)
            await unit.outbox.gather(
                [str(Item(row.ticket or 0, NoticeKind.STAFF_CARD)) for row in rows],
                chat=chat,
                hold=HOLD,
                not_before=None,
                key=f"bundle:{rows[0].key}:{rows[0].generation}",
                language=rows[0].language,
                reader=rows[0].reader,
                priority=Priority.REMINDER,
            )
            folded += len(rows)
        if folded:
            await unit.commit()
    return folded


async def let_go(deps: Deps) -> int:
    """Let everything go that was gathered; what stayed alone is said as if it had been so from the start.

    Returns how many messages.
    """
    async with deps.store.unit() as unit:
        rows = await unit.outbox.gathering()
        for row in rows:
            await _let_go(deps, unit, row)
        if rows:
            await unit.commit()
    return len(rows)


async def _let_go(deps: Deps, unit: Unit, row: Outgoing) -> None:
    found = items(row.data["items"])
    if len(found) > 1:
        await unit.outbox.let_go(row.id)
        return
    [one] = found
    if one.kind is not NoticeKind.STAFF_CARD:
        await unit.outbox.let_go(row.id, (one.kind.value, one.ticket, one.data))
        return
    ticket = await unit.tickets.get(one.ticket)
    await unit.outbox.unsay(row.id)
    if ticket is not None:
        await deliver(deps, unit, ticket, [_card(row, row.reader)], deps.now())


def _card(row: Outgoing, reader: PersonId | None) -> Notice:
    return Notice(NoticeKind.STAFF_CARD, reader, row.key, Priority.TAP, loud=True, not_before=row.not_before)
