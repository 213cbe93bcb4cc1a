"""What is in the hands of somebody who goes away: passed on by one tap, asked about on the day before."""

from datetime import date, timedelta

from handlers.actions.act import act_on
from handlers.actions.circle import unreachable
from handlers.actions.leave import packed
from handlers.actions.writing import write_to
from handlers.deps import Deps
from handlers.heard import Answer, Tap
from messages import phrase
from tickets.absence import leaders_of, may_enter_for
from tickets.commands import PassOn
from tickets.decide import Refused
from tickets.model import Ticket
from tickets.roster import Leave, PersonId
from tickets.worktime import at_minute

EVE = "leave_eve"
LATE = timedelta(hours=12)
"""Later than this on the day before nobody is asked any more."""


async def hand_over(deps: Deps, tap: Tap) -> Answer:
    """Pass on everything in somebody's hands (`ref`) to whoever stands in (`arg`), or to whoever is next."""
    by = deps.person_of(tap.speaker.telegram)
    if by not in deps.district.people or tap.ref not in deps.district.people:
        return Answer.of("not_staff", alert=True)
    if not may_enter_for(deps.district, by, tap.ref):
        return Answer.of("leave_not_yours", alert=True)
    if tap.arg and tap.arg not in deps.district.people:
        return Answer.of("aged_button")
    reason = phrase("note.on_leave", deps.language_of(by, tap.speaker.language))
    moved = kept = 0
    async with deps.store.unit(tap.cause) as unit:
        if tap.arg in await unreachable(deps, unit) or (tap.arg and deps.telegram_of(tap.arg) is None):
            return Answer.of("cannot_reach", alert=True, person=tap.arg)
        for ticket in await unit.tickets.held_by(tap.ref):
            if not _moves(ticket, tap.ref, by):
                kept += 1
                continue
            try:
                await act_on(deps, unit, ticket, PassOn(by, reason, tap.arg or None), deps.now())
                moved += 1
            except Refused:
                kept += 1
        await unit.commit()
    if not moved:
        return Answer.of("nothing_changed")
    said = {"count": str(moved), "kept": str(kept) if kept else ""}
    if tap.arg:
        said["person"] = tap.arg
    return Answer("handed_over", tuple(sorted(said.items())))


def _moves(ticket: Ticket, person: PersonId, by: PersonId) -> bool:
    """What somebody was only asked to take goes on to the next by itself, unless he passes it on himself."""
    return ticket.handler == person or by == person


async def ask_on_the_eve(deps: Deps) -> int:
    """On the day before somebody goes away with tickets in hand, ask him and whoever leads; return how many leaves."""
    now = deps.now()
    windows = next((one for one in deps.policy.hours.week if one), ())
    slot = at_minute(now.date(), windows[0].start if windows else 9 * 60, now)
    if not slot <= now < slot + LATE:
        return 0
    async with deps.store.unit() as unit:
        if not await unit.slots.take(EVE, "", slot):
            return 0
        asked = 0
        for person, leave in _beginning(deps, now.date() + timedelta(days=1)):
            if not await unit.tickets.held_by(person):
                continue
            asked += 1
            for reader in dict.fromkeys((person, *leaders_of(deps.district, person))):
                key = f"{EVE}:{person}:{leave.first}:{reader}"
                data = {**packed(person, leave), "eve": "1"}
                await write_to(deps, unit, reader, key=key, template="leave_told", data=data)
        await unit.commit()
    return asked


def _beginning(deps: Deps, day: date) -> list[tuple[PersonId, Leave]]:
    """Return who goes away on a day, each once."""
    return list(
        dict.fromkeys(
            (post.person, leave) for post in deps.district.posts for leave in post.leave if leave.first == day
        )
    )
