"""What there was at the same spot before: a new ticket names the old one; too many of them are told to the leader."""

from handlers.deps import Deps
from parsing.catalogue import load_reach
from parsing.facts import Spot, spot_of
from storage import Unit
from tickets.digest import NOTHING_DONE
from tickets.model import Place, Ticket
from tickets.roster import AreaCode, PersonId
from tickets.service import Service


async def earlier(
    deps: Deps, unit: Unit, grid: AreaCode, service: Service, places: tuple[Place, ...], reporter: PersonId
) -> tuple[tuple[int, ...], bool]:
    """Return the tickets of this spot and service lately, newest first, and whether that is a standing matter."""
    if service.private:
        return (), False
    since = deps.now() - deps.policy.standing_within.clock
    here = _spot(places)
    everybodys = service.code in load_reach()  # else each has their own, and what others had says nothing
    found = await unit.tickets.before(grid, service.code, since, None if everybodys else reporter)
    same = [one for one in found if not one.private and _same(service.code, here, one, reporter)]
    closed = [one for one in same if not one.open and one.ending not in NOTHING_DONE]
    worth = [one.id for one in same if one.open or one.ending not in NOTHING_DONE]
    return tuple(worth), len(closed) >= deps.policy.standing_after


def _spot(places: tuple[Place, ...]) -> Spot:
    return spot_of(tuple(dict.fromkeys(place.span for place in places)))


def _same(service: str, here: Spot, other: Ticket, reporter: PersonId) -> bool:
    """A place that both name; where neither names one, an outage of the whole grid or the same person's matter."""
    reach, there = load_reach().get(service, ""), _spot(other.places)
    mine = other.reporter == reporter
    if not reach and not mine:
        return False
    if here.meets(there):
        return True
    return here.empty and there.empty and (reach == "grid" or mine)
