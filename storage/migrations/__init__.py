"""The history of the tables: forward only, driven from code, one transaction a migration run.

A new one is written by `python -m storage.migrations make "what changes"` and then read by a human.
"""

from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

HEAD = "0014"
"""The revision this program works with. A test compares it with the newest file in versions/."""

_ONE_MIGRATOR = 7_311_006_001
"""The advisory lock (PostgreSQL) under which migrations run, so that two processes do not both begin."""


def config(connection: sa.Connection | None = None) -> Config:
    """Return Alembic's configuration; there is no ini file."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


@cache
def known() -> frozenset[str]:
    """Return every revision this program knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(config()).walk_revisions())


def current(connection: sa.Connection) -> str | None:
    """Return the revision of the tables; None = there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: sa.Connection) -> None:
    """Bring the tables to HEAD inside the transaction of `connection`; the caller commits."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_MIGRATOR)))
    command.upgrade(config(connection), "head")
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise RuntimeError(f"the migration would leave a row without its parent in table {broken[0]}")


def options() -> dict[str, Any]:
    """Return what autogeneration and comparison must agree on."""
    return {
        "render_as_batch": True,
        "compare_type": True,
        "compare_server_default": True,
        "render_item": _render_item,
        "transactional_ddl": True,
    }


def _render_item(what: str, item: Any, _: Any) -> str | bool:
    """Write plain SQLAlchemy types: a migration must not change when SQLModel does."""
    if what == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if what == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False
