"""The ticks of one process: which there are, and how often they look."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial

import structlog

from bot.logs import where
from bot.scheduler import Tick
from handlers.actions.bulletin_out import look_after
from handlers.actions.hand_over import ask_on_the_eve
from handlers.actions.mending import count_anew, mend, relieve_the_gone
from handlers.actions.morning import post_mornings
from handlers.actions.rounds import call_to_duty, tell_gaps
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

    async def auditor() -> None:
        for finding in await audit(deps):
            log.warning("audit", finding=finding)
        if moved := await mend(deps):
            log.info("mended", tickets=moved)

    async def pruning() -> None:
        gone = await prune(deps)
        if gone:
            log.info("pruned", **gone)

    async def directory() -> None:
        if await deps.directory.refresh(deps.store):  # what another process has changed
            log.info("directory_read")

    return {
        "directory": (seconds, directory),
        "due": (seconds, _counted(partial(climb_due, deps, undecided), "ladder_climbed", "tickets")),
        "digests": (seconds * 4, _counted(partial(post_digests, deps), "digests_posted", "digests")),
        "mornings": (seconds * 6, _counted(partial(post_mornings, deps), "mornings_posted", "lists")),
        "eves": (seconds * 12, _counted(partial(ask_on_the_eve, deps), "leaves_asked_about", "leaves")),
        "calls": (seconds * 12, _counted(partial(call_to_duty, deps), "called_to_duty", "people")),
        "gaps": (seconds * 60, _counted(partial(tell_gaps, deps), "gaps_told", "gaps")),
        # People watch the progress of a notice: twice as often as anything else.
        "bulletins": (seconds / 2, _counted(partial(look_after, deps), "bulletins_moved", "bulletins")),
        "gone": (max(seconds * 120, PRUNE), _counted(partial(relieve_the_gone, deps), "given_out_again", "tickets")),
        "calendar": (max(seconds * 120, PRUNE), _counted(partial(count_anew, deps), "counted_anew", "tickets")),
        "audit": (max(seconds * 12, AUDIT), auditor),
        "prune": (max(seconds * 120, PRUNE), pruning),
    }


def _counted(look: Callable[[], Awaitable[int]], event: str, of: str) -> Tick:
    """Return a tick that logs how many there were, if any: `event` with the number as `of`."""

    async def tick() -> None:
        if number := await look():
            log.info(event, **{of: number})

    return tick
