"""Pages: one message a reader and kind, edited in place by taps, and what is read for them when they are sent."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from handlers.actions.circle import unreachable
from handlers.actions.deliver import can_write
from handlers.deps import Deps
from handlers.heard import Speaker
from messages import Page
from storage import Unit, page_key
from tickets.absence import MOST_SUBSTITUTES, Entry, News, Sheet, leaves_of, substitutes, uncovered
from tickets.board import ALL, Board, board, roots, sees, within
from tickets.bundle import Bundle, bundle, items
from tickets.duty import Duty, Rota, duty, offers
from tickets.gaps import Gaps, gaps
from tickets.morning import morning
from tickets.notices import Priority
from tickets.roster import AreaCode, Leave, PersonId
from tickets.shifts import own_shift
from tickets.visibility import of_all


async def turn_page(
    deps: Deps,
    unit: Unit,
    speaker: Speaker,
    template: str,
    data: Mapping[str, str],
    *,
    heard_in: int | None,
    on: int | None = None,
) -> bool:
    """Show a page to the speaker in private; False = the private chat is not open.

    `heard_in`: where the speaker is; whoever writes in private can be written to. `on`: the message that was tapped. It
    is edited, unless it is no longer the page: then a new one is sent.
    """
    if heard_in != speaker.telegram and not await can_write(unit, speaker.telegram):
        return False
    person = deps.person_of(speaker.telegram)
    known = await unit.outbox.by_key(page_key(speaker.telegram, template))
    await unit.outbox.mark_page(
        chat=speaker.telegram,
        template=template,
        reader=person,
        priority=Priority.TAP,
        language=deps.language_of(person, speaker.language),
        data=data,
        loud=on is None or known is None or known.message_id != on,
    )
    return True


async def paged(
    deps: Deps, template: str, reader: PersonId | None, data: Mapping[str, str], now: datetime
) -> Page | None:
    """Return what a page shows now; None = nothing (any more)."""
    if template == "bundle":
        return await _bundle(deps, reader or "", data)
    if reader is None or reader not in deps.district.people:
        return None
    match template:
        case "board":
            return await _board(deps, reader, data, now)
        case "duty":
            return await _rota(deps, reader, data, now)
        case "duty_gaps":
            return await _gaps(deps, data, now)
        case "morning":
            async with deps.store.look() as unit:
                found = morning(of_all(await unit.tickets.held_by(reader), reader, deps.district), now)
            return found if found.all else None
        case "leave":
            return await _sheet(deps, data, now.date())
        case "leave_told":
            return await _news(deps, data, now.date())
    return None


async def _bundle(deps: Deps, reader: PersonId, data: Mapping[str, str]) -> Bundle | None:
    kept = items(data["items"])
    async with deps.store.look() as unit:
        tickets = {ticket.id: ticket for ticket in await unit.tickets.several({one.ticket for one in kept})}
    found = bundle(kept, tickets, reader)
    return found if found.lines else None


async def _board(deps: Deps, reader: PersonId, data: Mapping[str, str], now: datetime) -> Board | None:
    area, mine = data["area"], roots(deps.district, reader)
    if not sees(deps.district, reader, area):
        return None
    async with deps.store.look() as unit:
        tickets = of_all(await unit.tickets.open_in(within(deps.district, mine, area)), reader, deps.district)
        people = await duty_of(deps, unit, area, now) if area != ALL else None
    found = board(area, mine, tickets, deps.district, people, now, deps.policy.required)
    wanted = next((one for one in found.tickets if str(one.id) == data.get("ticket")), None)
    if wanted is None or not wanted.summary:
        return found
    return replace(found, ticket=wanted)


async def duty_of(deps: Deps, unit: Unit, area: AreaCode, now: datetime) -> Duty:
    """Return who serves in an area at this moment."""
    lost = await unreachable(deps, unit)
    return duty(area, deps.district, deps.policy.hours, lost, now)


async def _rota(deps: Deps, reader: PersonId, data: Mapping[str, str], now: datetime) -> Rota | None:
    areas = [code for code in data["areas"].split(",") if code in deps.district.areas]
    async with deps.store.look() as unit:
        found = [await duty_of(deps, unit, area, now) for area in areas]
    mine = own_shift(deps.district, reader, now)
    possible = tuple(one for there in found for one in offers(there, deps.district, reader, now))
    return Rota(tuple(found), data.get("whole") == "1", possible, mine) if found else None


async def _gaps(deps: Deps, data: Mapping[str, str], now: datetime) -> Gaps | None:
    """Return what is still bare of what was found; None = nothing any more."""
    named = [tuple(part.split("|")[:2]) for part in data["gaps"].split(";")]
    async with deps.store.look() as unit:
        lost = await unreachable(deps, unit)
    areas = dict.fromkeys(area for area, _ in named if area in deps.district.areas)
    bare = [one for area in areas for one in gaps(deps.district, deps.policy.hours, lost, area, now)]
    left = tuple(one for one in bare if (one.area, one.key) in named)
    return Gaps(left) if left else None


async def _sheet(deps: Deps, data: Mapping[str, str], today: date) -> Sheet:
    person = data["person"]
    async with deps.store.look() as unit:
        own = [Entry(one.id, one.leave) for one in await unit.absences.of(person, today)]
        held = len(await unit.tickets.held_by(person))
    written = leaves_of(deps.directory.file, person, today)
    chosen = next((one for one in own if str(one.id) == data.get("chosen")), None)
    candidates: tuple[PersonId, ...] = ()
    if chosen is not None and chosen.leave.substitute is None and data.get("settled") != "1":
        candidates = substitutes(deps.district, person, chosen.leave.first, chosen.leave.last)[:MOST_SUBSTITUTES]
    return Sheet(person, (*(Entry(0, one) for one in written), *own), chosen, candidates, held, today)


async def _news(deps: Deps, data: Mapping[str, str], today: date) -> News | None:
    """Return what others learn of a leave, unless it was taken back or changed before they were told."""
    leave = Leave(date.fromisoformat(data["first"]), date.fromisoformat(data["last"]), data["substitute"] or None)
    person = data["person"]
    async with deps.store.look() as unit:  # asked of the store: the district in memory may be some seconds older
        entered = [one.leave for one in await unit.absences.of(person, today)]
        held = len(await unit.tickets.held_by(person))
    if leave.last < today or leave not in (*entered, *leaves_of(deps.directory.file, person, today)):
        return None
    return News(person, leave, held, uncovered(deps.district, person, leave), today)
