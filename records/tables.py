"""The tables; the migrations make them, and a test holds the two equal."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


_OPEN = text("closed_at IS NULL")
_CLOSED = text("closed_at IS NOT NULL")


SORTED_BY = ("kind", "category", "validity", "channel", "outcome", "revisit")
"""What cases are counted by beside stage, severity and unit; `revisit` is how the complainant answered when asked."""


def case_id() -> Column[str]:
    """The column that names the case a row belongs to."""
    return Column("case_id", String(32), ForeignKey("cases.id"), nullable=False)


procedures = Table(
    "procedures",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("json", Text, nullable=False),
)

calendars = Table(
    "calendars",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("json", Text, nullable=False),
)

serials = Table(
    "serials",
    metadata,
    Column("procedure_id", String(100), nullable=False),
    Column("period", String(20), nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("procedure_id", "period"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("number", String(100), nullable=False, unique=True),
    Column("procedure_id", String(100), nullable=False),
    Column("procedure_hash", String(64), ForeignKey("procedures.hash"), nullable=False),
    Column("calendar_hash", String(64), ForeignKey("calendars.hash"), nullable=False),
    Column("intake_key", String(255), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("tracking_code", String(32), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("accepted_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("stage", String(20), nullable=False),
    Column("severity", String(50), nullable=False),
    Column("unit", String(100), nullable=False),
    *(Column(name, String(64), nullable=False, server_default="") for name in SORTED_BY),
    Column("due", BigInteger, nullable=False),
    Column("awaited", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("head", String(64), nullable=False),
    Column("state", Text, nullable=False),
    UniqueConstraint("procedure_id", "intake_key"),
    Index("ix_cases_open_due", "due", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index(
        "ix_cases_open_counts",
        "procedure_id",
        "stage",
        "unit",
        "due",
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
    # Whatever a list is narrowed by stands in its index, so that a walk for something rare opens no case.
    Index(
        "ix_cases_open_procedure",
        "procedure_id",
        "due",
        "id",
        "unit",
        "stage",
        "severity",
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
    Index(
        "ix_cases_closed_procedure",
        "procedure_id",
        "closed_at",
        "id",
        "unit",
        "severity",
        sqlite_where=_CLOSED,
        postgresql_where=_CLOSED,
    ),
    Index("ix_cases_received", "procedure_id", "received_at", "number"),
    Index("ix_cases_open_versions", "procedure_id", "procedure_hash", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_cases_closed", "closed_at", "id", sqlite_where=_CLOSED, postgresql_where=_CLOSED),
    Index("ix_cases_recurring", "procedure_id", "received_at", "unit", "category"),
    Index(
        "ix_cases_figures",
        "procedure_id",
        "closed_at",
        "id",
        "unit",
        "outcome",
        "revisit",
        "received_at",
        sqlite_where=_CLOSED,
        postgresql_where=_CLOSED,
    ),
    Index(
        "ix_cases_unstarted",
        "accepted_at",
        sqlite_where=text("started_at IS NULL AND closed_at IS NULL"),
        postgresql_where=text("started_at IS NULL AND closed_at IS NULL"),
    ),
)

awaiting = Table(
    "awaiting",
    metadata,
    case_id(),
    Column("role", String(100), nullable=False),
    Column("person", String(100), nullable=False),
    PrimaryKeyConstraint("case_id", "role", "person"),
    Index("ix_awaiting_person", "person"),
    Index("ix_awaiting_role", "role"),
    sqlite_with_rowid=False,
)

events = Table(
    "events",
    metadata,
    case_id(),
    Column("seq", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("event", String(50), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "seq"),
)

contents = Table(
    "contents",
    metadata,
    Column("id", String(32), primary_key=True),
    case_id(),
    Column("key", String(255), nullable=False),
    Column("by", String(100), nullable=False),
    Column("salt", String(32)),
    Column("hash", String(64), nullable=False),
    Column("fields", Text, nullable=False),
    Column("texts", Text),
    Column("erased_at", BigInteger),
    UniqueConstraint("case_id", "key"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(32), primary_key=True),
    case_id(),
    Column("content_id", String(32), ForeignKey("contents.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("by", String(100), nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Column("erased_at", BigInteger),
    Index("ix_attachments_case_id", "case_id", "place"),
)

likeness = Table(
    "likeness",
    metadata,
    Column("mark", String(64), nullable=False),
    case_id(),
    PrimaryKeyConstraint("mark", "case_id"),
    Index("ix_likeness_case_id", "case_id"),
    sqlite_with_rowid=False,
)

complainants = Table(
    "complainants",
    metadata,
    Column("case_id", String(32), ForeignKey("cases.id"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("language", String(20), nullable=False),
    Column("anonymous", Boolean, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    case_id(),
    Column("at", BigInteger, nullable=False),
    Column("person", String(100), nullable=False),
    Column("role", String(100), nullable=False),
    Column("action", String(50), nullable=False),
    Column("code", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("key", String(255), nullable=False),
    UniqueConstraint("case_id", "key"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", String(32), primary_key=True),
    case_id(),
    Column("notice", String(255), nullable=False),
    Column("cause", Integer, nullable=False),
    Column("letter", String(100), nullable=False),
    Column("role", String(100), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("person", String(100), nullable=False),
    Column("address_hash", String(64), nullable=False),
    Column("status", String(10), nullable=False),
    Column("message_id", String(255), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("error", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    UniqueConstraint("case_id", "notice", "person"),
    Index(
        "ix_notices_failed",
        "created_at",
        sqlite_where=text("status = 'failed'"),
        postgresql_where=text("status = 'failed'"),
    ),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", String(32), primary_key=True),
    case_id(),
    Column("notice_id", String(255), nullable=False),
    Column("role", String(100), nullable=False),
    Column("person", String(100), nullable=False),
    Column("reason", String(100), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
    Column("done_by", String(100), nullable=False),
    UniqueConstraint("case_id", "notice_id", "person"),
    Index(
        "ix_tasks_open", "created_at", sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")
    ),
)

drafts = Table(
    "drafts",
    metadata,
    case_id(),
    Column("person", String(100), nullable=False),
    Column("action", String(50), nullable=False),
    Column("given", Text, nullable=False),
    Column("kept_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("case_id", "person", "action"),
)

alarms = Table(
    "alarms",
    metadata,
    case_id(),
    Column("seq", Integer, nullable=False),
    Column("recorded", String(64), nullable=False),
    Column("offered", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("times", Integer, nullable=False),
    PrimaryKeyConstraint("case_id", "seq", "offered"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("login", String(200), primary_key=True),
    Column("person", String(100), nullable=False),
    Column("procedure_id", String(100), nullable=False),
    Column("password", Text, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    Column("subject", String(64)),
    UniqueConstraint("procedure_id", "person"),
    Index("ix_accounts_subject", "subject", unique=True),
)

tries = Table(
    "tries",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Index("ix_tries_last_at", "last_at"),
)

words = Table(
    "words",
    metadata,
    case_id(),
    # Ranges of words are asked for, so they must be sorted by their bytes whatever the server's language is.
    Column("word", String(64).with_variant(String(64, collation="C"), "postgresql"), nullable=False),
    PrimaryKeyConstraint("case_id", "word"),
    Index("ix_words_word", "word", "case_id"),
    sqlite_with_rowid=False,
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("owner", String(255), nullable=False),
    Column("name", String(100), nullable=False),
    Column("query", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("owner", "name"),
)

absences = Table(
    "absences",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("procedure_id", String(100), nullable=False),
    Column("person", String(100), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("deputy", String(100), nullable=False),
    Column("entered_at", BigInteger, nullable=False),
    Column("entered_by", String(100), nullable=False),
    Column("told_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("ended_by", String(100), nullable=False),
    Index("ix_absences_until", "procedure_id", "until"),
)

uptimes = Table(
    "uptimes",
    metadata,
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
)

looks = Table(
    "looks",
    metadata,
    case_id(),
    Column("at", BigInteger, nullable=False),
    Column("person", String(100), nullable=False),
    Column("procedure_id", String(100), nullable=False),
    PrimaryKeyConstraint("case_id", "at", "person", "procedure_id"),
)

catching_up = Table(
    "catching_up",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("last", String(32), nullable=False),
    Column("left_out", Integer, nullable=False),
    Column("done_at", BigInteger),
)
