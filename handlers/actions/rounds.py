"""What the duty list says ahead of time: “you are on from 18:00”, and hours that nobody will serve."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from handlers.actions.circle import unreachable
from handlers.actions.writing import write_to
from handlers.deps import Deps
from storage import Unit
from tickets.absence import away_on, is_away
from tickets.gaps import SOON, Gap, affected, gaps, readers
from tickets.notices import Priority
from tickets.roster import PersonId, Post
from tickets.worktime import WeeklyHours, at_minute

CALL, GAPS = "duty_call", "duty_gaps"

AHEAD = timedelta(minutes=30)
"""So long before a shift begins its holder is told."""

UNUSUAL = timedelta(hours=1)
"""A day that begins by so much earlier or later than everybody's is a shift that is easily forgotten."""

BREAK = timedelta(hours=3)
"""A stretch that follows on another within so long is the same shift: people eat."""


async def call_to_duty(deps: Deps) -> int:
    """Tell everybody whose shift begins soon, out of the ordinary hours or for somebody else; return how many."""
    now = deps.now()
    due = list(_beginning(deps, now))
    if not due:
        return 0
    called = 0
    async with deps.store.unit() as unit:
        lost = await unreachable(deps, unit)
        for post, person, begin in due:
            unheard = deps.telegram_of(person) is None or person in lost
            if not unheard and await unit.slots.take(CALL, person, begin):
                called += await _call(deps, unit, post, person, begin)
        await unit.commit()
    return called


async def _call(deps: Deps, unit: Unit, post: Post, person: PersonId, begin: datetime) -> bool:
    hours = post.hours or deps.policy.hours
    ends = next(iter(hours.stretches(begin)))[1]
    return await write_to(
        deps,
        unit,
        person,
        key=f"{CALL}:{person}:{begin.isoformat()}",
        template=CALL,
        data={
            "begin": begin.isoformat(),
            "until": ends.isoformat(),
            "area": post.area or "",
            "instead": post.person if person != post.person else "",
            "silent": "1" if deps.policy.quiet.holds(deps.now()) else "",
        },
        priority=Priority.REMINDER,
        expires_at=ends,
    )


def _beginning(deps: Deps, now: datetime) -> Iterator[tuple[Post, PersonId, datetime]]:
    """Yield each post whose shift begins within `AHEAD` of now, who serves it, and when; each person once."""
    starts: dict[int, datetime | None] = {}
    usual = deps.policy.hours
    seen: set[PersonId] = set()
    for post in deps.district.posts:
        own = post.hours or usual
        if id(own) not in starts:
            starts[id(own)] = _start(own, now)
        begin = starts[id(own)]
        if begin is None:
            continue
        leave, day = away_on(post, begin.date()), begin.date()
        person = post.person
        if leave is not None:
            other = leave.substitute or ""
            if other not in deps.district.people or leave.first != day or is_away(deps.district, other, day, day):
                continue
            person = other
        elif not _unusual(own, usual, begin):
            continue
        if person not in seen:
            seen.add(person)
            yield post, person, begin


def _start(hours: WeeklyHours, now: datetime) -> datetime | None:
    """Return when a shift of these hours begins within `AHEAD` of now: not the end of a break, nor midnight."""
    for day in (now.date(), now.date() + timedelta(days=1)):
        for window in hours.windows(day):
            begin = at_minute(day, window.start, now)
            if now < begin <= now + AHEAD:
                before = hours.between(begin - BREAK, begin)
                return begin if not before else None
    return None


def _unusual(own: WeeklyHours, usual: WeeklyHours, begin: datetime) -> bool:
    windows = usual.windows(begin.date())
    if own is usual:
        return False
    return not windows or abs(begin - at_minute(begin.date(), windows[0].start, begin)) > UNUSUAL


async def tell_gaps(deps: Deps) -> int:
    """Tell whoever leads of hours that nobody will serve, each once; return how many. Looks once an hour."""
    now = deps.now()
    if deps.policy.quiet.holds(now):
        return 0
    hour = now.replace(minute=0, second=0, microsecond=0)
    async with deps.store.look() as unit:
        if "" in await unit.slots.taken(GAPS, hour):
            return 0
        lost = await unreachable(deps, unit)
    found = [
        one
        for area in affected(deps.district, lost, now.date())
        for one in gaps(deps.district, deps.policy.hours, lost, area, now)
    ]
    async with deps.store.unit() as unit:
        if not await unit.slots.take(GAPS, "", hour):
            return 0
        fresh = [one for one in found if await _fresh(unit, one, now)]
        told: dict[PersonId, list[Gap]] = {}
        for one in fresh:
            for reader in readers(deps.district, one, lost, now.date()):
                told.setdefault(reader, []).append(one)
        for reader, mine in told.items():
            await _post(deps, unit, reader, mine, now)
        await unit.commit()
    return len(fresh)


async def _fresh(unit: Unit, gap: Gap, now: datetime) -> bool:
    """Note a gap as told; False = it has been. One that only somebody's silence causes is told again each month."""
    key = f"{gap.area}|{gap.key}"
    if not gap.away:
        return await unit.slots.take(GAPS, f"{key}|lost", at_minute(now.date().replace(day=1), 0, now))
    new = False
    for number in range((gap.last - gap.first).days + 1):
        day = gap.first + timedelta(days=number)
        taken = await unit.slots.take(GAPS, key, datetime.combine(day, time(), tzinfo=now.tzinfo))
        new = new or (taken and (day - now.date()).days < SOON)
    return new


async def _post(deps: Deps, unit: Unit, reader: PersonId, found: list[Gap], now: datetime) -> None:
    key = f"{GAPS}:{reader}:{now.isoformat(timespec='minutes')}"
    await write_to(deps, unit, reader, key=key, template=GAPS, data={"gaps": ";".join(packed(one) for one in found)})


def packed(gap: Gap) -> str:
    """Return a gap as the data of a message about it."""
    return f"{gap.area}|{gap.key}|{gap.first}"
