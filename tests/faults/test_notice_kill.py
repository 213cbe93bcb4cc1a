"""A notice survives a kill half-way: the small version of the proof."""

from pathlib import Path

import pytest

from tests.faults.noticing import notify_and_kill

GROUPS = 40
UNDER_WAY = 4
"""Calls that can be under way at the kill."""


@pytest.mark.timeout(240)
async def test_a_notice_goes_on_where_it_stopped(sqlite_url: str, tmp_path: Path) -> None:
    """Forty groups at Telegram's limits: each has it once, the author saw how far it was and that it ended."""
    account = await notify_and_kill(sqlite_url, tmp_path, GROUPS)
    print(account)
    assert account.missing == []
    assert account.extra <= UNDER_WAY
    assert GROUPS // 2 <= account.at_kill < GROUPS
    assert account.progress[0] == f"正在发：0 / {GROUPS} 个群，还要约 2 秒"
    assert account.card == f"发完了，{GROUPS} 个群都收到了"
