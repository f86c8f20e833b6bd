"""One SQLite file: its connections, the thread that writes, the threads that read.

SQLite answers in microseconds, so its transactions run whole on a thread: one hop a transaction instead of several a
statement. What takes time is the disk, which must be synced before a write is answered; writes that wait together are
synced together: by measurement the longest wait of a busy system.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

T = TypeVar("T")

BUSY_SECONDS = 10
"""How long a writer waits for another process that writes to the same SQLite file."""
READERS = 3
_TOGETHER = 50
"""Most transactions that are committed together."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a transaction gave, or why it was undone."""

    result: Any = None
    error: Exception | None = None


_Waiting = tuple[Callable[[Connection], Any], "asyncio.Future[Any]"]


class SqliteThreads:
    """A SQLite file: one thread that writes, a few that read beside it."""

    def __init__(self, url: URL) -> None:
        self._writer = _sqlite(url, 1, "BEGIN IMMEDIATE")
        self._reader = _sqlite(url, READERS, "BEGIN")
        self._writing = ThreadPoolExecutor(1, "records-write")
        self._reading = ThreadPoolExecutor(READERS, "records-read")
        self._waiting: deque[_Waiting] = deque()

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on the writing thread; the order of calls is the order of transactions.

        What waits when the thread is free is committed together: the disk is synced once for all of it.
        """
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, answer))
        self._writing.submit(self._write_waiting)
        # A transaction that has begun is carried to its end even when the caller is cancelled: half-cancelled
        # work would leave the caller not knowing, which the idempotency of every write already covers.
        return await answer

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a reading thread."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, _transaction, self._reader, work)

    def _write_waiting(self) -> None:
        taken: list[_Waiting] = []
        while self._waiting and len(taken) < _TOGETHER:
            taken.append(self._waiting.popleft())
        if not taken:
            return
        outcomes = _together(self._writer, [work for work, _ in taken])
        for (_, answer), outcome in zip(taken, outcomes, strict=True):
            # Its loop may have ended since: then nobody waits for the answer.
            with contextlib.suppress(RuntimeError):
                answer.get_loop().call_soon_threadsafe(_tell, answer, outcome)

    async def close(self) -> None:
        """Wait for the threads, then close the connections."""
        loop = asyncio.get_running_loop()
        for threads, engine in ((self._reading, self._reader), (self._writing, self._writer)):
            await loop.run_in_executor(None, threads.shutdown)
            engine.dispose()


def _together(engine: Engine, works: list[Callable[[Connection], Any]]) -> list[_Outcome]:
    """Runs all in one transaction, each undone by itself when it fails; one by one where the transaction fails."""
    if len(works) == 1:
        return [_alone(engine, works[0])]
    began = False
    try:
        with engine.begin() as connection:
            began = True
            return [_within(connection, work) for work in works]
    except Exception as error:
        if began:
            return [_alone(engine, work) for work in works]
        # Another process writes for too long, or the disk is gone: the next one would only wait as long again.
        return [_Outcome(error=error) for _ in works]


def _within(connection: Connection, work: Callable[[Connection], Any]) -> _Outcome:
    _plainly(connection, "SAVEPOINT one")
    try:
        outcome = _Outcome(work(connection))
    except Exception as error:
        _plainly(connection, "ROLLBACK TO one")
        outcome = _Outcome(error=error)
    _plainly(connection, "RELEASE one")
    return outcome


def _plainly(connection: Connection, words: str) -> None:
    # Past SQLAlchemy, whose way with a text was a twentieth of a worker's time (measured); errors look like its own.
    try:
        connection.connection.driver_connection.execute(words)  # type: ignore[union-attr]
    except sqlite3.OperationalError as error:
        raise OperationalError(words, None, error) from error


def _alone(engine: Engine, work: Callable[[Connection], Any]) -> _Outcome:
    try:
        return _Outcome(_transaction(engine, work))
    except Exception as error:
        return _Outcome(error=error)


def _transaction(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.begin() as connection:
        return work(connection)


def _tell(answer: asyncio.Future[Any], outcome: _Outcome) -> None:
    if answer.cancelled():
        return
    if outcome.error is not None:
        answer.set_exception(outcome.error)
    else:
        answer.set_result(outcome.result)


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
        _plainly(connection, begin)

    return engine


@contextlib.contextmanager
def held(url: str) -> Iterator[None]:
    """Hold the SQLite file's write lock, as a backup or an operator's shell might: every writer waits meanwhile."""
    with contextlib.closing(sqlite3.connect(make_url(url).database or "", timeout=BUSY_SECONDS)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.rollback()
