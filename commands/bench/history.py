"""What a case costs on the engine, counted from its stored history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

NOTICES = ("deliver", "escalate")


@dataclass(frozen=True, slots=True)
class Cost:
    """P people's actions, M letters, S upserts, T timers; the records written; actions, events and bytes in all."""

    people: int
    letters: int
    upserts: int
    timers: int
    records: int
    actions: int
    events: int
    size: int
    kinds: dict[str, int]

    @property
    def most_actions(self) -> int:
        """The most billable actions that a plain case may cost."""
        return 2 * self.people + self.letters + self.upserts + self.timers + 6

    @property
    def most_events(self) -> int:
        """The most history events that a plain case may cost."""
        return 12 * self.people + 6 * self.letters + self.upserts + 2 * self.timers + 20


async def cost_of(handle: WorkflowHandle[Any, Any]) -> Cost:
    """Counts the history of a workflow as the engine stores it (sealed)."""
    history = await handle.fetch_history()
    kinds = Counter(EventType.Name(e.event_type).removeprefix("EVENT_TYPE_") for e in history.events)
    names = Counter(
        e.activity_task_scheduled_event_attributes.activity_type.name
        for e in history.events
        if e.HasField("activity_task_scheduled_event_attributes")
    )
    people = kinds["WORKFLOW_EXECUTION_UPDATE_ACCEPTED"]
    letters = sum(names[n] for n in NOTICES)
    upserts, timers = kinds["UPSERT_WORKFLOW_SEARCH_ATTRIBUTES"], kinds["TIMER_STARTED"]
    signals = kinds["WORKFLOW_EXECUTION_SIGNALED"]
    actions = 1 + people + signals + sum(names.values()) + upserts + timers
    size = sum(e.ByteSize() for e in history.events)
    return Cost(people, letters, upserts, timers, names["record"], actions, len(history.events), size, dict(kinds))


def shape_of(cost: Cost) -> tuple[int, tuple[int, ...]]:
    """The timers, and activities after the start and each update, of a bare workflow of the same shape."""
    steps = cost.people + 1
    every = cost.letters + cost.records
    return cost.timers, tuple(every * (i + 1) // steps - every * i // steps for i in range(steps))
