"""open tickets by handler."""

from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # How much somebody has in hand is asked for every ticket; most tickets of a handler are closed.
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_handler'))
        batch_op.create_index('ix_ticket_handler_status', ['handler', 'status'], unique=False)
