"""Down for an hour, ten, seventy-two: what fell due happens once, in order, and nobody is flooded."""

import pytest

from tests.faults.standstill import stand_still


@pytest.mark.parametrize("hours", [1, 10, 72])
async def test_on_return_everything_once_and_bundled(sqlite_url: str, hours: int) -> None:
    account = await stand_still(sqlite_url, hours=hours, matters=24, seed=20261123 + hours)
    assert account.held, str(account)
