"""A message: is it an answer, a follow-up, a new request, a doubt, or nothing? Chatter writes nothing."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.actions import exposed, file, hiding, joining_in, leads, where
from handlers.actions.act import act_on
from handlers.actions.ahead import Ahead
from handlers.actions.apart import ask_which, only_manners, several
from handlers.actions.never_mind import over, taken_back
from handlers.actions.resident import thank
from handlers.actions.settling import Settled, matter, settled, spoken, windows
from handlers.actions.unsure import ask_sender, renew_doubt
from handlers.actions.which import replied_to
from handlers.deps import Deps
from handlers.heard import Heard
from messages import phrase
from parsing import Action as Verdict
from parsing import Context, Understanding, understand
from parsing.facts import Kind
from parsing.matter import continues
from parsing.verdict import Solved, verdict
from storage import Unit
from tickets.commands import Add, Answer, Command, Confirm, Dispute
from tickets.drafting import Refused
from tickets.model import Place, Status, Ticket
from tickets.roster import AreaCode, PersonId

TALK_LASTS = timedelta(hours=12)
"""So long after staff told a resident something, words in private go on with it."""

EDIT_COUNTS = timedelta(minutes=10)
"""An edit this long after the message may still turn it into a request."""

JUST_TOLD = timedelta(hours=12)
"""Bare words in private this long after a result may be about it."""

JUDGED = frozenset({Status.FED_BACK, Status.CONFIRMED, Status.REVIEWED, Status.RESTING, Status.CLOSED})
"""States in which there is a result that its reporter can say yes or no to."""


@dataclass(frozen=True)
class Known:
    """What the store knows about a message before it is understood."""

    replied: Ticket | None
    album: Ticket | None
    edited: Ticket | None
    recent: Ticket | None
    unanswered: tuple[Ticket, ...]
    """The speaker's own matters with a question that has no answer yet."""

    told: tuple[Ticket, ...]
    """The speaker's own open matters with a result that was told a short while ago."""

    spoken_to: tuple[Ticket, ...]
    """The speaker's own matters in which staff have told them something lately."""

    only: Ticket | None
    """The speaker's own open matter, if it is the only one."""

    mine: tuple[Ticket, ...]
    """The speaker's own open matters, oldest first."""

    lives_nowhere: bool
    """The speaker has opened the private chat and speaks in a group, but nobody knows of which grid they are."""


NOTHING = Known(None, None, None, None, (), (), (), None, (), lives_nowhere=False)


async def hear_resident(deps: Deps, heard: Heard, grid: AreaCode, ahead: Ahead | None = None) -> bool:
    """Take in what a resident said in a grid's group or in private; return whether it had any effect.

    `ahead`: what is known of the batch that the message came in.
    """
    if heard.ours:
        return False
    if ahead is None:
        return await _hear(deps, heard, grid, None)
    quiet = ahead.nothing_about(heard)
    done = await _hear(deps, heard, grid, NOTHING if quiet else None)
    if done or not quiet:
        ahead.met.add(heard.speaker.telegram)
    return done


async def _hear(deps: Deps, heard: Heard, grid: AreaCode, known: Known | None) -> bool:
    reporter = deps.person_of(heard.speaker.telegram)
    if known is None:
        async with deps.store.look() as unit:
            known = await _known(deps, unit, heard, reporter)
    if heard.edited and known.edited is not None:
        if reporter in known.edited.neighbours:
            return False
        return await _add(deps, heard, known.edited, None)
    if heard.edited and deps.now() - heard.at > EDIT_COUNTS:
        return False
    about = context(deps, heard, grid, known)
    read = await settled(deps, heard, grid, about, known.mine, known.replied)
    done = await _answer_to(deps, read, grid, known, about)
    if not heard.edited:
        pieces = (*read.heard.pieces, *(one.message for one in read.agrees))
        deps.talk.note(replace(heard, pieces=pieces), read.meant.confidence, staff=about.from_staff, taken=done)
    return done


async def _answer_to(deps: Deps, read: Settled, grid: AreaCode, known: Known, about: Context) -> bool:
    heard, meant = read.heard, read.meant
    reporter = deps.person_of(heard.speaker.telegram)
    if not heard.edited and meant.danger is None:
        if await _judged(deps, heard, known, reporter, meant):
            return True
        own = known.replied or known.recent or known.only
        if meant.action is not Verdict.FILE and await hiding.asked(deps, heard, own, reporter, file.said(heard)):
            return True
        if await taken_back(deps, heard, known.replied, reporter):
            return True
        if await over(deps, read, known.only if known.replied is None else None, reporter):
            return True
    target = _answers(known, reporter)
    if target is not None:
        return await _answer(deps, heard, target)
    if known.album is not None and known.album.reporter == reporter:
        return await _add(deps, heard, known.album, None)
    target = _answers_in_private(heard, known, meant)
    if target is not None:
        return await _answer(deps, heard, target)
    if choices := several(heard, meant, known.unanswered, known.spoken_to) if known.replied is None else ():
        await ask_which(deps, heard, grid, choices)
        return True
    own = known.replied if known.replied is not None and known.replied.reporter == reporter else known.recent
    if own is None and heard.private and known.replied is None and len(known.spoken_to) == 1:
        own = known.spoken_to[0]
    if own is None and where.point(heard) is not None:
        own = known.only
    if own is not None and own.open and (_continues(deps, read, own) or _talks(heard, meant, own, known)):
        return await _add(deps, heard, own, meant)
    if heard.wordless and _is_for_us(deps, heard, known):
        kind = phrase(f"media.{heard.media[0].kind}", deps.district.language)
        meant = replace(meant, action=Verdict.FILE, service=file.UNKNOWN_SERVICE, summary=kind)
        await file.open_request(deps, heard, grid, meant)
        return True
    if leads.is_lead(deps, heard):
        await leads.keep(deps, heard, grid)
        return True
    if meant.action is Verdict.FILE and heard.forwarded and not heard.private and not _is_here(meant):
        meant = replace(meant, action=Verdict.ASK)
    if meant.danger is None and known.replied is None and await where.answer_question(deps, heard, grid):
        return True
    if known.only is None and await where.answer_place(deps, heard):
        return True
    asker = known.replied if not heard.edited and not only_manners(heard, meant) else None
    if asker is not None and joining_in.offers(deps, heard, asker):
        return await joining_in.join(deps, heard, asker, meant, helps=True)
    if not heard.edited:
        near = read.ticket
        if near is not None and read.found.kind is Kind.CONTINUES:
            return await _add(deps, heard, near, meant)
        if near is not None and read.found.kind is Kind.JOINS and await joining_in.join(deps, heard, near, meant):
            return True
        if read.agrees and await joining_in.bear_out(deps, read, grid, about):
            return True
        if read.passed_over:
            return await _talk(deps, heard, grid if known.lives_nowhere else None)
        meant = joining_in.like(meant, near if read.found.kind is Kind.NEW else None, heard.text)
    if meant.action is Verdict.FILE and heard.text.strip():
        deps.talk.keep(heard, await file.open_request(deps, heard, grid, meant))
        return True
    if heard.edited:
        return await renew_doubt(deps, heard) or await _talk(deps, heard, None)
    if meant.action is Verdict.ASK and not heard.speaker.anonymous:
        await ask_sender(deps, heard, grid, meant)
        deps.talk.doubt(heard)
        return True
    return await _talk(deps, heard, grid if known.lives_nowhere else None)


async def _judged(deps: Deps, heard: Heard, known: Known, reporter: PersonId, meant: Understanding) -> bool:
    """Take "still broken" and "it works, thanks" for what they are: the resident's word on a result."""
    if known.replied is None and not known.told:
        return False
    found = verdict(heard.text)
    if found is None:
        return False
    ticket = _judges(known, reporter)
    if ticket is None and found is Solved.NO:
        ticket = _judges_in_private(heard, known, meant)
    if ticket is None:
        return False
    said = file.said(heard)
    command: Command = Dispute(reporter, said.text) if found is Solved.NO else Confirm(reporter)
    async with deps.store.unit(heard.cause) as unit:
        fresh = await unit.tickets.get(ticket.id)
        if fresh is None:
            return False
        try:
            decision = await act_on(deps, unit, fresh, command, deps.now())
            if heard.media and decision.ticket.open:
                await act_on(deps, unit, decision.ticket, Add(reporter, said), deps.now())
        except Refused:  # too late, or said already: then these are words like any others
            return False
        await unit.sources.add(heard.chat, heard.message, ticket.id, heard.album, reporter, heard.pieces)
        if heard.private:
            await thank(deps, unit, heard, decision.ticket, found)
        await unit.commit()
    return True


def _judges(known: Known, reporter: PersonId) -> Ticket | None:
    """Return the speaker's own ticket with a result, if the message replies to anything about it."""
    ticket = known.replied
    if ticket is None or ticket.reporter != reporter or ticket.result is None:
        return None
    return ticket if ticket.status in JUDGED else None


def _judges_in_private(heard: Heard, known: Known, meant: Understanding) -> Ticket | None:
    """Return the one ticket whose result the speaker has just been told, unless the words are about something else."""
    if not heard.private or known.replied is not None or len(known.told) != 1:
        return None
    ticket = known.told[0]
    spans = {place.span for place in ticket.places}
    elsewhere = bool(meant.places) and not spans & {place.span for place in meant.places}
    other = meant.action is Verdict.FILE and meant.service not in (None, file.UNKNOWN_SERVICE, ticket.service)
    awaited = any(one.id != ticket.id for one in known.unanswered)
    return None if elsewhere or other or awaited else ticket


async def _talk(deps: Deps, heard: Heard, lives_in: AreaCode | None) -> bool:
    """Let talk be talk; return whether something was said about it after all.

    `lives_in`: somebody who has opened the private chat speaks in a group for the first time, so that is where they
    live. Whoever writes a private number to everybody is told so. Anything else costs nothing.
    """
    shown = exposed.in_talk(heard)
    if lives_in is None and not shown:
        return False
    async with deps.store.unit(heard.cause) as unit:
        if lives_in is not None:
            await unit.contacts.see(heard.speaker.telegram, heard.speaker.name, heard.speaker.language, lives_in)
        told = await exposed.tell(deps, unit, heard, shown)
        await unit.commit()
    return told


def context(deps: Deps, heard: Heard, grid: AreaCode, known: Known | None = None) -> Context:
    """Return what understanding may know about the circumstances."""
    staff = deps.district.by_telegram(heard.speaker.telegram)
    recent = known.recent if known else None
    return Context(
        services=deps.services,
        places=deps.places,
        grid=grid,
        from_staff=staff is not None or heard.speaker.anonymous,
        reply_to_card=known is not None and known.replied is not None,
        addressed=heard.private or heard.addressed,
        open_tickets=len(known.mine) if known else 0,
        since_last=heard.at - recent.said[-1].at if recent else None,
        models=deps.models,
    )


async def _known(deps: Deps, unit: Unit, heard: Heard, reporter: PersonId) -> Known:
    now = deps.now()
    since = now - deps.policy.follow_up.clock
    mine = await unit.tickets.open_of(reporter)
    contact = await unit.contacts.get(heard.speaker.telegram)
    number = await replied_to(unit, heard)
    replied = await unit.tickets.get(number) if number is not None else None
    album = await unit.sources.ticket_of_album(heard.chat, heard.album) if heard.album else None
    return Known(
        replied=replied,
        album=await unit.tickets.get(album) if album is not None else None,
        edited=await _ticket_at(unit, heard.chat, heard.message) if heard.edited else None,
        recent=None if heard.speaker.anonymous else _recent(mine, heard.chat, since),
        unanswered=tuple(ticket for ticket in mine if ticket.question is not None),
        told=tuple(one for one in mine if one.status in JUDGED and one.result and one.result.at > now - JUST_TOLD),
        spoken_to=tuple(ticket for ticket in mine if ticket.told and now - ticket.told[-1].at <= TALK_LASTS),
        only=mine[0] if len(mine) == 1 else None,
        mine=tuple(mine),
        lives_nowhere=not heard.private and contact is not None and contact.grid is None,
    )


def _recent(mine: list[Ticket], chat: int, since: datetime) -> Ticket | None:
    """Return the newest of the speaker's open matters in which something was said in `chat` lately."""
    found = (one for one in reversed(mine) if any(said.chat == chat and said.at >= since for said in one.said))
    return next(found, None)


async def _ticket_at(unit: Unit, chat: int, message: int | None) -> Ticket | None:
    number = await unit.sources.ticket_of(chat, message) if message is not None else None
    return await unit.tickets.get(number) if number is not None else None


def _answers(known: Known, reporter: PersonId) -> Ticket | None:
    """Return the ticket whose open question this answers: the reporter's reply to its card, also a late one."""
    if known.replied is None or not known.replied.open or known.replied.reporter != reporter:
        return None
    return known.replied if known.replied.question is not None else None


def _answers_in_private(heard: Heard, known: Known, meant: Understanding) -> Ticket | None:
    """Return the one ticket that waits for words of this person, unless these are plainly about something else.

    While the clock stands still for the answer only a danger is something else; later every request is.
    """
    if not heard.private or heard.edited or known.replied is not None or len(known.unanswered) != 1:
        return None
    ticket = known.unanswered[0]
    request = meant.action is Verdict.FILE and meant.service != ticket.service
    if meant.danger is not None or (request and ticket.status is not Status.WAITING):
        return None
    return ticket


def _continues(deps: Deps, read: Settled, own: Ticket) -> bool:
    """Whether this belongs to the sender's own request rather than to a new one, or to nothing."""
    worded = any(said.text.strip() for said in own.said)  # else its first words say what it is, whatever that is
    if read.learned and worded and where.point(read.heard) is None:
        return read.goes_on_with(own)
    said = spoken(deps, read.heard, read.meant, None, context(deps, read.heard, own.grid))
    return continues(said, matter(deps, own, read.heard), windows(deps))


def _talks(heard: Heard, meant: Understanding, own: Ticket, known: Known) -> bool:
    """Whether this is said to staff in a matter under way: a reply to it, or words after staff said something.

    In the group only a reply counts, and only to a card on which staff speak to the reporter. A danger is a matter of
    its own; so is a request about something else, unless it is a reply.
    """
    if heard.edited or meant.danger is not None:
        return False
    if known.replied is not None and known.replied.id == own.id:
        return heard.private or (bool(own.told) and own.told[-1].aloud)
    elsewhere = meant.action is Verdict.FILE and meant.service != own.service
    return heard.private and known.spoken_to == (own,) and not elsewhere


def _is_here(meant: Understanding) -> bool:
    """Whether a danger at a place of ours is meant. Other forwards in a group are news until the sender says so."""
    return meant.danger is not None and any(place.area for place in meant.places)


def _is_for_us(deps: Deps, heard: Heard, known: Known) -> bool:
    """Whether a picture or a voice without words is meant as a request: said in private, or replied to us.

    Pictures in a group are endless; there only a reply to staff or to the bot is one, unless it is to somebody's card.
    """
    if heard.edited or heard.speaker.anonymous or heard.media[0].kind == "location":
        return False
    if heard.private:
        return True
    staff = deps.district.by_telegram
    to_us = heard.reply_from == deps.bot_id or (heard.reply_from is not None and staff(heard.reply_from) is not None)
    return to_us and known.replied is None and staff(heard.speaker.telegram) is None


async def _answer(deps: Deps, heard: Heard, ticket: Ticket) -> bool:
    return await _append(deps, heard, ticket, Answer(ticket.reporter, file.said(heard)))


async def _add(deps: Deps, heard: Heard, ticket: Ticket, meant: Understanding | None) -> bool:
    summary = None
    places: tuple[Place, ...] = ()
    if meant is not None:
        places = (*(Place(place.span, place.area) for place in meant.places), *where.pinned(deps, heard))
        if meant.summary and not any(said.text.strip() for said in ticket.said):
            summary = meant.summary
    if heard.edited and (heard.chat, heard.message) == (ticket.origin.chat, ticket.origin.message):
        summary = understand(heard.text, context(deps, heard, ticket.grid)).summary or None
    titled = exposed.title(summary, private=ticket.private) if summary else None
    return await _append(deps, heard, ticket, Add(ticket.reporter, file.said(heard), titled, places))


async def _append(deps: Deps, heard: Heard, ticket: Ticket, command: Add | Answer) -> bool:
    async with deps.store.unit(heard.cause) as unit:
        fresh = await unit.tickets.get(ticket.id)
        if fresh is None:
            return False
        try:
            decision = await act_on(deps, unit, fresh, command, deps.now())
        except Refused:  # closed meanwhile: further words of a closed matter change nothing
            return False
        await unit.sources.add(heard.chat, heard.message, ticket.id, heard.album, ticket.reporter, heard.pieces)
        await exposed.tell_sender(deps, unit, heard, private=ticket.private)
        await unit.commit()
    deps.talk.keep(heard, decision.ticket)
    return True
