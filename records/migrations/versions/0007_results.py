"""What figures are counted from; cases that were recorded before get it when all migrations are done."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and tables that `results` and `projection` write."""
    for name in ("kind", "category", "validity", "channel", "outcome", "revisit"):
        op.add_column("cases", sa.Column(name, sa.String(length=64), nullable=False, server_default=""))
    op.create_index("ix_cases_recurring", "cases", ["procedure_id", "received_at", "unit", "category"], unique=False)
    op.create_index(
        "ix_cases_figures",
        "cases",
        ["procedure_id", "closed_at", "id", "unit", "outcome", "revisit", "received_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_table(
        "clock_results",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("clock", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("procedure_id", sa.String(length=100), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=100), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=False),
        sa.Column("on_time", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_clock_results_case_id")),
        sa.PrimaryKeyConstraint("case_id", "clock", "subject", "opened", name=op.f("pk_clock_results")),
    )
    op.create_index(
        "ix_clock_results_weeks", "clock_results", ["procedure_id", "week", "clock", "on_time", "unit"], unique=False
    )
    op.create_index(
        "ix_clock_results_late",
        "clock_results",
        ["procedure_id", "stopped_at", "due", "unit", "case_id"],
        unique=False,
        sqlite_where=sa.text("on_time = 0"),
        postgresql_where=sa.text("NOT on_time"),
    )
    op.create_table(
        "decisions",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("procedure_id", sa.String(length=100), nullable=False),
        sa.Column("event", sa.String(length=50), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=100), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decisions_case_id")),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_decisions")),
    )
    op.create_index(
        "ix_decisions_made",
        "decisions",
        ["procedure_id", "decided_at", "unit", "person", "asked_at"],
        unique=False,
    )
    op.create_table(
        "proposals",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.Column("procedure_id", sa.String(length=100), nullable=False),
        sa.Column("clause", sa.String(length=100), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("against", sa.String(length=100), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("amount", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_proposals_case_id")),
        sa.PrimaryKeyConstraint("case_id", "seq", "rule", name=op.f("pk_proposals")),
    )
    op.create_index("ix_proposals_made", "proposals", ["procedure_id", "at"], unique=False)
