"""How a case's workflow ends: closed with all letters gone, or cancelled with its record complete."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError
from temporalio.exceptions import CancelledError

from tests.support.works import DESK, LEADER, Works


async def test_a_withdrawn_case_ends_with_its_letters_gone_and_its_record_whole(house: Works) -> None:
    case = await house.filed("2024-03-04T09:00")
    await case.start()
    assert (await case.act("withdraw", DESK)).stage == "closed"
    assert await asyncio.wait_for(case.handle.result(), 20) == "withdrawn"
    record = await case.record()
    assert record.closed_at is not None
    assert not record.state.owed
    assert not await house.records.verify(case.id)


async def test_a_cancelled_case_has_all_that_happened_in_its_record(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.act("approve", LEADER)
    chain = await case.quiet()
    assert chain.waiting
    await case.handle.cancel()
    with pytest.raises(WorkflowFailureError) as ended:
        await asyncio.wait_for(case.handle.result(), 20)
    assert isinstance(ended.value.cause, CancelledError)
    record = await case.record()
    assert (record.state.seq, record.state.head) == (chain.seq, chain.head)
    assert not await house.records.verify(case.id)


async def test_whoever_acts_while_a_case_is_cancelled_is_answered_and_recorded(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    await house.rest()
    acting = asyncio.create_task(case.act("approve", LEADER))
    late = await case.message("reply", LEADER, reply="Not mine.")
    await case.signal(late)
    await case.handle.cancel()
    await house.work()
    with pytest.raises(WorkflowFailureError):
        await asyncio.wait_for(case.handle.result(), 20)
    assert "approved" in (await acting).events
    assert len(await case.events("approved")) == 1
    assert [(a.action, a.code) for a in await case.attempted()] == [("reply", "wrong_stage")]
    assert not await house.records.verify(case.id)


async def test_a_cancelled_case_goes_on_from_its_record_when_it_is_started_again(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    await case.handle.cancel()
    with pytest.raises(WorkflowFailureError):
        await asyncio.wait_for(case.handle.result(), 20)
    assert (await case.handle.describe()).status is WorkflowExecutionStatus.CANCELED
    await case.start()
    assert (await case.act("approve", LEADER)).stage == "implementation"
