"""The database behind the records: one transaction at a time is a plain function of a connection.

On SQLite it runs on a thread (`records.sqlite`); PostgreSQL waits on a socket, so there the same functions run on
asyncpg without a thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Table, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from complaints.errors import BadInput
from records.faults import run_again, told
from records.sqlite import SqliteThreads

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[Connection, P], T]
"""What a transaction does. It may be called again from the start, so it touches nothing but the connection."""

_TRIES = 5
"""How often a transaction is run before the server's wish to run it again becomes an error."""


class Database:
    """Transactions on one database, named by a SQLAlchemy URL (`sqlite:///FILE` or `postgresql://…`)."""

    def __init__(self, url: str) -> None:
        parsed = _parsed(url)
        self.sqlite = parsed.get_backend_name() == "sqlite"
        self._parts: SqliteThreads | Server = SqliteThreads(parsed) if self.sqlite else Server(parsed)

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in one writing transaction: committed when this returns, undone when it raises.

        Unavailable when the database is away, full or overloaded.
        """
        with told():
            return await self._parts.write(lambda connection: work(connection, *args, **kwargs))

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in one reading transaction: all that it reads is of one moment."""
        with told():
            return await self._parts.read(lambda connection: work(connection, *args, **kwargs))

    async def close(self) -> None:
        """Finish what runs and let go of all connections."""
        await self._parts.close()


class Server:
    """A PostgreSQL server, reached without threads."""

    def __init__(self, url: URL) -> None:
        # Errors must not carry people's words into logs, so parameters are hidden.
        self._writer = create_async_engine(
            url, pool_size=10, max_overflow=10, pool_pre_ping=True, pool_timeout=10, hide_parameters=True
        )
        self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ")

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, again when the server asks for that."""
        tries = 0
        while True:
            tries += 1
            try:
                async with self._writer.begin() as connection:
                    return await connection.run_sync(work)
            except DBAPIError as error:
                if tries >= _TRIES or not run_again(error):
                    raise

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a snapshot."""
        async with self._reader.begin() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        """Close all connections."""
        await self._writer.dispose()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadInput("database_url", "The database address cannot be read.", _HOW) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite")
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+asyncpg")
    raise BadInput("database_url", f"Records cannot be kept in {backend!r} without a file or server.", _HOW)


_HOW = "Give sqlite:///path/to/file or postgresql://user:password@host/database."


def insert_into(connection: Connection, table: Table) -> Any:
    """An INSERT of this database's own dialect: both know `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_of(connection.dialect.name, table)


def insert_of(dialect: str, table: Table) -> Any:
    """The same by the dialect's name, for statements that are made once."""
    return (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
