"""The outbox and people who wish to be forgotten: what was said to them goes, cards are drawn anew without words."""

from collections.abc import Collection
from functools import partial

import sqlalchemy as sa

from storage.line import Line
from storage.outgoing import OutKind, OutStatus
from storage.quick import Dialect, Quick, named
from storage.tables import CALL, OUTBOX

_IN_FLIGHT = (OutStatus.SENDING.value, OutStatus.UNKNOWN.value)


def _renew(here: Dialect, *, in_chat: bool, of_template: bool) -> sa.Executable:
    row = OUTBOX.c
    in_flight = row.status.in_([sa.literal_column(f"'{one}'") for one in _IN_FLIGHT])
    waits = row.status == OutStatus.PENDING.value
    wanted = [row.ticket == named(row.ticket, "of_ticket"), row.kind == OutKind.CARD.value]
    wanted += [sa.or_(row.message_id.is_not(None), in_flight)]
    wanted += [row.chat == named(row.chat, "at_chat")] if in_chat else []
    wanted += [row.template == named(row.template, "with_template")] if of_template else []
    priority = named(row.priority, "new_priority")
    return (
        sa.update(OUTBOX)
        .where(*wanted)
        .values(
            generation=row.generation + 1,
            status=sa.case((in_flight, row.status), else_=OutStatus.PENDING.value),
            priority=sa.case((sa.and_(waits, row.priority < priority), row.priority), else_=priority),
            created_at=sa.case((waits, row.created_at), else_=here.wall),
            attempts=sa.case((sa.or_(waits, in_flight), row.attempts), else_=0),
        )
    )


_RENEW = {
    (chat, template): Quick(partial(_renew, in_chat=chat, of_template=template))
    for chat in (False, True)
    for template in (False, True)
}
"""Whether a chat is named, and whether a template is -> the statement."""


class OutboxForget:
    """Deletes rows for good, and renews cards that are there already."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def forget_tickets(self, tickets: Collection[int]) -> int:
        """Delete every message about these tickets; their cards stay, and are drawn anew. Returns how many went."""
        row = OUTBOX.c
        gone = await self._line.write(
            sa.delete(OUTBOX).where(row.ticket.in_(sorted(tickets)), row.kind != OutKind.CARD.value)
        )
        await self._line.write(sa.update(OUTBOX).where(row.ticket.in_(sorted(tickets))).values(data={}, error=""))
        return gone

    async def forget_person(self, telegram: int, person: str, keep: Collection[int]) -> int:
        """Delete what was said to a resident, in private or seen by them alone, but for the tickets in `keep`."""
        row = OUTBOX.c
        theirs = sa.or_(row.chat == telegram, row.ephemeral_to == telegram, row.reader == person)
        about_others = sa.or_(row.ticket.is_(None), row.ticket.not_in(sorted(keep)))
        gone = await self._line.write(sa.delete(OUTBOX).where(theirs, about_others))
        await self._line.write(sa.delete(CALL).where(CALL.c.chat == telegram))
        return gone

    async def forget_author(self, telegram: int) -> int:
        """Delete what somebody said and others were shown (`data["author"]`)."""
        author = OUTBOX.c.data["author"].as_string()
        return await self._line.write(sa.delete(OUTBOX).where(author == str(telegram)))

    async def forget_cards_in(self, chat: int, tickets: Collection[int], template: str) -> int:
        """Delete the cards of one kind of these tickets in one chat."""
        row = OUTBOX.c
        return await self._line.write(
            sa.delete(OUTBOX).where(row.chat == chat, row.template == template, row.ticket.in_(sorted(tickets)))
        )

    async def renew(self, ticket: int, *, priority: int, chat: int | None = None, template: str | None = None) -> int:
        """Say that cards which were sent, or are being sent, are stale; none is made. Returns how many."""
        given = {"at_chat": chat, "with_template": template}
        values = {name: value for name, value in given.items() if value is not None}
        renew = _RENEW[chat is not None, template is not None]
        count = await self._line.change(renew, of_ticket=ticket, new_priority=int(priority), **values)
        self._line.spoke = self._line.spoke or count > 0
        return count

    async def readdress(self, tickets: Collection[int], old: str, new: str) -> int:
        """Note that the reader of some rows is called otherwise now."""
        row = OUTBOX.c
        return await self._line.write(
            sa.update(OUTBOX).where(row.ticket.in_(sorted(tickets)), row.reader == old).values(reader=new)
        )
