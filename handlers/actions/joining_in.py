"""A message and the matters that are open around it: it goes on with one's own, or joins a neighbour's."""

from dataclasses import replace
from datetime import timedelta

from handlers.actions.act import act_on
from handlers.actions.exposed import tell_sender
from handlers.actions.file import said as words_of
from handlers.actions.people import say
from handlers.deps import Deps
from handlers.heard import Heard
from messages import RECEIVED_EMOJI, phrase
from parsing import Action as Verdict
from parsing import Understanding
from parsing.matter import HOT, NOTHING, Found, Matter, Spoken, Windows, decide, spot_of
from parsing.me_too import Same, me_too
from storage import Unit
from tickets.commands import Join
from tickets.decide import Circle
from tickets.drafting import Refused
from tickets.model import Place, Ticket
from tickets.notices import Priority
from tickets.roster import AreaCode, PersonId
from tickets.service import DeadlineClass

LOOKS_BACK = timedelta(hours=24)
"""A matter that was filed before is not joined by a guess, however much it is spoken of."""


def windows(deps: Deps) -> Windows:
    """Return how long things hang together here."""
    return Windows(deps.policy.follow_up.clock, deps.policy.same_matter.clock)


def spoken(deps: Deps, heard: Heard, meant: Understanding, replied: Ticket | None = None) -> Spoken:
    """Return a message as the decision sees it."""
    speaker = heard.speaker
    return Spoken(
        heard.text,
        deps.person_of(speaker.telegram),
        heard.at,
        meant,
        media=bool(heard.media),
        staff=deps.district.by_telegram(speaker.telegram) is not None or speaker.anonymous,
        replied=replied.id if replied is not None else None,
        talk=heard.talk and replied is None and not heard.private,
        alone=deps.talk.alone(heard),
        answers=deps.talk.answers(heard),
        aside=deps.talk.aside(heard) if me_too(heard.text) is Same.BARE else None,
    )


def matter(ticket: Ticket) -> Matter:
    """Return a ticket as the decision sees it."""
    return Matter(
        ticket.id,
        ticket.service,
        ticket.reporter,
        spot_of(tuple(dict.fromkeys(place.span for place in ticket.places))),
        own=ticket.said[-1].at,
        last=ticket.last_said_at,
        joined=frozenset(ticket.neighbours),
        private=ticket.private,
        danger=ticket.deadline_class is DeadlineClass.LIFE,
        worded=any(said.text.strip() for said in ticket.said),
    )


async def find(
    deps: Deps, heard: Heard, grid: AreaCode, meant: Understanding, mine: tuple[Ticket, ...], replied: Ticket | None
) -> tuple[Found, Ticket | None]:
    """Say which open matter a message belongs to. The store is asked only by what looks like a report."""
    if heard.speaker.anonymous:  # nobody in particular: several people, perhaps
        return NOTHING, None
    said = spoken(deps, heard, meant, replied)
    near: list[Ticket] = []
    if not said.staff and _may_join(deps, heard, meant, replied):
        async with deps.store.look() as unit:
            near = await unit.tickets.lately(grid, deps.now() - LOOKS_BACK)
    here = [one for one in mine if any(said.chat == heard.chat for said in one.said)]
    around = {one.id: one for one in (*here, *(one for one in near if _seen_here(one, heard)))}
    if replied is not None and replied.open:
        around[replied.id] = replied
    if not around:
        return NOTHING, None
    found = decide(said, [matter(one) for one in around.values()], windows(deps))
    return found, around.get(found.number) if found.number is not None else None


def _may_join(deps: Deps, heard: Heard, meant: Understanding, replied: Ticket | None) -> bool:
    if not heard.text.strip() or (meant.action is not Verdict.SILENT and meant.danger is not None):
        return False
    if meant.action is not Verdict.SILENT or replied is not None:
        return not meant.private
    if heard.talk:
        return False
    same = me_too(heard.text, tuple((one.start, one.end) for one in meant.places))
    if same in (Same.BARE, Same.ALSO):
        return True
    speaks = same is Same.OURS or bool(meant.places) or any(one.code == "keyword" for one in meant.reasons)
    return speaks and deps.talk.hot(heard, HOT)


def _seen_here(ticket: Ticket, heard: Heard) -> bool:
    """Whether the speaker can know of somebody's matter: it has its card in the group."""
    if ticket.private or ticket.origin.chat > 0:
        return False
    return heard.private or ticket.origin.chat == heard.chat


async def join(deps: Deps, heard: Heard, ticket: Ticket, meant: Understanding) -> bool:
    """Count one more household for a matter; a mark under the message says that it was heard."""
    person = deps.person_of(heard.speaker.telegram)
    async with deps.store.unit(heard.cause) as unit:
        fresh = await unit.tickets.get(ticket.id)
        if fresh is None:
            return False
        said = words_of(heard)
        command = Join(
            by=person,
            home=await _home(deps, unit, heard, fresh, person),
            said=said if _tells_more(heard, meant) else replace(said, text=""),
            places=tuple(Place(place.span, place.area) for place in meant.places),
            language=deps.language_of(person, heard.speaker.language),
        )
        try:
            await act_on(deps, unit, fresh, command, deps.now(), circle=Circle())
        except Refused:  # closed meanwhile
            return False
        home = None if heard.private else fresh.grid
        await unit.contacts.see(heard.speaker.telegram, heard.speaker.name, heard.speaker.language, home)
        await unit.sources.add(heard.chat, heard.message, ticket.id, heard.album, person)
        await tell_sender(deps, unit, heard)
        await unit.outbox.react(
            key=f"joined:{heard.chat}:{heard.message}",
            chat=heard.chat,
            message=heard.message,
            emoji=RECEIVED_EMOJI,
            priority=Priority.CARD,
        )
        if heard.private:
            text = phrase("joined_in", command.language, number=str(ticket.id))
            await say(deps, unit, heard.speaker, key=f"answer:{heard.cause}", template="answer", data={"text": text})
        await unit.commit()
    return True


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
