"""The tables that migrations make are the tables that the code speaks to."""

import asyncio
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from records import Records
from records.engine import Database
from records.migrate import migrate
from records.tables import metadata


def differences(connection: Connection) -> list[object]:
    """What Alembic would change to make the database equal the tables."""
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


async def test_migrations_make_the_tables_that_the_code_knows(database_url: str) -> None:
    database = Database(database_url)
    assert await database.write(differences) == []
    await database.close()


async def test_a_migrated_database_is_ready_and_an_empty_one_is_not(records: Records, tmp_path: Path) -> None:
    assert await records.ready()
    await records.migrate()
    empty = Records(f"sqlite:///{tmp_path / 'made' / 'empty.db'}")
    assert not await empty.ready()
    await empty.close()


def test_the_command_line_migrates_without_a_loop(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    migrate(url)
    migrate(url)

    async def ready() -> bool:
        records = Records(url)
        try:
            return await records.ready()
        finally:
            await records.close()

    assert asyncio.run(ready())


async def test_several_processes_may_migrate_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    several = [Records(url) for _ in range(4)]
    await asyncio.gather(*(one.migrate() for one in several))
    assert await several[0].ready()
    for one in several:
        await one.close()
