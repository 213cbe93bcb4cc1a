"""Which ticket a message belongs to."""

from collections.abc import Collection

import sqlalchemy as sa

from storage.line import Line
from storage.quick import Dialect, Quick, named, row_of
from storage.tables import OUTBOX, SOURCE


def _add(here: Dialect) -> sa.Executable:
    insert = here.insert(SOURCE).values(row_of(SOURCE))
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=[SOURCE.c.chat, SOURCE.c.message],
        set_={"ticket": new.ticket, "group_id": new.group_id, "author": new.author},
    )


_ADD = Quick(_add)
_HEARD = Quick(
    lambda _: sa.select(SOURCE.c.ticket).where(
        SOURCE.c.chat == named(SOURCE.c.chat), SOURCE.c.message == named(SOURCE.c.message)
    )
)
_SAID = Quick(
    lambda _: (
        sa.select(OUTBOX.c.ticket)
        .where(
            OUTBOX.c.chat == named(OUTBOX.c.chat),
            OUTBOX.c.message_id == named(OUTBOX.c.message_id, "message"),
            OUTBOX.c.ticket.is_not(None),
        )
        .order_by(OUTBOX.c.id.desc())
        .limit(1)
    )
)
_HEARD_OF = Quick(
    lambda here: sa.select(SOURCE.c.chat, SOURCE.c.message).where(
        here.among(SOURCE.c.chat, "chats"), here.among(SOURCE.c.message, "messages")
    )
)
_SAID_OF = Quick(
    lambda here: sa.select(OUTBOX.c.chat, OUTBOX.c.message_id).where(
        here.among(OUTBOX.c.chat, "chats"), here.among(OUTBOX.c.message_id, "messages")
    )
)


class Sources:
    """The one writer of heard messages; said ones are the outbox's, and only read here."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def add(
        self,
        chat: int,
        message: int,
        ticket: int,
        group_id: str | None = None,
        author: str = "",
        pieces: Collection[int] = (),
    ) -> None:
        """Note that a heard message belongs to a ticket, with the pieces before it; a later note about one wins."""
        for one, group in ((message, group_id), *((piece, None) for piece in pieces)):
            await self._line.change(_ADD, chat=chat, message=one, ticket=ticket, group_id=group, author=author)

    async def forget(self, tickets: Collection[int]) -> int:
        """Forget which messages these tickets came from."""
        return await self._line.write(sa.delete(SOURCE).where(SOURCE.c.ticket.in_(sorted(tickets))))

    async def ticket_of(self, chat: int, message: int) -> int | None:
        """Return the ticket of a heard message, or of one that the bot said."""
        for quick in (_HEARD, _SAID):
            row = await self._line.row(quick, chat=chat, message=message)
            if row is not None:
                return int(row[0])
        return None

    async def known_of(self, messages: Collection[tuple[int, int]]) -> frozenset[tuple[int, int]]:
        """Return which of these messages (chat, number) belong to a ticket, and perhaps a few others that do."""
        given = {"chats": list({chat for chat, _ in messages}), "messages": list({number for _, number in messages})}
        heard, said = await self._line.rows(_HEARD_OF, **given), await self._line.rows(_SAID_OF, **given)
        return frozenset((row[0], row[1]) for row in (*heard, *said))

    async def ticket_of_album(self, chat: int, group_id: str) -> int | None:
        """Return the ticket that earlier pictures of the same album went to."""
        found: int | None = await self._line.value(
            sa.select(SOURCE.c.ticket)
            .where(SOURCE.c.chat == chat, SOURCE.c.group_id == group_id)
            .order_by(SOURCE.c.message.desc())
        )
        return found
