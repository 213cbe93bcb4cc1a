"""The ticks of one process: which there are, and how often they look."""

from datetime import datetime, timedelta

import structlog

from bot.scheduler import Tick
from handlers.actions.ticks import audit, climb_due, post_digests
from handlers.deps import Deps
from tickets.notices import Priority

log = structlog.get_logger(__name__)

BEAT = 60.0
GAP = timedelta(hours=24)
"""Telegram keeps updates for a day: after a longer stop something may be lost for ever."""

HEARD = "heard_until"


def ticks(deps: Deps, seconds: float) -> dict[str, tuple[float, Tick]]:
    """Return name -> (real seconds between two looks, tick)."""

    async def due() -> None:
        moved = await climb_due(deps)
        if moved:
            log.info("ladder_climbed", tickets=moved)

    async def digests() -> None:
        posted = await post_digests(deps)
        if posted:
            log.info("digests_posted", digests=posted)

    async def auditor() -> None:
        for finding in await audit(deps):
            log.warning("audit", finding=finding)

    async def beat() -> None:
        await note_heard(deps)

    return {
        "due": (seconds, due),
        "digests": (seconds * 4, digests),
        "audit": (max(seconds * 12, BEAT), auditor),
        "beat": (BEAT, beat),
    }


async def note_heard(deps: Deps) -> None:
    """Remember that we are here: how long we were away is known from it."""
    async with deps.store.unit() as unit:
        await unit.marks.set(HEARD, deps.now().isoformat())
        await unit.commit()


async def tell_gap(deps: Deps) -> bool:
    """After a stop that was longer than Telegram keeps updates, say so once in each grid's group."""
    now = deps.now()
    async with deps.store.unit() as unit:
        last = await unit.marks.get(HEARD)
        since = datetime.fromisoformat(last).astimezone(now.tzinfo) if last else None
        gone = since is not None and now - since > GAP
        if since is not None and gone:
            for grid in deps.district.grids:
                if grid.chat is not None:
                    await unit.outbox.post(
                        key=f"gap:{grid.code}:{since.isoformat()}",
                        chat=grid.chat,
                        template="gap",
                        language=deps.district.language,
                        data={"since": since.isoformat(), "until": now.isoformat()},
                        priority=Priority.NOTICE,
                    )
        await unit.marks.set(HEARD, now.isoformat())
        await unit.commit()
    return gone
