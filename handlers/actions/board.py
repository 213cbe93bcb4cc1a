"""A grid at a glance, for whoever leads: one message, edited in place by taps. And the way back to a ticket's card."""

from handlers.actions.binding import areas_named
from handlers.actions.circle import around_ticket
from handlers.actions.deliver import can_write
from handlers.actions.looks import note_look
from handlers.actions.pages import turn_page
from handlers.actions.people import say
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Tap
from storage import Unit
from tickets.board import opening, roots, sees
from tickets.lane import lanes_of
from tickets.notices import NoticeKind, Priority
from tickets.transitions import Relation, relations
from tickets.visibility import Field, fields

LONGEST_NUMBER = 18
"""Digits of the largest number that the store keeps."""

MOST_DIGESTS = 4
"""More areas of one's own than this are no digest; the board has them all."""


async def show_board(deps: Deps, heard: Heard, wanted: str) -> Answer | None:
    """/board, or /board and the name of an area below one's own."""
    person = deps.person_of(heard.speaker.telegram)
    mine = roots(deps.district, person)
    if not mine:
        return Answer.of("board_not_yours")
    area = opening(mine)
    if wanted:
        named = [one.code for one in areas_named(deps, wanted) if sees(deps.district, person, one.code)]
        if not named:
            return Answer.of("no_such_area", name=wanted)
        area = named[0]
    async with deps.store.unit(heard.cause) as unit:
        if not await turn_page(deps, unit, heard.speaker, "board", {"area": area}, heard_in=heard.chat):
            return Answer.of("only_in_private")
        await unit.commit()
    return None if heard.private else Answer.of("shown_below")


async def tapped_board(deps: Deps, tap: Tap) -> Answer:
    """A tap on the board: `ref` is the area to show, `arg` the ticket in it, if any."""
    person = deps.person_of(tap.speaker.telegram)
    if not sees(deps.district, person, tap.ref):
        return Answer.of("board_not_yours", alert=True)
    if tap.arg and not tap.arg.isdecimal():
        return Answer.of("unknown_button")
    async with deps.store.unit(tap.cause) as unit:
        data = {"area": tap.ref, "ticket": tap.arg}
        if not await turn_page(deps, unit, tap.speaker, "board", data, heard_in=tap.chat, on=tap.message):
            return Answer.of("only_in_private", alert=True)
        opened = await unit.tickets.get(int(tap.arg)) if tap.arg and len(tap.arg) <= LONGEST_NUMBER else None
        if opened is not None and Field.TITLE in fields(opened, person, deps.district):
            await note_look(unit, opened, person, deps.now())
        await unit.commit()
    return Answer.of("looked")


async def show_digest(deps: Deps, heard: Heard, _: str) -> Answer | None:
    """/digest: the figures of the own areas since this morning, for the asker alone."""
    mine = roots(deps.district, deps.person_of(heard.speaker.telegram))
    if not mine:
        return Answer.of("board_not_yours")
    async with deps.store.unit(heard.cause) as unit:
        for area in mine[:MOST_DIGESTS]:
            await say(
                deps,
                unit,
                heard.speaker,
                key=f"digest:{heard.cause}:{area}",
                template="digest",
                data={"area": area, "at": deps.now().isoformat()},
                heard_in=heard.chat,
                heard_message=heard.message,
                heard_thread=heard.thread,
            )
        await unit.commit()
    return None


async def _open_lane(deps: Deps, unit: Unit, number: int, tap: Tap) -> Answer:
    """Send the card of a department to its officer."""
    if tap.chat != tap.speaker.telegram and not await can_write(unit, tap.speaker.telegram):
        return Answer.of("only_in_private", alert=True)
    await _send(deps, unit, tap, number, NoticeKind.LANE_CARD)
    await unit.commit()
    return Answer.of("shown")


async def _send(deps: Deps, unit: Unit, tap: Tap, number: int, card: NoticeKind) -> None:
    """Send a card anew to the private chat of whoever tapped."""
    person = deps.person_of(tap.speaker.telegram)
    await unit.outbox.mark_card(
        ticket=number,
        chat=tap.speaker.telegram,
        template=card,
        reader=person,
        language=deps.language_of(person, tap.speaker.language),
        priority=Priority.TAP,
        loud=True,
    )


async def open_card(deps: Deps, tap: Tap) -> Answer:
    """Send a ticket's card to whoever may see it: `ref` is its number."""
    person = deps.person_of(tap.speaker.telegram)
    if not tap.ref.isdecimal() or len(tap.ref) > LONGEST_NUMBER or person not in deps.district.people:
        return Answer.of("not_staff" if tap.ref.isdecimal() else "unknown_button", alert=True)
    async with deps.store.unit(tap.cause) as unit:
        ticket = await unit.tickets.get(int(tap.ref))
        if ticket is None:
            return Answer.of("no_ticket", alert=True, number=tap.ref)
        circle = await around_ticket(deps, unit, ticket, deps.now())
        held = relations(ticket, person, circle.route, circle.grid_staff) - {Relation.REPORTER}
        if not held and ticket.open and lanes_of(ticket.lanes, person):
            return await _open_lane(deps, unit, ticket.id, tap)
        may = fields(ticket, person, deps.district, held)
        if Field.WORDS not in may:
            hidden = ticket.private and Field.EXISTS not in may
            return Answer.of("no_ticket" if hidden else "not_yours", alert=True, number=tap.ref)
        if not ticket.open:
            return Answer.of("closed", alert=True, number=tap.ref)
        if tap.chat != tap.speaker.telegram and not await can_write(unit, tap.speaker.telegram):
            return Answer.of("only_in_private", alert=True)
        await _send(deps, unit, tap, ticket.id, NoticeKind.STAFF_CARD)
        await note_look(unit, ticket, person, deps.now())
        await unit.commit()
    return Answer.of("shown")
