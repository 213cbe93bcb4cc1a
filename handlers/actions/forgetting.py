"""/forget: say first what is kept and what is deleted, then delete. What is still open is deleted when it is over."""

from datetime import datetime

from handlers.actions.people import MENU, tell
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Tap
from storage import Unit
from tickets.forgetting import forgotten, without_neighbour
from tickets.model import Ticket
from tickets.notices import NoticeKind, Priority
from tickets.roster import PersonId

WISH = "forget:"
"""Marks under which the wishes wait that open matters keep from being fulfilled: account -> when it was said."""


async def asked(deps: Deps, heard: Heard, _: str) -> Answer | None:
    """Explain, with two buttons; nothing is deleted yet."""
    person, telegram = deps.person_of(heard.speaker.telegram), heard.speaker.telegram
    async with deps.store.unit(heard.cause) as unit:
        mine = await unit.tickets.all_of(_ids(telegram, person))
        data = {
            "open": " ".join(str(ticket.id) for ticket in mine if ticket.open),
            "closed": str(sum(not ticket.open for ticket in mine)),
            "staff": "1" if person in deps.district.people else "",
        }
        await tell(deps, unit, heard, "forget", data)
        await unit.commit()
    return None


async def chosen(deps: Deps, tap: Tap) -> Answer:
    """Delete, or leave everything: `ref` is yes or no. It is always the presser's own."""
    if tap.ref != "yes":
        return Answer.of("forget_left", alert=True)
    telegram, now = tap.speaker.telegram, deps.now()
    async with deps.store.unit(tap.cause) as unit:
        waiting = await forget(deps, unit, telegram, now, until=now)
        key = f"{WISH}{telegram}"
        if waiting and await unit.marks.get(key) is None:
            await unit.marks.set(key, now.isoformat())
        await unit.commit()
    await deps.directory.refresh(deps.store)
    if waiting:
        return Answer.of("forget_later", alert=True, numbers=" ".join(f"〔{number}〕" for number in waiting))
    return Answer.of("forget_done", alert=True)


async def finish(deps: Deps) -> int:
    """Fulfil the wishes that open matters held up, each in a transaction; return how many people are forgotten now."""
    now, done = deps.now(), 0
    async with deps.store.look() as unit:
        wishes = await unit.marks.under(WISH)
    for telegram, since in wishes.items():
        async with deps.store.unit() as unit:
            if not await forget(deps, unit, int(telegram), now, until=datetime.fromisoformat(since)):
                await unit.marks.remove(f"{WISH}{telegram}")
                done += 1
            await unit.commit()
    return done


async def forget(deps: Deps, unit: Unit, telegram: int, now: datetime, *, until: datetime) -> list[int]:
    """Delete what is known of an account; return the numbers of matters reported up to `until` that are still open.

    Whoever reports something new afterwards is known again for as long as that lasts.
    """
    person = deps.person_of(telegram)
    mine = await unit.tickets.all_of(_ids(telegram, person))
    over = [ticket for ticket in mine if not ticket.open and ticket.filed_at <= until]
    for ticket in over:
        await _empty(unit, ticket, _ids(telegram, person), now)
    for ticket in await unit.tickets.joined_by(_ids(telegram, person)):
        emptied, entries = without_neighbour(await unit.tickets.journal(ticket.id), _ids(telegram, person), now)
        await unit.tickets.rewrite(ticket, emptied, entries)
        await unit.outbox.renew(ticket.id, priority=Priority.DIGEST)
    numbers, kept = [ticket.id for ticket in over], [ticket.id for ticket in mine if ticket not in over]
    await unit.sources.forget(numbers)
    await unit.examples.forget(numbers)
    await unit.outbox.forget_tickets(numbers)
    await unit.outbox.forget_cards_in(telegram, numbers, NoticeKind.REPORTER_CARD)
    for number in numbers:  # what the group and staff still see loses its words there, too
        await unit.outbox.renew(number, priority=Priority.DIGEST)
    await unit.drafts.forget(telegram)
    await unit.outbox.forget_author(telegram)
    await unit.updates.forget(telegram)
    await unit.households.leave(telegram)
    await unit.bulletins.forget(telegram)
    if person not in deps.district.people:  # staff stay: their work, and that they can be written to
        await unit.tokens.forget(telegram)
        await unit.marks.remove(f"{MENU}{telegram}")
        await unit.invitations.forget(telegram)
        await unit.outbox.forget_person(telegram, person, kept)
        await unit.contacts.forget(telegram, reachable=bool(kept))
    return [ticket.id for ticket in mine if ticket.open and ticket.filed_at <= until]


async def _empty(unit: Unit, ticket: Ticket, ids: frozenset[PersonId], now: datetime) -> None:
    emptied, entries = forgotten(await unit.tickets.journal(ticket.id), ids, now)
    await unit.tickets.rewrite(ticket, emptied, entries)


def _ids(telegram: int, person: PersonId) -> frozenset[PersonId]:
    """Return what an account is called as a reporter: as a resident, and as staff."""
    return frozenset({f"tg{telegram}", person})
