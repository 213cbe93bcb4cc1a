"""A bell for the speaker: rung after a commit that left something to say."""

import asyncio


class Bell:
    """Rings are not counted: one wait takes all rings since the last one."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake who waits, now or at the next wait."""
        self._rung.set()

    async def wait(self, timeout: float | None = None) -> bool:
        """Wait for a ring, at most `timeout` seconds; False when there was none."""
        try:
            async with asyncio.timeout(timeout):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True
