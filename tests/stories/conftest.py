"""Stories run on SQLite and on PostgreSQL alike, and where people's words matter, in Chinese and in English."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.stories.theatre import Play, in_english, playing

Staging = Callable[..., AbstractAsyncContextManager[Play]]


@pytest.fixture
def database(database_url: str) -> str:
    """A fresh migrated database, one of each kind."""
    return database_url


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """The language of the district, its staff and its residents."""
    return str(request.param)


@pytest.fixture
def staging(database: str) -> Staging:
    """Opens a play with other conditions than usual: `async with staging(bot_status="member") as play`."""

    def stage(**conditions: Any) -> AbstractAsyncContextManager[Play]:
        return playing(database, **conditions)

    return stage


@pytest.fixture
async def play(database: str) -> AsyncIterator[Play]:
    """The sample district on a Wednesday morning at ten."""
    async with playing(database) as running:
        yield running


@pytest.fixture
def district(language: str, tmp_path: Path) -> dict[str, Any]:
    """The conditions for a play in the language of the test."""
    return {} if language == "zh" else {"district": in_english(tmp_path)}


@pytest.fixture
async def spoken(database: str, district: dict[str, Any]) -> AsyncIterator[Play]:
    """The sample district, once in Chinese and once in English."""
    async with playing(database, **district) as running:
        yield running
