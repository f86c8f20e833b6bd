"""Whom an account is linked to at the institution's OpenID Connect provider."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what `accounts.link` writes."""
    op.add_column("accounts", sa.Column("subject", sa.String(length=64), nullable=True))
    op.create_index("ix_accounts_subject", "accounts", ["subject"], unique=True)
