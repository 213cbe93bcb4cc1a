"""Pictures of our own: drawn in a thread, uploaded once, and called by the id that Telegram gave from then on."""

import asyncio

import structlog

from bot.logs import where
from messages.pictures import Plan
from storage import StorageTrouble, Store

log = structlog.get_logger(__name__)


class Gallery:
    """Knows under which id Telegram keeps a picture. A row names what is on it, never its bytes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, str] = {}

    async def photo(self, plan: Plan) -> str | bytes | None:
        """Return Telegram's id of the picture, or its bytes to upload; None when it cannot be drawn."""
        known = self._known.get(plan.digest)
        if known is None:
            try:
                async with self._store.look() as unit:
                    known = await unit.marks.get(_mark(plan))
            except StorageTrouble as trouble:  # then it is uploaded once more
                log.warning("picture_not_looked_up", trouble=str(trouble))
        return known or await self.drawn(plan)

    async def drawn(self, plan: Plan) -> bytes | None:
        """Return the bytes of the picture; the loop goes on meanwhile."""
        try:
            return await asyncio.to_thread(_draw, plan)
        except Exception as mistake:  # the words matter more: they go without it
            log.error("picture_cannot_be_drawn", error=type(mistake).__name__, at=where(mistake))
            return None

    async def keep(self, plan: Plan, file_id: str) -> None:
        """Remember under which id Telegram keeps the picture. The message is sent, so no trouble here may spoil it."""
        self._known[plan.digest] = file_id
        try:
            async with self._store.unit() as unit:
                await unit.marks.set(_mark(plan), file_id)
                await unit.commit()
        except StorageTrouble as trouble:
            log.warning("picture_not_kept", trouble=str(trouble))


def _mark(plan: Plan) -> str:
    return f"picture:{plan.digest}"


def _draw(plan: Plan) -> bytes:
    from messages.pictures.draw import draw  # brings Pillow: only where a picture is really drawn

    return draw(plan)
