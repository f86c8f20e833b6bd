"""Absences entered by administrators; indexes for registers and for the versions that open cases run under."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Make the table and the indexes."""
    op.create_table(
        "absences",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("procedure_id", sa.String(length=100), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("deputy", sa.String(length=100), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.String(length=100), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_until", "absences", ["procedure_id", "until"], unique=False)
    op.create_index("ix_cases_received", "cases", ["procedure_id", "received_at", "number"], unique=False)
    op.create_index(
        "ix_cases_open_versions",
        "cases",
        ["procedure_id", "procedure_hash"],
        unique=False,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
