"""Bringing a database's tables to this version, by Alembic, without any file outside the package."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from complaints.instants import Instant
from records import catching_up
from records.engine import Database
from records.rules import Shelf

_LOCK = 4_815_162_342
"""The advisory lock of PostgreSQL that one process at a time migrates under; any fixed number of our own."""


async def bring_up(database: Database, shelf: Shelf, now: Callable[[], Instant]) -> int:
    """Run the missing migrations, then add to older cases what is kept beside cases by now.

    May be called by several processes at once, and again where it was stopped. Gives how many cases were left as they
    are because they could not be read.
    """
    await database.write(upgrade)
    while not await database.write(_catch_up, shelf, now()):
        pass
    return await database.read(catching_up.left_out)


def upgrade(connection: Connection) -> None:
    """Run the missing migrations in this transaction; other processes wait for it."""
    _one_at_a_time(connection)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def current(connection: Connection) -> bool:
    """True when no migration is missing, nor anything that is kept beside cases."""
    heads = set(MigrationContext.configure(connection).get_current_heads())
    return heads == set(ScriptDirectory.from_config(_config()).get_heads()) and catching_up.current(connection)


def migrate(url: str) -> None:
    """Bring the database at this URL to this version; for the command line."""

    async def run() -> None:
        database = Database(url)
        try:
            await bring_up(database, Shelf(), lambda: int(time.time()))
        finally:
            await database.close()

    asyncio.run(run())


def _catch_up(connection: Connection, shelf: Shelf, at: Instant) -> bool:
    _one_at_a_time(connection)
    return catching_up.some(connection, shelf, at)


def _one_at_a_time(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
