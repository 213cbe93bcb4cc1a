"""What the tests of the district file share."""

from pathlib import Path

import pytest

from tests.bot.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with an empty folder."""
    return Desk(tmp_path)
