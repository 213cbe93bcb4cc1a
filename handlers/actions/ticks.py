"""What the clock causes: steps that are due, digests at their hour, and the auditor who looks for what slipped."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

from handlers.actions import forgetting
from handlers.actions.act import act
from handlers.actions.bundling import let_go
from handlers.actions.circle import unreachable
from handlers.actions.mending import from_afar
from handlers.actions.writing import write_to
from handlers.deps import Deps
from storage import StorageTrouble, Unit
from tickets.commands import Climb
from tickets.decide import Refused
from tickets.digest import Digest, digest
from tickets.model import Ticket
from tickets.notices import Priority
from tickets.roster import Area, AreaCode, PersonId, Role
from tickets.worktime import at_minute

DIGEST_LATE = timedelta(hours=3)
"""A digest that is later than this is skipped: yesterday's figures at breakfast help nobody."""

STALE = timedelta(minutes=15)
AT_ONCE = 50

PRUNE_AT = 3 * 60
"""Minute of the day from which on old things are forgotten, once a day."""

IDS_KEPT = 3
"""Days for which the ids of updates are kept; Telegram sends none again after one."""

DRAFTS_KEPT = timedelta(days=1)
"""A late tap on a dialogue is still told that it is over."""

SIGNS_KEPT = timedelta(days=7)
PARKED_KEPT = timedelta(days=30)
SLOTS_KEPT = timedelta(days=60)
ABSENCES_KEPT = timedelta(days=60)
HIGHEST = "prune.highest"
"""The mark that holds [[day, highest update id], …], oldest first: updates carry no time of their own."""


async def climb_due(deps: Deps, on_undecided: Callable[[int, Exception], None]) -> int:
    """Carry out every due step of every ticket; return how many tickets moved. Safe to run anywhere, any time.

    A ticket that cannot be decided stops no other: `on_undecided` is called with its number and error at each look,
    the operators are told once a day. Where several are due, each person reads one message about them.
    """
    moved = 0
    together = False
    still: set[int] = set()
    while True:
        async with deps.store.look() as unit:
            # Those that do not move stay due: they must not fill the page for ever.
            found = await unit.tickets.due(deps.now(), AT_ONCE + len(still))
        due = [number for number in found if number not in still]
        if not due:
            if together:
                await let_go(deps)
            return moved
        together = together or len(due) > 1
        for number in due:
            if await _climbed(deps, number, on_undecided, together=together):
                moved += 1
            else:
                still.add(number)


async def _climbed(deps: Deps, number: int, on_undecided: Callable[[int, Exception], None], *, together: bool) -> bool:
    try:
        return bool((await act(deps, number, Climb(), together=together)).entries)
    except Refused:  # closed between the look and the act
        return False
    except StorageTrouble:
        raise
    except Exception as error:
        on_undecided(number, error)
    day = at_minute(deps.now().date(), 0, deps.now())
    async with deps.store.unit() as unit:
        if await unit.slots.take("undecided", str(number), day):
            await tell_operators(
                deps, unit, f"undecided:{number}:{day.date()}", "audit", {"found": f"late_step:{number}"}
            )
            await unit.commit()
    return False


async def post_digests(deps: Deps) -> int:
    """Post the digests whose hour has come, each area and hour once; return how many were posted."""
    now = deps.now()
    posted = 0
    for rule in deps.policy.digests:
        slot = at_minute(now.date(), rule.at, now)
        if not slot <= now < slot + DIGEST_LATE or not rule.falls_on(now.date(), deps.policy.hours):
            continue
        for area in deps.district.areas.values():
            if area.level == rule.level:
                posted += await _post_digest(deps, area, slot, rule.days)
    return posted


async def _post_digest(deps: Deps, area: Area, slot: datetime, days: int) -> bool:
    async with deps.store.unit() as unit:
        if not await unit.slots.take("digest", area.code, slot):
            return False
        for chat, reader in await _digest_readers(deps, unit, area):
            await unit.outbox.post(
                key=f"digest:{area.code}:{slot.isoformat()}:{chat}",
                chat=chat,
                template="digest",
                language=deps.language_of(reader or ""),
                reader=reader,
                data={"area": area.code, "at": slot.isoformat(), "days": str(days)},
                priority=Priority.DIGEST,
            )
        await unit.commit()
    return True


async def _digest_readers(deps: Deps, unit: Unit, area: Area) -> list[tuple[int, PersonId | None]]:
    """Each reachable supervisor of the area privately, else its staff room."""
    people = [post.person for post in deps.district.posts_in(area.code) if post.role is Role.SUPERVISOR]
    lost = await unreachable(deps, unit)
    found: list[tuple[int, PersonId | None]] = []
    for person in dict.fromkeys(people):
        telegram = deps.telegram_of(person)
        if telegram is not None and person not in lost:
            found.append((telegram, person))
    if found or area.chat is None:
        return found
    return [(area.chat, None)]


async def figures(deps: Deps, area: AreaCode, at: datetime, days: int = 1) -> tuple[Digest, tuple[Ticket, ...]]:
    """Return an area's figures for the day of `at` and days before it, and its open tickets."""
    inside = deps.district.within(area)
    since = at_minute(at.date() - timedelta(days=2 * days - 1), 0, at)
    async with deps.store.look() as unit:
        tickets = await unit.tickets.touched_since(since, inside)
        tickets = [ticket for ticket in tickets if not ticket.terms.sealed]  # not even counted where everybody counts
        lost = await unreachable(deps, unit)
    unjoined = {person.id for person in deps.district.people.values() if person.telegram is None}
    found = digest(area, tickets, deps.district, lost | unjoined, at, deps.policy.required, days)
    return found, tuple(ticket for ticket in tickets if ticket.open)


async def audit(deps: Deps) -> list[str]:
    """Look for what should have happened; tell the operators at most once an hour. Returns the findings (no texts)."""
    now = deps.now()
    async with deps.store.unit() as unit:
        adrift = await unit.tickets.adrift()
        found = [f"no_next_step:{ticket.id}" for ticket in adrift if ticket.next_due is None]
        found += [f"nobody:{ticket.id}" for ticket in adrift if ticket.next_due is not None]
        found += [f"late_step:{number}" for number in await unit.tickets.due(now - STALE)]
        found += [f"far_step:{number}" for number in await from_afar(deps, unit)]
        found += [
            f"unsent:{row.id}" for row in await unit.outbox.stale(deps.wall() - STALE.total_seconds(), now - STALE)
        ]
        slot = now.replace(minute=0, second=0, microsecond=0)
        if found and await unit.slots.take("audit", "", slot):
            await tell_operators(deps, unit, f"audit:{slot.isoformat()}", "audit", {"found": ",".join(found[:20])})
            await unit.commit()
    return found


async def prune(deps: Deps) -> dict[str, int]:
    """Forget what nobody will ask for again, once a day; return what -> how many rows, without zeros."""
    now = deps.now()
    slot = at_minute(now.date(), PRUNE_AT, now)
    async with deps.store.unit() as unit:
        if now < slot or not await unit.slots.take("prune", "", slot):
            return {}
        gone = {
            "updates": await _prune_ids(unit, now.date()),
            "drafts": await unit.drafts.prune(now - DRAFTS_KEPT),
            "slots": await unit.slots.prune(now - SLOTS_KEPT),
            "absences": await unit.absences.prune(now.date() - ABSENCES_KEPT),
            "shifts": await unit.shifts.prune(now - SIGNS_KEPT),
            "parked": await unit.updates.prune_parked(now - PARKED_KEPT),
            "signs": await unit.outbox.prune(deps.wall() - SIGNS_KEPT.total_seconds()),
        }
        await unit.commit()
    gone["forgotten"] = await forgetting.finish(deps)
    return {what: rows for what, rows in gone.items() if rows}


async def _prune_ids(unit: Unit, today: date) -> int:
    """Forget update ids below the highest of three days ago.

    After a quiet week Telegram may go on with lower ids. Then the highest does not grow, and nothing is forgotten:
    keeping too many ids costs some bytes, keeping too few costs a second ticket.
    """
    highest = await unit.updates.highest()
    if highest is None:
        return 0
    past: list[tuple[str, int]] = json.loads(await unit.marks.get(HIGHEST) or "[]")
    old = [(day, number) for day, number in past if (today - date.fromisoformat(day)).days >= IDS_KEPT]
    kept = [*old[-1:], *past[len(old) :], (today.isoformat(), highest)]
    await unit.marks.set(HIGHEST, json.dumps(kept))
    if not old or old[-1][1] >= highest:
        return 0
    return await unit.updates.prune(old[-1][1])


async def tell_operators(deps: Deps, unit: Unit, key: str, template: str, data: dict[str, str]) -> None:
    """Write to every administrator; where there is none, to the supervisors of the top level."""
    top = [area.code for area in deps.district.areas.values() if area.parent is None]
    admins = [post.person for post in deps.district.posts if post.role is Role.ADMIN]
    people = admins or [post.person for post in deps.district.posts if post.area in top]
    for person in dict.fromkeys(people):
        await write_to(deps, unit, person, key=f"{key}:{person}", template=template, data=data)
