"""Which ticket a message belongs to."""

from collections.abc import Collection

import sqlalchemy as sa

from storage.line import Line
from storage.tables import OUTBOX, SOURCE


class Sources:
    """The one writer of heard messages; said ones are the outbox's, and only read here."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def add(self, chat: int, message: int, ticket: int, group_id: str | None = None, author: str = "") -> None:
        """Note that a heard message belongs to a ticket; a later note about the same message wins."""
        insert = self._line.insert(SOURCE).values(
            chat=chat, message=message, ticket=ticket, group_id=group_id, author=author
        )
        new = insert.excluded
        await self._line.write(
            insert.on_conflict_do_update(
                index_elements=[SOURCE.c.chat, SOURCE.c.message],
                set_={"ticket": new.ticket, "group_id": new.group_id, "author": new.author},
            )
        )

    async def forget(self, tickets: Collection[int]) -> int:
        """Forget which messages these tickets came from."""
        return await self._line.write(sa.delete(SOURCE).where(SOURCE.c.ticket.in_(sorted(tickets))))

    async def ticket_of(self, chat: int, message: int) -> int | None:
        """Return the ticket of a heard message, or of one that the bot said."""
        heard: int | None = await self._line.value(
            sa.select(SOURCE.c.ticket).where(SOURCE.c.chat == chat, SOURCE.c.message == message)
        )
        if heard is not None:
            return heard
        said: int | None = await self._line.value(
            sa.select(OUTBOX.c.ticket)
            .where(OUTBOX.c.chat == chat, OUTBOX.c.message_id == message, OUTBOX.c.ticket.is_not(None))
            .order_by(OUTBOX.c.id.desc())
        )
        return said

    async def ticket_of_album(self, chat: int, group_id: str) -> int | None:
        """Return the ticket that earlier pictures of the same album went to."""
        found: int | None = await self._line.value(
            sa.select(SOURCE.c.ticket)
            .where(SOURCE.c.chat == chat, SOURCE.c.group_id == group_id)
            .order_by(SOURCE.c.message.desc())
        )
        return found
