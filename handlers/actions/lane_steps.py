"""What departments, whoever handles the ticket and the level above do in a lane: by button, then by words."""

from handlers.actions import summoning, whistles
from handlers.actions.act import NoTicket, act
from handlers.actions.beyond import beyond_ticket, with_beyond
from handlers.actions.circle import around_ticket
from handlers.actions.lane_words import LANE_WORDS, ask_lane_words, unknown_if_private
from handlers.actions.which import refusal, replied_to
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Speaker, Tap
from storage import Draft
from tickets.decide import Refused, decide
from tickets.lane import LaneAct, lanes_of
from tickets.lane_commands import StepInLane
from tickets.model import Photo
from tickets.notices import Priority
from tickets.outcome import Mark
from tickets.roster import PersonId
from tickets.whistling import leads_lanes

A = LaneAct
AT_ONCE = frozenset({A.REPORT_IN, A.INSIST, A.RATE})
"""What needs no words."""

SPARE = "spare"


async def tapped(deps: Deps, tap: Tap) -> Answer:
    """A tap in a lane: `ref` is the ticket, `arg` the lane's place, what to do, and which result or mark."""
    place, _, rest = tap.arg.partition(".")
    name, _, more = rest.partition(".")
    if not tap.ref.isdecimal() or len(tap.ref) > 18 or not place.isdecimal() or len(place) > 3:
        return Answer.of("unknown_button")
    number, room = int(tap.ref), tap.chat if tap.chat is not None and tap.chat < 0 else None
    if name == SPARE:
        return await _show_spare(deps, tap, number, int(place), room)
    if name not in set(LaneAct):
        return Answer.of("unknown_button")
    what = LaneAct(name)
    if what in AT_ONCE:
        mark = Mark(more) if more in set(Mark) else None
        return await step(deps, tap.cause, tap.speaker, number, int(place), what, "", room=room, mark=mark)
    if (refused := await _refused(deps, tap, number, int(place), what, room)) is not None:
        return refused
    return await ask_lane_words(deps, tap.cause, tap.speaker, number, f"lane_{what}", f"{place}.{more}", room)


async def _show_spare(deps: Deps, tap: Tap, number: int, place: int, room: int | None) -> Answer:
    """Ask the department that leads whom it can do without."""
    by = deps.person_of(tap.speaker.telegram)
    async with deps.store.unit(tap.cause) as unit:
        ticket = await unit.tickets.get(number)
        if ticket is None or place >= len(ticket.lanes):
            return refusal(NoTicket(number))
        room = None if ticket.private else room
        if not leads_lanes(ticket, await beyond_ticket(deps, unit, ticket, by, room)):
            return await unknown_if_private(deps, number, Answer.of("not_yours", alert=True, number=tap.ref))
        await unit.outbox.post(
            key=f"spare:{tap.cause}",
            chat=room if room is not None else tap.speaker.telegram,
            template="spare_lane",
            language=deps.language_of(by) if room is None else deps.district.language,
            ticket=number,
            reader=by,
            priority=Priority.TAP,
        )
        await unit.commit()
    return Answer.of("shown_below")


async def _refused(deps: Deps, tap: Tap, number: int, place: int, what: LaneAct, room: int | None) -> Answer | None:
    """Return why words would be of no use; None = they are wanted."""
    command = StepInLane(deps.person_of(tap.speaker.telegram), place, what, "…")
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
        if ticket is None:
            return refusal(NoTicket(number))
        circle = await around_ticket(deps, unit, ticket, deps.now(), ranked=False)
        circle = await with_beyond(deps, unit, ticket, command, circle, room)
    try:
        decide(ticket, command, deps.now(), deps.policy_for(ticket.grid, ticket.service), circle)
    except Refused as refused:
        return await unknown_if_private(deps, number, refusal(refused))
    return None


async def step(
    deps: Deps,
    cause: int,
    speaker: Speaker,
    number: int,
    place: int,
    what: LaneAct,
    words: str,
    *,
    media: tuple[Photo, ...] = (),
    room: int | None = None,
    wanted: int | None = None,
    mark: Mark | None = None,
) -> Answer:
    """Carry out one step in a lane."""
    command = StepInLane(deps.person_of(speaker.telegram), place, what, words, media, wanted, mark)
    try:
        await act(deps, number, command, cause, room)
    except (NoTicket, Refused) as refused:
        return await unknown_if_private(deps, number, refusal(refused))
    return Answer.of(f"lane_{what}")


async def with_words(deps: Deps, heard: Heard, draft: Draft) -> Answer:
    """Use the words that were asked for."""
    what, arg, number = draft.data["what"], draft.data.get("arg", ""), draft.ticket or 0
    room = heard.chat if heard.chat < 0 else None
    if what in ("hour", "wanted"):
        answer = await summoning.with_words(deps, heard.cause, what, int(arg or "0"), heard.text)
    elif what == "blow":
        answer = await whistles.show_brief(deps, heard.cause, heard.speaker, number, heard.text.strip())
    elif what == "back":
        answer = await whistles.give_back(deps, heard.cause, heard.speaker, number, heard.text, room)
    else:
        place, _, more = arg.partition(".")
        answer = await step(
            deps,
            heard.cause,
            heard.speaker,
            number,
            int(place),
            LaneAct(what.removeprefix("lane_")),
            heard.text,
            media=heard.media,
            room=room,
            wanted=int(more) if more.isdecimal() else None,
        )
    if answer.key != "lane_hour_unread":
        async with deps.store.unit() as unit:
            await unit.drafts.close(draft.id)
            await unit.commit()
    return answer


async def has_lane(deps: Deps, number: int, person: PersonId) -> bool:
    """Whether somebody has the card of a department in this ticket: words without a button are for nobody yet."""
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
    return ticket is not None and bool(lanes_of(ticket.lanes, person))


async def waiting(deps: Deps, heard: Heard) -> Draft | None:
    """Return what this person's words here are the answer to, if it is about a whistle."""
    async with deps.store.look() as unit:
        draft = await unit.drafts.current(heard.speaker.telegram, heard.chat, deps.now())
        if draft is None or draft.kind != LANE_WORDS:
            return None
        replied = await replied_to(unit, heard) if heard.chat > 0 else None
    return draft if replied in (None, draft.ticket) else None


async def in_room(deps: Deps, heard: Heard) -> Answer | None:
    """Take in what is said in a room of a department or a level above: only a reply to one of our cards is for us."""
    if heard.reply_to is None or heard.edited:
        return None
    draft = await waiting(deps, heard)
    return await with_words(deps, heard, draft) if draft is not None else None
