"""What the clock causes: steps that are due, digests at their hour, and the auditor who looks for what slipped."""

from datetime import datetime, timedelta

from handlers.actions.act import act
from handlers.actions.circle import reachability
from handlers.deps import Deps
from storage import Unit
from tickets.commands import Climb
from tickets.decide import Refused
from tickets.digest import Digest, digest
from tickets.model import Ticket
from tickets.notices import Priority
from tickets.policy import DigestRule
from tickets.roster import Area, AreaCode, PersonId, Role
from tickets.worktime import at_minute

DIGEST_LATE = timedelta(hours=3)
"""A digest that is later than this is skipped: yesterday's figures at breakfast help nobody."""

AUDIT_EVERY = timedelta(hours=1)
STALE = timedelta(minutes=15)


async def climb_due(deps: Deps) -> int:
    """Carry out every due step of every ticket; return how many tickets moved. Safe to run anywhere, any time."""
    moved = 0
    while True:
        progress = False
        async with deps.store.look() as unit:
            due = await unit.tickets.due(deps.now())
        for number in due:
            try:
                decision = await act(deps, number, Climb())
            except Refused:  # closed between the look and the act
                continue
            moved += bool(decision.entries)
            progress = progress or bool(decision.entries)
        if not progress:
            return moved


async def post_digests(deps: Deps) -> int:
    """Post the digests whose hour has come, each area and hour once; return how many were posted."""
    now = deps.now()
    posted = 0
    for rule in deps.policy.digests:
        slot = at_minute(now.date(), rule.at, now)
        if not slot <= now < slot + DIGEST_LATE or not _wanted(deps, rule, now):
            continue
        for area in deps.district.areas.values():
            if area.level == rule.level:
                posted += await _post_digest(deps, area, slot)
    return posted


def _wanted(deps: Deps, rule: DigestRule, now: datetime) -> bool:
    return rule.every != "workday" or bool(deps.policy.hours.windows(now.date()))


async def _post_digest(deps: Deps, area: Area, slot: datetime) -> bool:
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
                data={"area": area.code, "at": slot.isoformat()},
                priority=Priority.DIGEST,
            )
        await unit.commit()
    return True


async def _digest_readers(deps: Deps, unit: Unit, area: Area) -> list[tuple[int, PersonId | None]]:
    """Each reachable supervisor of the area privately, else its staff room."""
    people = [post.person for post in deps.district.posts_in(area.code) if post.role is Role.SUPERVISOR]
    lost = (await reachability(deps, unit)).unreachable
    found: list[tuple[int, PersonId | None]] = []
    for person in dict.fromkeys(people):
        telegram = deps.telegram_of(person)
        if telegram is not None and person not in lost:
            found.append((telegram, person))
    if found or area.chat is None:
        return found
    return [(area.chat, None)]


async def figures(deps: Deps, area: AreaCode, at: datetime) -> tuple[Digest, tuple[Ticket, ...]]:
    """Return an area's figures for the day of `at`, and its open tickets."""
    inside = deps.district.within(area)
    since = at_minute(at.date() - timedelta(days=1), 0, at)
    async with deps.store.look() as unit:
        tickets = [ticket for ticket in await unit.tickets.touched_since(since) if ticket.grid in inside]
        reach = await reachability(deps, unit)
    unjoined = {person.id for person in deps.district.people.values() if person.telegram is None}
    found = digest(area, tickets, deps.district, reach.unreachable | unjoined, at)
    return found, tuple(ticket for ticket in tickets if ticket.open)


async def audit(deps: Deps) -> list[str]:
    """Look for what should have happened; tell the operators at most once an hour. Returns the findings (no texts)."""
    now = deps.now()
    async with deps.store.unit() as unit:
        found = [f"no_next_step:{number}" for number in await unit.tickets.without_next_step()]
        found += [f"late_step:{number}" for number in await unit.tickets.due(now - STALE)]
        found += [
            f"unsent:{row.id}" for row in await unit.outbox.stale(deps.wall() - STALE.total_seconds(), now - STALE)
        ]
        slot = now.replace(minute=0, second=0, microsecond=0)
        if found and await unit.slots.take("audit", "", slot):
            await tell_operators(deps, unit, f"audit:{slot.isoformat()}", "audit", {"found": ",".join(found[:20])})
            await unit.commit()
    return found


async def tell_operators(deps: Deps, unit: Unit, key: str, template: str, data: dict[str, str]) -> None:
    """Write to every administrator; where there is none, to the supervisors of the top level."""
    top = [area.code for area in deps.district.areas.values() if area.parent is None]
    admins = [post.person for post in deps.district.posts if post.role is Role.ADMIN]
    people = admins or [post.person for post in deps.district.posts if post.area in top]
    for person in dict.fromkeys(people):
        telegram = deps.telegram_of(person)
        if telegram is not None:
            await unit.outbox.post(
                key=f"{key}:{person}",
                chat=telegram,
                template=template,
                language=deps.language_of(person),
                reader=person,
                data=data,
                priority=Priority.NOTICE,
            )
