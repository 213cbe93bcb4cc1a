"""Deep links: one use, for one person and one ticket."""

import secrets
from datetime import datetime

import sqlalchemy as sa

from storage.line import Line
from storage.tables import TOKEN


class Tokens:
    """The one writer of tokens."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def issue(self, telegram: int, ticket: int, now: datetime) -> str:
        """Return a token for this person and ticket (32 characters, safe in a link); an unused one is given again."""
        known: str | None = await self._line.value(
            sa.select(TOKEN.c.token)
            .where(TOKEN.c.telegram == telegram, TOKEN.c.ticket == ticket, TOKEN.c.used.is_(False))
            .order_by(TOKEN.c.issued_at)
        )
        if known is not None:
            return known
        token = secrets.token_urlsafe(24)
        await self._line.write(
            sa.insert(TOKEN).values(token=token, telegram=telegram, ticket=ticket, issued_at=now, used=False)
        )
        return token

    async def use(self, token: str, telegram: int) -> int | None:
        """Return the ticket of a token and spend it; None when it is unknown, spent, or another person's."""
        row = await self._line.write_back(
            sa.update(TOKEN)
            .where(TOKEN.c.token == token, TOKEN.c.telegram == telegram, TOKEN.c.used.is_(False))
            .values(used=True)
            .returning(TOKEN.c.ticket)
        )
        return None if row is None else int(row.ticket)

    async def forget(self, telegram: int) -> int:
        """Forget every link of one person."""
        return await self._line.write(sa.delete(TOKEN).where(TOKEN.c.telegram == telegram))
