"""A private message: words the bot asked for, words about a card, an answer, or a new request."""

from handlers.actions import home, lane_steps
from handlers.actions.apart import only_manners
from handlers.actions.circle import around_ticket
from handlers.actions.dialogue import REPLY, WORDS, choose_reply
from handlers.actions.filing import file_hotline, lead_under, offer_forwarded
from handlers.actions.hear import context, hear_resident
from handlers.actions.lane_words import LANE_WORDS
from handlers.actions.which import replied_to
from handlers.actions.work import Words, consult, work
from handlers.deps import Deps
from handlers.heard import Answer, Heard
from parsing import Action as Verdict
from parsing import Understanding, understand
from parsing.hotline import from_hotline
from parsing.matter import plainly
from storage import Draft, Unit
from tickets.actions import Action
from tickets.drafting import Why
from tickets.media import packed, unpacked
from tickets.model import Ticket
from tickets.roster import AreaCode, PersonId
from tickets.transitions import allowed_actions, relations

STILL_LACKS = frozenset({Why.NEEDS_PHOTO, Why.NEEDS_POINTS})
"""Refusals after which the same words are waited for, and what is still missing."""

REPLIES = (Action.FINISH, Action.TELL, Action.ADVISE, Action.ASK)
"""What plain words under a card can be for, in the order shown."""


async def hear_private(deps: Deps, heard: Heard) -> Answer | None:
    """Take in a private message; None = it has been answered already, or needs no answer."""
    if heard.ours:
        return Answer.of("own_words")
    member = deps.district.by_telegram(heard.speaker.telegram)
    if member is not None:
        answer = await (_edited if heard.edited else _from_staff)(deps, heard, member.id)
        if answer is not None:
            return None if answer.key == "shown" else answer
    grid = await home.grid_of(deps, heard.speaker.telegram, member.id if member else None)
    if grid is None and _only_manners(deps, heard, ""):
        return None
    if grid is None:
        if heard.edited:
            await home.corrected(deps, heard)
            return None
        grid = await home.newcomer(deps, heard)
        if grid is None:
            return None
    elif await home.moved(deps, heard):
        return None
    understood = await hear_resident(deps, heard, grid)
    return None if understood or heard.edited or _only_manners(deps, heard, grid) else Answer.of("not_understood")


def _only_manners(deps: Deps, heard: Heard, grid: AreaCode) -> bool:
    """Whether this is thanks or an "all right": the end of a talk, which wants no answer."""
    return only_manners(heard, understand(heard.text, context(deps, heard, grid)))


async def _from_staff(deps: Deps, heard: Heard, person: PersonId) -> Answer | None:
    async with deps.store.look() as unit:
        draft = await unit.drafts.current(heard.speaker.telegram, heard.chat, deps.now())
        replied = await replied_to(unit, heard)
        album = await _album(unit, heard, person)
        lead = await lead_under(unit, heard)
    if draft is not None and draft.kind == LANE_WORDS and replied in (None, draft.ticket):
        return await lane_steps.with_words(deps, heard, draft)
    if draft is not None and draft.kind == WORDS and draft.ticket is not None and replied in (None, draft.ticket):
        if replied is None and await _asks_anew(deps, heard, person, draft.ticket):
            return Answer.of("question_waits", number=str(draft.ticket))
        return await _with_words(deps, heard, draft, draft.ticket)
    if album is not None:
        await work(deps, heard.cause, heard.speaker, album, Action.TELL, Words(heard.text, heard.media))
        return Answer.of("shown")
    if lead is not None:
        return Answer.of("file_by_reply")
    if replied is None and heard.forwarded and from_hotline(heard.text) is not None:
        return await file_hotline(deps, heard, heard.text)
    if replied is None and await _passes_on(deps, heard, person):
        return Answer.of("shown")
    if replied is None:
        return Answer.of("which_ticket") if heard.wordless else None
    choices = await _choices(deps, replied, person)
    if not choices and await lane_steps.has_lane(deps, replied, person):
        return Answer.of("lane_press_first")
    if not choices:
        return None
    if choices == [Action.ADVISE] or await _is_asked(deps, replied, person):
        return await work(deps, heard.cause, heard.speaker, replied, Action.ADVISE, Words(heard.text, heard.media))
    await choose_reply(deps, heard, replied, choices)
    return Answer.of("shown")


async def _passes_on(deps: Deps, heard: Heard, person: PersonId) -> bool:
    """Whether staff forwarded what a resident wrote elsewhere: they are asked whether to file it for that resident."""
    if heard.author is None or deps.district.by_telegram(heard.author.telegram) is not None:
        return False
    async with deps.store.look() as unit:
        contact = await unit.contacts.get(heard.author.telegram)
    lives = contact.grid if contact is not None and contact.grid in deps.district.areas else None
    grid = lives or await home.grid_of(deps, heard.speaker.telegram, person)
    if grid is None:
        return False
    await offer_forwarded(deps, heard, grid)
    return True


async def _edited(deps: Deps, heard: Heard, person: PersonId) -> Answer | None:
    """Take in an edit of words for a ticket: before they are used it counts, after that they have been read."""
    async with deps.store.unit(heard.cause) as unit:
        draft = await unit.drafts.latest(heard.speaker.telegram, REPLY, deps.now())
        if draft is not None and draft.data.get("message") == str(heard.message):
            await unit.drafts.change(draft.id, {**draft.data, "text": heard.text})
            await unit.commit()
            return Answer.of("words_renewed")
        number = await unit.sources.ticket_of(heard.chat, heard.message)
        ticket = await unit.tickets.get(number) if number is not None else None
    if ticket is None or ticket.reporter == person:
        return None
    return Answer.of("words_read", number=str(ticket.id))


async def _asks_anew(deps: Deps, heard: Heard, person: PersonId, number: int) -> bool:
    """Take plain words as a new request although others are waited for, where residents must not read them as those.

    A danger always is one, and so is a trouble plainly named at another place. A reply to the question never is.
    """
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
    if ticket is None:
        return False
    grid = await home.grid_of(deps, heard.speaker.telegram, person) or ticket.grid
    meant = understand(heard.text, context(deps, heard, grid))
    plain = meant.action is Verdict.FILE and meant.service in plainly(heard.text)
    clear = meant.danger is not None or (plain and _elsewhere(meant, ticket))
    return clear and await hear_resident(deps, heard, grid)


def _elsewhere(meant: Understanding, ticket: Ticket) -> bool:
    """Whether a place is named that is not the ticket's; a unit or a room without its house can be anywhere."""
    named = {_plain(place.span) for place in meant.places if place.building or not (place.unit or place.room)}
    own = {_plain(place.span) for place in ticket.places}
    if not named:
        return False
    if not own:
        return meant.service != ticket.service
    return not any(one in other or other in one for one in named for other in own)


def _plain(span: str) -> str:
    return "".join(span.lower().split())


async def _album(unit: Unit, heard: Heard, person: PersonId) -> int | None:
    """Return the ticket in which the first picture of the same album was used for words to the resident."""
    number = await unit.sources.ticket_of_album(heard.chat, heard.album) if heard.album else None
    ticket = await unit.tickets.get(number) if number is not None else None
    return ticket.id if ticket is not None and ticket.reporter != person else None


async def _is_asked(deps: Deps, number: int, person: PersonId) -> bool:
    """Whether a specialist owes advice: then a plain reply is it."""
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
    consults = ticket.consults if ticket is not None and ticket.handler != person else ()
    return any(one.person == person and one.answer is None for one in consults)


async def _with_words(deps: Deps, heard: Heard, draft: Draft, number: int) -> Answer:
    action, extra = Action(draft.data["action"]), draft.data.get("extra", "")
    words = _so_far(draft, heard)
    if action is Action.CONSULT:
        answer = await consult(deps, heard.cause, heard.speaker, number, extra, words)
    else:
        answer = await work(deps, heard.cause, heard.speaker, number, action, words, extra)
    async with deps.store.unit() as unit:
        if answer.key in STILL_LACKS:
            await unit.drafts.change(draft.id, {**draft.data, "text": words.text, "media": packed(words.media)})
            await unit.commit()
            return answer
        await unit.drafts.close(draft.id)
        album = heard.album if action in (Action.FINISH, Action.ASK) else None
        await unit.sources.add(heard.chat, heard.message, number, album)
        await unit.commit()
    return answer


def _so_far(draft: Draft, heard: Heard) -> Words:
    """Return what was sent until now: a result may come in pieces until it shows what it must."""
    text = "\n".join(part for part in (draft.data.get("text", ""), heard.text.strip()) if part)
    return Words(text, (*unpacked(draft.data.get("media", "")), *heard.media))


async def _choices(deps: Deps, number: int, person: PersonId) -> list[Action]:
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
        if ticket is None:
            return []
        circle = await around_ticket(deps, unit, ticket, deps.now())
    allowed = allowed_actions(ticket, relations(ticket, person, circle.route, circle.grid_staff))
    return [action for action in REPLIES if action in allowed]


async def chosen(deps: Deps, cause: int, heard: Heard, draft_id: int, choice: str) -> Answer:
    """Use the words that staff replied to a card for what they chose."""
    async with deps.store.look() as unit:
        draft = await unit.drafts.get(draft_id)
    if draft is None or draft.kind != REPLY or draft.telegram != heard.speaker.telegram or draft.ticket is None:
        return Answer.of("aged_button")
    if draft.expires_at < deps.now():
        return Answer.of("aged_button")
    if choice not in {action.value for action in REPLIES}:
        await _close(deps, draft_id)
        return Answer.of("words_dropped")
    words = Words(draft.data["text"], unpacked(draft.data["media"]))
    answer = await work(deps, cause, heard.speaker, draft.ticket, Action(choice), words)
    async with deps.store.unit() as unit:
        await unit.drafts.close(draft_id)
        if draft.data.get("message"):  # an edit of these words finds the ticket
            await unit.sources.add(heard.speaker.telegram, int(draft.data["message"]), draft.ticket)
        await unit.commit()
    return answer


async def _close(deps: Deps, draft_id: int) -> None:
    async with deps.store.unit() as unit:
        await unit.drafts.close(draft_id)
        await unit.commit()
