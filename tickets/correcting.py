"""It is another service: the matter goes to whoever that is for, under the rules of its class."""

from tickets import escalation, routing
from tickets.commands import Correct
from tickets.drafting import Drafting
from tickets.events import Corrected, PassedOn
from tickets.model import Route, Status
from tickets.notices import NoticeKind
from tickets.roster import PersonId
from tickets.service import Danger, DeadlineClass

NOT_MINE = "not_mine"
"""The reason kept for whoever had it, or was asked, and is not the one for the other service."""


def correct(draft: Drafting, command: Correct) -> None:
    """Change the service; the circle is that of the new one. Nobody is asked again who has the card already.

    What was promised to be private stays so, and whoever was thought to be in danger still is: a worker who knows
    better says what was done.
    """
    before = draft.ticket
    if command.service == before.service:
        return
    alive = before.deadline_class is DeadlineClass.LIFE
    life = alive or command.deadline_class is DeadlineClass.LIFE
    to = DeadlineClass.LIFE if life else command.deadline_class
    draft.record(
        Corrected(
            command.service,
            to,
            before.private or command.private,
            (command.danger or before.danger or Danger.OTHER) if life else None,
            draft.policy.review[to],
            str(draft.policy.classes[to]),
            command.terms,
        )
    )
    able, was = _meant(draft.circle.route), _meant(before.route)
    holders = (before.handler,) if before.handler is not None else before.asked
    for person in holders:
        outside = bool(command.terms.sealed) and person not in _around(draft.circle.route)
        if outside or person in was - able:  # whoever leads and took it over has it all the same
            draft.record(PassedOn(person, NOT_MINE))
    if draft.ticket.status is Status.FILED:
        anew = escalation.passed_on if to is before.deadline_class else escalation.filing
        draft.record(anew(draft.ticket, draft.now, draft.policy))
    elif to is not before.deadline_class:
        draft.record(escalation.filing(draft.ticket, draft.now, draft.policy))
        draft.record(escalation.taken(draft.ticket, draft.now, draft.policy))
    draft.use_fresh_route()
    if life and not alive:
        draft.tell(NoticeKind.SAFETY, [draft.ticket.reporter])
        draft.tell(NoticeKind.LIFE_ABOVE, draft.above(0))
    if draft.ticket.status is Status.FILED:
        everyone = draft.rule.parallel
        draft.offer(routing.first_asked(draft.circle.route, everyone=everyone, by=draft.ticket.take_by))


def _around(route: Route) -> frozenset[PersonId]:
    """Return everybody whom a route knows: of a sealed matter, everybody who may know of it."""
    levels = (boss for level in route.above for boss in level)
    return frozenset((*(one.person for one in route.candidates), *route.leaders, *levels))


def _meant(route: Route) -> frozenset[PersonId]:
    """Return whom a route asks first: all others are asked where these will not or cannot."""
    first = min((one.stage for one in route.candidates), default=0)
    return frozenset(one.person for one in route.candidates if one.stage == first)
