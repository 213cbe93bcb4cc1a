"""The results: a file of figures and a page with a table."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from bench.measures import Figure

RESULTS = Path("bench/results/latest.json")
PAGE = Path("docs/bench.md")
HEAD = """# Measured

`make bench` writes this page and [`bench/results/latest.json`](../bench/results/latest.json). All figures of a row come
from one run on one machine: only the ratios mean anything elsewhere.

* The server is a minimal Bot API of ours ([`bench/stub.py`](../bench/stub.py)) on one core, the bot on the other;
  Telegram's limits are off on both sides. Everything is kept on disk before it counts (SQLite, `synchronous=FULL`).
* *Bare* is aiogram with `start_polling` and its defaults on the same event loop, with an empty handler or an echo.
* A *ticket* is a message that is understood, filed, routed and committed, and the two messages that say so: the card in
  the group and the card of the worker. It is over when the server has taken the second one.
* *Reading* is understanding alone: requests of several kinds, Chinese and English, and everyday talk. What the models
  add counts the libraries that only they need and the program around them.
* Sizes are compared with a process that imports the same libraries and does nothing.
* What grows is processor time: of everyday talk, and of tickets, in ten groups of a city and of a village; and with the
  tickets of years in the database, 200 of them open in both.
"""


def table(found: Iterable[Figure]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| what | figure | bound | aim | from |", "|---|---|---|---|---|"]
    for one in found:
        sign = "≤" if one.most else "≥"
        aim = f"{sign} {one.aim:g}" if one.aim is not None else ""
        facts = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in one.facts.items())
        mark = "" if one.good else " (missed)"
        lines.append(f"| {one.name} | {one.value:.3g} {one.unit}{mark} | {sign} {one.bound:g} | {aim} | {facts} |")
    return "\n".join(lines) + "\n"


def keep(found: Sequence[Figure]) -> None:
    """Write both; figures that were not measured this time stay as they are."""
    before = json.loads(RESULTS.read_text(encoding="utf-8"))["figures"] if RESULTS.exists() else []
    mine = {one.name: asdict(one) for one in found}
    kept = [mine.pop(one["name"], one) for one in before] + list(mine.values())
    machine = {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count()}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"machine": machine, "figures": kept}, ensure_ascii=False, indent=1) + "\n", "utf-8")
    about = ", ".join(f"{name} {value}" for name, value in machine.items())
    PAGE.write_text(f"{HEAD}\n{table(Figure(**one) for one in kept)}\nThe machine: {about}.\n", encoding="utf-8")
