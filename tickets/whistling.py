"""Whistling: to the level above, on to the next one, back with words; and calling departments in."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from tickets import lane_clock
from tickets.actions import Action
from tickets.beyond import Beyond, Level, rounds
from tickets.commands import Command
from tickets.drafting import Circle, Drafting, Refused, Why
from tickets.lane import Lane, LaneRole, LaneState, Reader, Whistle, WhistleState, lead, open_lanes, owed
from tickets.lane_cards import level_readers
from tickets.lane_commands import BlowWhistle, Call, CallIn, GiveBack, MakeDo, StepInLane
from tickets.lane_events import CalledIn, GivenBack, MadeDo, Upgraded, Whistled, WhistledOn
from tickets.model import Step, Ticket
from tickets.notices import NoticeKind
from tickets.parts import Remark
from tickets.policy import Policy, Rung, Straight
from tickets.roster import AreaCode, PersonId
from tickets.service import DeadlineClass
from tickets.transitions import Relation

MOST_WANTED = 5
"""Required results of one ticket: more nobody keeps in mind."""


def convenes(ticket: Ticket, beyond: Beyond) -> AreaCode | None:
    """Return the level for which the presser may decide about this whistle: one that was asked, or one above it."""
    if ticket.whistle is None:
        return None
    codes = [one.area for one in beyond.levels]
    asked = {*ticket.whistle.asked, *(area for lane in ticket.lanes for area in (lane.decides, lane.owner))}
    lowest = min((place for place, code in enumerate(codes) if code in asked), default=len(codes))
    mine = [code for code in codes[lowest:] if code in beyond.areas]
    return next((code for code in reversed(ticket.whistle.asked) if code in mine), mine[0] if mine else None)


def calls_straight(ticket: Ticket, by: PersonId, leaders: Iterable[PersonId], policy: Policy) -> bool:
    """Whether somebody may call departments without asking the level above."""
    straight = policy.whistle.straight
    leads = by in set(leaders)
    return (straight is Straight.ANYONE and (leads or by == ticket.handler)) or (straight is Straight.LEADER and leads)


def may_name(policy: Policy, beyond: Beyond, area: AreaCode) -> bool:
    """Whether a level may name departments, or has to whistle on."""
    level = beyond.level(area)
    return not policy.whistle.names or (level is not None and level.level in policy.whistle.names)


def asks_on(ticket: Ticket, beyond: Beyond, policy: Policy) -> bool:
    """Whether a level that was asked may ask the next one.

    It may while the whistle waits. Of danger the departments of the service come without it: a level that may not name
    departments itself can still bring in the one that may.
    """
    area, asked = convenes(ticket, beyond), ticket.whistle
    if area is None or asked is None or area not in asked.areas:
        return False
    return asked.state is WhistleState.ASKED or (
        asked.state is WhistleState.NAMED and not may_name(policy, beyond, area)
    )


def sides(ticket: Ticket, command: Command, circle: Circle, policy: Policy) -> frozenset[Relation]:
    """Return what somebody is to the ticket because of a whistle: of a level that was asked, or of a department."""
    found: set[Relation] = set()
    by, beyond = command.by, circle.beyond
    if convenes(ticket, beyond) is not None:
        found.add(Relation.CONVENER)
    if command.action is Action.CALL_IN and calls_straight(ticket, by, circle.route.leaders, policy):
        found.add(Relation.CONVENER)
    if isinstance(command, StepInLane) and 0 <= command.lane < len(ticket.lanes):
        lane, whistle = ticket.lanes[command.lane], ticket.whistle
        if lane.department in beyond.departments or leads_lanes(ticket, beyond):
            found.add(Relation.DEPARTMENT)
        if by in (ticket.handler, lane.by, whistle.by if whistle else None):
            found.add(Relation.CONVENER)
    return frozenset(found)


def leads_lanes(ticket: Ticket, beyond: Beyond) -> bool:
    """Whether the presser is of the department that leads."""
    leading = lead(ticket.lanes)
    return leading is not None and leading.department in beyond.departments


def refuse_unfinished(ticket: Ticket) -> None:
    """Refuse to call a ticket done while a department is at it or a required result is missing."""
    waiting = ",".join(ticket.lanes[place].department for place in open_lanes(ticket.lanes))
    missing = owed(ticket.whistle, ticket.lanes)
    if waiting:
        raise Refused(Why.LANES_OPEN, departments=waiting)
    if missing and ticket.whistle is not None:
        raise Refused(Why.LANES_OPEN, missing="、".join(ticket.whistle.wanted[place] for place in missing))


def whistle(draft: Drafting, command: BlowWhistle) -> None:
    """Ask the level above; of life and limb the departments of the service are called at the same moment."""
    ticket, beyond = draft.ticket, draft.circle.beyond
    waits = ticket.whistle is not None and ticket.whistle.state is WhistleState.ASKED
    if waits or (command.by != ticket.handler and asks_on(ticket, beyond, draft.policy)):
        if ticket.whistle is not None and convenes(ticket, beyond) not in ticket.whistle.areas:
            raise Refused(Why.WHISTLED, number=str(ticket.id))
        if not _on(draft):
            raise Refused(Why.NOBODY_ABOVE)
        return
    first = first_asked(ticket, beyond, command.by, draft.policy)
    calls = _fresh_calls(ticket, [Call(code) for code in beyond.asked]) if draft.rule.parallel else ()
    if not first and not calls:
        raise Refused(Why.NOBODY_ABOVE)
    readers = _readers(draft, first)
    areas = tuple(one.area for one in first)
    state = WhistleState.ASKED if first else WhistleState.NAMED
    draft.record(Whistled(Whistle(command.by, command.words.strip(), draft.now, state, areas, (), readers)))
    if first:
        draft.record(lane_clock.whistled(draft.ticket, draft.now, draft.policy))
        draft.tell(NoticeKind.WHISTLE_CARD, readers, loud=True)
    if calls:
        _call(draft, CallIn(command.by, calls), "")


def first_asked(ticket: Ticket, beyond: Beyond, by: PersonId, policy: Policy) -> tuple[Level, ...]:
    """Return whom a whistle of `by` reaches first; a level of which only he is there is not asked."""
    found = rounds(policy.whistle, ticket.deadline_class, beyond.levels)
    own = [place for place, levels in enumerate(found) if any(by in one.people for one in levels)]
    higher = found[own[-1] + 1 :] if own else found
    fit = (tuple(one for one in levels if one.readers(private=ticket.private)) for levels in higher)
    return next(filter(None, fit), ())


def _readers(draft: Drafting, levels: Iterable[Level]) -> tuple[Reader, ...]:
    private = draft.ticket.private
    return tuple(dict.fromkeys(one for level in levels for one in level.readers(private=private)))


def _on(draft: Drafting) -> bool:
    """Ask the next round; False = there is none."""
    ticket = draft.ticket
    if ticket.whistle is None:
        return False
    codes = [one.area for one in draft.circle.beyond.levels]
    highest = max((codes.index(area) for area in ticket.whistle.asked if area in codes), default=-1)
    for levels in rounds(draft.policy.whistle, ticket.deadline_class, draft.circle.beyond.levels):
        readers = _readers(draft, levels)
        if readers and min(codes.index(one.area) for one in levels) > highest:
            draft.record(WhistledOn(tuple(one.area for one in levels), readers))
            draft.record(lane_clock.whistled(draft.ticket, draft.now, draft.policy))
            draft.tell(NoticeKind.WHISTLE_CARD, readers, loud=True)
            return True
    return False


def unanswered(draft: Drafting, step: Step, overtaken: bool) -> None:
    """The level that was asked has not answered: it is reminded, then the next one is asked."""
    asked = draft.ticket.whistle
    if asked is None or asked.state is not WhistleState.ASKED:
        return
    readers = tuple(one for area in asked.areas for one in level_readers(draft, area)) or asked.readers
    if step.rung is Rung.REMIND and not overtaken:
        draft.remind(NoticeKind.WHISTLE_NEWS, readers, what="undecided")
    elif step.rung is Rung.ABOVE and not _on(draft):
        draft.remind(NoticeKind.WHISTLE_NEWS, (*readers, asked.by), what="undecided")
        draft.record(lane_clock.again(draft.ticket, step, draft.now, draft.policy, 1))


def call_in(draft: Drafting, command: CallIn) -> None:
    """Name the departments: one leads, the others assist or are told."""
    ticket, beyond = draft.ticket, draft.circle.beyond
    area = convenes(ticket, beyond)
    if area is None and not calls_straight(ticket, command.by, draft.circle.route.leaders, draft.policy):
        raise Refused(Why.NOT_YOURS, number=str(ticket.id))
    if area is not None and not may_name(draft.policy, beyond, area):
        raise Refused(Why.ONLY_HIGHER)
    if command.limit is not None and command.limit <= draft.now:
        raise Refused(Why.HOLD_TOO_LONG)
    calls = _fresh_calls(ticket, command.calls)
    if not calls or any(beyond.office(one.department) is None for one in calls):
        raise Refused(Why.NEEDS_DEPARTMENT)
    _call(draft, replace(command, calls=calls), area or "")


def _fresh_calls(ticket: Ticket, calls: Iterable[Call]) -> tuple[Call, ...]:
    """The departments that are not at it yet, each once; exactly one of all leads."""
    busy = {lane.department for lane in ticket.lanes if lane.open}
    once = {one.department: one for one in calls if one.department not in busy}
    leading = lead(lane for lane in ticket.lanes if lane.department not in once)
    leads = next((code for code, one in once.items() if one.role is LaneRole.LEAD), None)
    if leads is None and leading is None:
        leads = next((code for code, one in once.items() if one.role is not LaneRole.INFORMED), None)
    if leading is not None:
        leads = None
    return tuple(
        replace(one, role=LaneRole.LEAD if code == leads else LaneRole.ASSIST)
        if one.role is not LaneRole.INFORMED or code == leads
        else one
        for code, one in once.items()
    )


def _call(draft: Drafting, command: CallIn, area: AreaCode) -> None:
    whistled = draft.ticket.whistle
    if whistled is None or whistled.state is WhistleState.OVER:
        state = WhistleState.NAMED
        draft.record(Whistled(Whistle(command.by, command.words.strip(), draft.now, state)))
    upgrade = draft.policy.whistle.upgrade
    if upgrade is not None and draft.ticket.deadline_class is DeadlineClass.ORDINARY:
        draft.record(Upgraded(upgrade, draft.policy.review[upgrade]))
    lanes = tuple(_lane(draft, command, one, area) for one in command.calls)
    wanted = tuple(one.strip() for one in command.wanted if one.strip())[:MOST_WANTED]
    draft.record(CalledIn(lanes, wanted))
    named = {one.department for one in lanes}
    places = [place for place, lane in enumerate(draft.ticket.lanes) if lane.department in named]
    draft.record(lane_clock.called(draft.ticket, places, draft.now, draft.policy))
    draft.tell(NoticeKind.LANE_CARD, [reader for lane in lanes for reader in lane.readers], loud=True)
    lost = [lane for lane in lanes if not lane.readers]
    owners = [reader for lane in lost for reader in level_readers(draft, lane.owner)]
    by = draft.ticket.whistle.by if draft.ticket.whistle else command.by
    told = [one for one in (by, draft.ticket.handler) if one != command.by or lost]
    draft.tell(NoticeKind.WHISTLE_NEWS, (*told, *owners), data={"what": "named"})


def _lane(draft: Drafting, command: CallIn, call: Call, area: AreaCode) -> Lane:
    ticket, policy, beyond = draft.ticket, draft.policy, draft.circle.beyond
    office = beyond.office(call.department)
    people = office.people if office else ()
    room = office is not None and office.room and not ticket.private
    come = call.role is not LaneRole.INFORMED
    lost = come and not people and not room
    return Lane(
        department=call.department,
        role=call.role,
        by=command.by,
        level=area,
        at=draft.now,
        state=LaneState.CALLED if come else LaneState.INFORMED,
        people=people,
        room=room,
        owner=(area or beyond.above("")) if lost else "",
        report_by=lane_clock.report_by(ticket, draft.now, policy) if come else None,
        done_by=_limit(draft, command) if come else None,
        hour=command.hour if come else None,
    )


def _limit(draft: Drafting, command: CallIn) -> datetime:
    if command.limit is not None:
        return command.limit
    return lane_clock.done_by(draft.ticket, draft.now, draft.policy, command.hour)


def give_back(draft: Drafting, command: GiveBack) -> None:
    """Give the matter back to whoever whistled, with words."""
    ticket = draft.ticket
    if ticket.whistle is None or ticket.whistle.state is not WhistleState.ASKED:
        raise Refused(Why.LANE_NOT_NOW)
    if not command.words.strip():
        raise Refused(Why.NEEDS_REASON)
    draft.record(GivenBack(command.words.strip()))
    draft.record(lane_clock.quiet(draft.ticket, draft.now, draft.policy))
    told = [one for one in (ticket.whistle.by, ticket.handler) if one != command.by]
    data = {"what": "returned", "words": command.words.strip(), "person": command.by}
    draft.tell(NoticeKind.WHISTLE_NEWS, told, data=data)


def make_do(draft: Drafting, command: MakeDo) -> None:
    """Say how one makes do until a decision comes; the resident reads it at once."""
    words = command.words.strip()
    if not words:
        raise Refused(Why.NEEDS_WORDS)
    draft.record(MadeDo(Remark(command.by, words, draft.now, command.media)))
    data = {"words": words, "person": command.by}
    draft.tell(NoticeKind.TOLD, [draft.ticket.reporter], data=data, media=command.media)
