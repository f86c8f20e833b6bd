"""A real one-machine Temporal server for a whole run of tests, and its own command line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.runtime.engine import free_ports

BINARY = Path(sys.executable).parent / "temporal"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, for whoever speaks to it by its port or by its command line."""

    port: int

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run Temporal's own command line against it, as an operator would."""
        return subprocess.run(
            [str(BINARY), *words, "--address", f"127.0.0.1:{self.port}"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )


@contextmanager
def server(log: Path, **config: str) -> Iterator[Server]:
    """A server in memory; `config` are dynamic values, their dots written as double underscores."""
    (port,) = free_ports(1)
    more = [word for key, value in config.items() for word in ("--dynamic-config-value", _value(key, value))]
    words = ["server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    with log.open("wb") as out, subprocess.Popen([str(BINARY), *words, *more], stdout=out, stderr=out) as process:
        try:
            yield Server(port)
        finally:
            process.kill()


def _value(key: str, value: str) -> str:
    return f"{key.replace('__', '.')}={value}"
