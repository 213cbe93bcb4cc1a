"""One bot beside one server: both started, watched and stopped; and what is asked of them."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from bench.bots import TOKEN

PATIENCE = 300.0
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Every start of ours would compile all modules anew."""


def say(text: str) -> None:
    """Tell how far it is."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def pin(pid: int, core: int) -> None:
    """Keep a process on one core, where the operating system can: the last one is the server's."""
    if len(CORES) > 1:
        os.sched_setaffinity(pid, {CORES[core]})


class Server:
    """The stub in a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.stub"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        )
        pin(self._process.pid, -1)
        self.url = f"http://127.0.0.1:{self._line()}"

    def ask(self, **load: Any) -> dict[str, Any]:
        """Have a load played (or whatever `kind` says) and return what it took."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(load) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._line())
        return answer

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the stub has ended")
        return line.strip()


@dataclass
class Played:
    """A bot beside its server."""

    server: Server
    pid: int
    grids: int
    first: int = 0

    def load(self, kind: str, count: int, *, said: int, warm: int = 0, rate: float = 0.0) -> dict[str, Any]:
        """Play so many messages; see `bench.stub.Load`."""
        result = self.server.ask(
            kind=kind, count=count, grids=self.grids, said=said, pid=self.pid, warm=warm, rate=rate, first=self.first
        )
        self.first += count + warm
        return result

    def settled(self) -> Self:
        """Wait until it asks for nothing but updates."""
        self.server.ask(kind="settled")
        return self


@contextmanager
def playing(kind: str, *, district: Path | None = None, database: str = "", grids: int = 10) -> Iterator[Played]:
    """Run a bot (see `bench.bots`) beside a server of its own."""
    server = Server()
    arguments = [str(district), database] if district is not None else []
    bot = subprocess.Popen([sys.executable, "-m", "bench.bots", kind, server.url, *arguments], env=ENVIRONMENT)
    pin(bot.pid, 0)
    try:
        yield Played(server, bot.pid, grids).settled()
    finally:
        bot.send_signal(signal.SIGTERM)
        try:
            bot.wait(30)
        except subprocess.TimeoutExpired:
            bot.kill()
            bot.wait()
        server.close()


def seconds_to_first_poll(district: Path, database: str) -> float:
    """Return how long `gridbot run` takes from nothing to its first question for updates."""
    server = Server()
    environment = {
        **ENVIRONMENT,
        "GRIDBOT_TOKEN": TOKEN,
        "GRIDBOT_TELEGRAM_URL": server.url,
        "GRIDBOT_DATABASE_URL": database,
        "GRIDBOT_DISTRICT": str(district),
        "GRIDBOT_HTTP_LISTEN": "",
        "GRIDBOT_LOG_LEVEL": "error",
    }
    bot = subprocess.Popen([sys.executable, "-m", "bot.cli", "run"], env=environment)
    pin(bot.pid, 0)
    try:
        return float(server.ask(kind="first_poll")["seconds"])
    finally:
        bot.send_signal(signal.SIGTERM)
        bot.wait(60)
        server.close()


def seconds_to_import(modules: list[str]) -> float:
    """Return how long a process takes that only imports the same libraries."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", _imports(modules)], env=ENVIRONMENT)
    pin(process.pid, 0)
    process.wait(120)
    return time.perf_counter() - began


def memory_of_imports(modules: list[str]) -> float:
    """Return the memory of a process that only imports the same libraries, in bytes."""
    process = subprocess.Popen(
        [sys.executable, "-c", _imports(modules) + "; print(flush=True); input()"],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    found = memory(process.pid)
    process.communicate("\n", timeout=60)
    return found


def memory(pid: int) -> float:
    """Return the memory of a process that is its own or shared with nobody else alive, in bytes."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return float(line.split()[1]) * 1024
    raise LookupError("this operating system does not tell")


def reading(count: int) -> dict[str, float]:
    """Return what `bench.reading` found of so many messages: seconds of processor time each, seconds and bytes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.reading", str(count)], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    )
    pin(process.pid, 0)
    found: dict[str, float] = json.loads(process.communicate(timeout=PATIENCE)[0])
    return found


def libraries() -> list[str]:
    """Return every module of others that the service imports."""
    ours = "('bot', 'handlers', 'messages', 'parsing', 'storage', 'tickets', 'bench', '__main__', '__mp_main__')"
    script = (
        "import sys, bot.cli, bot.assemble, bot.steady, uvloop; "
        f"print(' '.join(name for name in sys.modules if name.partition('.')[0] not in {ours}))"
    )
    found = subprocess.run([sys.executable, "-c", script], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    return found.stdout.split()


def _imports(modules: list[str]) -> str:
    each = "for name in names:\n try: importlib.import_module(name)\n except Exception: pass\npass"
    return f"import importlib\nnames = {modules!r}\n{each}"


def folder(where: Path | None) -> "tempfile.TemporaryDirectory[str]":
    """Return a folder for databases, removed at the end."""
    return tempfile.TemporaryDirectory(prefix="gridbot-bench-", dir=where)
