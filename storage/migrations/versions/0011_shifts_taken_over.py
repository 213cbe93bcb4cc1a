"""shifts that staff took over."""

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('shift',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('area', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('begins', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends', sa.DateTime(timezone=True), nullable=False),
    sa.Column('instead_of', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shift')),
    sqlite_autoincrement=True
    )
