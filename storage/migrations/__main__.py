"""`python -m storage.migrations make "what changes"`: write the next migration from the tables as they are now."""

import argparse
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command

from storage import migrations

VERSIONS = Path(migrations.__file__).parent / "versions"


def make(message: str) -> Path:
    """Write the next revision by comparing the models with the migrations so far; returns the new file."""
    number = f"{max((int(revision) for revision in migrations.known()), default=0) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        engine = sa.create_engine(f"sqlite:///{folder}/empty.db")
        with engine.connect() as connection:
            config = migrations.config(connection)
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            if number != "0001":
                command.upgrade(config, "head")
            script = command.revision(
                config, message=message, autogenerate=True, rev_id=number, version_path=str(VERSIONS)
            )
        engine.dispose()
    assert script is not None
    assert not isinstance(script, list)
    return Path(script.path)


def main(arguments: list[str] | None = None) -> int:
    """Run the helper; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m storage.migrations", description=__doc__)
    parser.add_argument("command", choices=["make"])
    parser.add_argument("message", help="what changes, in a few words")
    given = parser.parse_args(arguments)
    path = make(given.message)
    sys.stdout.write(f"{path}\nRead it, set HEAD in storage/migrations/__init__.py, and run the tests of storage/.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
