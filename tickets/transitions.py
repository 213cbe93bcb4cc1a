"""The one table of a ticket's life: (status, action) -> status, and who may. What is absent is refused."""

from collections.abc import Mapping
from enum import StrEnum

from tickets.actions import Action
from tickets.commands import TIMER
from tickets.model import GONE, Route, Status, Ticket
from tickets.roster import PersonId

S, A = Status, Action

TRANSITIONS: Mapping[tuple[Status, Action], Status] = {
    (S.FILED, A.TAKE): S.HANDLING,
    (S.FILED, A.PASS_ON): S.FILED,
    (S.FILED, A.ADD): S.FILED,
    (S.FILED, A.JOIN): S.FILED,
    (S.FILED, A.ADVISE): S.FILED,
    (S.FILED, A.CALL_IN): S.FILED,
    (S.FILED, A.GIVE_BACK): S.FILED,
    (S.FILED, A.LANE): S.FILED,
    (S.FILED, A.WITHDRAW): S.CLOSED,
    (S.FILED, A.MERGE): S.CLOSED,
    (S.FILED, A.HIDE): S.FILED,
    (S.FILED, A.REJECT): S.CLOSED,
    (S.FILED, A.CORRECT): S.FILED,
    (S.FILED, A.MISS): S.FILED,
    (S.FILED, A.RELIEVE): S.FILED,
    (S.FILED, A.RECOUNT): S.FILED,
    (S.FILED, A.CLIMB): S.FILED,
    (S.HANDLING, A.PASS_ON): S.FILED,
    (S.HANDLING, A.ASK): S.WAITING,
    (S.HANDLING, A.TELL): S.HANDLING,
    (S.HANDLING, A.ADD): S.HANDLING,
    (S.HANDLING, A.JOIN): S.HANDLING,
    (S.HANDLING, A.CONSULT): S.HANDLING,
    (S.HANDLING, A.WHISTLE): S.HANDLING,
    (S.HANDLING, A.MAKE_DO): S.HANDLING,
    (S.HANDLING, A.CALL_IN): S.HANDLING,
    (S.HANDLING, A.GIVE_BACK): S.HANDLING,
    (S.HANDLING, A.LANE): S.HANDLING,
    (S.HANDLING, A.ADVISE): S.HANDLING,
    (S.HANDLING, A.HOLD): S.ON_HOLD,
    (S.HANDLING, A.EXTEND): S.HANDLING,
    (S.HANDLING, A.GRANT): S.HANDLING,
    (S.HANDLING, A.DENY): S.HANDLING,
    (S.HANDLING, A.FINISH): S.FED_BACK,
    (S.HANDLING, A.WITHDRAW): S.CLOSED,
    (S.HANDLING, A.MERGE): S.CLOSED,
    (S.HANDLING, A.HIDE): S.HANDLING,
    (S.HANDLING, A.REJECT): S.CLOSED,
    (S.HANDLING, A.CORRECT): S.HANDLING,
    (S.HANDLING, A.MISS): S.HANDLING,
    (S.HANDLING, A.RELIEVE): S.FILED,
    (S.HANDLING, A.RECOUNT): S.HANDLING,
    (S.HANDLING, A.CLIMB): S.HANDLING,
    (S.HANDLING, A.LAPSE): S.FILED,
    (S.WAITING, A.ANSWER): S.HANDLING,
    (S.WAITING, A.RESUME): S.HANDLING,
    (S.WAITING, A.PASS_ON): S.FILED,
    (S.WAITING, A.ASK): S.WAITING,
    (S.WAITING, A.TELL): S.WAITING,
    (S.WAITING, A.ADD): S.WAITING,
    (S.WAITING, A.JOIN): S.WAITING,
    (S.WAITING, A.CONSULT): S.WAITING,
    (S.WAITING, A.WHISTLE): S.WAITING,
    (S.WAITING, A.MAKE_DO): S.WAITING,
    (S.WAITING, A.CALL_IN): S.WAITING,
    (S.WAITING, A.GIVE_BACK): S.WAITING,
    (S.WAITING, A.LANE): S.WAITING,
    (S.WAITING, A.ADVISE): S.WAITING,
    (S.WAITING, A.HOLD): S.ON_HOLD,
    (S.WAITING, A.FINISH): S.FED_BACK,
    (S.WAITING, A.WITHDRAW): S.CLOSED,
    (S.WAITING, A.MERGE): S.CLOSED,
    (S.WAITING, A.HIDE): S.WAITING,
    (S.WAITING, A.REJECT): S.CLOSED,
    (S.WAITING, A.MISS): S.WAITING,
    (S.WAITING, A.RELIEVE): S.FILED,
    (S.WAITING, A.RECOUNT): S.WAITING,
    (S.WAITING, A.CLIMB): S.WAITING,
    (S.ON_HOLD, A.RESUME): S.HANDLING,
    (S.ON_HOLD, A.ASK): S.WAITING,
    (S.ON_HOLD, A.PASS_ON): S.FILED,
    (S.ON_HOLD, A.TELL): S.ON_HOLD,
    (S.ON_HOLD, A.ADD): S.ON_HOLD,
    (S.ON_HOLD, A.JOIN): S.ON_HOLD,
    (S.ON_HOLD, A.CONSULT): S.ON_HOLD,
    (S.ON_HOLD, A.WHISTLE): S.ON_HOLD,
    (S.ON_HOLD, A.MAKE_DO): S.ON_HOLD,
    (S.ON_HOLD, A.CALL_IN): S.ON_HOLD,
    (S.ON_HOLD, A.GIVE_BACK): S.ON_HOLD,
    (S.ON_HOLD, A.LANE): S.ON_HOLD,
    (S.ON_HOLD, A.ADVISE): S.ON_HOLD,
    (S.ON_HOLD, A.FINISH): S.FED_BACK,
    (S.ON_HOLD, A.WITHDRAW): S.CLOSED,
    (S.ON_HOLD, A.MERGE): S.CLOSED,
    (S.ON_HOLD, A.HIDE): S.ON_HOLD,
    (S.ON_HOLD, A.MISS): S.ON_HOLD,
    (S.ON_HOLD, A.RELIEVE): S.FILED,
    (S.ON_HOLD, A.RECOUNT): S.ON_HOLD,
    (S.ON_HOLD, A.CLIMB): S.ON_HOLD,
    (S.FED_BACK, A.APPROVE): S.REVIEWED,
    (S.FED_BACK, A.SEND_BACK): S.HANDLING,
    (S.FED_BACK, A.CONFIRM): S.CONFIRMED,
    (S.FED_BACK, A.DISPUTE): S.HANDLING,
    (S.FED_BACK, A.TELL): S.FED_BACK,
    (S.FED_BACK, A.ADD): S.FED_BACK,
    (S.FED_BACK, A.JOIN): S.FED_BACK,
    (S.FED_BACK, A.RECOUNT): S.FED_BACK,
    (S.FED_BACK, A.HIDE): S.FED_BACK,
    (S.FED_BACK, A.CLIMB): S.FED_BACK,
    (S.CONFIRMED, A.APPROVE): S.CLOSED,
    (S.CONFIRMED, A.SEND_BACK): S.HANDLING,
    (S.CONFIRMED, A.DISPUTE): S.HANDLING,
    (S.CONFIRMED, A.TELL): S.CONFIRMED,
    (S.CONFIRMED, A.ADD): S.CONFIRMED,
    (S.CONFIRMED, A.JOIN): S.CONFIRMED,
    (S.CONFIRMED, A.RECOUNT): S.CONFIRMED,
    (S.CONFIRMED, A.HIDE): S.CONFIRMED,
    (S.CONFIRMED, A.CLIMB): S.CONFIRMED,
    (S.REVIEWED, A.CONFIRM): S.CLOSED,
    (S.REVIEWED, A.DISPUTE): S.HANDLING,
    (S.REVIEWED, A.TELL): S.REVIEWED,
    (S.REVIEWED, A.ADD): S.REVIEWED,
    (S.REVIEWED, A.JOIN): S.REVIEWED,
    (S.REVIEWED, A.HIDE): S.REVIEWED,
    (S.REVIEWED, A.EXPIRE): S.CLOSED,
    (S.REVIEWED, A.RECOUNT): S.REVIEWED,
    (S.REVIEWED, A.CLIMB): S.REVIEWED,
    (S.RESTING, A.APPROVE): S.CLOSED,
    (S.RESTING, A.SEND_BACK): S.HANDLING,
    (S.RESTING, A.CONFIRM): S.CLOSED,
    (S.RESTING, A.DISPUTE): S.HANDLING,
    (S.RESTING, A.RESUME): S.HANDLING,
    (S.RESTING, A.TELL): S.RESTING,
    (S.RESTING, A.ADD): S.RESTING,
    (S.RESTING, A.JOIN): S.RESTING,
    (S.RESTING, A.HIDE): S.RESTING,
    (S.RESTING, A.WITHDRAW): S.CLOSED,
    (S.RESTING, A.MISS): S.RESTING,
    (S.RESTING, A.RECOUNT): S.RESTING,
    (S.RESTING, A.CLIMB): S.RESTING,
    (S.CLOSED, A.DISPUTE): S.HANDLING,
    (S.CLOSED, A.RATE): S.CLOSED,
    (S.CLOSED, A.LANE): S.CLOSED,
}
"""`expire` is what `climb` becomes when the resident's time to answer is over, `lapse` when whoever has it is silent
long after it was due. `correct` files anew what its handler is not the one for. `lane` has a table of its own:
`tickets.lane.LANE_TABLE`; in a closed ticket departments are rated. What ends (`confirm`, `approve`, `expire`) and
is to be looked at again is `resting` first."""


class Relation(StrEnum):
    """What a person is to one ticket."""

    REPORTER = "reporter"
    OFFERED = "offered"
    HANDLER = "handler"
    CONSULTED = "consulted"
    LEADER = "leader"
    ABOVE = "above"
    GRID_STAFF = "grid_staff"
    REVIEWER = "reviewer"
    DECIDER = "decider"
    NEIGHBOUR = "neighbour"
    CONVENER = "convener"
    DEPARTMENT = "department"
    TIMER = "timer"


R = Relation
_WORKS = frozenset({R.OFFERED, R.HANDLER, R.LEADER, R.ABOVE, R.GRID_STAFF})
_HOLDS = frozenset({R.HANDLER, R.LEADER, R.ABOVE})

ALLOWED: Mapping[Action, frozenset[Relation]] = {
    A.TAKE: _WORKS,
    A.PASS_ON: _HOLDS | {R.OFFERED},
    A.ASK: _HOLDS,
    A.TELL: _HOLDS | {R.CONSULTED},
    A.ANSWER: frozenset({R.REPORTER}),
    A.ADD: frozenset({R.REPORTER}),
    A.JOIN: frozenset({R.NEIGHBOUR}),
    A.CONSULT: _HOLDS,
    A.ADVISE: frozenset({R.CONSULTED, R.OFFERED}),
    A.HOLD: _HOLDS,
    A.RESUME: _HOLDS | {R.TIMER},
    A.EXTEND: _HOLDS,
    A.GRANT: frozenset({R.DECIDER}),
    A.DENY: frozenset({R.DECIDER}),
    A.FINISH: _HOLDS,
    A.APPROVE: frozenset({R.REVIEWER}),
    A.SEND_BACK: frozenset({R.REVIEWER}),
    A.CONFIRM: frozenset({R.REPORTER}),
    A.DISPUTE: frozenset({R.REPORTER}),
    A.WITHDRAW: frozenset({R.REPORTER}),
    A.REJECT: _HOLDS | {R.OFFERED},
    A.MERGE: _HOLDS | {R.OFFERED},
    A.CORRECT: _HOLDS | {R.OFFERED},
    A.HIDE: frozenset({R.REPORTER}),
    A.RATE: frozenset({R.REPORTER}),
    A.WHISTLE: _HOLDS | {R.CONVENER},
    A.MAKE_DO: _HOLDS,
    A.CALL_IN: frozenset({R.CONVENER}),
    A.GIVE_BACK: frozenset({R.CONVENER}),
    A.LANE: frozenset({R.CONVENER, R.DEPARTMENT}),
    A.MISS: frozenset({R.TIMER}),
    A.RELIEVE: frozenset({R.TIMER}),
    A.RECOUNT: frozenset({R.TIMER}),
    A.CLIMB: frozenset({R.TIMER}),
    A.EXPIRE: frozenset({R.TIMER}),
    A.LAPSE: frozenset({R.TIMER}),
}

TAKES_FIRST = frozenset({A.ASK, A.TELL, A.CONSULT, A.HOLD, A.FINISH, A.WHISTLE, A.MAKE_DO})
"""Actions that take a filed ticket for the presser first: nobody has to press twice."""


REFUSALS = frozenset({A.PASS_ON, A.REJECT, A.MERGE, A.CORRECT})
"""What somebody who was only asked may do as long as nobody has taken it."""


def relations(ticket: Ticket, person: PersonId, route: Route, grid_staff: frozenset[PersonId]) -> frozenset[Relation]:
    """Return everything `person` is to `ticket` now.

    `route` is the fresh one (leaders and levels above), `grid_staff` the workers of the ticket's grid; of a
    private matter only those see anything who were offered it or lead.
    """
    levels = {boss for level in route.above for boss in level}
    found = {
        R.TIMER: person == TIMER,
        R.REPORTER: person == ticket.reporter and person != GONE,
        R.OFFERED: person in ticket.asked,
        R.HANDLER: person == ticket.handler,
        R.CONSULTED: any(consult.person == person for consult in ticket.consults),
        R.LEADER: person in route.leaders,
        R.ABOVE: person in levels,
        R.GRID_STAFF: person in grid_staff and not ticket.private,
        R.REVIEWER: person in reviewers(ticket, route)
        or (person in {*levels, *ticket.reviewers} and person not in {*doers(ticket), ticket.reporter}),
        R.DECIDER: person in {*route.leaders, *levels} and decides(ticket, person),
    }
    return frozenset(relation for relation, holds in found.items() if holds)


def decides(ticket: Ticket, person: PersonId) -> bool:
    """Whether there is a request for more time that somebody who leads may decide: not his own, nor for himself."""
    asked = ticket.extension
    return asked is not None and asked.given_by is None and person not in (asked.by, ticket.handler)


def is_neighbour(ticket: Ticket, person: PersonId) -> bool:
    """Whether somebody may say "mine too": any other resident, of what everybody may read.

    No relation to the ticket otherwise: whoever has not joined is refused everything as a stranger is, and whoever has
    joined may not confirm for the reporter either.
    """
    return not ticket.private and person != ticket.reporter and person.startswith("tg")


def doers(ticket: Ticket) -> frozenset[PersonId]:
    """Return who did what is to be reviewed: the handler, and whoever said what was done."""
    said_by = ticket.result.by if ticket.result else None
    return frozenset(person for person in (ticket.handler, said_by) if person is not None)


def reviewers(ticket: Ticket, route: Route) -> tuple[PersonId, ...]:
    """Return who reviews: the leaders, or the first level above whoever did it; never that person or the reporter.

    Where nobody is above, a colleague of the same level does; where there is none either, nobody.
    """
    did = doers(ticket)
    apart = {*did, ticket.reporter}
    groups = (route.leaders, *route.above)
    higher = max((level + 1 for level, group in enumerate(groups) if did & set(group)), default=0)
    for group in (*groups[higher:], *reversed(groups[:higher])):
        found = tuple(person for person in group if person not in apart)
        if found:
            return found
    return ()


def who_may(action: Action, status: Status) -> frozenset[Relation]:
    """Return who may do `action` in `status`.

    Whoever was only asked can refuse while nobody has it, not afterwards; and can advise once somebody has it.
    """
    filed = status is Status.FILED
    if (action in REFUSALS and not filed) or (action is A.ADVISE and filed):
        return ALLOWED[action] - {R.OFFERED}
    return ALLOWED[action]


def allowed_actions(ticket: Ticket, held: frozenset[Relation]) -> frozenset[Action]:
    """Return what somebody with these relations may do now; cards show buttons for exactly these."""
    possible = {action for status, action in TRANSITIONS if status is ticket.status}
    found = {action for action in possible if who_may(action, ticket.status) & held}
    if ticket.status is Status.FILED and ALLOWED[A.TAKE] & held:
        found |= TAKES_FIRST
    return frozenset(found)
