"""The tables that figures are counted from: what cases brought to an end, one row by itself."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, PrimaryKeyConstraint, String, Table, text

from records.tables import case_id
from records.tables import metadata as metadata

clock_results = Table(
    "clock_results",
    metadata,
    case_id(),
    Column("clock", String(100), nullable=False),
    Column("subject", String(100), nullable=False),
    Column("opened", Integer, nullable=False),
    Column("procedure_id", String(100), nullable=False),
    Column("week", Integer, nullable=False),
    Column("role", String(100), nullable=False),
    Column("person", String(100), nullable=False),
    Column("unit", String(100), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("stopped_at", BigInteger, nullable=False),
    Column("on_time", Boolean, nullable=False),
    PrimaryKeyConstraint("case_id", "clock", "subject", "opened"),
    Index("ix_clock_results_weeks", "procedure_id", "week", "clock", "on_time", "unit"),
    Index(
        "ix_clock_results_late",
        "procedure_id",
        "stopped_at",
        "due",
        "unit",
        "case_id",
        sqlite_where=text("NOT on_time"),
        postgresql_where=text("NOT on_time"),
    ),
)

decisions = Table(
    "decisions",
    metadata,
    case_id(),
    Column("seq", Integer, nullable=False),
    Column("procedure_id", String(100), nullable=False),
    Column("event", String(50), nullable=False),
    Column("person", String(100), nullable=False),
    Column("role", String(100), nullable=False),
    Column("unit", String(100), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("decided_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("case_id", "seq"),
    Index("ix_decisions_made", "procedure_id", "decided_at", "unit", "person", "asked_at"),
)

proposals = Table(
    "proposals",
    metadata,
    case_id(),
    Column("seq", Integer, nullable=False),
    Column("rule", String(100), nullable=False),
    Column("procedure_id", String(100), nullable=False),
    Column("clause", String(100), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("against", String(100), nullable=False),
    Column("person", String(100), nullable=False),
    Column("amount", Float),
    PrimaryKeyConstraint("case_id", "seq", "rule"),
    Index("ix_proposals_made", "procedure_id", "at"),
)
