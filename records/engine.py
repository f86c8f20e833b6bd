"""The database behind the records: one transaction at a time is a plain function of a connection.

SQLite answers in microseconds, so its transactions run whole on a thread of their own: one hop a transaction instead of
several a statement. PostgreSQL waits on a socket, so there the same functions run on asyncpg without a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import QueuePool

from complaints.errors import BadInput
from records.faults import run_again, told

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[Connection, P], T]
"""What a transaction does. It may be called again from the start, so it touches nothing but the connection."""

BUSY_SECONDS = 10
"""How long a writer waits for another process that writes to the same SQLite file."""
READERS = 3
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


class SqliteThreads:
    """A SQLite file: one thread that writes, a few that read beside it."""

    def __init__(self, url: URL) -> None:
        self._writer = _sqlite(url, 1, "BEGIN IMMEDIATE")
        self._reader = _sqlite(url, READERS, "BEGIN")
        self._writing = ThreadPoolExecutor(1, "records-write")
        self._reading = ThreadPoolExecutor(READERS, "records-read")

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on the writing thread; the order of calls is the order of transactions."""
        return await self._run(self._writing, self._writer, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a reading thread."""
        return await self._run(self._reading, self._reader, work)

    async def _run(self, threads: ThreadPoolExecutor, engine: Engine, work: Callable[[Connection], T]) -> T:
        # A transaction that has begun is carried to its end even when the caller is cancelled: half-cancelled
        # work would leave the caller not knowing, which the idempotency of every write already covers.
        return await asyncio.get_running_loop().run_in_executor(threads, _transaction, engine, work)

    async def close(self) -> None:
        """Wait for the threads, then close the connections."""
        loop = asyncio.get_running_loop()
        for threads, engine in ((self._reading, self._reader), (self._writing, self._writer)):
            await loop.run_in_executor(None, threads.shutdown)
            engine.dispose()


def _transaction(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.begin() as connection:
        return work(connection)


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


def _sqlite(url: URL, size: int, begin: str) -> Engine:
    assert url.database is not None
    with contextlib.suppress(FileExistsError):
        Path(url.database).parent.mkdir(parents=True)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # The driver's own transactions begin too late to hold the write lock while reading; we say BEGIN ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            # FULL syncs every commit, so an accepted complaint outlives a power failure; NORMAL was 0.2 ms faster.
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-16000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def insert_into(connection: Connection, table: Table) -> Any:
    """An INSERT of this database's own dialect: both know `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(table)
