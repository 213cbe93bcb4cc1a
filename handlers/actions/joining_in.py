"""A message and the matters that are open around it: it goes on with one's own, or joins a neighbour's."""

from dataclasses import replace

from handlers.actions import file
from handlers.actions.act import act_on
from handlers.actions.exposed import tell_sender
from handlers.actions.file import said as words_of
from handlers.actions.people import say_line
from handlers.actions.settling import Settled, first_of
from handlers.deps import Deps
from handlers.heard import Heard
from messages import RECEIVED_EMOJI
from parsing import Action as Verdict
from parsing import Context, Understanding
from parsing.me_too import Same, me_too
from storage import Unit
from tickets.commands import Join
from tickets.decide import Circle
from tickets.drafting import Refused
from tickets.model import Place, Ticket
from tickets.notices import Priority
from tickets.roster import AreaCode, PersonId
from tickets.service import DeadlineClass

SHORTEST_OFFER = 4
"""Letters of an answer that can offer something: "我家有" does not, "我家有几件" does."""


def offers(deps: Deps, heard: Heard, replied: Ticket) -> bool:
    """Whether a neighbour answers the card of somebody who asked for help: that is for whoever brings them together."""
    if replied.deadline_class is not DeadlineClass.OPEN or not replied.open or replied.rest is not None:
        return False
    speaker = heard.speaker
    other = deps.person_of(speaker.telegram) != replied.reporter and not speaker.anonymous and not replied.private
    resident = deps.district.by_telegram(speaker.telegram) is None
    return other and resident and len(heard.text.strip()) >= SHORTEST_OFFER


async def join(deps: Deps, heard: Heard, ticket: Ticket, meant: Understanding, *, helps: bool = False) -> bool:
    """Count one more household for a matter; a mark under the message says that it was heard.

    `helps`: it is no matter of theirs, they have what somebody else needs.
    """
    async with deps.store.unit(heard.cause) as unit:
        joined = await _join_within(deps, unit, heard, ticket.id, meant, helps=helps)
        if joined is None:
            return False
        await unit.commit()
    deps.talk.keep(heard, joined)
    return True


async def bear_out(deps: Deps, found: Settled, grid: AreaCode, about: Context) -> bool:
    """File what a neighbour said that nobody was sure about, now that somebody has the same; who has joins it."""
    heard = found.heard
    async with deps.store.unit(heard.cause) as unit:
        first = await first_of(deps, unit, found, about)
        if first is None:
            return False
        said, meant = first
        ticket = await file.open_within(deps, unit, said, grid, meant)
        joined = await _join_within(deps, unit, heard, ticket.id, found.meant)
        await unit.commit()
    deps.talk.keep(heard, joined or ticket)
    return True


async def _join_within(
    deps: Deps, unit: Unit, heard: Heard, number: int, meant: Understanding, *, helps: bool = False
) -> Ticket | None:
    person = deps.person_of(heard.speaker.telegram)
    fresh = await unit.tickets.get(number)
    if fresh is None:
        return None
    said = words_of(heard)
    command = Join(
        by=person,
        home=fresh.reporter if helps else await _home(deps, unit, heard, fresh, person),
        said=said if helps or _tells_more(heard, meant) else replace(said, text=""),
        places=tuple(Place(place.span, place.area) for place in meant.places),
        language=deps.language_of(person, heard.speaker.language),
    )
    try:
        decision = await act_on(deps, unit, fresh, command, deps.now(), circle=Circle())
    except Refused:  # closed meanwhile
        return None
    home = None if heard.private else fresh.grid
    await unit.contacts.see(heard.speaker.telegram, heard.speaker.name, heard.speaker.language, home)
    await unit.sources.add(heard.chat, heard.message, number, heard.album, person, heard.pieces)
    await tell_sender(deps, unit, heard)
    await unit.outbox.react(
        key=f"joined:{heard.chat}:{heard.message}",
        chat=heard.chat,
        message=heard.message,
        emoji=RECEIVED_EMOJI,
        priority=Priority.CARD,
    )
    if heard.private:
        await say_line(deps, unit, heard.speaker, f"answer:{heard.cause}", "joined_in", number=str(number))
    return decision.ticket


def _tells_more(heard: Heard, meant: Understanding) -> bool:
    """Whether the words say more than "me too"."""
    return me_too(heard.text, tuple((one.start, one.end) for one in meant.places)) is not Same.BARE


async def _home(deps: Deps, unit: Unit, heard: Heard, ticket: Ticket, person: PersonId) -> str:
    """Return what counts as one: the household where it is known, else the person."""
    mine = await unit.households.of(heard.speaker.telegram)
    if mine is None:
        return person
    reporter = deps.telegram_of(ticket.reporter)
    theirs = await unit.households.of(reporter) if reporter is not None else None
    if theirs is not None and theirs.id == mine.id:
        return ticket.reporter
    return f"household {mine.id}"


def like(meant: Understanding, ticket: Ticket | None, text: str) -> Understanding:
    """Return "7栋也是" as what it is: the same trouble at another place. Without a ticket nothing is meant besides."""
    if ticket is None:
        return meant
    summary = meant.summary or text.strip()[:40]
    return replace(meant, action=Verdict.FILE, service=ticket.service, deadline_class=None, summary=summary)
