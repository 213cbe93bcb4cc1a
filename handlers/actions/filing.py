"""A worker files what a resident said: by `/file` under it, or by one tap on what was passed on."""

from dataclasses import replace

from handlers.actions import file, leads, where
from handlers.actions.people import area_of_group
from handlers.actions.teaching import learn_from_filing
from handlers.actions.which import replied_to
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Speaker
from messages import phrase
from messages.text import listed
from parsing import Action as Verdict
from parsing import Context, mask, understand
from parsing.hotline import from_hotline, without_heading
from storage import Draft, Unit
from tickets.home import grid_of
from tickets.model import Ticket
from tickets.notices import Priority
from tickets.roster import AreaCode, PersonId

LONGEST_TITLE = 40
"""Of a matter that is not understood, so much of the words makes its title."""


async def file_command(deps: Deps, said: Heard, target: Heard | None, words: str) -> Answer:
    """Carry out `/file`. `target`: the message it replies to; None = there is none, or nobody in particular said it."""
    if said.private:
        return await _in_private(deps, said, target, words)
    area = await area_of_group(deps, said.chat)
    if area is None or area.level != "grid":
        return Answer.of("file_in_grid")
    if not works_in(deps, deps.person_of(said.speaker.telegram), area.code):
        return Answer.of("not_your_grid", name=area.name)
    if said.reply_to is None:
        return await _own_words(deps, said, area.code, words)
    async with deps.store.unit(said.cause) as unit:
        if (number := await replied_to(unit, said)) is not None:
            return Answer.of("already_filed", number=str(number))
        if target is None or target.speaker.anonymous:
            return Answer.of("file_nobody")
        resident = target.speaker.telegram
        lead = await leads.found(unit, resident, target.chat, target.message, deps.now())
        if lead is not None:
            return await _file_lead(deps, unit, said, lead, words)
        ticket = await _file(deps, unit, target, area.code, said.speaker, words)
        await unit.commit()
    return Answer.of("filed_for", number=str(ticket.id), name=target.speaker.name)


async def file_lead(deps: Deps, cause: int, who: Speaker, draft: int) -> Answer:
    """File what was passed on, by one tap."""
    said = Heard(cause, who.telegram, 0, who, "", deps.now())
    async with deps.store.unit(cause) as unit:
        lead = await unit.drafts.get(draft)
        if lead is None or lead.kind != leads.LEAD or lead.expires_at < deps.now():
            return Answer.of("aged_button")
        return await _file_lead(deps, unit, said, lead, "")


async def offer_forwarded(deps: Deps, heard: Heard, grid: AreaCode) -> None:
    """Ask staff who forwarded somebody's message in private whether to file it: then that somebody reports."""
    assert heard.author is not None
    now = deps.now()
    original = replace(heard, speaker=heard.author, chat=heard.author.telegram, message=0)
    async with deps.store.unit(heard.cause) as unit:
        draft = await unit.drafts.open(
            telegram=heard.author.telegram,
            kind=leads.LEAD,
            cause=heard.cause,
            data={**leads.facts(original, grid), "messages": f"-{heard.cause}", "shown": str(heard.message)},
            expires_at=now + leads.WAITS,
        )
        await unit.outbox.post(
            key=f"forwarded:{draft}",
            chat=heard.speaker.telegram,
            template=leads.LEAD,
            language=deps.language_of(deps.person_of(heard.speaker.telegram), heard.speaker.language),
            reader=deps.person_of(heard.speaker.telegram),
            data=leads.shown(draft, original, {"text": mask(heard.text), "forwarded": "1"}),
            priority=Priority.TAP,
            reply_to=heard.message,
        )
        await unit.commit()


def works_in(deps: Deps, person: PersonId, grid: AreaCode) -> bool:
    """Whether somebody has a post in a grid or above it."""
    over = {area.code for area in deps.district.chain(grid)}
    return any(post.area in over for post in deps.district.posts_of(person))


def own_grids(deps: Deps, person: PersonId) -> tuple[AreaCode, ...]:
    """Return the grids in which somebody has a post, or in a part of which."""
    areas = (post.area for post in deps.district.posts_of(person) if post.area is not None)
    return tuple(dict.fromkeys(grid for area in areas if (grid := grid_of(deps.district, area)) is not None))


async def lead_under(unit: Unit, heard: Heard) -> Draft | None:
    """Return the lead whose note this message replies to."""
    row = await unit.outbox.said_at(heard.chat, heard.reply_to) if heard.reply_to is not None else None
    if row is None or row.template != leads.LEAD:
        return None
    return await unit.drafts.get(int(row.data["draft"]))


async def _in_private(deps: Deps, said: Heard, target: Heard | None, words: str) -> Answer:
    async with deps.store.unit(said.cause) as unit:
        lead = await lead_under(unit, said)
        if lead is not None:
            return await _file_lead(deps, unit, said, lead, words)
        if (number := await replied_to(unit, said)) is not None:
            return Answer.of("already_filed", number=str(number))
        contact = await unit.contacts.get(said.speaker.telegram)
    if said.reply_to is not None and target is None:
        return Answer.of("aged_button")  # a note of ours whose lead is over
    text = f"{target.text} {words}" if target is not None else words
    if from_hotline(text) is not None:
        return await file_hotline(deps, replace(said, media=target.media if target is not None else said.media), text)
    own = own_grids(deps, deps.person_of(said.speaker.telegram))
    grid = contact.grid if contact is not None and contact.grid in deps.district.areas else None
    if len(own) > 1:
        named = [code for code in where.candidates(deps, text) if code in own]
        grid = named[0] if len(named) == 1 else grid if grid in own else None
        if grid is None and text.strip():
            names = [deps.district.areas[code].name for code in own]
            language = deps.language_of(deps.person_of(said.speaker.telegram), said.speaker.language)
            return Answer.of("file_where", areas=listed(names, language))
    grids = deps.district.grids
    grid = grid or next(iter(own), None) or (grids[0].code if len(grids) == 1 else None)
    if grid is None:
        return Answer.of("no_grid")
    if target is not None and target.author is None:
        said = replace(said, media=target.media)
        return await _own_words(deps, said, grid, f"{target.text} {words}".strip())
    if target is not None and target.author is not None:
        return Answer.of("file_below")  # the question under the forwarded message has the button
    return await _own_words(deps, said, grid, words)


async def file_hotline(deps: Deps, said: Heard, text: str) -> Answer:
    """File what the hotline sent: its place says which grid's leader goes; whoever files it gets the answer."""
    person, words = deps.person_of(said.speaker.telegram), without_heading(text)
    meant = understand(words, Context(deps.services, deps.places, "", addressed=True, models=deps.models))
    below = [area.code for area in deps.district.grids if works_in(deps, person, area.code)]
    found = dict.fromkeys(place.area for place in meant.places if place.area in below)
    grid = next(iter(found), None) or (below[0] if len(below) == 1 else None)
    if grid is None:
        return Answer.of("hotline_where")
    meant = replace(
        meant,
        action=Verdict.FILE,
        service=meant.service or file.UNKNOWN_SERVICE,
        summary=meant.summary or words[:LONGEST_TITLE],
    )
    async with deps.store.unit(said.cause) as unit:
        ticket = await file.open_within(deps, unit, replace(said, text=text, reply_to=None), grid, meant)
        await unit.commit()
    return Answer.of("filed_hotline", number=str(ticket.id), area=deps.district.areas[ticket.grid].name)


async def _own_words(deps: Deps, said: Heard, grid: AreaCode, words: str) -> Answer:
    """File what the worker saw: then the worker reports."""
    if not words.strip():
        return Answer.of("file_what")
    async with deps.store.unit(said.cause) as unit:
        heard = replace(said, text=words, reply_to=None)
        ticket = await _file(deps, unit, heard, grid, said.speaker, "")
        await unit.commit()
    return Answer.of("filed", number=str(ticket.id))


async def _file_lead(deps: Deps, unit: Unit, said: Heard, lead: Draft, words: str) -> Answer:
    grid = lead.data["grid"]
    if grid not in deps.district.areas or not works_in(deps, deps.person_of(said.speaker.telegram), grid):
        return Answer.of("not_your_grid", name=deps.district.areas[grid].name if grid in deps.district.areas else grid)
    if lead.expires_at < deps.now():
        return Answer.of("aged_button")
    heard = leads.as_heard(lead, said.cause)
    if heard.message < 0:  # forwarded: where it stood nobody knows
        heard = replace(heard, message=0)
    elif (number := await unit.sources.ticket_of(heard.chat, heard.message)) is not None:
        return Answer.of("already_filed", number=str(number))
    # Closed before the ticket is there: it must not be absorbed as something said a moment before.
    await unit.drafts.close(lead.id)
    ticket = await _file(deps, unit, heard, grid, said.speaker, words)
    if heard.message:
        await leads.close(unit, lead, ticket.id)
    else:
        await unit.sources.add(said.speaker.telegram, int(lead.data["shown"]), ticket.id)
    await unit.commit()
    return Answer.of("filed_for", number=str(ticket.id), name=heard.speaker.name)


async def _file(deps: Deps, unit: Unit, heard: Heard, grid: AreaCode, by: Speaker, words: str) -> Ticket:
    """Open the ticket whatever the words are. Where the worker wrote some, they are its title."""
    context = Context(deps.services, deps.places, grid, addressed=True, models=deps.models)
    meant = understand(f"{heard.text} {words}".strip(), context)
    kind = phrase(f"media.{heard.media[0].kind}", deps.district.language) if heard.media else ""
    meant = replace(
        meant,
        action=Verdict.FILE,
        service=meant.service or file.UNKNOWN_SERVICE,
        summary=(understand(words, context).summary if words else "") or meant.summary or kind,
    )
    person = deps.person_of(by.telegram)
    ticket = await file.open_within(deps, unit, heard, grid, meant, by=person)
    await learn_from_filing(unit, heard, ticket, person, deps.now())
    return ticket
