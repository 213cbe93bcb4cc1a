"""What the events of a whistle change in a ticket; the other events are in `tickets.replay`."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from tickets.events import Closed, Event, Finished, Taken
from tickets.lane import LANE_TABLE, Lane, LaneAct, LaneResult, LaneState, LaneWords, WhistleState
from tickets.lane_events import CalledIn, GivenBack, LaneMoved, MadeDo, Upgraded, Whistled, WhistledOn
from tickets.model import Ticket
from tickets.roster import PersonId

OfWhistles = Whistled | WhistledOn | GivenBack | CalledIn | LaneMoved | Upgraded | MadeDo


def after_whistle(ticket: Ticket, event: OfWhistles, at: datetime, by: PersonId) -> Ticket:
    """Return the ticket after an event that is about a whistle or its lanes."""
    whistle = ticket.whistle
    match event:
        case Whistled(anew):
            earlier = whistle.asked if whistle else ()
            readers = (*(whistle.readers if whistle else ()), *anew.readers)
            wanted = whistle.wanted if whistle else ()
            anew = replace(anew, earlier=earlier, readers=tuple(dict.fromkeys(readers)), wanted=wanted)
            return replace(ticket, whistle=anew)
        case WhistledOn(areas, readers) if whistle is not None:
            readers = tuple(dict.fromkeys((*whistle.readers, *readers)))
            on = replace(whistle, earlier=whistle.asked, areas=areas, readers=readers, state=WhistleState.ASKED)
            return replace(ticket, whistle=on)
        case GivenBack(words) if whistle is not None:
            back = replace(whistle, state=WhistleState.RETURNED, answer=words, answered_by=by)
            return replace(ticket, whistle=back)
        case CalledIn(lanes, wanted) if whistle is not None:
            wanted = tuple(dict.fromkeys((*whistle.wanted, *wanted)))
            whistle = replace(whistle, state=WhistleState.NAMED, answered_by=by, wanted=wanted)
            fresh = {lane.department: lane for lane in lanes}
            kept = tuple(_again(lane, fresh.pop(lane.department, None)) for lane in ticket.lanes)
            return replace(ticket, whistle=whistle, lanes=(*kept, *fresh.values()))
        case LaneMoved(place):
            lanes = tuple(_moved(one, event, at, by) if n == place else one for n, one in enumerate(ticket.lanes))
            return replace(ticket, lanes=lanes)
        case Upgraded(deadline_class, review):
            return replace(ticket, deadline_class=deadline_class, review=review)
        case MadeDo(remark):
            return replace(ticket, interim=remark)
        case WhistledOn() | GivenBack() | CalledIn():
            raise ValueError(f"{event.kind!r} without a whistle")
    assert_never(event)


def _again(lane: Lane, fresh: Lane | None) -> Lane:
    """A department that is called once more keeps its place, and what it said and did before."""
    return lane if fresh is None else replace(fresh, said=lane.said, results=lane.results)


def _moved(lane: Lane, event: LaneMoved, at: datetime, by: PersonId) -> Lane:
    act, words = event.act, event.words
    moved = replace(lane, state=LANE_TABLE[lane.state, act])
    if act is LaneAct.REPORT_IN:
        return replace(moved, reported_at=lane.reported_at or at, decides="")
    if act in (LaneAct.ASK, LaneAct.TELL):
        return replace(moved, said=(*lane.said, LaneWords(act, by, words, at, event.media)))
    if act is LaneAct.REFUSE:
        return replace(moved, refusals=(*lane.refusals, words), decides=event.decides)
    if act is LaneAct.CONTEST:
        return replace(moved, decides=event.decides)
    if act in (LaneAct.INSIST, LaneAct.AGAIN):
        said = (*lane.said, LaneWords(LaneAct.TELL, by, words, at, event.media)) if words else lane.said
        settled = lane.settled or event.settled
        moved = replace(moved, report_by=event.report_by, done_by=event.done_by)
        return replace(moved, said=said, decides="", settled=settled)
    if act is LaneAct.DELIVER:
        result = LaneResult(by, words, at, event.media, event.wanted)
        return replace(moved, results=(*lane.results, result), reported_at=lane.reported_at or at, decides="")
    if act is LaneAct.EXCUSE:
        return replace(moved, excuse=words, decides="")
    return replace(moved, mark=event.mark)


def lanes_over(ticket: Ticket, event: Event, by: PersonId) -> Ticket:
    """Return the ticket with what ends by itself: a whistle once somebody acts on it, lanes once all is over."""
    whistle = ticket.whistle
    if isinstance(event, Closed):
        lanes = tuple(replace(one, state=LaneState.EXCUSED, decides="") if one.open else one for one in ticket.lanes)
        ticket = replace(ticket, lanes=lanes)
    if whistle is None or whistle.state is not WhistleState.ASKED:
        return ticket
    taken_above = isinstance(event, Taken) and by in whistle.readers
    if taken_above or isinstance(event, Closed | Finished):
        return replace(ticket, whistle=replace(whistle, state=WhistleState.OVER))
    return ticket
