"""Keeps the parts of the one-machine system running: started together, restarted when one dies, stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from commands import standing
from commands.console import say, warn
from commands.parts import STOPPED_IN_ORDER, environment, huiyin, parts
from commands.processes import Part, Running, start, stop
from complaints.errors import HuiyinError
from runtime.settings import Settings

START_PATIENCE = 90.0
"""Seconds after which a start that is not ready is given up."""

_LONGEST_PAUSE = 30.0
_STEADY = 60.0
_SECOND_PRESS = 1.0


class StartFailed(HuiyinError):
    """The system could not be started; says which part, and the end of its log."""

    code = "start_failed"


class Supervisor:
    """One start of the whole system on one machine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._environment = environment(settings)
        self._logs = settings.data_dir / "logs"
        self._running: dict[str, Running] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._asked_at = 0.0
        self._ready = False

    async def run(self, when_ready: Callable[[], Awaitable[None]]) -> None:
        """Starts everything, calls `when_ready`, and returns when it was asked to stop and all has ended."""
        self._logs.mkdir(parents=True, exist_ok=True)
        loop = asyncio.get_running_loop()
        for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(asked, self._ask)
        try:
            await self._or_stop(self._start())
            if not self._stopping.is_set():
                self._ready = True
                await self._or_stop(when_ready())
                await self._or_stop(asyncio.gather(*self._keepers))
        finally:
            await self._stop()

    def _ask(self) -> None:
        now = time.monotonic()
        if not self._stopping.is_set():
            self._asked_at = now
            say("Stopping …")
        # A terminal and a wrapper may both pass on one key press.
        elif now - self._asked_at > _SECOND_PRESS:
            for one in self._running.values():
                with contextlib.suppress(ProcessLookupError):
                    one.process.kill()
        self._stopping.set()

    async def _or_stop(self, work: Awaitable[object]) -> None:
        task = asyncio.ensure_future(work)
        asked = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({task, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if task.done():
            await task

    async def _start(self) -> None:
        all_parts = parts(self._settings)
        began = time.time()
        for name in ("temporal", "inbox"):
            self._keep(all_parts[name])
        await self._beside(asyncio.gather(self._once("migrate"), self._once("setup")))
        for name in ("worker", "api"):
            self._keep(all_parts[name])
        await self._beside(self._until_ready(began))

    async def _beside(self, work: Awaitable[object]) -> None:
        """Awaits work while the parts must all stay alive."""
        task = asyncio.ensure_future(work)
        await asyncio.wait({task, *self._keepers}, timeout=START_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        for keeper in self._keepers:
            if keeper.done():
                task.cancel()
                await keeper
        if not task.done():
            task.cancel()
            raise StartFailed(f"The system is not ready after {START_PATIENCE:g} seconds. Its logs: {self._logs}")
        await task

    async def _once(self, command: str) -> None:
        log = self._log(command)
        log.unlink(missing_ok=True)
        step = Part(command, huiyin(command), grace=5)
        running = await start(step, self._environment, log)
        self._running[command] = running
        code = await running.process.wait()
        del self._running[command]
        if code:
            raise StartFailed(f"`huiyin {command}` failed (exit code {code}):\n{_end(log)}")

    async def _until_ready(self, began: float) -> None:
        # The parts are other processes: there is no event of theirs to await.
        while not (self._worker_since(began) and await self._answers("/readyz")):  # noqa: ASYNC110
            await asyncio.sleep(0.1)

    def _worker_since(self, began: float) -> bool:
        alive = self._settings.data_dir / "run" / "worker.alive"
        return alive.exists() and alive.stat().st_mtime >= began

    async def _answers(self, path: str) -> bool:
        host = "127.0.0.1" if self._settings.host in ("0.0.0.0", "::") else self._settings.host
        try:
            reader, writer = await asyncio.open_connection(host, self._settings.port)
        except OSError:
            return False
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            status = await asyncio.wait_for(reader.readline(), 5)
        except (OSError, TimeoutError):
            return False
        finally:
            writer.close()
        return b" 200 " in status

    def _keep(self, part: Part) -> None:
        self._keepers.append(asyncio.ensure_future(self._keep_running(part)))

    async def _keep_running(self, part: Part) -> None:
        short = 0
        while True:
            running = await start(part, self._environment, self._log(part.name))
            if self._stopping.is_set():
                await stop(running)
                return
            self._running[part.name] = running
            standing.write(self._settings, self._running)
            code = await running.process.wait()
            if self._stopping.is_set():
                return
            if not self._ready:
                raise StartFailed(f"{part.name} ended ({_how(code)}) while starting:\n{_end(self._log(part.name))}")
            short = 0 if time.monotonic() - running.since > _STEADY else short + 1
            pause = min(0.25 * 2**short, _LONGEST_PAUSE)
            warn(f"{part.name} ended ({_how(code)}). Starting it again in {pause:g} s; log: {self._log(part.name)}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
                return

    async def _stop(self) -> None:
        self._stopping.set()
        for name in (*sorted(self._running.keys() - set(STOPPED_IN_ORDER)), *STOPPED_IN_ORDER):
            one = self._running.get(name)
            if one is not None and not await stop(one):
                warn(f"{name} did not end within {one.part.grace:g} s and was killed.")
        await asyncio.gather(*self._keepers, return_exceptions=True)
        standing.clear(self._settings)

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _end(log: Path, lines: int = 25) -> str:
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "\n".join(f"  {line}" for line in text.splitlines()[-lines:])
