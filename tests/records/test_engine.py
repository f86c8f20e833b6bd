"""Transactions hold under several writers, faults and lost databases."""

import asyncio
import contextlib
import socket
import sqlite3
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from complaints.case.model import Notice
from complaints.errors import Unavailable
from records import Records, sqlite
from records.engine import Database
from tests.support.small_case import accepted, submission


async def test_two_processes_on_one_database_never_give_one_number_twice(database_url: str) -> None:
    several = [Records(database_url) for _ in range(3)]
    given = [(records, await submission(records)) for records in several for _ in range(6)]
    answers = await asyncio.gather(*(records.accept(intake) for records, intake in given))
    assert sorted(answer.number for answer in answers) == [f"S20261123-{serial:04}" for serial in range(1, 19)]
    for records in several:
        await records.close()


async def test_a_transaction_that_the_server_wants_again_is_run_again(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    tries: list[int] = []

    def clashes_once(connection: Connection) -> int:
        tries.append(1)
        if len(tries) == 1:
            connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'clash' USING ERRCODE = '40001'; END $$"))
        return len(tries)

    assert await database.write(clashes_once) == 2
    await database.close()


async def test_a_real_fault_is_neither_repeated_nor_dressed_up(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(DBAPIError):
        await database.write(lambda connection: connection.execute(text("SELECT * FROM nowhere")))
    await database.close()


async def test_an_error_never_shows_what_people_wrote(records: Records) -> None:
    play = await accepted(records)
    notice = Notice("n-1", "reminder", "leader", 0, 3)
    with pytest.raises(DBAPIError) as failed:
        await records.claim("nothing", notice, "p-1", "secret words")
    assert "secret words" not in str(failed.value)
    assert await records.notices(play.accepted.case) == []


async def test_a_server_that_is_away_is_said_to_be_away() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        records = Records(f"postgresql://postgres@127.0.0.1:{taken.getsockname()[1]}/postgres")
        with pytest.raises(Unavailable):
            await records.case(number="1")
        await records.close()


async def test_a_file_that_another_writer_holds_too_long_is_said_to_be_away(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0)
    records = Records(sqlite_url)
    intake = await submission(records)
    with contextlib.closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable):
            await records.accept(intake)
        other.rollback()
    assert (await records.accept(intake)).created
    await records.close()


async def test_an_accepted_complaint_is_on_the_disk_before_it_is_answered(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    modes = [await database.write(pragma, name) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert modes == ["wal", 2, 1]
    await database.close()


async def test_a_caller_who_gives_up_leaves_the_record_whole(records: Records) -> None:
    intake = await submission(records, key="k")
    given_up = asyncio.create_task(records.accept(intake))
    await asyncio.sleep(0)
    given_up.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await given_up
    answer = await records.accept(intake)
    assert answer.number == "S20261123-0001"
    assert await records.verify() == []


async def together(database: Database, *works: Callable[[Connection], object]) -> list[object]:
    """What comes of writes that wait at once, behind one that holds the thread until all of them wait."""
    go = threading.Event()
    first = asyncio.create_task(database.write(lambda _: go.wait(10)))
    await asyncio.sleep(0)
    rest = [asyncio.create_task(database.write(work)) for work in works]
    await asyncio.sleep(0)
    go.set()
    assert await first
    return await asyncio.gather(*rest, return_exceptions=True)


def put(name: str) -> Callable[[Connection], object]:
    """Writes one row."""
    return lambda connection: connection.execute(text("INSERT INTO kept VALUES (:name)"), {"name": name}).rowcount


async def rows(database: Database) -> list[str]:
    """What is kept."""
    return await database.read(lambda c: list(c.execute(text("SELECT name FROM kept ORDER BY name")).scalars()))


async def test_of_writes_that_wait_together_one_that_fails_undoes_nothing_of_the_others(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.write(lambda c: c.execute(text("CREATE TABLE kept (name TEXT PRIMARY KEY)")).rowcount)

    def writes_then_fails(connection: Connection) -> None:
        put("half")(connection)
        raise ValueError("changed its mind")

    first, failed, twice, last = await together(database, put("a"), writes_then_fails, put("a"), put("b"))
    assert (first, last) == (1, 1)
    assert isinstance(failed, ValueError)
    assert isinstance(twice, DBAPIError)
    assert await rows(database) == ["a", "b"]
    await database.write(lambda c: c.execute(text("DROP TABLE kept")).rowcount)
    await database.close()


async def test_a_write_that_breaks_the_common_transaction_does_not_lose_the_others(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.write(lambda c: c.execute(text("CREATE TABLE kept (name TEXT PRIMARY KEY)")).rowcount)

    def ends_it(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")
        raise ValueError("the disk is full")

    first, failed, last = await together(database, put("a"), ends_it, put("b"))
    assert (first, last) == (1, 1)
    assert isinstance(failed, ValueError)
    assert await rows(database) == ["a", "b"]
    await database.close()


async def test_writes_that_wait_together_are_all_told_when_the_file_is_held_too_long(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0)
    database = Database(sqlite_url)
    await database.write(lambda c: c.execute(text("CREATE TABLE kept (name TEXT PRIMARY KEY)")).rowcount)
    with contextlib.closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        answers = await asyncio.gather(*(database.write(put(name)) for name in "abc"), return_exceptions=True)
        other.rollback()
    assert [type(answer) for answer in answers] == [Unavailable] * 3
    assert await rows(database) == []
    assert await database.write(put("a")) == 1
    await database.close()


def pragma(connection: Connection, name: str) -> object:
    """The value of a setting of SQLite."""
    return connection.execute(text(f"PRAGMA {name}")).scalar_one()
