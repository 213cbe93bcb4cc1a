"""Real `gridbot` processes, as an operator starts them."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "bot" / "samples" / "nanhu.yaml"
PATIENCE = 90
"""Seconds: the Telegram libraries take some to import, and the machine is shared."""


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it wrote."""

    code: int
    out: str
    err: str


@asynccontextmanager
async def started(
    *arguments: str, folder: Path, stdin: int | None = None, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start `gridbot` in `folder`; `settings` are variables without their prefix. It is killed if it is still there."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GRIDBOT_")}
    environ |= {f"GRIDBOT_{name}": value for name, value in settings.items()}
    environ |= {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", *arguments),
        cwd=folder,
        env=environ,
        stdin=stdin if stdin is not None else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def ended(process: asyncio.subprocess.Process, said: bytes | None = None) -> Ended:
    """Wait for the end of a process; `said` goes to its standard input."""
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate(said)
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


async def gridbot(*arguments: str, folder: Path, said: bytes | None = None, **settings: str) -> Ended:
    """Run `gridbot` to its end."""
    stdin = asyncio.subprocess.PIPE if said is not None else None
    async with started(*arguments, folder=folder, stdin=stdin, **settings) as process:
        return await ended(process, said)
