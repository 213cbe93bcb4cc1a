"""The morning list: what somebody has in hand, once at the beginning of his working day, in one quiet message."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from handlers.actions.writing import write_to
from handlers.deps import Deps
from storage import Unit
from tickets.morning import begins
from tickets.notices import Priority
from tickets.roster import PersonId

JOB = "morning"
LATE = timedelta(hours=3)
"""A list that is later than this is skipped: the morning is over."""

AT_ONCE = 200
"""People a transaction: taps must not wait for a whole city's lists."""


async def post_mornings(deps: Deps) -> int:
    """Post the lists of everybody whose working day has begun; return how many. Each person and day has one slot."""
    now = deps.now()
    async with deps.store.look() as unit:
        holders = await unit.tickets.holders()
        due = _due(deps, holders, now)
        if not due:
            return 0
        fresh = [(person, at) for at in {at for _, at in due} for person in await _without(unit, due, at)]
    posted = 0
    for start in range(0, len(fresh), AT_ONCE):
        async with deps.store.unit() as unit:
            for person, at in fresh[start : start + AT_ONCE]:
                posted += await _post(deps, unit, person, at)
            await unit.commit()
    return posted


def _due(deps: Deps, holders: Iterable[PersonId], now: datetime) -> list[tuple[PersonId, datetime]]:
    found = []
    for person in holders:
        at = begins(deps.district, person, deps.policy.hours, now)
        if at is not None and at <= now < at + LATE and deps.telegram_of(person) is not None:
            found.append((person, at))
    return found


async def _without(unit: Unit, due: list[tuple[PersonId, datetime]], at: datetime) -> list[PersonId]:
    have = await unit.slots.taken(JOB, at)
    return [person for person, begin in due if begin == at and person not in have]


async def _post(deps: Deps, unit: Unit, person: PersonId, at: datetime) -> bool:
    if not await unit.slots.take(JOB, person, at):
        return False
    if not any(ticket.filed_at < at for ticket in await unit.tickets.held_by(person)):
        return False  # what came since then has its own card; the slot is taken all the same
    return await write_to(
        deps,
        unit,
        person,
        key=f"{JOB}:{person}:{at.date()}",
        template=JOB,
        data={"silent": "1"},
        priority=Priority.REMINDER,
        expires_at=at + LATE,
    )
