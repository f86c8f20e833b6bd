"""The whole system as `huiyin up` starts it: real processes on free ports and a data directory of their own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from commands.processes import birth
from tests.runtime.engine import free_ports

HOUSE = Path(__file__).resolve().parents[2]
PATIENCE = 90.0


def wait_until(holds: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Looks at other processes until something holds; fails by name when it never does."""
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until, f"never came: {what}"
        time.sleep(0.05)


@dataclass
class System:
    """One installation: where it keeps its data, its ports, its present supervisor, the house whose programs run."""

    data_dir: Path
    ports: list[int] = field(default_factory=lambda: free_ports(4))
    process: subprocess.Popen[bytes] | None = None
    patience: float = PATIENCE
    house: Path = HOUSE

    @property
    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYIN_", "TEMPORAL_"))}
        names = ("HUIYIN_PORT", "HUIYIN_TEMPORAL_PORT", "HUIYIN_UI_PORT", "HUIYIN_MAIL_PORT")
        ports = dict(zip(names, map(str, self.ports), strict=True))
        return {**clean, **ports, "HUIYIN_DATA_DIR": str(self.data_dir)}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    def start(self, **more: str) -> None:
        """Starts the supervisor; `wait_ready` waits until the system is up."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, str(self.house / "cli.py"), "up"],
                env={**self.environment, **more},
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """One `huiyin` command to its end."""
        return subprocess.run(
            [sys.executable, str(self.house / "cli.py"), *arguments],
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=self.patience,
            check=False,
        )

    @contextlib.contextmanager
    def serving(self, **more: str) -> Iterator[str]:
        """The pages and the API alone, without engine, worker and inbox; gives their address."""
        with (
            self.log.open("ab") as out,
            subprocess.Popen(
                [sys.executable, str(self.house / "cli.py"), "api"],
                env={**self.environment, **more},
                stdout=out,
                stderr=out,
            ) as process,
        ):
            try:
                wait_until(self.answers, "the pages")
                yield self.url
            finally:
                process.terminate()

    def wait_ready(self) -> None:
        """Until the supervisor has said that it runs; fails with its words when it ends instead."""

        def ready() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.words
            return self.words.count("Huiyin runs.") > self.words.count("Stopped.")

        wait_until(ready, "the system")

    def wait_end(self) -> int:
        """The supervisor's exit code."""
        assert self.process is not None
        return self.process.wait(PATIENCE)

    def stop(self) -> int:
        """Ctrl-C."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.wait_end()

    def put_down(self) -> None:
        """After a test, whatever happened in it: nothing of this installation may live on."""
        if self.process is not None and self.process.poll() is None:
            self.stop()
        for pid, born in self.living().values():
            if birth(pid) == born:
                os.killpg(pid, signal.SIGKILL)

    @property
    def log(self) -> Path:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        return self.data_dir / "test-output.log"

    @property
    def words(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    @property
    def standing(self) -> dict[str, Any]:
        """`up.json`, empty when there is none."""
        path = self.data_dir / "up.json"
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return found

    def parts(self) -> dict[str, tuple[int, str]]:
        """The parts that `up.json` names, the supervisor left out: process id and birth."""
        found = self.standing
        return {name: (pid, found["births"][name]) for name, pid in found.get("pids", {}).items() if name != "up"}

    def living(self) -> dict[str, tuple[int, str]]:
        """Those parts that are still there."""
        return {name: (pid, born) for name, (pid, born) in self.parts().items() if birth(pid) == born}

    def answers(self, path: str = "/readyz") -> bool:
        """Whether pages and API answer there with 200."""
        try:
            return httpx.get(self.url + path, timeout=5, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False
