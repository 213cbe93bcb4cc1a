"""Migrations lead from nothing to the models on both databases, once, and know a database that is not theirs."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from storage import RevisionError, Store, migrations, open_store
from storage.migrations import __main__ as helper
from storage.tables import METADATA
from tests.storage.samples import keep


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    return str(request.getfixturevalue("empty_postgres_url"))


async def _execute(url: str, statement: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(sa.text(statement))
    await engine.dispose()


async def test_an_empty_database_is_migrated_and_a_second_run_changes_nothing(empty_url: str) -> None:
    store = await open_store(empty_url)
    assert store.revision is None
    with pytest.raises(RevisionError, match="gridbot migrate"):
        async with store.look():
            pass
    await store.migrate()
    ticket = await keep(store)
    await store.migrate()
    async with store.look() as unit:
        assert await unit.tickets.get(ticket.id) == ticket
    await store.close()


async def test_models_and_migrations_agree(database_url: str) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts=migrations.options())
        return list(compare_metadata(context, METADATA))

    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_a_newer_database_is_refused(database_url: str) -> None:
    await _execute(database_url, "UPDATE alembic_version SET version_num = '9999'")
    for outdated in (False, True):
        with pytest.raises(RevisionError, match="newer"):
            await open_store(database_url, outdated=outdated)


async def test_an_older_database_opens_only_to_be_migrated(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "HEAD", "9998")
    with pytest.raises(RevisionError, match="gridbot migrate"):
        await open_store(database_url)
    store = await open_store(database_url, outdated=True)
    with pytest.raises(RevisionError, match="older"):
        async with store.unit():
            pass
    await store.close()


async def test_two_processes_migrate_at_once(empty_postgres_url: str) -> None:
    stores: list[Store] = [await open_store(empty_postgres_url) for _ in range(2)]
    async with asyncio.TaskGroup() as group:
        for store in stores:
            group.create_task(store.migrate())
    for store in stores:
        assert store.revision == migrations.HEAD
        await store.close()


def test_the_program_wants_the_newest_revision() -> None:
    assert ScriptDirectory.from_config(migrations.config()).get_heads() == [migrations.HEAD]


def test_no_way_back_is_pretended() -> None:
    for script in ScriptDirectory.from_config(migrations.config()).walk_revisions():
        assert not hasattr(script.module, "downgrade")


def test_versions_name_plain_types_only() -> None:
    for file in (Path(migrations.__file__).parent / "versions").glob("*.py"):
        assert "sqlmodel" not in file.read_text()


def test_the_helper_writes_the_next_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = migrations.config

    def elsewhere(connection: sa.Connection | None = None) -> object:
        config = real(connection)
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", f"{Path(migrations.__file__).parent / 'versions'}\n{tmp_path}")
        return config

    monkeypatch.setattr(migrations, "config", elsewhere)
    monkeypatch.setattr(helper, "VERSIONS", tmp_path)
    assert helper.main(["make", "nothing changes"]) == 0
    made = list(tmp_path.glob("*.py"))
    following = f"{int(migrations.HEAD) + 1:04}"
    assert [file.name for file in made] == [f"{following}_nothing_changes.py"]
    assert f"down_revision = '{migrations.HEAD}'" in made[0].read_text().replace('"', "'")
    assert "pass" in made[0].read_text()
    assert str(made[0]) in capsys.readouterr().out
