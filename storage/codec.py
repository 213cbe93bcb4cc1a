"""Tickets and journal lines as JSON and back. Moments keep their instant, not the name of their zone."""

from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from tickets.events import Entry, Event
from tickets.model import Ticket

REMEMBERED = 4096
"""Tickets as they were read last: those around what is said in a few hundred groups."""

_TICKET: TypeAdapter[Ticket] = TypeAdapter(Ticket)
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])


class Written(str):
    """JSON that is text already: the database's own serializer leaves it as it is."""

    __slots__ = ()


def ticket_to_json(ticket: Ticket) -> Written:
    """Return the ticket as JSON text."""
    return Written(_TICKET.dump_json(ticket).decode())


def ticket_from_json(state: str | dict[str, Any]) -> Ticket:
    """Read a ticket from JSON text, or from its plain values; raises pydantic's ValidationError for what is none."""
    return _read(state) if isinstance(state, str) else _TICKET.validate_python(state)


@lru_cache(maxsize=REMEMBERED)
def _read(state: str) -> Ticket:
    """A ticket is read for each of its cards, and for what is said near it; the same words are the same ticket."""
    return _TICKET.validate_json(state)


def event_to_json(event: Event) -> Written:
    """Return the event as JSON text, its kind among it."""
    return Written(_EVENT.dump_json(event).decode())


def entry_from_json(at: datetime, by: str, data: Any) -> Entry:
    """Read a journal line; raises pydantic's ValidationError for what is none."""
    return Entry(at=at, by=by, event=_EVENT.validate_python(data))


def plain(text: str) -> str:
    """Return `text` without what a text column cannot hold: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
