"""What a workflow's history holds of its case's events."""

from __future__ import annotations

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from activities.messages import Record
from complaints.case import Event

_RECORD = "record"
"""The activity to which the events are given."""


async def given_to_record(client: Client, workflow: str, *, after: int) -> list[Event]:
    """The events after sequence number `after` that a workflow, running or ended, gave to be recorded, in their order.

    All its runs are read, as far as the engine keeps them.
    """
    found: dict[int, Event] = {}
    run: str | None = None
    while True:
        before = ""
        async for passed in client.get_workflow_handle(workflow, run_id=run).fetch_history_events():
            before = before or passed.workflow_execution_started_event_attributes.continued_execution_run_id
            found |= {event.seq: event for event in await _events(client, passed) if event.seq > after}
        if not before or after + 1 in found:
            return [found[seq] for seq in sorted(found)]
        run = before


async def _events(client: Client, passed: HistoryEvent) -> tuple[Event, ...]:
    scheduled = passed.activity_task_scheduled_event_attributes
    if scheduled.activity_type.name != _RECORD:
        return ()
    given: list[Record] = await client.data_converter.decode(scheduled.input.payloads, [Record])
    return given[0].events
