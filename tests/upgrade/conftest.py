"""The older house, unpacked once, and records that it filled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.databases import KINDS, postgresql
from tests.upgrade.keep import unpack
from tests.upgrade.older import Made, filled


@pytest.fixture(scope="session")
def older_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the older house in it."""
    return unpack(tmp_path_factory.mktemp("older"))


@pytest.fixture
def sqlite_empty(tmp_path: Path) -> str:
    """A SQLite database that nobody has made yet."""
    return f"sqlite:///{tmp_path / 'records.db'}"


@pytest.fixture
async def postgresql_empty(postgresql_server: str) -> AsyncIterator[str]:
    """A PostgreSQL database without a table."""
    async with postgresql(postgresql_server) as url:
        yield url


@pytest.fixture(params=KINDS)
def older_records(request: pytest.FixtureRequest, older_house: Path) -> tuple[str, list[Made]]:
    """The address of records that the older house filled, on both kinds of database in turn, and what it filled in."""
    url: str = request.getfixturevalue(f"{request.param}_empty")
    return url, filled(older_house, url)
