"""Nothing is lost and nothing doubled when the process is killed: the small version of the proof."""

from pathlib import Path

import pytest

from tests.faults.killing import kill_again_and_again

KILLS, MESSAGES = 3, 20


@pytest.mark.timeout(240)
async def test_killed_while_residents_write(database_url: str, tmp_path: Path) -> None:
    """Three kills at random moments, faults on: every message has one ticket, every ticket one live card."""
    account = await kill_again_and_again(database_url, tmp_path, kills=KILLS, messages=MESSAGES, seed=20261123)
    print(account)
    assert account.lost == []
    assert account.doubled == []
    assert account.tickets == MESSAGES
    assert account.cards_wrong == {}
    assert account.extra <= KILLS
