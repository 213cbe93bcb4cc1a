"""Filters of the templates about whistles: departments by name, lanes of a reader, what is missing."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from messages.text import cut, listed, tidy
from tickets.lane import Lane, LaneRole, lanes_of, open_lanes, owed
from tickets.lane_commands import Call
from tickets.lane_figures import Slow, slow
from tickets.model import Ticket
from tickets.roster import District

_NAME = 32


def department_name(district: District, code: str) -> str:
    """Return what a department is called."""
    found = district.departments.get(code)
    return cut(" ".join(tidy(found.name if found else code).split()), _NAME)


def read_calls(text: str) -> tuple[Call, ...]:
    """Read `works=lead,fire=assist`."""
    pairs = (one.partition("=") for one in text.split(",") if "=" in one)
    return tuple(Call(code, LaneRole(role)) for code, _, role in pairs if role in set(LaneRole))


@pass_context
def _department(context: Context, code: str) -> str:
    return department_name(context["scene"].district, code)


def _lanes_of(ticket: Ticket, reader: str | None) -> tuple[Lane, ...]:
    return tuple(ticket.lanes[place] for place in lanes_of(ticket.lanes, reader))


def _owed(ticket: Ticket) -> tuple[int, ...]:
    return owed(ticket.whistle, ticket.lanes)


def _all_done(ticket: Ticket) -> bool:
    return not open_lanes(ticket.lanes) and not _owed(ticket)


@pass_context
def _coming(context: Context, lanes: Iterable[Lane]) -> str:
    """The departments at work on it, by name."""
    district = context["scene"].district
    names = [department_name(district, one.department) for one in lanes if one.open][: int(context["most"])]
    return listed(names, context["language"])


@pass_context
def _area_names(context: Context, codes: Iterable[str]) -> str:
    areas = context["scene"].district.areas
    return listed([areas[code].name for code in codes if code in areas], context["language"])


@pass_context
def _slow(context: Context, tickets: Iterable[Ticket]) -> tuple[Slow, ...]:
    return slow(tickets, context["scene"].now)


LANE_FILTERS: Mapping[str, Callable[..., Any]] = {
    "department": _department,
    "lanes_of": _lanes_of,
    "owed": _owed,
    "all_done": _all_done,
    "calls": read_calls,
    "slow": _slow,
    "coming": _coming,
    "area_names": _area_names,
}
