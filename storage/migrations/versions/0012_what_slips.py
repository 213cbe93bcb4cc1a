"""what slips: tickets that nobody has, and tickets that nothing reminds of."""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.add_column(sa.Column('adrift', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE ticket SET adrift = true WHERE (status <> 'closed' AND next_due IS NULL) OR (status = 'filed' AND "
        "NOT EXISTS (SELECT 1 FROM offer WHERE offer.ticket = ticket.id))"
    )
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.alter_column('adrift', server_default=None)
    # The auditor asks every minute, of a city's tickets: what there is none of must cost nothing to find.
    op.create_index(
        'ix_ticket_adrift', 'ticket', ['id'], sqlite_where=sa.text('adrift'), postgresql_where=sa.text('adrift')
    )
