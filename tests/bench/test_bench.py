"""The measurements run: a bot beside the minimal server, a few messages, one figure. No time is asserted."""

import os
import subprocess
import sys

from bench.measures import Figure
from bench.report import table


def test_a_tiny_run_ends_with_a_figure() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--tiny", "--only", "latency"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "| 50 requests a second: message to first card, p99 |" in done.stdout


def test_a_bound_that_is_missed_is_said() -> None:
    good = Figure("speed", 0.4, 0.35, most=False, aim=0.6, facts={"bare_a_second": 9000})
    bad = Figure("memory", 1.5, 1.4, most=True)
    assert (good.good, bad.good) == (True, False)
    assert table([good, bad]).splitlines()[2:] == [
        "| speed | 0.4 × | ≥ 0.35 | ≥ 0.6 | bare a second 9000 |",
        "| memory | 1.5 × (missed) | ≤ 1.4 |  |  |",
    ]
