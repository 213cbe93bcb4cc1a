"""Whatever a ticket or a journal line holds comes back equal, through JSON text."""

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.codec import entry_from_json, event_to_json, plain, ticket_from_json, ticket_to_json
from tickets import events
from tickets.model import Ticket

_MOMENTS = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis takes bounds without a zone
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, ZoneInfo("Asia/Shanghai")]),
)


def _any_of(hint: Any) -> st.SearchStrategy[Any]:
    """A value of any type that tickets are made of; an unknown type fails the test."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (UnionType, Union):
        return st.one_of(*(_any_of(one) for one in inner))
    if origin is tuple:
        return st.lists(_any_of(inner[0]), max_size=2).map(tuple)
    if origin is Literal:
        return st.sampled_from(inner)
    if hint is datetime:
        return _MOMENTS
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    if is_dataclass(hint):
        assert isinstance(hint, type)
        hints = get_type_hints(hint)
        return st.builds(hint, **{field.name: st.deferred(_later(hints[field.name])) for field in fields(hint)})
    simple = {str: st.text(max_size=8), int: st.integers(-(2**62), 2**62), bool: st.booleans(), type(None): st.none()}
    return simple[hint]


def _later(hint: Any) -> Any:
    return lambda: _any_of(hint)


@given(ticket=_any_of(Ticket))
@settings(max_examples=60)
def test_any_ticket_round_trips(ticket: Ticket) -> None:
    assert ticket_from_json(json.loads(ticket_to_json(ticket))) == ticket


@pytest.mark.parametrize("kind", get_args(events.Event), ids=lambda kind: kind.__name__)
def test_any_event_round_trips(kind: type[Any]) -> None:
    @given(event=_any_of(kind), at=_MOMENTS)
    @settings(max_examples=15)
    def check(event: events.Event, at: datetime) -> None:
        data = json.loads(event_to_json(event))
        assert entry_from_json(at, "tu", data) == events.Entry(at=at, by="tu", event=event)
        assert data["kind"] == event.kind

    check()


def test_plain_text_loses_only_what_no_column_can_hold() -> None:
    assert plain("灯\x00坏了\ud83d 💡") == "灯坏了? 💡"
