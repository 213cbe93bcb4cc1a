"""The people around a ticket at this moment: the roster, who can be reached, who has how much in hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from handlers.deps import Deps
from storage import Unit
from tickets import owners, routing
from tickets.drafting import Circle
from tickets.model import Place, Ticket
from tickets.roster import AreaCode, PersonId, Role
from tickets.service import DeadlineClass
from tickets.visibility import within_seal

FIRST_ASKED = Role.LEADER.value
"""Who is sent where a hotline wants to know: the leader answers for the grid."""


async def reachability(
    deps: Deps, unit: Unit, around: AreaCode | None = None, spot: AreaCode | None = None
) -> routing.Reachability:
    """Return which staff the bot cannot write to, and everybody's load; `around`: of those who can be asked there."""
    joined = deps.district.joined if around is None else deps.district.near(around, spot)
    lost = await unreachable(deps, unit, joined)
    loads = await (unit.tickets.loads() if around is None else unit.tickets.loads_of(joined.values()))
    return routing.Reachability(lost, loads, near=around is not None)


async def unreachable(deps: Deps, unit: Unit, joined: Mapping[int, PersonId] | None = None) -> frozenset[PersonId]:
    """Return which staff the bot cannot write to, or which of those that `joined` names by account."""
    people = deps.district.joined if joined is None else joined
    return frozenset(people[telegram] for telegram in await unit.contacts.unreachable(people.keys()))


async def around(
    deps: Deps,
    unit: Unit,
    now: datetime,
    *,
    grid: AreaCode,
    service: str,
    deadline_class: DeadlineClass,
    reporter: PersonId,
    places: tuple[Place, ...] = (),
    refused: frozenset[PersonId] = frozenset(),
    ranked: bool = True,
    sealed: tuple[str, ...] = (),
    first: str = "",
) -> Circle:
    """Rank everybody for one request; not `ranked`: only who leads there and above.

    `sealed`: the roles and skills that alone may know of it. `first`: the role that is asked before all others.
    """
    asked = deps.services[service]
    if first:
        asked = replace(asked, route=((first,), *asked.route))
    place, spot = owners.spot(deps.district, grid, places)
    request = routing.Request(asked, deadline_class, grid, reporter, place, refused, spot)
    find = routing.route if ranked else routing.leading
    found = find(request, deps.district, await reachability(deps, unit, grid, spot), deps.policy, now)
    if not (found.candidates if ranked else found.leaders or found.above):  # nobody near: look through everybody
        found = find(request, deps.district, await reachability(deps, unit), deps.policy, now)
    return within_seal(Circle(found, workers(deps, grid), quiet=deps.district.quiet), sealed, grid, deps.district)


def workers(deps: Deps, grid: AreaCode) -> frozenset[PersonId]:
    """Return the workers of a grid."""
    return frozenset(post.person for post in deps.district.posts_in(grid) if post.role is Role.WORKER)


async def around_ticket(deps: Deps, unit: Unit, ticket: Ticket, now: datetime, *, ranked: bool = True) -> Circle:
    """Rank everybody afresh for an open ticket; not `ranked`: only who leads there and above."""
    return await around(
        deps,
        unit,
        now,
        grid=ticket.grid,
        service=ticket.service,
        deadline_class=ticket.deadline_class,
        reporter=ticket.reporter,
        places=ticket.places,
        refused=frozenset(refusal.person for refusal in ticket.refusals),
        ranked=ranked,
        sealed=ticket.terms.sealed,
        first=FIRST_ASKED if ticket.source is not None else "",
    )
