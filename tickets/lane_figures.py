"""Which departments keep others waiting, for boards and digests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tickets.lane import LaneState, Reader, WhistleState, lanes_of
from tickets.model import Ticket


@dataclass(frozen=True)
class Slow:
    """A department that is late. `called`: lanes it has not reported in to, `at_it`: lanes it should be done with."""

    department: str
    called: int
    at_it: int
    silent: bool
    """It has never pressed anything in any of these matters."""


def slow(tickets: Iterable[Ticket], now: datetime) -> tuple[Slow, ...]:
    """Return the departments that are late at this moment, whoever never answers first."""
    lanes = [(ticket, lane) for ticket in tickets for lane in ticket.lanes if lane.state is not LaneState.INFORMED]
    found = []
    for code in dict.fromkeys(lane.department for _, lane in lanes):
        own = [(ticket, lane) for ticket, lane in lanes if lane.department == code]
        mine = [lane for ticket, lane in own if ticket.open]
        called = sum(
            one.state is LaneState.CALLED and one.report_by is not None and one.report_by < now for one in mine
        )
        at_it = sum(one.state is LaneState.COMING and one.done_by is not None and one.done_by < now for one in mine)
        if called or at_it:
            silent = not any(lane.reported_at or lane.said or lane.refusals for _, lane in own)
            found.append(Slow(code, called, at_it, silent))
    return tuple(sorted(found, key=lambda one: (not one.silent, -one.called - one.at_it, one.department)))


def whistled(tickets: Iterable[Ticket]) -> int:
    """Return how many open matters have a whistle that somebody still has to answer."""
    return sum(
        ticket.open
        and ticket.whistle is not None
        and (ticket.whistle.state is WhistleState.ASKED or any(lane.open for lane in ticket.lanes))
        for ticket in tickets
    )


def still_news(ticket: Ticket, what: str, reader: Reader | None) -> bool:
    """Whether a reminder about departments still says something: they may have answered before it could be sent."""
    if what in ("report", "done"):
        own = [ticket.lanes[place] for place in lanes_of(ticket.lanes, reader)]
        waits = {LaneState.CALLED} if what == "report" else {LaneState.CALLED, LaneState.COMING}
        return any(lane.state in waits for lane in own)
    if what == "late":
        return any(lane.open for lane in ticket.lanes)
    if what == "undecided":
        return ticket.whistle is not None and ticket.whistle.state is WhistleState.ASKED
    return True
