"""How a process that runs for weeks is set up: the loop it runs on, and what its memory is not searched for."""

import asyncio
import gc
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

YOUNG, MIDDLE, OLD = 20_000, 20, 50
"""New objects, and rounds, before garbage is looked for: a message makes thousands that go by themselves."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` on the fastest loop there is here."""
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop

    return uvloop.run(work)


def settle() -> None:
    """What is there now stays: libraries, wordings, the district. The search for garbage need not go through it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
