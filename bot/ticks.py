"""The ticks of one process: which there are, and how often they look."""

from datetime import date

import structlog

from bot.logs import where
from bot.scheduler import Tick
from handlers.actions.bulletin_out import look_after
from handlers.actions.hand_over import ask_on_the_eve
from handlers.actions.morning import post_mornings
from handlers.actions.ticks import audit, climb_due, post_digests, prune
from handlers.deps import Deps

log = structlog.get_logger(__name__)

AUDIT = 60.0
PRUNE = 600.0


def ticks(deps: Deps, seconds: float) -> dict[str, tuple[float, Tick]]:
    """Return name -> (real seconds between two looks, tick)."""
    named: set[tuple[int, date]] = set()
    """Tickets whose mistake is in the log already, by day: the look repeats every few seconds."""

    def undecided(number: int, error: Exception) -> None:
        today = deps.now().date()
        if (number, today) not in named:
            named.difference_update([one for one in named if one[1] != today])
            named.add((number, today))
            log.error("ticket_undecided", ticket=number, error=type(error).__name__, at=where(error))

    async def due() -> None:
        moved = await climb_due(deps, undecided)
        if moved:
            log.info("ladder_climbed", tickets=moved)

    async def digests() -> None:
        posted = await post_digests(deps)
        if posted:
            log.info("digests_posted", digests=posted)

    async def mornings() -> None:
        posted = await post_mornings(deps)
        if posted:
            log.info("mornings_posted", lists=posted)

    async def eves() -> None:
        asked = await ask_on_the_eve(deps)
        if asked:
            log.info("leaves_asked_about", leaves=asked)

    async def bulletins() -> None:
        changed = await look_after(deps)
        if changed:
            log.info("bulletins_moved", bulletins=changed)

    async def auditor() -> None:
        for finding in await audit(deps):
            log.warning("audit", finding=finding)

    async def pruning() -> None:
        gone = await prune(deps)
        if gone:
            log.info("pruned", **gone)

    async def directory() -> None:
        if await deps.directory.refresh(deps.store):  # what another process has changed
            log.info("directory_read")

    return {
        "directory": (seconds, directory),
        "due": (seconds, due),
        "digests": (seconds * 4, digests),
        "mornings": (seconds * 6, mornings),
        "eves": (seconds * 12, eves),
        # People watch the progress of a notice: twice as often as anything else.
        "bulletins": (seconds / 2, bulletins),
        "audit": (max(seconds * 12, AUDIT), auditor),
        "prune": (max(seconds * 120, PRUNE), pruning),
    }
