"""The sandbox lets through what is meant to pass, and stops a worker whose workflow brings anything else."""

from __future__ import annotations

import importlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from runtime.sandbox import compile_workflows, sandboxed
from runtime.settings import Settings
from runtime.temporal import connect
from tests.runtime.engine import engine, free_ports
from workflows.complaint import Complaint

STRAY = """\
from temporalio import workflow
import markdown_it

@workflow.defn
class Stray:
    @workflow.run
    async def run(self) -> None:
        markdown_it.MarkdownIt()
"""


@pytest.fixture
async def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    (port,) = free_ports(1)
    async with engine(port, tmp_path / "engine.log"):
        yield await connect(Settings(data_dir=tmp_path, temporal_port=port), patience=60)


def worker_of(client: Client, workflow: type) -> Worker:
    return Worker(client, task_queue="huiyin", workflows=[workflow], workflow_runner=sandboxed())


async def test_the_workflow_of_a_complaint_brings_nothing_that_was_not_let_through(client: Client) -> None:
    worker_of(client, Complaint)


async def test_a_workflow_that_brings_something_else_stops_the_worker(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stray_workflow.py").write_text(STRAY, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    stray = importlib.import_module("stray_workflow")
    try:
        with pytest.raises(RuntimeError, match="Failed validating workflow Stray") as refused:
            worker_of(client, stray.Stray)
        assert "markdown_it" in str(refused.value.__cause__)
    finally:
        del sys.modules["stray_workflow"]


def test_cases_find_their_workflow_compiled_even_where_python_writes_no_compiled_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    compile_workflows()
    assert {path.name.partition(".")[0] for path in tmp_path.rglob("*.pyc")} == {"__init__", "complaint", "again"}
