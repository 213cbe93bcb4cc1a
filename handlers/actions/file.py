"""File a request: one transaction with the ticket, its journal, its candidates and the first cards."""

from handlers.actions.circle import around
from handlers.actions.deliver import deliver
from handlers.actions.exposed import tell_sender, title
from handlers.actions.leads import absorb
from handlers.actions.same_spot import earlier
from handlers.deps import Deps
from handlers.heard import Heard
from parsing import Understanding, mask
from parsing.behalf import on_behalf
from storage import Unit
from tickets import owners
from tickets.commands import File
from tickets.decide import open_ticket
from tickets.model import Place, Said, Ticket
from tickets.roster import AreaCode, PersonId
from tickets.service import DeadlineClass

UNKNOWN_SERVICE = "other"


async def open_request(deps: Deps, heard: Heard, grid: AreaCode, meant: Understanding) -> Ticket:
    """Open a ticket for one message, in a transaction of its own."""
    async with deps.store.unit(heard.cause) as unit:
        ticket = await open_within(deps, unit, heard, grid, meant)
        await unit.commit()
        return ticket


async def open_within(
    deps: Deps, unit: Unit, heard: Heard, grid: AreaCode, meant: Understanding, by: PersonId | None = None
) -> Ticket:
    """Open a ticket inside the caller's transaction. `by`: who files it for the one who said it."""
    now = deps.now()
    reporter = deps.person_of(heard.speaker.telegram)
    service = deps.services[meant.service or UNKNOWN_SERVICE]
    language = deps.language_of(reporter, heard.speaker.language)
    places = tuple(Place(place.span, place.area) for place in meant.places)
    # Somebody lives where they speak, wherever the place lies that they speak of.
    home = None if heard.private else grid
    await unit.contacts.see(heard.speaker.telegram, heard.speaker.name, heard.speaker.language, home)
    grid = next(filter(None, (owners.near(deps.district, grid, place.area) for place in places)), grid)
    private = meant.private or service.private
    circle = await around(
        deps,
        unit,
        now,
        grid=grid,
        service=service.code,
        deadline_class=meant.deadline_class or service.deadline_class,
        reporter=reporter,
        places=places,
    )
    before, standing = await earlier(deps, unit, grid, service, places, reporter)
    command = File(
        number=await unit.tickets.reserve_number(),
        by=reporter,
        name=heard.speaker.name,
        language=language,
        grid=grid,
        service=service.code,
        deadline_class=meant.deadline_class or service.deadline_class or DeadlineClass.ORDINARY,
        private=private,
        danger=meant.danger,
        summary=title(meant.summary, private=private) or service.name(deps.district.language),
        said=said(heard),
        places=places,
        people=meant.people,
        filed_by=by if by != reporter else None,
        on_behalf=on_behalf(heard.text),
        model=deps.models.version if deps.models is not None else "",
        earlier=before,
        standing=standing,
        own=by == reporter and owners.finds(deps.district, reporter, grid),
    )
    decision = open_ticket(command, now, deps.policy_for(grid, service.code), circle)
    await unit.tickets.add(decision.ticket, decision.entries)
    if heard.message:
        await unit.sources.add(heard.chat, heard.message, decision.ticket.id, heard.album, reporter)
    for piece in heard.pieces:
        await unit.sources.add(heard.chat, piece, decision.ticket.id, None, reporter)
    await deliver(deps, unit, decision.ticket, decision.notices, now)
    await tell_sender(deps, unit, heard, private=private)
    return await absorb(deps, unit, heard, decision.ticket, now)


def said(heard: Heard) -> Said:
    """Return the words as the ticket keeps them: identity, phone and card numbers are masked."""
    text = f"{heard.text}\n「{heard.quote}」" if heard.quote else heard.text
    return Said(mask(text), heard.at, heard.chat, heard.message, heard.media, heard.album or "", heard.thread)
