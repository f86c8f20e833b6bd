"""The stored histories: one a scenario and version of its procedure, with the limits that it ran under.

A history is kept as packed JSON, decoded and with its payloads as text, the seal's mark left on them: so it is a few
kilobytes and can be read; scenarios hold nobody's data. The text file beside it names the scenario's digest and lists
every due instant of every clock, event by event: replay alone does not see a limit that is counted otherwise.
"""

from __future__ import annotations

import base64
import hashlib
import json
import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.messages import Record
from complaints.calendar import FAR
from complaints.case import Event, Rules, State
from complaints.case.evolve import copy_state, evolve
from workflows.messages import CaseInput

SCENARIOS = Path(__file__).parent.parent / "scenarios"
HISTORIES = Path(__file__).parent / "histories"
ENDING = ".json.xz"
PROCEDURES = Path(__file__).parent.parent.parent / "procedures"


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored history, and the list of due instants beside it."""

    file: Path
    history: WorkflowHistory

    @property
    def limits(self) -> Path:
        """The list of due instants beside it."""
        return beside(self.file)

    async def given(self) -> CaseInput:
        """What the workflow was started with."""
        started = self.history.events[0].workflow_execution_started_event_attributes
        (found,) = await pydantic_data_converter.decode(list(started.input.payloads), [CaseInput])
        assert isinstance(found, CaseInput)
        return found

    async def chain(self) -> list[Event]:
        """The events that the workflow handed to the records when it ran, in their order."""
        events: list[Event] = []
        for entry in self.history.events:
            scheduled = entry.activity_task_scheduled_event_attributes
            if scheduled.activity_type.name == "record":
                (batch,) = await pydantic_data_converter.decode(list(scheduled.input.payloads), [Record])
                events += [e for e in batch.events if not events or e.seq > events[-1].seq]
        return events


def digest(scenario: Path) -> str:
    """What a scenario file says, in short."""
    return hashlib.sha256(scenario.read_bytes()).hexdigest()[:16]


def place(scenario: Path, version: str) -> Path:
    """Where the history of a scenario under a version of its procedure is kept."""
    return HISTORIES / scenario.parent.name / f"{scenario.stem}.{version}{ENDING}"


def beside(file: Path) -> Path:
    """The list of due instants that belongs to a history."""
    return file.with_name(file.name.replace(ENDING, ".limits"))


def told(file: Path) -> str:
    """The digest of the scenario that a history tells; empty when that is not known."""
    if not (file.exists() and beside(file).exists()):
        return ""
    return beside(file).read_text(encoding="utf-8").partition("\n")[0].removeprefix("scenario ")


def keep(file: Path, history: WorkflowHistory) -> None:
    """Write a history; the same history gives the same bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_readable(history.to_json_dict()), separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    file.write_bytes(lzma.compress(text.encode(), preset=9))


def read(file: Path) -> Stored:
    """A history as it was kept."""
    found = _encoded(json.loads(lzma.decompress(file.read_bytes())))
    return Stored(file, WorkflowHistory.from_json(f"replay-{file.stem}", found))


def _readable(node: Any) -> Any:
    """Payloads' bytes as the text that they are; base64 would pack to three times as much."""
    if isinstance(node, list):
        return [_readable(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "metadata" in node and "data" in node:
        text = base64.b64decode(node["data"]).decode()
        return {**{name: value for name, value in node.items() if name != "data"}, "text": text}
    return {name: _readable(value) for name, value in node.items()}


def _encoded(node: Any) -> Any:
    if isinstance(node, list):
        return [_encoded(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "metadata" in node and "text" in node:
        data = base64.b64encode(node["text"].encode()).decode()
        return {**{name: value for name, value in node.items() if name != "text"}, "data": data}
    return {name: _encoded(value) for name, value in node.items()}


def stored() -> list[Path]:
    """Every history that is kept."""
    return sorted(HISTORIES.rglob(f"*{ENDING}"))


def scenarios() -> list[Path]:
    """Every scenario of a procedure that the house has."""
    return sorted(SCENARIOS.glob("*/*.yaml"))


def limits(rules: Rules, state: State, events: Sequence[Event]) -> str:
    """Each due instant as it is set, moved or ended: the event's number and name, the clock, the local time."""
    now = copy_state(state)
    lines = [f"- start {key} {_local(rules, running.due)}" for key, running in sorted(now.clocks.items())]
    for event in events:
        before = {key: running.due for key, running in now.clocks.items()}
        evolve(rules, now, event)
        after = {key: running.due for key, running in now.clocks.items()}
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key):
                told = _local(rules, after[key]) if key in after else "ended"
                lines.append(f"{event.seq} {event.event} {key} {told}")
    return "\n".join(lines) + "\n"


def _local(rules: Rules, due: int) -> str:
    return "paused" if due >= FAR else rules.calendar.at_local(due).isoformat(timespec="minutes")
