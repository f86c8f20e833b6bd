"""Fixtures for all tests; each is explained where it is made."""

from tests.support.databases import (
    database_url,
    postgresql_server,
    postgresql_template,
    postgresql_url,
    records,
    sqlite_template,
    sqlite_url,
)

__all__ = [
    "database_url",
    "postgresql_server",
    "postgresql_template",
    "postgresql_url",
    "records",
    "sqlite_template",
    "sqlite_url",
]
