"""Reads workflow histories: what they hold as stored, what they decode to, whether they replay."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message as Proto
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Replayer

from runtime.sandbox import sandboxed
from workflows.complaint import Complaint
from workflows.starting import workflow_id

P = TypeVar("P", bound=Proto)

CLOSED_BY_FORCE = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND


async def histories(client: Client, case: str) -> list[WorkflowHistory]:
    """The histories of every run of a case's workflow, oldest first; none when it was never started."""
    runs = [run async for run in client.list_workflows(f"WorkflowId = '{workflow_id(case)}'")]
    found = [client.get_workflow_handle(run.id, run_id=run.run_id) for run in sorted(runs, key=lambda r: r.start_time)]
    if not found:
        # Listing runs behind by a moment; the newest run is always known.
        found = [client.get_workflow_handle(workflow_id(case))]
    try:
        return [await handle.fetch_history() for handle in found]
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return []
        raise


async def history(client: Client, case: str) -> list[HistoryEvent]:
    """The entries of the newest run."""
    return list((await client.get_workflow_handle(workflow_id(case)).fetch_history()).events)


def of_type(events: list[HistoryEvent], kind: EventType.ValueType) -> list[HistoryEvent]:
    """The entries of one kind."""
    return [e for e in events if e.event_type == kind]


def messages(message: Proto, kind: type[P]) -> Iterator[P]:
    """Every message of one kind anywhere inside another."""
    if isinstance(message, kind):
        yield message
    for descriptor, value in message.ListFields():
        for part in _parts(descriptor, value):
            yield from messages(part, kind)


def payloads(message: Proto, inside: str = "") -> Iterator[tuple[str, Payload]]:
    """Every payload anywhere inside a message, with the names of the fields that lead to it."""
    if isinstance(message, Payload):
        yield inside, message
        return
    for descriptor, value in message.ListFields():
        for part in _parts(descriptor, value):
            yield from payloads(part, f"{inside}.{descriptor.name}")


def _parts(descriptor: FieldDescriptor, value: Any) -> list[Proto]:
    if descriptor.message_type is None:
        return []
    if descriptor.message_type.GetOptions().map_entry:
        return [part for part in value.values() if isinstance(part, Proto)]
    return list(value) if hasattr(value, "append") else [value]


async def replays_and_never_failed(client: Client, case: str) -> None:
    """Every run of the case replays, and none of its workflow tasks ever failed."""
    replayer = Replayer(workflows=[Complaint], workflow_runner=sandboxed(), data_converter=client.data_converter)
    for one in await histories(client, case):
        failed = [
            entry
            for entry in of_type(list(one.events), EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
            # An operator who ends a workflow ends the task that is under way too.
            if entry.workflow_task_failed_event_attributes.cause != CLOSED_BY_FORCE
        ]
        assert not failed, failed
        if not of_type(list(one.events), EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED):
            continue  # nothing was done in it yet, and the replayer would wait for it for ever
        async with asyncio.timeout(30):
            await replayer.replay_workflow(one)
