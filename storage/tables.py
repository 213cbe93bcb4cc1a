"""The rows. Table models do not validate, so rows never leave this package: frozen dataclasses do."""

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

# Before the first table: every constraint has a name that a later migration can use.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_GIVEN = {"autoincrement": False}
"""For keys that come from outside: PostgreSQL would make a sequence for them."""

_NEVER_AGAIN = {"sqlite_autoincrement": True}
"""A number is never given twice, so an old button cannot reach a newer row."""


def _counted() -> "sa.Column[int]":
    """A 64-bit key that the database counts; SQLite counts only columns called INTEGER."""
    return sa.Column(sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True)


class CounterRow(SQLModel, table=True):
    """The last number given, by name."""

    __tablename__ = "counter"
    name: str = Field(primary_key=True)
    value: int = Field(sa_type=sa.BigInteger)


class TicketRow(SQLModel, table=True):
    """A ticket; `state` is the whole of it, the other columns are what is searched for."""

    __tablename__ = "ticket"
    # Most tickets of a handler are closed; what is asked for every ticket is how many are not.
    # What else there was in a grid lately is asked for every request.
    __table_args__ = (
        sa.Index("ix_ticket_handler_status", "handler", "status"),
        sa.Index("ix_ticket_grid_filed_at_service", "grid", "filed_at", "service"),
        # What the auditor asks every minute of a city's tickets: there is hardly ever any.
        sa.Index("ix_ticket_adrift", "id", sqlite_where=sa.text("adrift"), postgresql_where=sa.text("adrift")),
    )
    id: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs=_GIVEN)
    version: int
    status: str = Field(index=True)
    grid: str
    service: str
    deadline_class: str
    reporter: str = Field(index=True)
    handler: str | None = None
    filed_at: datetime
    closed_at: datetime | None = Field(default=None, index=True)
    next_due: datetime | None = Field(default=None, index=True)
    adrift: bool = False
    """Open, and nothing reminds of it; or nobody has it and nobody is asked."""

    state: dict[str, Any] = Field(sa_type=sa.JSON)


class OfferRow(SQLModel, table=True):
    """Who is being asked to take a ticket that nobody has."""

    __tablename__ = "offer"
    ticket: int = Field(primary_key=True, foreign_key="ticket.id", sa_type=sa.BigInteger, sa_column_kwargs=_GIVEN)
    person: str = Field(primary_key=True, index=True)


class JournalRow(SQLModel, table=True):
    """A line of a ticket's journal."""

    __tablename__ = "journal"
    ticket: int = Field(primary_key=True, foreign_key="ticket.id", sa_type=sa.BigInteger, sa_column_kwargs=_GIVEN)
    seq: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    at: datetime = Field(index=True)
    by: str
    kind: str
    data: dict[str, Any] = Field(sa_type=sa.JSON)


class SourceRow(SQLModel, table=True):
    """Which ticket a heard message belongs to."""

    __tablename__ = "source"
    __table_args__ = (sa.Index("ix_source_chat_group_id", "chat", "group_id"),)
    chat: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs=_GIVEN)
    message: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs=_GIVEN)
    ticket: int = Field(index=True, sa_type=sa.BigInteger)
    group_id: str | None = None
    author: str = ""


class ContactRow(SQLModel, table=True):
    """A Telegram user as far as the bot has met them."""

    __tablename__ = "contact"
    telegram: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs=_GIVEN)
    name: str = ""
    language: str | None = None
    chosen_language: str | None = None
    started: bool = False
    blocked: bool = False
    grid: str | None = None


class DraftRow(SQLModel, table=True):
    """An unfinished dialogue."""

    __tablename__ = "draft"
    __table_args__ = (sa.UniqueConstraint("telegram", "chat"), _NEVER_AGAIN)
    id: int | None = Field(default=None, sa_column=_counted())
    telegram: int = Field(sa_type=sa.BigInteger)
    chat: int = Field(sa_type=sa.BigInteger)
    kind: str
    ticket: int | None = Field(default=None, sa_type=sa.BigInteger)
    data: dict[str, Any] = Field(sa_type=sa.JSON)
    expires_at: datetime


class SlotRow(SQLModel, table=True):
    """A periodic post that was made."""

    __tablename__ = "slot"
    job: str = Field(primary_key=True)
    area: str = Field(primary_key=True)
    at: datetime = Field(primary_key=True)


class UpdateRow(SQLModel, table=True):
    """An update whose effects are kept."""

    __tablename__ = "update_seen"
    update_id: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs=_GIVEN)


class ParkedRow(SQLModel, table=True):
    """An update that could not be handled."""

    __tablename__ = "parked"
    update_id: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs=_GIVEN)
    raw: str
    error: str
    at: datetime = Field(index=True)


class MarkRow(SQLModel, table=True):
    """A small thing to remember, by key."""

    __tablename__ = "mark"
    key: str = Field(primary_key=True)
    value: str


class ChatRow(SQLModel, table=True):
    """What the bot is and may do in a chat."""

    __tablename__ = "chat"
    chat: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs=_GIVEN)
    area: str | None = None
    status: str
    can_delete: bool = False
    moved_to: int | None = Field(default=None, sa_type=sa.BigInteger)


class TokenRow(SQLModel, table=True):
    """A deep link for one person and one ticket."""

    __tablename__ = "token"
    __table_args__ = (sa.Index("ix_token_telegram_ticket", "telegram", "ticket"),)
    token: str = Field(primary_key=True)
    telegram: int = Field(sa_type=sa.BigInteger)
    ticket: int = Field(sa_type=sa.BigInteger)
    issued_at: datetime
    used: bool = False


class BindingRow(SQLModel, table=True):
    """A group that was bound to an area by a command."""

    __tablename__ = "binding"
    area: str = Field(primary_key=True)
    chat: int = Field(unique=True, sa_type=sa.BigInteger)
    by: str
    at: datetime


class JoinedRow(SQLModel, table=True):
    """A member of staff who joined with an account of Telegram."""

    __tablename__ = "joined"
    person: str = Field(primary_key=True)
    telegram: int = Field(unique=True, sa_type=sa.BigInteger)
    at: datetime


class InvitationRow(SQLModel, table=True):
    """A link by which one member of staff joins, once."""

    __tablename__ = "invitation"
    token: str = Field(primary_key=True)
    person: str = Field(index=True)
    issued_by: str
    issued_at: datetime
    expires_at: datetime
    used_by: int | None = Field(default=None, sa_type=sa.BigInteger)


class AbsenceRow(SQLModel, table=True):
    """Days on which a member of staff is away, entered by way of the bot; both ends count."""

    __tablename__ = "absence"
    __table_args__ = (_NEVER_AGAIN,)
    id: int | None = Field(default=None, sa_column=_counted())
    person: str = Field(index=True)
    first: str
    """ISO dates: days have no hour and no zone."""

    last: str
    substitute: str | None = None
    by: str
    at: datetime


class ShiftRow(SQLModel, table=True):
    """A shift that a member of staff took over."""

    __tablename__ = "shift"
    __table_args__ = (_NEVER_AGAIN,)
    id: int | None = Field(default=None, sa_column=_counted())
    person: str
    area: str
    key: str
    begins: datetime
    ends: datetime
    instead_of: str | None = None


class BulletinRow(SQLModel, table=True):
    """A notice of the community to groups."""

    __tablename__ = "bulletin"
    __table_args__ = (_NEVER_AGAIN,)
    id: int | None = Field(default=None, sa_column=_counted())
    author: str
    chat: int = Field(sa_type=sa.BigInteger)
    source: int | None = Field(default=None, sa_type=sa.BigInteger)
    area: str
    text: str
    media: str = ""
    areas: list[str] = Field(sa_type=sa.JSON)
    pin: bool = False
    button: bool = True
    at: datetime | None = None
    stage: str = Field(index=True)
    view: str = ""
    note: str = ""
    made_at: datetime
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    skipped: list[str] = Field(sa_type=sa.JSON)
    said: int = 0


class SeenRow(SQLModel, table=True):
    """Somebody has pressed "seen" under a bulletin; `area` is the one whose group it was in."""

    __tablename__ = "bulletin_seen"
    bulletin: int = Field(primary_key=True, foreign_key="bulletin.id", sa_type=sa.BigInteger, sa_column_kwargs=_GIVEN)
    telegram: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs=_GIVEN)
    area: str
    at: datetime


class HouseholdRow(SQLModel, table=True):
    """A household that its people have joined, or that is on the workers' list."""

    __tablename__ = "household"
    __table_args__ = (sa.UniqueConstraint("grid", "building", "unit", "room"), _NEVER_AGAIN)
    id: int | None = Field(default=None, sa_column=_counted())
    grid: str
    building: str
    unit: str = ""
    room: str = ""
    listed_by: str | None = None
    at: datetime


class MemberRow(SQLModel, table=True):
    """Somebody who said which household is theirs."""

    __tablename__ = "household_member"
    telegram: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs=_GIVEN)
    household: int = Field(index=True, foreign_key="household.id", sa_type=sa.BigInteger)
    at: datetime


class ExampleRow(SQLModel, table=True):
    """What a ticket has taught: words of a resident, masked, and the service they asked for (None = nothing)."""

    __tablename__ = "example"
    ticket: int = Field(primary_key=True, foreign_key="ticket.id", sa_type=sa.BigInteger, sa_column_kwargs=_GIVEN)
    text: str
    service: str | None = None
    grid: str
    at: datetime
    danger: bool = False


class OutboxRow(SQLModel, table=True):
    """Something to be said. Cards live as long as their ticket, other rows are said once."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_status_priority_id", "status", "priority", "id"),
        sa.Index("ix_outbox_chat_message_id", "chat", "message_id"),
        _NEVER_AGAIN,
    )
    id: int | None = Field(default=None, sa_column=_counted())
    kind: str
    key: str = Field(unique=True)
    chat: int = Field(sa_type=sa.BigInteger)
    reader: str | None = None
    ticket: int | None = Field(default=None, index=True, sa_type=sa.BigInteger)
    template: str
    language: str
    data: dict[str, Any] = Field(sa_type=sa.JSON)
    priority: int
    not_before: datetime | None = None
    expires_at: datetime | None = None
    generation: int = 1
    claimed: int = 0
    """The generation that was claimed last."""

    loud_at: int = 0
    """The generation that asked last for a new message."""

    status: str
    attempts: int = 0
    message_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    reply_to: int | None = Field(default=None, sa_type=sa.BigInteger)
    ephemeral_to: int | None = Field(default=None, sa_type=sa.BigInteger)
    replace: bool = False
    loud: bool = False
    acked: bool = False
    floor: int | None = Field(default=None, sa_type=sa.BigInteger)
    retry_at: float = 0.0
    created_at: float
    sent_at: float | None = None
    error: str = ""
    shown: str = ""
    """What its message shows now, as a mark to compare; empty = not known."""


class CallRow(SQLModel, table=True):
    """A call to Telegram that counts against a chat's budget."""

    __tablename__ = "call"
    __table_args__ = (_NEVER_AGAIN,)
    id: int | None = Field(default=None, sa_column=_counted())
    chat: int = Field(sa_type=sa.BigInteger)
    wall: float = Field(index=True)
    weight: int = 1


def _core(model: type[SQLModel]) -> sa.Table:
    return cast("sa.Table", sa.inspect(model).local_table)


METADATA = SQLModel.metadata
COUNTER = _core(CounterRow)
TICKET = _core(TicketRow)
OFFER = _core(OfferRow)
JOURNAL = _core(JournalRow)
SOURCE = _core(SourceRow)
CONTACT = _core(ContactRow)
DRAFT = _core(DraftRow)
SLOT = _core(SlotRow)
UPDATE = _core(UpdateRow)
PARKED = _core(ParkedRow)
MARK = _core(MarkRow)
CHAT = _core(ChatRow)
TOKEN = _core(TokenRow)
BINDING = _core(BindingRow)
JOINED = _core(JoinedRow)
INVITATION = _core(InvitationRow)
ABSENCE = _core(AbsenceRow)
SHIFT = _core(ShiftRow)
BULLETIN = _core(BulletinRow)
SEEN = _core(SeenRow)
HOUSEHOLD = _core(HouseholdRow)
MEMBER = _core(MemberRow)
EXAMPLE = _core(ExampleRow)
OUTBOX = _core(OutboxRow)
CALL = _core(CallRow)
