"""Stories run on SQLite and on PostgreSQL alike."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.theatre import Play, playing


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A new database."""
    return f"sqlite+aiosqlite:///{tmp_path}/story.db"


@pytest.fixture
async def play(database: str) -> AsyncIterator[Play]:
    """The sample district on a Wednesday morning at ten."""
    async with playing(database) as running:
        yield running
