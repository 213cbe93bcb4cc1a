"""Whistling: the brief that is filled in already, the tap that sends it, and the command."""

from handlers.actions.act import NoTicket, act
from handlers.actions.beyond import beyond_ticket, reach
from handlers.actions.circle import around_ticket
from handlers.actions.deliver import personal
from handlers.actions.dialogue import WAITS
from handlers.actions.lane_words import ask_lane_words, unknown_if_private
from handlers.actions.summoning import named_in, open_summons
from handlers.actions.which import not_permitted, permitted, refusal
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Speaker, Tap
from messages import phrase
from storage import Unit
from tickets.actions import Action
from tickets.commands import PassOn
from tickets.decide import Refused
from tickets.lane_commands import BlowWhistle, GiveBack
from tickets.model import Ticket
from tickets.notices import Priority
from tickets.roster import PersonId
from tickets.whistling import calls_straight, convenes

KEPT = "whistle"
"""The draft that keeps the words of a brief until it is sent."""


async def show_brief(deps: Deps, cause: int, speaker: Speaker, number: int, words: str = "") -> Answer:
    """Show whoever handles a ticket what the level above will read, and whom it reaches."""
    by = deps.person_of(speaker.telegram)
    try:
        async with deps.store.unit(cause) as unit:
            ticket, circle = await permitted(deps, unit, number, by, Action.WHISTLE)
            data = await reach(deps, unit, ticket, by, circle.route.leaders)
            if not data["to"] and not data["straight"]:
                return Answer.of("nobody_above", alert=True)
            if words:
                data["words"] = words
            await personal(
                deps,
                unit,
                speaker.telegram,
                key=f"brief:{cause}",
                template="whistle_brief",
                language=deps.language_of(by),
                now=deps.now(),
                priority=Priority.TAP,
                ticket=number,
                data=data,
            )
            await _keep(deps, unit, cause, speaker, number, words)
            await unit.commit()
    except (NoTicket, Refused) as refused:
        return refusal(refused)
    return Answer.of("shown")


async def _keep(deps: Deps, unit: Unit, cause: int, speaker: Speaker, number: int, words: str) -> None:
    await unit.drafts.open(
        telegram=speaker.telegram,
        kind=KEPT,
        cause=cause,
        ticket=number,
        data={"words": words},
        expires_at=deps.now() + WAITS,
    )


async def _kept(deps: Deps, speaker: Speaker, number: int) -> str:
    async with deps.store.look() as unit:
        found = await unit.drafts.all_of(speaker.telegram, KEPT, deps.now())
    return next((one.data.get("words", "") for one in found if one.ticket == number), "")


async def command(deps: Deps, heard: Heard, number: int, words: str) -> Answer:
    """/whistle: with words it goes out at once; departments named in them are chosen where that is allowed."""
    by = deps.person_of(heard.speaker.telegram)
    if not words.strip():
        return await show_brief(deps, heard.cause, heard.speaker, number)
    named = named_in(deps, words)
    if named and await _straight(deps, number, by):
        return await open_summons(deps, heard.cause, heard.speaker, number, heard.speaker.telegram, named, words)
    return await blow(deps, heard.cause, heard.speaker, number, words)


async def _straight(deps: Deps, number: int, by: PersonId) -> bool:
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
        if ticket is None:
            return False
        leaders = (await around_ticket(deps, unit, ticket, deps.now(), ranked=False)).route.leaders
        around = await beyond_ticket(deps, unit, ticket, by)
    return calls_straight(ticket, by, leaders, deps.policy) or convenes(ticket, around) is not None


async def blow(deps: Deps, cause: int, speaker: Speaker, number: int, words: str, room: int | None = None) -> Answer:
    """Ask the level above, with words."""
    by = deps.person_of(speaker.telegram)
    try:
        decision = await act(deps, number, BlowWhistle(by, words), cause, room)
    except (NoTicket, Refused) as refused:
        return await unknown_if_private(deps, number, refusal(refused))
    areas = decision.ticket.whistle.areas if decision.ticket.whistle is not None else ()
    language = deps.language_of(by, speaker.language)
    names = ("、" if language == "zh" else ", ").join(deps.district.areas[code].name for code in areas)
    return Answer.of("whistled", name=names)


async def tapped(deps: Deps, tap: Tap) -> Answer:
    """A tap on a brief or on the card of a level above: `ref` is the ticket, `arg` what to do."""
    if not tap.ref.isdecimal() or len(tap.ref) > 18:
        return Answer.of("unknown_button")
    number, room = int(tap.ref), tap.chat if tap.chat is not None and tap.chat < 0 else None
    by = deps.person_of(tap.speaker.telegram)
    match tap.arg:
        case "up":
            return await blow(deps, tap.cause, tap.speaker, number, await _kept(deps, tap.speaker, number))
        case "on":
            return await blow(deps, tap.cause, tap.speaker, number, "", room)
        case "words":
            if (refused := await not_permitted(deps, number, by, Action.WHISTLE)) is not None:
                return refused
            return await ask_lane_words(deps, tap.cause, tap.speaker, number, "blow", "", room)
        case "back":
            if await _convening(deps, number, by, room) is None:
                return await unknown_if_private(deps, number, Answer.of("not_yours", alert=True, number=str(number)))
            return await ask_lane_words(deps, tap.cause, tap.speaker, number, "back", "", room)
        case "self":
            return await _take_over(deps, tap, number, by)
        case "call":
            words = await _kept(deps, tap.speaker, number)
            chat = room if room is not None else tap.speaker.telegram
            return await open_summons(deps, tap.cause, tap.speaker, number, chat, (), words)
    return Answer.of("unknown_button")


async def _convening(deps: Deps, number: int, by: PersonId, room: int | None) -> str | None:
    async with deps.store.look() as unit:
        ticket: Ticket | None = await unit.tickets.get(number)
        return convenes(ticket, await beyond_ticket(deps, unit, ticket, by, room)) if ticket is not None else None


async def _take_over(deps: Deps, tap: Tap, number: int, by: PersonId) -> Answer:
    reason = phrase("note.takes_over", deps.language_of(by, tap.speaker.language))
    try:
        await act(deps, number, PassOn(by, reason, by), tap.cause)
    except (NoTicket, Refused) as refused:
        return await unknown_if_private(deps, number, refusal(refused))
    return Answer.of("taken")


async def give_back(deps: Deps, cause: int, speaker: Speaker, number: int, words: str, room: int | None) -> Answer:
    """Give a matter back to whoever whistled."""
    try:
        await act(deps, number, GiveBack(deps.person_of(speaker.telegram), words), cause, room)
    except (NoTicket, Refused) as refused:
        return await unknown_if_private(deps, number, refusal(refused))
    return Answer.of("given_back")
