"""Whatever comes in at once, one thing happens after another, and who acts reads what the action caused."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.update.v1 import UpdateRef
from temporalio.api.workflowservice.v1 import PollWorkflowExecutionUpdateRequest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from complaints.case import check_chain
from tests.support.histories import history, of_type, payloads
from tests.support.works import DESK, LEADER, Case, Works, until


async def admitted(case: Case, update: str) -> None:
    """Wait until the engine holds an update that no worker has taken yet."""
    client = case.works.client
    ref = UpdateRef(workflow_execution=WorkflowExecution(workflow_id=case.handle.id), update_id=update)

    async def look() -> bool | None:
        with contextlib.suppress(RPCError):
            await client.workflow_service.poll_workflow_execution_update(
                PollWorkflowExecutionUpdateRequest(namespace=client.namespace, update_ref=ref)
            )
            return True
        return None

    await until(look, "the update never reached the engine")


async def test_of_two_decisions_in_one_task_one_is_taken_and_the_other_leaves_no_trace(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    await house.rest()
    approve = await case.message("approve", LEADER, key="first-decision")
    back = await case.message("return", LEADER, key="second-decision", reason="No.")
    answers: list[asyncio.Task[Any]] = []
    for message in (approve, back):
        answers.append(asyncio.create_task(case.update(message)))
        await admitted(case, message.key)
    before = len(await history(house.client, case.id))
    await house.work()
    results = await asyncio.gather(*answers, return_exceptions=True)
    (refusal,) = [r for r in results if isinstance(r, WorkflowUpdateFailedError)]
    (taken,) = [r for r in results if not isinstance(r, BaseException)]
    assert isinstance(refusal.cause, ApplicationError)
    assert refusal.cause.details[0] == "decided"
    (name,) = [e for e in taken.events if e in ("approved", "returned")]

    entries = await history(house.client, case.id)
    accepted = of_type(entries, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED)
    assert len(accepted) == 1
    # Both were answered by the one task that began after the worker had come back.
    tasks = of_type(entries[before:], EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
    assert tasks[0].event_id == accepted[0].event_id - 1
    lost = {"first-decision", "second-decision"} - {
        accepted[0].workflow_execution_update_accepted_event_attributes.protocol_instance_id
    }
    decoded = await asyncio.gather(
        *(house.client.data_converter.payload_codec.decode([p]) for e in entries for _, p in payloads(e))  # type: ignore[union-attr]
    )
    text = " ".join(p.data.decode(errors="replace") for found in decoded for p in found)
    (gone,) = lost
    assert gone not in text
    assert gone not in str(entries)
    assert {e.event for e in await case.events()} & {"approved", "returned"} == {name}


async def test_many_acting_at_once_are_recorded_one_after_another_and_each_reads_their_own_write(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")

    async def note(place: int) -> None:
        answer = await case.act("note", DESK, key=f"note-{place}", text=f"Note {place}.")
        assert f"note-{place}" in [e.key for e in await case.events()]
        assert answer.seq <= (await case.record()).state.seq

    await asyncio.gather(*(note(place) for place in range(8)))
    check_chain(await case.events())
    open_writes, most = 0, 0
    scheduled = {}
    for entry in await history(house.client, case.id):
        if entry.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            scheduled[entry.event_id] = entry.activity_task_scheduled_event_attributes.activity_type.name
            open_writes += scheduled[entry.event_id] == "record"
        elif entry.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            ended = entry.activity_task_completed_event_attributes.scheduled_event_id
            open_writes -= scheduled[ended] == "record"
        most = max(most, open_writes)
    assert most == 1
