"""One unit: everything in it is kept together, or nothing is."""

from functools import cached_property

import sqlalchemy as sa

from storage.absences import Absences
from storage.bell import Bell
from storage.bindings import Bindings
from storage.bulletins import Bulletins
from storage.chats import Chats
from storage.contacts import Contacts
from storage.drafts import Drafts
from storage.errors import AlreadyHandled
from storage.examples import Examples
from storage.households import Households
from storage.invitations import Invitations
from storage.joined import Joined
from storage.line import Line
from storage.marks import Marks
from storage.outbox import Outbox
from storage.shifts import Shifts
from storage.slots import Slots
from storage.sources import Sources
from storage.tickets import Tickets
from storage.tokens import Tokens
from storage.updates import Updates

CHANNEL = "gridbot_outbox"
"""Where PostgreSQL tells other processes that there is something to say."""


class Unit:
    """The tables of one transaction. Made by `Store.unit` and `Store.look`; without `commit` nothing is kept."""

    def __init__(self, line: Line, bell: Bell, cause: int | None = None) -> None:
        self._line = line
        self._bell = bell
        self._cause = cause

    @cached_property
    def tickets(self) -> Tickets:
        """Tickets and their journal."""
        return Tickets(self._line)

    @cached_property
    def outbox(self) -> Outbox:
        """What there is to say."""
        return Outbox(self._line)

    @cached_property
    def contacts(self) -> Contacts:
        """Telegram users."""
        return Contacts(self._line)

    @cached_property
    def sources(self) -> Sources:
        """Which ticket a message belongs to."""
        return Sources(self._line)

    @cached_property
    def drafts(self) -> Drafts:
        """Unfinished dialogues."""
        return Drafts(self._line)

    @cached_property
    def slots(self) -> Slots:
        """Periodic posts."""
        return Slots(self._line)

    @cached_property
    def updates(self) -> Updates:
        """Updates handled and parked."""
        return Updates(self._line)

    @cached_property
    def marks(self) -> Marks:
        """Small things to remember."""
        return Marks(self._line)

    @cached_property
    def chats(self) -> Chats:
        """What the bot may do where."""
        return Chats(self._line, self.outbox)

    @cached_property
    def tokens(self) -> Tokens:
        """Deep links."""
        return Tokens(self._line)

    @cached_property
    def bindings(self) -> Bindings:
        """Groups bound to areas."""
        return Bindings(self._line)

    @cached_property
    def joined(self) -> Joined:
        """Staff who joined with an account."""
        return Joined(self._line)

    @cached_property
    def invitations(self) -> Invitations:
        """Links by which staff join."""
        return Invitations(self._line)

    @cached_property
    def absences(self) -> Absences:
        """Staff who are away."""
        return Absences(self._line)

    @cached_property
    def shifts(self) -> Shifts:
        """Shifts that staff took over."""
        return Shifts(self._line)

    @cached_property
    def bulletins(self) -> Bulletins:
        """Notices of the community to groups."""
        return Bulletins(self._line)

    @cached_property
    def households(self) -> Households:
        """Households and their people."""
        return Households(self._line)

    @cached_property
    def examples(self) -> Examples:
        """What staff have corrected."""
        return Examples(self._line)

    async def commit(self) -> None:
        """Keep everything, once.

        Raises AlreadyHandled when the update that caused this unit left its effects before (then nothing is kept),
        Conflict when another process was first, StorageTrouble when the database cannot keep it now.
        """
        if self._cause is not None and self._line.wrote and not await self.updates.keep(self._cause):
            raise AlreadyHandled(f"Update {self._cause} was handled before")
        if self._line.spoke and self._line.postgres:
            await self._line.all(sa.select(sa.func.pg_notify(CHANNEL, "")))
        await self._line.commit()
        if self._line.spoke:
            self._bell.ring()
