"""when and where was spoken of a ticket last stands in its state; the two columns of it were never read."""

from alembic import op


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: that would make the table anew, and what points at its rows would point at nothing meanwhile.
    op.drop_column('ticket', 'last_said_at')
    op.drop_column('ticket', 'last_chat')
