"""The chain of events: written once, in order, by one writer."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from complaints.case.model import Event
from complaints.errors import Diverged, Gap, NotFound
from records import Records
from tests.support.small_case import DESK, Play, accepted


async def played(records: Records) -> Play:
    """A case with a few actions of the desk, not yet recorded."""
    play = await accepted(records)
    play.act("2026-11-23T09:10", "note", DESK, {"text": "x"})
    play.act("2026-11-23T09:20", "assess", DESK, {"severity": "urgent"})
    play.act("2026-11-23T09:30", "dispatch", DESK, {"unit": "engineering"})
    return play


async def test_what_is_appended_is_folded_into_the_case(records: Records) -> None:
    play = await played(records)
    assert await records.append(play.accepted.case, play.unsent) == play.state
    case = await records.case(id=play.accepted.case)
    assert (case.state, case.started_at is not None) == (play.state, True)
    assert await records.events(play.accepted.case) == play.events
    assert await records.unstarted() == []
    assert await records.verify() == []


async def test_another_event_at_a_recorded_number_is_an_alarm_and_changes_nothing(records: Records) -> None:
    play = await played(records)
    case = play.accepted.case
    await records.append(case, play.unsent)
    forged = replace(play.unsent[0], hash="0" * 64)
    for _ in range(2):
        with pytest.raises(Diverged):
            await records.append(case, [forged])
    (alarm,) = await records.alarms(case)
    assert (alarm.seq, alarm.recorded, alarm.offered, alarm.times) == (3, play.unsent[0].hash, "0" * 64, 2)
    assert await records.events(case) == play.events
    assert [(p.code, p.seq) for p in await records.verify(case)] == [("diverged", 3)]


async def test_an_event_that_follows_another_than_the_last_is_an_alarm(records: Records) -> None:
    play = await played(records)
    with pytest.raises(Diverged):
        await records.append(play.accepted.case, [replace(play.unsent[0], prev="1" * 64)])
    assert len(await records.alarms()) == 1


async def test_events_that_skip_one_are_not_written(records: Records) -> None:
    play = await played(records)
    with pytest.raises(Gap):
        await records.append(play.accepted.case, play.unsent[1:])
    with pytest.raises(Gap):
        await records.append(play.accepted.case, [play.unsent[0], play.unsent[2]])
    assert len(await records.events(play.accepted.case)) == 2


async def test_an_unknown_case_gets_no_events(records: Records) -> None:
    play = await played(records)
    with pytest.raises(NotFound):
        await records.append("nothing", play.unsent)


async def test_the_same_events_sent_at_once_from_many_sides_are_written_once(records: Records) -> None:
    play = await played(records)
    states = await asyncio.gather(*(records.append(play.accepted.case, play.unsent) for _ in range(8)))
    assert states == [play.state] * 8
    assert await records.events(play.accepted.case) == play.events


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_repeated_appends_in_any_interleaving_give_the_same_rows(sqlite_url: str, data: st.DataObject) -> None:
    async def run() -> None:
        records = Records(sqlite_url)
        try:
            await interleaved(records, data)
        finally:
            await records.close()

    asyncio.run(run())


async def interleaved(records: Records, data: st.DataObject) -> None:
    """Two senders of one chain, each cutting it up its own way and repeating itself, take turns at random."""
    play = await played(records)
    case, chain = play.accepted.case, play.events
    length = st.integers(0, len(chain))
    for _ in range(data.draw(st.integers(1, 12), label="turns")):
        start, end = sorted((data.draw(length), data.draw(length)))
        done = len(await records.events(case))
        piece: list[Event] = chain[start:end]
        if not piece or start <= done:
            await records.append(case, piece)
            done = max(done, end if piece else 0)
        else:
            with pytest.raises(Gap):
                await records.append(case, piece)
        assert await records.events(case) == chain[:done]
    assert await records.append(case, chain) == play.state
    assert await records.verify(case) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = '{}'",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events SELECT * FROM events",
    ],
)
async def test_sqlite_itself_refuses_to_change_events(sqlite_url: str, statement: str) -> None:
    records = Records(sqlite_url)
    await accepted(records)
    await records.close()
    engine = create_engine(sqlite_url)
    with pytest.raises(DBAPIError, match="append only"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize("statement", ["UPDATE events SET body = '{}'", "DELETE FROM events", "TRUNCATE events"])
async def test_postgresql_itself_refuses_to_change_events(postgresql_url: str, statement: str) -> None:
    records = Records(postgresql_url)
    await accepted(records)
    await records.close()
    engine = create_async_engine(postgresql_url.replace("postgresql:", "postgresql+asyncpg:"))
    with pytest.raises(DBAPIError, match="append only"):
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    await engine.dispose()
