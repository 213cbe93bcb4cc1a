"""How a matter ends other than "done": explained, handed over, shelved, a duplicate; or done, and looked at again."""

import re

from handlers.actions.act import NoTicket, act_on
from handlers.actions.dialogue import ask_words, show_picker
from handlers.actions.ways_to_end import DUPLICATE, WITH_SPAN, WITH_WORDS, How
from handlers.actions.which import permitted, refusal
from handlers.actions.work import Words, read_length, work
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Speaker, Tap
from messages import LANGUAGES
from messages.phrases import codes, named
from storage import Unit
from tickets.actions import Action
from tickets.commands import Join, Merge
from tickets.drafting import Circle, Refused, Why
from tickets.model import Ending, Ticket

MOST_SAME = 6
"""More matters than this are not offered as the same; any other can be named by its number."""

NUMBERED = re.compile(r"^[#〔\[]?(\d{1,12})[〕\]]?[\s,，:：]*")


async def show_endings(deps: Deps, tap: Tap) -> Answer:
    """Show the ways a matter can end: `ref` is its number."""
    if not tap.ref.isdecimal() or len(tap.ref) > 12:
        return Answer.of("unknown_button")
    return await show_picker(deps, tap.cause, tap.speaker, int(tap.ref), Action.FINISH, "pick_ending", {})


async def picked(deps: Deps, cause: int, who: Speaker, number: int, choice: str) -> Answer:
    """Carry out a choice: ask for what is still missing, or end it."""
    how = How.read(choice)
    if how.ending == Ending.NOT_A_REQUEST:
        return await work(deps, cause, who, number, Action.REJECT, Words())
    if how.ending == DUPLICATE:
        if how.rest.isdecimal() and len(how.rest) <= 12:
            return await merge(deps, cause, who, number, int(how.rest))
        return await _offer_same(deps, cause, who, number)
    if how.ending not in WITH_WORDS:
        return Answer.of("unknown_button")
    if how.ending in WITH_SPAN and not how.rest:
        data = {"ending": how.ending}
        return await show_picker(deps, cause, who, number, Action.FINISH, "pick_rest", data)
    return await ask_words(deps, cause, who, number, Action.FINISH, choice)


async def end(deps: Deps, heard: Heard, arguments: str) -> Answer | None:
    """/end: a number, how it ends, and why."""
    found = NUMBERED.match(arguments)
    if found is None or deps.district.by_telegram(heard.speaker.telegram) is None:
        return Answer.of("end_how" if found is None else "not_staff")
    number, text = int(found[1]), arguments[found.end() :].strip()
    ending, text = ending_named(text)
    if not ending:
        return Answer.of("end_how")
    if ending == DUPLICATE:
        other = NUMBERED.match(text)
        return await (
            merge(deps, heard.cause, heard.speaker, number, int(other[1]))
            if other is not None
            else _offer_same(deps, heard.cause, heard.speaker, number)
        )
    choice = ending
    if ending in WITH_SPAN:
        span, text = read_length(text)
        if span is None:
            return Answer.of("end_how")
        choice = f"{ending}|{span}"
    return await work(deps, heard.cause, heard.speaker, number, Action.FINISH, Words(text, heard.media), choice)


def ending_named(text: str) -> tuple[str, str]:
    """Return the ending that `text` begins with, in either language, and what follows it."""
    known = [
        (word, code) for language in LANGUAGES for code in codes("end_word", language)
        for word in named(code, "end_word", language).split("/")
    ]  # fmt: skip
    for word, code in sorted(known, key=lambda one: -len(one[0])):
        if text.lower().startswith(word):
            return code, text[len(word) :].lstrip(" ,，:：给到")
    return "", text


async def _offer_same(deps: Deps, cause: int, who: Speaker, number: int) -> Answer:
    """Show which open matters it may be the same as, those of the same service first."""
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
        found = await unit.tickets.open_in(frozenset({ticket.grid})) if ticket is not None else []
    if ticket is None:
        return refusal(NoTicket(number))
    same = sorted(
        (one for one in found if _fits(ticket, one)), key=lambda one: (one.service != ticket.service, -one.id)
    )
    matters = "\n".join(f"{one.id} {one.summary}" for one in same[:MOST_SAME])
    return await show_picker(deps, cause, who, number, Action.MERGE, "pick_same", {"matters": matters})


async def merge(deps: Deps, cause: int, who: Speaker, number: int, into: int) -> Answer:
    """Close one ticket as the same matter as another; whoever reported it is counted and told there."""
    by, now = deps.person_of(who.telegram), deps.now()
    try:
        async with deps.store.unit(cause) as unit:
            ticket, circle = await permitted(deps, unit, number, by, Action.MERGE)
            other = await unit.tickets.get(into)
            if other is None or not _fits(ticket, other):
                raise Refused(Why.SAME_AS_WHAT, number=str(into))
            await act_on(deps, unit, ticket, Merge(by, into), now, circle)
            await _join_all(deps, unit, ticket, other)
            await unit.commit()
    except (NoTicket, Refused) as refused:
        return refusal(refused)
    return Answer.of("merged", number=str(into))


def _fits(ticket: Ticket, other: Ticket) -> bool:
    """Whether two matters can be one: nobody learns by it of what is private to somebody else."""
    if ticket.id == other.id or not other.open or ticket.grid != other.grid:
        return False
    alike = (ticket.private, ticket.terms.sealed) == (other.private, other.terms.sealed)
    return alike and (not ticket.private or ticket.reporter == other.reporter)


async def _join_all(deps: Deps, unit: Unit, ticket: Ticket, other: Ticket) -> None:
    """Count everybody of a duplicate in the other; who is there already stays there once."""
    there = {other.reporter, *other.neighbours}
    people = [(ticket.reporter, ticket.reporter, ticket.origin, ticket.reporter_language)]
    people += [(one.person, one.home, one.said, one.language) for one in ticket.joined]
    for person, home, said, language in people:
        if person in there:
            continue
        try:
            join = Join(person, home, said, (), language)
            other = (await act_on(deps, unit, other, join, deps.now(), circle=Circle())).ticket
        except Refused:  # staff, or somebody forgotten: they have the ticket's own card
            continue
