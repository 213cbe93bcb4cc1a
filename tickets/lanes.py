"""What happens in a department's lane: reporting in, asking back, refusing, delivering, excusing, rating."""

from collections.abc import Sequence
from dataclasses import dataclass

from tickets import lane_clock
from tickets.drafting import Drafting, Refused, Why
from tickets.lane import LANE_TABLE, Lane, LaneAct, LaneState, open_lanes, owed
from tickets.lane_cards import RATED, level_readers
from tickets.lane_commands import StepInLane
from tickets.lane_events import LaneMoved
from tickets.model import Clock, Step, Ticket
from tickets.notices import NoticeKind
from tickets.policy import Rung
from tickets.roster import AreaCode, PersonId
from tickets.whistling import convenes, leads_lanes

A = LaneAct
NEEDS_REASON = frozenset({A.REFUSE, A.EXCUSE})
NEEDS_WORDS = frozenset({A.ASK, A.TELL, A.DELIVER, A.AGAIN})


@dataclass(frozen=True)
class Side:
    """What somebody is to one lane."""

    department: bool = False
    leads: bool = False
    handler: bool = False
    called: bool = False
    """This person called the department, without a level above."""

    area: AreaCode | None = None
    """The level above that the person decides for."""

    @property
    def above(self) -> bool:
        """Whether a level above speaks."""
        return self.area is not None


def side_of(draft: Drafting, command: StepInLane, lane: Lane) -> Side:
    """Return what the presser is to the lane."""
    ticket, beyond, by = draft.ticket, draft.circle.beyond, command.by
    return Side(
        department=lane.department in beyond.departments,
        leads=leads_lanes(ticket, beyond) and lane.department not in beyond.departments,
        handler=by == ticket.handler,
        called=not lane.level and by in (lane.by, ticket.handler),
        area=convenes(ticket, beyond),
    )


def may(side: Side, act: LaneAct, lane: Lane, order: tuple[AreaCode, ...]) -> bool:
    """Whether a side may do something in a lane. `order`: the levels from the lowest up."""
    if act in (A.REPORT_IN, A.ASK, A.REFUSE):
        return side.department or (act is A.REPORT_IN and bool(lane.owner) and side.above)
    if act is A.DELIVER:
        return side.department or side.handler or side.above
    if act in (A.TELL, A.AGAIN):
        return side.handler or side.above or side.leads or side.called
    decides = _decides(side, lane, order)
    return decides or (act is A.EXCUSE and side.leads and lane.state is not LaneState.REFUSED)


def _decides(side: Side, lane: Lane, order: tuple[AreaCode, ...]) -> bool:
    """Whether a side has the last word about a lane: whoever called it, the level that is to decide, one above."""
    level = lane.decides or lane.level
    if side.area is not None:
        places = {code: place for place, code in enumerate(order)}
        return places.get(side.area, -1) >= places.get(level, -1)
    return not level and side.called


def step_in_lane(draft: Drafting, command: StepInLane) -> None:
    """Do something in a lane."""
    ticket = draft.ticket
    if not 0 <= command.lane < len(ticket.lanes):
        raise Refused(Why.LANE_NOT_NOW)
    lane = ticket.lanes[command.lane]
    if command.act is A.RATE:
        _rate(draft, command, lane)
        return
    if not ticket.open:
        raise Refused(Why.CLOSED, number=str(ticket.id))
    order = tuple(one.area for one in draft.circle.beyond.levels)
    if command.act is A.CONTEST or not may(side_of(draft, command, lane), command.act, lane, order):
        raise Refused(Why.NOT_YOURS, number=str(ticket.id))
    if (lane.state, command.act) not in LANE_TABLE:
        raise Refused(Why.LANE_NOT_NOW)
    words = command.words.strip()
    if command.act in NEEDS_REASON and not words:
        raise Refused(Why.NEEDS_REASON)
    if command.act in NEEDS_WORDS and not words and not command.media:
        raise Refused(Why.NEEDS_WORDS)
    _DOES[command.act](draft, command, lane, words)


def _rate(draft: Drafting, command: StepInLane, lane: Lane) -> None:
    whistle = draft.ticket.whistle
    if whistle is None or command.by != whistle.by:
        raise Refused(Why.NOT_YOURS, number=str(draft.ticket.id))
    if draft.ticket.open or lane.state not in RATED or command.mark is None:
        raise Refused(Why.LANE_NOT_NOW)
    draft.record(LaneMoved(command.lane, A.RATE, mark=command.mark))


def _reported(draft: Drafting, command: StepInLane, lane: Lane, words: str) -> None:
    draft.record(LaneMoved(command.lane, A.REPORT_IN))
    draft.record(lane_clock.moved(draft.ticket, command.lane, draft.now, draft.policy))


def _asked(draft: Drafting, command: StepInLane, lane: Lane, words: str) -> None:
    draft.record(LaneMoved(command.lane, A.ASK, words, command.media))
    asked = [draft.ticket.handler] if draft.ticket.handler else _whistlers(draft.ticket)
    _news(draft, "asked", asked, command, lane)


def _told(draft: Drafting, command: StepInLane, lane: Lane, words: str) -> None:
    draft.record(LaneMoved(command.lane, A.TELL, words, command.media))
    _to_department(draft, "told", command, lane)


def _refused(draft: Drafting, command: StepInLane, lane: Lane, words: str) -> None:
    """The first refusal is for whoever called the department, the second for the level above."""
    if lane.settled:
        raise Refused(Why.LANE_SETTLED)
    decides = lane.level
    if lane.refusals:
        decides = _above(draft, lane.level) or lane.level
    draft.record(LaneMoved(command.lane, A.REFUSE, words, decides=decides))
    draft.record(lane_clock.moved(draft.ticket, command.lane, draft.now, draft.policy))
    _to_deciders(draft, "refused", command, lane)


def _insisted(draft: Drafting, command: StepInLane, lane: Lane, words: str) -> None:
    """Who called it says that it must come after all; where that is no level above, one decides."""
    above = "" if lane.decides or lane.level else _above(draft, "")
    if above and convenes(draft.ticket, draft.circle.beyond) is None:
        draft.record(LaneMoved(command.lane, A.CONTEST, words, decides=above))
        _to_deciders(draft, "contested", command, lane)
        return
    settled = not lane.level or convenes(draft.ticket, draft.circle.beyond) != lane.level
    settled = settled or not _above(draft, lane.level)
    _called_again(draft, command, words, settled=settled)
    _to_department(draft, "insisted", command, lane)


def _again(draft: Drafting, command: StepInLane, lane: Lane, words: str) -> None:
    _called_again(draft, command, words, settled=False)
    _to_department(draft, "again", command, lane)


def _called_again(draft: Drafting, command: StepInLane, words: str, *, settled: bool) -> None:
    report_by = lane_clock.report_by(draft.ticket, draft.now, draft.policy)
    done_by = lane_clock.done_by(draft.ticket, draft.now, draft.policy)
    moved = LaneMoved(
        command.lane, command.act, words, command.media, settled=settled, report_by=report_by, done_by=done_by
    )
    draft.record(moved)
    draft.record(lane_clock.called(draft.ticket, [command.lane], draft.now, draft.policy))


def _delivered(draft: Drafting, command: StepInLane, lane: Lane, words: str) -> None:
    missing = owed(draft.ticket.whistle, draft.ticket.lanes)
    wanted = command.wanted if command.wanted in missing else None
    if wanted is None and draft.ticket.whistle is not None:
        named = [place for place in missing if draft.ticket.whistle.wanted[place] in words]
        wanted = named[0] if len(named) == 1 else None
    if lane.state is LaneState.DONE and wanted is None and command.wanted is not None:
        raise Refused(Why.LANE_NOT_NOW)
    draft.record(LaneMoved(command.lane, A.DELIVER, words, command.media, wanted=wanted))
    draft.record(lane_clock.moved(draft.ticket, command.lane, draft.now, draft.policy))
    readers = [one for one in (draft.ticket.handler, *_whistlers(draft.ticket)) if one != command.by]
    _news(draft, "result", readers, command, lane)


def _excused(draft: Drafting, command: StepInLane, lane: Lane, words: str) -> None:
    draft.record(LaneMoved(command.lane, A.EXCUSE, words))
    draft.record(lane_clock.moved(draft.ticket, command.lane, draft.now, draft.policy))
    _to_department(draft, "excused", command, lane)
    if not open_lanes(draft.ticket.lanes):
        readers = [one for one in (draft.ticket.handler, *_whistlers(draft.ticket)) if one != command.by]
        _news(draft, "excused", readers, command, lane)


def _whistlers(ticket: Ticket) -> list[PersonId | None]:
    return [ticket.whistle.by] if ticket.whistle is not None else []


def _above(draft: Drafting, area: AreaCode) -> AreaCode:
    """Return the next level above one that can be written to about this matter."""
    found = draft.circle.beyond.above(area)
    while found and not level_readers(draft, found):
        found = draft.circle.beyond.above(found)
    return found


def _data(what: str, command: StepInLane, lane: Lane) -> dict[str, str]:
    return {
        "what": what,
        "department": lane.department,
        "lane": str(command.lane),
        "words": command.words.strip(),
        "person": command.by,
    }


def _news(draft: Drafting, what: str, readers: Sequence[PersonId | None], command: StepInLane, lane: Lane) -> None:
    draft.tell(NoticeKind.WHISTLE_NEWS, readers, data=_data(what, command, lane), media=command.media)


def _to_department(draft: Drafting, what: str, command: StepInLane, lane: Lane) -> None:
    readers = [one for one in lane.readers if one != command.by]
    draft.tell(NoticeKind.LANE_NEWS, readers, data=_data(what, command, lane), media=command.media)


def _to_deciders(draft: Drafting, what: str, command: StepInLane, lane: Lane) -> None:
    decides = draft.ticket.lanes[command.lane].decides
    readers = level_readers(draft, decides) if decides else (lane.by, draft.ticket.handler)
    _news(draft, what, [*readers, *_whistlers(draft.ticket)], command, lane)


def late(draft: Drafting, step: Step, overtaken: bool) -> None:
    """A department has not reported in, or is not done: it is reminded, then whoever whistled and the levels hear."""
    ticket = draft.ticket
    if step.lane is None or step.lane >= len(ticket.lanes) or not ticket.lanes[step.lane].open:
        return
    lane = ticket.lanes[step.lane]
    report = step.clock is Clock.REPORT
    data = {"what": "report" if report else "done", "department": lane.department, "lane": str(step.lane)}
    if step.rung is Rung.REMIND and not report and lane.hour is not None and draft.now < lane.hour:
        data |= {"what": "hour", "hour": lane.hour.astimezone(draft.now.tzinfo).isoformat()}
    if step.rung is Rung.REMIND and not overtaken:
        draft.remind(NoticeKind.LANE_NEWS, lane.readers, **data)
    elif step.rung is Rung.DUE:
        draft.remind(NoticeKind.LANE_NEWS, lane.readers, **data)
        draft.remind(NoticeKind.WHISTLE_NEWS, (ticket.handler, *_whistlers(ticket)), what="late")
    elif step.rung is Rung.ABOVE:
        level = lane.decides or lane.owner or lane.level
        asked = level_readers(draft, level) if level else ticket.whistle.readers if ticket.whistle else ()
        readers = asked if step.level == 0 and asked else draft.above(step.level)
        draft.remind(NoticeKind.WHISTLE_NEWS, readers or draft.leaders, what="late")
        levels = len(draft.circle.route.above)
        draft.record(lane_clock.again(draft.ticket, step, draft.now, draft.policy, levels))


_DOES = {
    A.REPORT_IN: _reported,
    A.ASK: _asked,
    A.TELL: _told,
    A.REFUSE: _refused,
    A.INSIST: _insisted,
    A.DELIVER: _delivered,
    A.AGAIN: _again,
    A.EXCUSE: _excused,
}
