"""The cards of the levels above and of departments, and what both are told when a ticket is over."""

from typing import TYPE_CHECKING

from tickets.lane import LaneState, Reader
from tickets.model import Ticket
from tickets.notices import NoticeKind, Priority
from tickets.roster import AreaCode

if TYPE_CHECKING:
    from tickets.drafting import Drafting

RATED = frozenset({LaneState.DONE, LaneState.EXCUSED})
"""Lanes that whoever whistled has something to say about."""


def level_readers(draft: "Drafting", area: AreaCode) -> tuple[Reader, ...]:
    """Return who of a level is written to."""
    level = draft.circle.beyond.level(area)
    return level.readers(private=draft.ticket.private) if level is not None else ()


def conveners(draft: "Drafting", ticket: Ticket) -> tuple[Reader, ...]:
    """Return everybody above who has a card of the whistle: who was asked, who decides, who answers for a lane."""
    if ticket.whistle is None:
        return ()
    areas = dict.fromkeys(area for lane in ticket.lanes for area in (lane.decides, lane.owner) if area)
    more = (one for area in areas for one in level_readers(draft, area))
    return tuple(dict.fromkeys((*ticket.whistle.readers, *more)))


def lane_readers(ticket: Ticket) -> tuple[Reader, ...]:
    """Return everybody of all departments who has a card."""
    return tuple(dict.fromkeys(one for lane in ticket.lanes for one in lane.readers))


def renew_whistle(draft: "Drafting") -> None:
    """Renew the cards of everybody above and of the departments, but those that come anew anyway."""
    told = {(notice.kind, notice.reader) for notice in draft.notices}
    pairs = [(NoticeKind.WHISTLE_CARD, one) for one in conveners(draft, draft.ticket)]
    pairs += [(NoticeKind.LANE_CARD, one) for one in lane_readers(draft.ticket)]
    for kind, reader in pairs:
        if (kind, reader) not in told:
            draft.tell(kind, [reader], priority=Priority.CARD)


def tell_over(draft: "Drafting") -> None:
    """Once the ticket is closed: departments on their way need not come, and whoever whistled says how it went."""
    before, ticket = draft.before, draft.ticket
    if before is None or not before.open or ticket.open or ticket.whistle is None:
        return
    waiting = [one for lane in before.lanes if lane.open for one in lane.readers]
    draft.tell(NoticeKind.LANE_NEWS, waiting, data={"what": "over"})
    if any(lane.state in RATED and lane.results for lane in ticket.lanes):
        draft.tell(NoticeKind.RATE_LANES, [ticket.whistle.by], priority=Priority.NOTICE)
