"""Another service: staff choose it from a short list, or name it, and the ticket goes to whoever that is for."""

from handlers.actions.act import NoTicket, act
from handlers.actions.dialogue import show_picker
from handlers.actions.file import UNKNOWN_SERVICE
from handlers.actions.which import not_permitted, refusal
from handlers.deps import Deps
from handlers.heard import Answer, Speaker
from parsing import Context, understand
from parsing.catalogue import load_dangers
from tickets.actions import Action
from tickets.commands import Correct
from tickets.decide import Refused
from tickets.model import Ticket

SECTION = "+"
"""Begins the choice of a section instead of a service."""

TEMPLATE = "pick_service"


async def show_services(deps: Deps, cause: int, who: Speaker, number: int, section: str = "") -> Answer:
    """Show what it may be instead: the likeliest and the sections, or the services of one section."""
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
    if ticket is None:
        return refusal(NoTicket(number))
    groups = dict.fromkeys(one.group for one in deps.services)
    if section in groups:
        found = [one.code for one in deps.services if one.group == section and one.code != ticket.service]
        data = {"services": ",".join(found), "sections": ""}
    else:
        data = {"services": ",".join(_likely(deps, ticket)), "sections": ",".join(groups)}
    return await show_picker(deps, cause, who, number, Action.CORRECT, TEMPLATE, data)


async def chosen_service(deps: Deps, cause: int, who: Speaker, number: int, choice: str) -> Answer:
    """Carry out a choice: a section to look into, or the service."""
    if choice.startswith(SECTION):
        return await show_services(deps, cause, who, number, choice.removeprefix(SECTION))
    if choice not in deps.services:
        return Answer.of("unknown_button")
    return await correct(deps, cause, who, number, choice)


async def by_name(deps: Deps, cause: int, who: Speaker, number: int, words: str) -> Answer:
    """Carry out `/service` with the name of one; without, or where it could be several, show the list."""
    wanted = words.strip().lower()
    exact = [one.code for one in deps.services if wanted in (one.code, one.zh.lower(), one.en.lower())]
    named = exact or [one.code for one in deps.services if wanted and wanted in f"{one.zh}\n{one.en.lower()}"]
    if len(named) != 1:
        return await show_services(deps, cause, who, number)
    return await correct(deps, cause, who, number, named[0])


async def correct(deps: Deps, cause: int, who: Speaker, number: int, code: str) -> Answer:
    """Change the service of a ticket."""
    by, service = deps.person_of(who.telegram), deps.services[code]
    refused = await not_permitted(deps, number, by, Action.CORRECT)
    if refused is not None:
        return refused
    command = Correct(by, code, service.deadline_class, service.private, load_dangers().get(code), service.terms)
    try:
        decision = await act(deps, number, command, cause)
    except (NoTicket, Refused) as why:
        return refusal(why)
    if not decision.entries:
        return Answer.of("nothing_changed")
    return Answer.of("corrected", number=str(number), service=service.name(deps.language_of(by, who.language)))


def _likely(deps: Deps, ticket: Ticket) -> list[str]:
    """Return what the words could mean besides, the likeliest first."""
    context = Context(services=deps.services, places=deps.places, grid=ticket.grid, addressed=True, models=deps.models)
    meant = understand(ticket.origin.text, context)
    apart = (None, ticket.service, UNKNOWN_SERVICE)
    return [code for code in (meant.service, meant.second) if code not in apart and code is not None]
