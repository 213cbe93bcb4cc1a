"""Links by which staff join: one use, for one person, not for ever."""

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.line import Line
from storage.tables import INVITATION


@dataclass(frozen=True)
class Invitation:
    """A link. `used_by` is the account that joined by it."""

    token: str
    person: str
    issued_by: str
    issued_at: datetime
    expires_at: datetime
    used_by: int | None = None


class Invitations:
    """The one writer of invitations."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def issue(self, person: str, by: str, now: datetime, expires_at: datetime) -> Invitation:
        """Return a link for `person` (32 characters, safe in a link); one that is good for long enough is given again.

        An older link of the same person that is still open ends with a new one.
        """
        half = now + (expires_at - now) / 2
        open_ones = (INVITATION.c.person == person) & INVITATION.c.used_by.is_(None)
        row = await self._line.first(sa.select(INVITATION).where(open_ones, INVITATION.c.expires_at > half))
        if row is not None:
            return Invitation(**row._mapping)
        await self._line.write(sa.delete(INVITATION).where(open_ones))
        made = Invitation(secrets.token_urlsafe(24), person, by, now, expires_at)
        await self._line.write(
            sa.insert(INVITATION).values(
                token=made.token, person=person, issued_by=by, issued_at=now, expires_at=expires_at
            )
        )
        return made

    async def get(self, token: str) -> Invitation | None:
        """Return a link, also one that is used or over."""
        row = await self._line.first(sa.select(INVITATION).where(INVITATION.c.token == token))
        return None if row is None else Invitation(**row._mapping)

    async def use(self, token: str, telegram: int, now: datetime) -> bool:
        """Spend a link; False when somebody did before, or its time is over."""
        return (
            await self._line.write(
                sa.update(INVITATION)
                .where(INVITATION.c.token == token, INVITATION.c.used_by.is_(None), INVITATION.c.expires_at > now)
                .values(used_by=telegram)
            )
            == 1
        )

    async def prune(self, before: datetime) -> int:
        """Forget links whose time was over before `before`."""
        return await self._line.write(sa.delete(INVITATION).where(INVITATION.c.expires_at < before))

    async def forget(self, telegram: int) -> int:
        """Forget with which account links were used; they stay used."""
        return await self._line.write(sa.update(INVITATION).where(INVITATION.c.used_by == telegram).values(used_by=0))
