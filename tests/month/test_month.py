"""A month of a town like Tongzhou, small: every matter ends honestly, or somebody has it and something is due."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import uvloop

from tests.month.account import report
from tests.month.page import write_page
from tests.month.run import Size, play_month

SMALL = Size(matters=150, grids=12, days=3, grain=15, after=timedelta(days=5))


@pytest.mark.timeout(400)
@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("seed", [1])
def test_a_month(seed: int, sqlite_url: str, tmp_path: Path) -> None:
    """A hundred and fifty matters in a town: nothing is lost, nobody is forgotten, nothing is made up."""
    account = uvloop.run(play_month(sqlite_url, tmp_path, SMALL, seed))
    print(f"seed {seed}; alone: python -m tests.month.run --seed {seed}\n{report(account)}")
    assert account.wrong == []
    endings = Counter(str(one.ending) for one in account.tickets if not one.open)
    assert len(account.tickets) + account.joined > 0.85 * SMALL.matters, "most matters are heard as what they are"
    assert endings.total() > 0.7 * len(account.tickets), "most of them are over five days later"
    assert {"solved", "explained"} <= endings.keys(), "that some are taken back, or were none, is for the proof to show"
    assert account.climbed.total(), "people forget, and the ladder finds out"
    assert any(one.reopened for one in account.tickets)
    assert max(account.told.by_minute.values()) <= 20, "calls in a group's worst minute"
    write_page(account, 1, SMALL.grain, "today", tmp_path / "month.md")
    assert f"{SMALL.matters} matters" in (tmp_path / "month.md").read_text(encoding="utf-8")
