"""Bringing a database's tables to this version, by Alembic, without any file outside the package."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from records.engine import Database

_LOCK = 4_815_162_342
"""The advisory lock of PostgreSQL that one process at a time migrates under; any fixed number of our own."""


def upgrade(connection: Connection) -> None:
    """Run the missing migrations in this transaction; other processes wait for it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def current(connection: Connection) -> bool:
    """True when no migration is missing."""
    heads = set(MigrationContext.configure(connection).get_current_heads())
    return heads == set(ScriptDirectory.from_config(_config()).get_heads())


def migrate(url: str) -> None:
    """Bring the database at this URL to this version; for the command line."""

    async def run() -> None:
        database = Database(url)
        try:
            await database.write(upgrade)
        finally:
            await database.close()

    asyncio.run(run())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
