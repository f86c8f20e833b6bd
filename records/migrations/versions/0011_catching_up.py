"""How far what is kept beside cases was brought up to this version, for those that were recorded before."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; `records.catching_up` fills in what is missing, case by case."""
    op.create_table(
        "catching_up",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.String(length=32), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_catching_up")),
    )
