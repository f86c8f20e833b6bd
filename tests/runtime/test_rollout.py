"""A new build of the workers comes into use beside the old one, on a real engine."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from runtime.settings import HOUSE, Settings
from runtime.versioning import Build, build_id, builds, deployment, own_build
from tests.support.whole import Whole, until, whole
from workflows.starting import workflow_id

SOON = [f'matching.wv.VersionDrainageStatus{name}="1s"' for name in ("RefreshInterval", "VisibilityGracePeriod")]
"""The engine looks every second, and not every three minutes, whether an old build is still needed."""

DESK, HEAD = "csd-1", "eng-head"


@pytest.fixture
async def system(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Whole]:
    """The whole system; its worker is of build `one` of a deployment that has no current build yet."""
    async with whole(tmp_path, sqlite_url, config=SOON, deployment="complaints", build_id="one") as made:
        yield made


async def run(system: Whole, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYIN_", "TEMPORAL_"))}
    environment |= system.settings.environment() | {"TEMPORAL_ADDRESS": system.settings.temporal_address} | more
    return await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


async def huiyin(system: Whole, *words: str) -> subprocess.CompletedProcess[str]:
    return await run(system, sys.executable, str(HOUSE / "cli.py"), *words)


@pytest.fixture
async def plain(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Whole]:
    """The whole system; its worker is of no deployment."""
    async with whole(tmp_path, sqlite_url, config=SOON) as made:
        yield made


async def begun(system: Whole) -> str:
    """A case that was handed over to a unit."""
    number = await system.filed()
    await system.acted(number, "assess", DESK, admissible=True, severity="general")
    await system.acted(number, "dispatch", DESK, unit="engineering")
    return number


@asynccontextmanager
async def rolled_out(system: Whole, home: Path, build: str) -> AsyncIterator[None]:
    """Roll a build out by the script, as a process of its own; the old worker is stopped when this enters."""
    pid, log, asked, command = home / "worker.pid", home / "worker.log", home / "stop", home / "huiyin"
    start = f"{sys.executable} {HOUSE / 'cli.py'} worker >{log} 2>&1 & echo $! >{pid}"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} {HOUSE / "cli.py"} "$@"\n', encoding="utf-8")
    command.chmod(0o700)
    settings = {"HUIYIN_DEPLOYMENT": "complaints", "HUIYIN_BUILD_ID": build, "HUIYIN_COMMAND": str(command)}
    try:
        done = await run(system, str(HOUSE / "scripts" / "roll-out"), start, f"touch {asked}", **settings)
        assert done.returncode == 0, done.stderr
        assert f"All cases go on under build {build}." in done.stdout and asked.exists()
        await system.rest()
        yield
    finally:
        if pid.exists():
            os.kill(int(pid.read_text()), signal.SIGTERM)
            await until(lambda: "worker ends" in log.read_text(encoding="utf-8") or None, "the end of the new worker")


async def approved(system: Whole, number: str) -> None:
    """Bring a case from its unit through the leader's decision."""
    await system.acted(number, "contact", HEAD, on_site=True)
    await system.acted(number, "propose", HEAD, cause="The seal aged.", measures="Replace the seal.")
    decided = await system.decide(await system.link("leader@developer.example"), "approve")
    assert decided.status_code == 200 and "You have approved." in decided.text
    assert await system.the.records.verify() == []


async def build_of_last_task(system: Whole, number: str) -> str:
    case = await system.the.records.case(number=number)
    history = await system.temporal.get_workflow_handle(workflow_id(case.case_id)).fetch_history()
    tasks = [e.workflow_task_completed_event_attributes for e in history.events]
    return [task.deployment_version.build_id for task in tasks if task.deployment_version.build_id][-1]


async def test_cases_go_over_to_a_new_build_and_the_old_one_may_go(system: Whole, tmp_path: Path) -> None:
    assert (await huiyin(system, "rollout", "--build", "one")).returncode == 0
    number = await begun(system)
    assert await build_of_last_task(system, number) == "one"
    async with rolled_out(system, tmp_path, "two"):
        assert set(await builds(system.temporal, "complaints")) == {Build("one", "drained"), Build("two", "current")}
        await approved(system, number)
        assert await build_of_last_task(system, number) == "two"


async def test_cases_of_workers_without_a_deployment_go_over_to_the_first_build(plain: Whole, tmp_path: Path) -> None:
    number = await begun(plain)
    async with rolled_out(plain, tmp_path, "one"):
        await approved(plain, number)
        assert await build_of_last_task(plain, number) == "one"


async def test_where_no_worker_of_the_build_comes_nothing_changes(system: Whole) -> None:
    assert (await huiyin(system, "rollout", "--build", "one")).returncode == 0
    tried = await huiyin(system, "rollout", "--build", "three", "--patience", "2")
    assert tried.returncode == 1 and "one (current)" in tried.stderr
    script = [str(HOUSE / "scripts" / "roll-out"), "true", "echo stopped"]
    failed = await run(system, *script, HUIYIN_COMMAND="/bin/false")
    assert failed.returncode != 0 and failed.stdout == ""
    assert await builds(system.temporal, "complaints") == [Build("one", "current")]


async def test_without_a_deployment_workers_are_just_restarted(tmp_path: Path) -> None:
    plain = Settings(data_dir=tmp_path)
    assert deployment(plain) is None
    assert build_id(plain) == own_build() and own_build().startswith("0.1.0-")
    named = Settings(data_dir=tmp_path, deployment="complaints")
    config = deployment(named)
    assert config is not None and config.version.build_id == own_build()
