"""Every case that ever ran goes on under this code: to the same events, by the same limits."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from activities.messages import Record
from complaints.case import Event, Rules, fold, load_state
from runtime.sandbox import sandboxed
from tests.replay import store
from tests.replay.record import wanting
from workflows.complaint import Complaint

HELD = store.stored()
MOST_OF_ONE = 40_000
MOST_ON_AVERAGE = 15_000

_replayed: list[Event] = []


class _Listening(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:
        if input.activity == "record":
            (batch,) = input.args
            assert isinstance(batch, Record)
            _replayed.extend(e for e in batch.events if not _replayed or e.seq > _replayed[-1].seq)
        return super().start_activity(input)


class _Inside(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Listening(outbound))


class Listener(Interceptor):
    """Hears what a replayed workflow hands to the records."""

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        return _Inside


def _limits(held: store.Stored) -> str:
    return held.limits.read_text(encoding="utf-8").partition("\n")[2]


@pytest.mark.parametrize("file", HELD, ids=lambda f: f.name.removesuffix(store.ENDING))
async def test_a_case_that_ran_once_replays_to_the_same_events_and_the_same_limits(file: Path) -> None:
    held = store.read(file)
    _replayed.clear()
    replayer = Replayer(
        workflows=[Complaint],
        workflow_runner=sandboxed(),
        data_converter=pydantic_data_converter,
        interceptors=[Listener()],
    )
    await replayer.replay_workflow(held.history)
    chain = await held.chain()
    assert [(e.seq, e.event, e.at, e.hash) for e in _replayed] == [(e.seq, e.event, e.at, e.hash) for e in chain]
    given = await held.given()
    rules, state = Rules.thaw(given.procedure, given.calendar), load_state(given.state)
    assert fold(rules, state, chain).seq == chain[-1].seq
    assert store.limits(rules, state, chain) == _limits(held)


def test_every_scenario_has_a_history_under_its_present_procedure() -> None:
    assert wanting() == []


def test_histories_stay_small() -> None:
    sizes = [file.stat().st_size for file in HELD]
    assert max(sizes) < MOST_OF_ONE
    assert sum(sizes) < MOST_ON_AVERAGE * len(sizes)


def test_a_changed_procedure_file_makes_the_recorder_say_what_to_do(tmp_path: Path) -> None:
    shutil.copytree(store.PROCEDURES, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "property-developer.yaml"
    text = file.read_text(encoding="utf-8")
    assert "limit: 3 working_days" in text
    file.write_text(text.replace("limit: 3 working_days", "limit: 4 working_days"), encoding="utf-8")
    said = [line for line in wanting(tmp_path) if line.startswith("property-developer/")]
    assert len(said) == len([s for s in store.scenarios() if s.parent.name == "property-developer"])
    assert all("the procedure has changed" in line and "python -m tests.replay.record" in line for line in said)


async def test_a_limit_counted_otherwise_is_seen() -> None:
    held = store.read(next(f for f in HELD if f.name.startswith("plain-way-to-closed.")))
    given = await held.given()
    assert "3 working_days" in given.procedure
    other = Rules.thaw(given.procedure.replace("3 working_days", "4 working_days"), given.calendar)
    chain = await held.chain()
    assert store.limits(other, load_state(given.state), chain) != _limits(held)
