"""A record that differs is an alarm, never the end of a case; a lost workflow goes on where its record ends."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time

from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus

from complaints.case import apply
from records import Records
from tests.support.works import DESK, HEAD, LEADER, Works, until
from worker import start_unstarted


async def test_a_record_that_holds_something_else_is_an_alarm_and_the_case_waits(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    record = await case.record()
    forged = apply(record.rules, record.state, await case.message("note", DESK, text="Written past the workflow."))
    await house.records.append(case.id, forged.events)
    acting = asyncio.create_task(case.act("approve", LEADER))

    async def alarm() -> bool | None:
        return bool(await house.records.alarms(case.id)) or None

    await until(alarm, "nobody raised the alarm")

    async def waits() -> WorkflowExecutionDescription | None:
        found = await case.handle.describe()
        return found if found.raw_description.pending_activities else None

    described = await until(waits, "the record is not tried again")
    (pending,) = described.raw_description.pending_activities
    assert described.status is WorkflowExecutionStatus.RUNNING
    assert pending.activity_type.name == "record"
    assert not acting.done()
    assert not await case.events("approved")

    # The operator's way out: end the workflow, let the case go on from its record.
    await case.handle.terminate("its record was written past it")
    with contextlib.suppress(Exception):
        await acting
    await case.start()
    assert "approved" in (await case.act("approve", LEADER)).events
    assert [problem.code for problem in await house.records.verify(case.id)] == ["diverged"]


async def test_a_lost_workflow_goes_on_where_its_record_ends(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.act("note", DESK, text="Before.")
    await case.quiet()
    await case.handle.terminate("lost")
    await case.start()
    chain = await case.quiet()
    record = await case.record()
    assert (chain.seq, chain.head) == (record.state.seq, record.state.head)
    assert (await case.act("approve", LEADER)).stage == "implementation"
    assert (await case.act("implement", HEAD, done="Done.")).stage == "reply"
    assert not await house.records.verify(case.id)


async def test_letters_still_owed_when_a_workflow_is_lost_go_out_and_none_goes_twice(house: Works) -> None:
    case = await house.filed("2024-03-04T09:00", severity="general")
    await case.start()
    owed = set((await case.record()).state.owed)
    assert len(owed) == 2

    async def arrived() -> bool | None:
        rows = await house.records.notices(case.id)
        return (len(rows) == len(owed) and all(row.status == "sent" for row in rows)) or None

    await until(arrived, "the letters never went")
    # The worker rests first: a write under way when its workflow is lost would end after the next run has begun.
    await house.rest()
    await case.handle.terminate("lost just after the letters went")
    await house.work()
    # Lost also what was known of them: the record still owes at least one of both.
    before = len(house.box.letters())
    await case.start()
    await case.recorded("reported")
    await case.act("assess", DESK, admissible=True)
    await case.quiet()
    assert len(house.box.letters()) == before == len(owed)
    assert not (await case.record()).state.owed


async def test_letters_that_had_not_gone_are_sent_by_the_workflow_that_goes_on(house: Works) -> None:
    case = await house.filed("2024-03-04T09:00")
    await house.rest()
    await case.start()
    await case.handle.terminate("lost before anything went")
    assert not house.box.letters()
    await house.work()
    await case.start()
    await case.recorded("reported")
    await case.recorded("acknowledged")
    assert sorted(x.to for x in house.box.letters()) == ["leader@developer.example", "person@example.org"]


async def test_the_sweep_starts_what_was_never_started_and_nothing_else(house: Works, sqlite_url: str) -> None:
    never = await house.filed("2024-03-04T09:00")
    running = await house.filed("2024-03-04T09:05")
    closed = await house.filed("2024-03-04T09:10")
    await running.start()
    await running.quiet()
    (run,) = {(await running.handle.describe()).run_id}
    await closed.told("2024-03-04T09:20", "withdraw", DESK)
    assert (await closed.record()).state.outcome == "withdrawn"
    later = Records(sqlite_url, now=lambda: int(time.time()) + 60)
    try:
        assert await start_unstarted(house.client, later, house.queue) == 1
        assert await start_unstarted(house.client, later, house.queue) == 0
    finally:
        await later.close()
    assert (await never.handle.describe()).status is WorkflowExecutionStatus.RUNNING
    assert (await running.handle.describe()).run_id == run
    house.cases.remove(closed)


async def test_a_case_whose_workflow_ended_is_not_started_a_second_time_by_the_sweep(house: Works) -> None:
    case = await house.filed("2024-03-04T09:00")
    await case.start()
    await case.quiet()
    await case.handle.terminate("an operator's decision")
    later = Records(house.settings.database_url, now=lambda: int(time.time()) + 60)
    try:
        assert await start_unstarted(house.client, later, house.queue) == 0
    finally:
        await later.close()
    assert (await case.handle.describe()).status is WorkflowExecutionStatus.TERMINATED


async def test_what_cannot_be_recorded_now_is_recorded_when_the_database_is_back(house: Works, sqlite_url: str) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    with contextlib.closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=30)) as other:
        message = await case.message("approve", LEADER)
        other.execute("BEGIN IMMEDIATE")
        acting = asyncio.create_task(case.update(message))

        async def waits() -> bool | None:
            found = await case.handle.describe()
            names = [pending.activity_type.name for pending in found.raw_description.pending_activities]
            return "record" in names or None

        await until(waits, "the write was not taken up by an activity of its own")
        assert not acting.done()
        other.rollback()
    assert "approved" in (await acting).events
    assert [e.event for e in await case.events()].count("approved") == 1
    assert not await house.records.verify(case.id)
