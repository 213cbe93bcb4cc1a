"""What a message means, and which open matter it belongs to: with the words before it, and the matters around it."""

from dataclasses import dataclass, replace

from handlers.deps import Deps
from handlers.heard import Heard
from handlers.talk import Line, as_before, whole
from parsing import Action as Verdict
from parsing import Context, Understanding, understand
from parsing.bits import LEAST
from parsing.bits import whole as with_pieces
from parsing.eye import Eye
from parsing.facts import NOTHING, Found, Kind, Matter, Spoken, Windows, spot_of
from parsing.hiding import what_is_reported
from parsing.matter import NOT_TALK
from parsing.matter_model import LOOKS_BACK, PIECES, asks_around, is_done, looks_back, settle, sounds_of_it
from parsing.me_too import Same, me_too
from storage import Unit
from tickets.model import Ticket
from tickets.roster import AreaCode
from tickets.service import DeadlineClass

LINES = 6
"""Lines of a matter by which it is known."""


@dataclass(frozen=True)
class Settled:
    """A message with its pieces, what it means, and where it belongs. `ticket`: the matter that was found.

    `agrees`: a neighbour's words that were not filed, and that this one bears out.
    """

    heard: Heard
    meant: Understanding
    found: Found = NOTHING
    ticket: Ticket | None = None
    agrees: tuple[Line, ...] = ()
    learned: bool = False

    @property
    def passed_over(self) -> bool:
        """Whether the talk around it shows that it asks for nothing, though its words may sound so."""
        return self.learned and self.found.kind is Kind.NOTHING

    def goes_on_with(self, own: Ticket) -> bool:
        """Whether it was found to go on with this matter of the speaker's own."""
        return self.found.kind is Kind.CONTINUES and self.ticket is not None and self.ticket.id == own.id


def windows(deps: Deps) -> Windows:
    """Return how long things hang together here."""
    return Windows(deps.policy.follow_up.clock, deps.policy.same_matter.clock)


async def settled(
    deps: Deps, heard: Heard, grid: AreaCode, about: Context, mine: tuple[Ticket, ...], replied: Ticket | None
) -> Settled:
    """Understand a message, and say where it belongs. The store is asked only by what looks like a report."""
    words = what_is_reported(heard.text)
    if words != heard.text:  # whoever asks to stay unnamed has something to report
        about = replace(about, addressed=True)
    meant = understand(words, about)
    if heard.edited or heard.speaker.anonymous:  # nobody in particular: several people, perhaps
        return Settled(heard, meant)
    lines = () if heard.talk or about.from_staff else _pieces(deps, heard, mine)
    if deps.matters is not None and replied is None and _is_mere_talk(deps, heard, meant, mine, lines):
        return Settled(heard, meant, learned=True)
    said = spoken(deps, heard, meant, replied, about, lines)
    around = {
        one.id: one
        for one in mine
        if one.rest is None and (heard.private or any(said.chat == heard.chat for said in one.said))
    }
    if not said.staff:
        for one in await _of_others(deps, heard, grid, said):
            around.setdefault(one.id, one)
    if replied is not None and replied.open and replied.rest is None:
        around[replied.id] = replied
    decision = settle(said, [matter(deps, one, heard) for one in around.values()], windows(deps), about, deps.matters)
    found, known = decision.found, {line.message: line for line in deps.talk.before(heard)}
    pieces = tuple(line for line in lines if any(bit.message == line.message for bit in found.pieces))
    agrees = tuple(known[one.message] for one in found.agrees if one.message in known)
    near = around.get(found.number) if found.number is not None else None
    return Settled(whole(heard, pieces), decision.meant, found, near, agrees, deps.matters is not None)


def _pieces(deps: Deps, heard: Heard, mine: tuple[Ticket, ...]) -> tuple[Line, ...]:
    """Return what the speaker said shortly before that may belong to it. What a ticket has is no piece of another."""
    known = {said.message for one in mine for said in one.said if said.chat == heard.chat}
    return tuple(line for line in deps.talk.pieces(heard, PIECES) if line.message not in known)


def _is_mere_talk(
    deps: Deps, heard: Heard, meant: Understanding, mine: tuple[Ticket, ...], lines: tuple[Line, ...]
) -> bool:
    """Whether there is nothing around everyday talk that it could belong to: nearly every message."""
    if meant.action is not Verdict.SILENT or meant.confidence >= LEAST or mine:
        return False
    if any(one.hint >= LEAST for one in lines) or me_too(heard.text) is not Same.NO:
        return False
    if not _spoken_of(deps, heard, meant):
        return True
    if meant.confidence >= NOT_TALK:
        return False
    eye = _eye(deps)
    return eye is None or not sounds_of_it(heard.text, media=bool(heard.media), eye=eye)


def _spoken_of(deps: Deps, heard: Heard, meant: Understanding) -> list[Ticket]:
    """Return the matters that were spoken of here lately, as far back as these words may be about them: from memory."""
    kept = deps.talk.tickets(heard, LOOKS_BACK)
    if not kept:
        return []
    person = deps.person_of(heard.speaker.telegram)
    return [one for one in kept if heard.at - one.last_said_at <= looks_back(meant, joined=person in one.neighbours)]


def spoken(
    deps: Deps, heard: Heard, meant: Understanding, replied: Ticket | None, about: Context, lines: tuple[Line, ...] = ()
) -> Spoken:
    """Return a message as the decision sees it. `lines`: what the speaker said before that may belong to it."""
    bits = tuple(as_before(one, deps.person_of(one.by)) for one in lines)
    return Spoken(
        heard.text,
        deps.person_of(heard.speaker.telegram),
        heard.at,
        meant,
        media=bool(heard.media),
        staff=about.from_staff,
        private=heard.private,
        replied=replied.id if replied is not None else None,
        talk=heard.talk and replied is None and not heard.private,
        aside=deps.talk.aside(heard) if me_too(heard.text) is not Same.NO else None,
        before=tuple(as_before(one, deps.person_of(one.by)) for one in deps.talk.before(heard)),
        bits=bits,
        whole=with_pieces(heard.text, meant, bits, about) if deps.matters is not None else None,
    )


def matter(deps: Deps, ticket: Ticket, heard: Heard) -> Matter:
    """Return a ticket as the decision sees it."""
    told = sorted((*ticket.said, *(one.said for one in ticket.joined)), key=lambda one: one.at)
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
        text="\n".join([said.text for said in told if said.text.strip()][:LINES]),
        over=ticket.result is not None or says_it_is_over(deps, ticket.said[-1].text),
        elsewhere=all(said.chat != heard.chat for said in ticket.said),
    )


def says_it_is_over(deps: Deps, text: str) -> bool:
    """Whether words say that a trouble is over."""
    return is_done(text, _eye(deps))


def _eye(deps: Deps) -> Eye | None:
    """Return how texts are seen with what was learned; None where nothing was."""
    return deps.matters.eye(deps.models) if deps.matters is not None and deps.models is not None else None


async def _of_others(deps: Deps, heard: Heard, grid: AreaCode, said: Spoken) -> list[Ticket]:
    """Return the matters that neighbours have open and that the speaker can know of.

    The store is asked about a report; whether other words are about what was spoken of here just now is told from
    memory. What was closed meanwhile is found out when somebody joins it.
    """
    if asks_around(said):
        async with deps.store.look() as unit:
            found = await unit.tickets.lately(grid, deps.now() - LOOKS_BACK)
    else:
        found = _spoken_of(deps, heard, said.meant)
    return [one for one in found if one.rest is None and one.reporter != said.by and _seen_here(one, heard)]


def _seen_here(ticket: Ticket, heard: Heard) -> bool:
    """Whether the speaker can know of somebody's matter: it has its card in the group."""
    if ticket.private or ticket.origin.chat > 0:
        return False
    return heard.private or ticket.origin.chat == heard.chat


async def first_of(deps: Deps, unit: Unit, found: Settled, about: Context) -> tuple[Heard, Understanding] | None:
    """Return what a neighbour said that is borne out now, and what it means; None if it may not be filed for them."""
    said = [line.heard for line in found.agrees if line.heard is not None]
    if not said or deps.matters is None or deps.models is None:
        return None
    first = whole(
        replace(said[-1], cause=found.heard.cause), tuple(one for one in found.agrees if one.heard is not said[-1])
    )
    if await unit.sources.ticket_of(first.chat, first.message) is not None:  # staff were faster
        return None
    meant = understand(first.text, replace(about, reply_to_card=False, open_tickets=0, since_last=None))
    service = meant.service or deps.matters.eye(deps.models).likeliest(first.text) or "other"
    if service not in deps.services or deps.services[service].private:
        return None
    summary = meant.summary or first.text.strip()[:40]
    return first, replace(meant, action=Verdict.FILE, service=service, deadline_class=None, summary=summary)
