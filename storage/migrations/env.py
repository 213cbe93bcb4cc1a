"""Called by Alembic for every command; the connection comes from the caller."""

import sqlalchemy as sa
from alembic import context

from storage import migrations
from storage.tables import METADATA

connection: sa.Connection | None = context.config.attributes["connection"]
if connection is None:
    raise RuntimeError("migrations are driven from code: gridbot migrate")
context.configure(connection=connection, target_metadata=METADATA, **migrations.options())
with context.begin_transaction():
    context.run_migrations()
