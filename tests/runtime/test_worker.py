"""The worker as a process of its own, on a real engine."""

from __future__ import annotations

import asyncio
from pathlib import Path

from runtime.settings import Settings
from runtime.temporal import connect
from tests.runtime.engine import engine, free_ports
from tests.runtime.system import System


async def test_a_worker_takes_no_work_while_the_engine_lacks_what_cases_set(tmp_path: Path) -> None:
    system = System(tmp_path, free_ports(4))
    port = system.ports[1]
    async with engine(port, tmp_path / "engine.log"):
        await connect(Settings(data_dir=tmp_path, temporal_port=port), patience=60)
        tried = await asyncio.to_thread(system.run, "worker")
    assert tried.returncode == 1
    assert "HuiyinStage" in tried.stderr
    assert "huiyin setup" in tried.stderr
