"""A real one-machine Temporal server for tests of the connection, on ports that were free a moment ago."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path


def free_ports(count: int) -> list[int]:
    """Different ports that nothing listens on, outside of those that the system itself gives to whoever asks."""
    found: list[int] = []
    while len(found) < count:
        port = secrets.choice(range(12_000, 32_000))
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port))
            found += [port] if port not in found else []
    return found


def listens(port: int) -> bool:
    """Whether anything takes connections there."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextlib.asynccontextmanager
async def engine(
    port: int, log: Path, *, ui_port: int = 0, config: Sequence[str] = ()
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The server in memory, with its UI under `/temporal` if it gets a port; it is still starting when this enters.

    `config` are dynamic values of the server, as `KEY=JSON`.
    """
    binary = Path(sys.executable).parent / "temporal"
    ui = ("--ui-ip", "127.0.0.1", "--ui-port", str(ui_port), "--ui-public-path", "/temporal", "--ui-disable-news-fetch")
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            str(binary),
            *("server", "start-dev", "--ip", "127.0.0.1", "--port", str(port), "--log-level", "error"),
            *(ui if ui_port else ("--headless",)),
            *(word for value in config for word in ("--dynamic-config-value", value)),
            stdout=out,
            stderr=out,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
