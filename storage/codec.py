"""Tickets and journal lines as JSON and back. Moments keep their instant, not the name of their zone."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from tickets.events import Entry, Event
from tickets.model import Ticket

_TICKET: TypeAdapter[Ticket] = TypeAdapter(Ticket)
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])


def ticket_to_json(ticket: Ticket) -> Any:
    """Return the ticket as plain JSON values."""
    return _TICKET.dump_python(ticket, mode="json")


def ticket_from_json(state: Any) -> Ticket:
    """Read a ticket; raises pydantic's ValidationError for what is none."""
    return _TICKET.validate_python(state)


def event_to_json(event: Event) -> Any:
    """Return the event as plain JSON values, its kind among them."""
    return _EVENT.dump_python(event, mode="json")


def entry_from_json(at: datetime, by: str, data: Any) -> Entry:
    """Read a journal line; raises pydantic's ValidationError for what is none."""
    return Entry(at=at, by=by, event=_EVENT.validate_python(data))


def plain(text: str) -> str:
    """Return `text` without what a text column cannot hold: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
