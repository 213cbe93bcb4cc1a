"""File a request: one transaction with the ticket, its journal, its candidates and the first cards."""

from dataclasses import replace

from handlers.actions.act import act_on
from handlers.actions.circle import FIRST_ASKED, around
from handlers.actions.deliver import deliver
from handlers.actions.exposed import tell_sender, title
from handlers.actions.leads import absorb
from handlers.actions.same_spot import earlier
from handlers.deps import Deps
from handlers.heard import Heard
from parsing import Understanding, mask
from parsing.behalf import on_behalf
from parsing.catalogue import hotline_proof
from parsing.hiding import wants_hidden
from parsing.hotline import from_hotline
from storage import Unit
from tickets import owners
from tickets.commands import File, Join
from tickets.decide import Circle, Refused, open_ticket
from tickets.model import Place, Said, Ticket
from tickets.outcome import Origin, Source
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
    hidden = wants_hidden(heard.text)
    terms, source = service.terms, _source(deps, heard, reporter)
    if source is not None:
        terms = replace(terms, proof=terms.proof.with_more(hotline_proof(service.code)))
    private = meant.private or service.private or hidden or bool(terms.sealed)
    circle = await around(
        deps,
        unit,
        now,
        grid=grid,
        service=service.code,
        deadline_class=meant.deadline_class or service.deadline_class,
        reporter=reporter,
        places=places,
        sealed=terms.sealed,
        first=FIRST_ASKED if source is not None else "",
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
        on_behalf=on_behalf(heard.text) or _author_named(heard),
        model=deps.models.version if deps.models is not None else "",
        earlier=before,
        standing=standing,
        own=by == reporter and owners.finds(deps.district, reporter, grid),
        terms=terms,
        hidden=hidden,
        source=source,
    )
    decision = open_ticket(command, now, deps.policy_for(grid, service.code), circle)
    await unit.tickets.add(decision.ticket, decision.entries)
    if heard.message:
        await unit.sources.add(heard.chat, heard.message, decision.ticket.id, heard.album, reporter, heard.pieces)
    await deliver(deps, unit, decision.ticket, decision.notices, now)
    await tell_sender(deps, unit, heard, private=private)
    ticket = await _joined_by_author(deps, unit, heard, decision.ticket)
    return await absorb(deps, unit, heard, ticket, now)


async def _joined_by_author(deps: Deps, unit: Unit, heard: Heard, ticket: Ticket) -> Ticket:
    """Count whoever wrote what a neighbour passes on for them: the answer goes to both."""
    author = heard.author if heard.private and heard.forwarded else None
    if author is None or author.telegram == heard.speaker.telegram or ticket.reporter in deps.district.people:
        return ticket
    person = deps.person_of(author.telegram)
    said = Said("", heard.at, heard.chat, heard.message)
    try:
        join = Join(person, ticket.reporter, said, (), deps.language_of(person, author.language))
        return (await act_on(deps, unit, ticket, join, deps.now(), circle=Circle())).ticket
    except Refused:  # private, or one of the staff
        return ticket


def _author_named(heard: Heard) -> str:
    """Return whose words somebody passes on in private; empty = his own."""
    author = heard.author if heard.private and heard.forwarded else None
    return author.name if author is not None and author.telegram != heard.speaker.telegram else ""


def _source(deps: Deps, heard: Heard, reporter: PersonId) -> Source | None:
    """Return where it came from: a member of staff passes on, in private, what the hotline has sent."""
    found = from_hotline(heard.text) if heard.private and reporter in deps.district.people else None
    return Source(Origin.HOTLINE, found.number, found.often) if found is not None else None


def said(heard: Heard) -> Said:
    """Return the words as the ticket keeps them: identity, phone and card numbers are masked."""
    text = f"{heard.text}\n「{heard.quote}」" if heard.quote else heard.text
    return Said(mask(text), heard.at, heard.chat, heard.message, heard.media, heard.album or "", heard.thread)
