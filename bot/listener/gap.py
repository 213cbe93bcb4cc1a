"""How long nobody heard: Telegram keeps updates for a day, so after a longer silence something may be lost for ever."""

from datetime import datetime, timedelta

import structlog

from handlers.deps import Deps
from storage import StorageTrouble
from tickets.notices import Priority

log = structlog.get_logger(__name__)

KEPT = timedelta(hours=24)
"""For so long Telegram keeps what nobody fetched."""

EVERY = timedelta(minutes=1)
"""How exact the mark is: chatter must not cost a write each."""

MARK = "heard_until"


class Gap:
    """Remembers until when updates were heard, and tells the grids when that was too long ago."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._noted: tuple[datetime, float] | None = None
        """Domain time and real seconds of the last note of this process."""

    async def heard(self) -> None:
        """Note that we hear whatever Telegram still has. Trouble of the store is left to the next call."""
        now, wall = self._deps.now(), self._deps.wall()
        silent = True
        if self._noted is not None:
            before, seconds = self._noted
            if abs(now - before) < EVERY and abs(wall - seconds) < EVERY.total_seconds():
                return
            # A practice clock jumps over days in which nothing was missed.
            silent = wall - seconds > KEPT.total_seconds()
        try:
            if await self._note(now, silent=silent):
                log.warning("updates_lost", remedy="nothing to do; the grids have been told")
        except StorageTrouble as trouble:
            log.warning("hearing_not_noted", trouble=str(trouble))
            return
        self._noted = now, wall

    async def _note(self, now: datetime, *, silent: bool) -> bool:
        """Set the mark; return whether a gap was told. Another process may have heard meanwhile: its mark counts."""
        deps = self._deps
        async with deps.store.unit() as unit:
            last = await unit.marks.get(MARK)
            since = datetime.fromisoformat(last).astimezone(now.tzinfo) if last else None
            lost = silent and since is not None and now - since > KEPT
            if since is not None and lost:
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
            await unit.marks.set(MARK, now.isoformat())
            await unit.commit()
        return lost
