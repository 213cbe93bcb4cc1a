"""tickets of a grid lately."""

from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Asked for every request: what is open here lately, and what there was of the same service before.
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_grid'))
        batch_op.create_index('ix_ticket_grid_filed_at_service', ['grid', 'filed_at', 'service'], unique=False)
