"""What worklists are found by: words of a complaint, views that people keep, indexes by procedure and unit."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_at IS NULL")
_CLOSED = sa.text("closed_at IS NOT NULL")


def upgrade() -> None:
    """Make two tables and two indexes."""
    for name, columns, where in (
        ("ix_cases_open_procedure", ["procedure_id", "due", "id", "unit", "stage", "severity"], _OPEN),
        ("ix_cases_closed_procedure", ["procedure_id", "closed_at", "id", "unit", "severity"], _CLOSED),
    ):
        op.create_index(name, "cases", columns, sqlite_where=where, postgresql_where=where)
    word = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")
    op.create_table(
        "words",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("word", word, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_words_case_id")),
        sa.PrimaryKeyConstraint("case_id", "word", name=op.f("pk_words")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_words_word", "words", ["word", "case_id"])
    op.create_table(
        "saved_views",
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "name", name=op.f("pk_saved_views")),
    )
