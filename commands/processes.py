"""Child processes that end with their parent: started in groups of their own, stopped in order, known again by id."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
LOG_MOST = 10 * 1024 * 1024
"""A log longer than this, in bytes, is put aside as `.1` when its process starts."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the system: its command line, and how many seconds it may take to end by itself."""

    name: str
    command: Sequence[str]
    grace: float


@dataclass(slots=True)
class Running:
    """A started part."""

    part: Part
    process: asyncio.subprocess.Process
    started: str
    since: float = field(default_factory=time.monotonic)

    @property
    def pid(self) -> int:
        """Its process id, which is also its group's."""
        return self.process.pid


async def start(part: Part, environment: dict[str, str], log: Path) -> Running:
    """Starts the part with its output appended to `log`."""
    _put_aside(log)
    supervisor = os.getpid()

    def die_with_parent() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != supervisor:
                os._exit(1)

    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            *part.command,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            # A group of its own, so that the terminal's Ctrl-C reaches the supervisor alone and it keeps the order.
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
    return Running(part, process, birth(process.pid))


def _put_aside(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_MOST:
        log.replace(log.with_suffix(".log.1"))


async def stop(running: Running) -> bool:
    """Asks the part to end, waits its grace, then kills its whole group; returns whether it ended by itself."""
    if running.process.returncode is None:
        running.process.terminate()
        try:
            await asyncio.wait_for(running.process.wait(), running.part.grace)
        except TimeoutError:
            _kill_group(running.pid)
            await running.process.wait()
            return False
    _kill_group(running.pid)
    return True


async def kill(running: Running) -> None:
    """Ends the part and its whole group at once, as a crash does."""
    _kill_group(running.pid)
    await running.process.wait()


def _kill_group(pid: int) -> None:
    # The leader may be gone while something that it started lives on in its group.
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def birth(pid: int) -> str:
    """What tells this process from a later one of the same id: the boot and its start in it; empty when it is gone."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The second field is the name in brackets and may hold blanks; state and start are the 1st and 20th after it.
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else f"{boot}:{fields[19]}"


def end_left_over(parts: dict[str, tuple[int, str]], grace: float = 25.0) -> list[str]:
    """Ends processes of an earlier start that are still there; returns their names.

    `parts` is name to (id, birth): a process that only happens to have the same id is left alone.
    """

    def alive() -> dict[str, int]:
        return {name: pid for name, (pid, born) in parts.items() if born and birth(pid) == born}

    found = alive()
    for pid in found.values():
        os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + grace
    while (left := alive()) and time.monotonic() < until:
        time.sleep(0.1)
    for pid in left.values():
        _kill_group(pid)
    return sorted(found)
