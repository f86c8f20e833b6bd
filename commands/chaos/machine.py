"""A whole system of the harness's own, whose parts are killed and started again one by one."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from commands.bench.system import free_ports
from commands.chaos.box import Box
from commands.parts import environment, huiyin, parts
from commands.processes import Part, Running, kill, start, stop
from runtime.settings import HOUSE, Settings

PARTS = ("temporal", "inbox", "api", "worker")
RULES = Path(__file__).parent / "rules"
PATIENCE = 240.0
"""Seconds within which a part that was started must be there, however busy the machine is."""


@dataclass(slots=True)
class Machine:
    """The parts as processes, the mailbox, and how the mail server is told to fail."""

    settings: Settings
    box: Box
    http: httpx.AsyncClient
    running: dict[str, Running] = field(default_factory=dict)
    fell: list[str] = field(default_factory=list)
    _meant: set[str] = field(default_factory=set)
    _gates: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    @property
    def dropped(self) -> Path:
        """The file in which the mail server notes which letters it kept without having said so."""
        return self.settings.data_dir / "mail.dropped"

    @property
    def fault(self) -> Path:
        """The file that tells the mail server how to fail."""
        return self.settings.data_dir / "mail.fault"

    async def start(self, name: str) -> None:
        """Starts a part, unless it runs, and waits until it is there."""
        async with self._gates[name]:
            if name not in self.running or self.running[name].process.returncode is not None:
                await self._start(name)
            self._meant.discard(name)

    async def _start(self, name: str) -> None:
        known = parts(self.settings)
        folder, mail = str(self.settings.inbox_dir), str(self.settings.mail_port)
        sink = (sys.executable, "-m", "commands.chaos.sink", mail, folder, str(self.fault), str(self.dropped))
        part = Part("inbox", sink, grace=2) if name == "inbox" else known[name]
        alive = self.settings.data_dir / "run" / "worker.alive"
        if name == "worker":
            await asyncio.to_thread(alive.unlink, missing_ok=True)
        self.running[name] = await start(part, self.environment(), self.settings.data_dir / f"{name}.log")
        until = time.monotonic() + PATIENCE
        while not (await asyncio.to_thread(alive.exists) if name == "worker" else await self._answers(name)):
            if time.monotonic() > until:
                raise RuntimeError(f"{name} did not come up within {PATIENCE:g} s: see {self.settings.data_dir}")
            if self.running[name].process.returncode is not None:
                # A worker gives up when the engine is away too long: whoever keeps it running starts it again.
                self.running[name] = await start(part, self.environment(), self.settings.data_dir / f"{name}.log")
            await asyncio.sleep(0.1)

    async def kill(self, name: str) -> None:
        """Ends a part as a crash does; it stays away until it is started."""
        self._meant.add(name)
        await kill(self.running[name])

    async def watch(self) -> None:
        """Starts again what ends by itself, as `huiyin up` does; `fell` names it. Runs until it is cancelled."""
        while True:
            for name, one in list(self.running.items()):
                if one.process.returncode is not None and name not in self._meant:
                    self._meant.add(name)
                    self.fell.append(f"{name} ended by itself ({one.process.returncode})")
                    await self.start(name)
            await asyncio.sleep(0.5)

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """Lets nothing more be written to any file by those who keep the records, as a disk that is full does."""
        parts = [self.running[name].pid for name in ("api", "worker")]
        for pid in parts:
            _most_bytes(pid, 0)
        try:
            yield
        finally:
            for pid in parts:
                _most_bytes(pid, resource.RLIM_INFINITY)

    async def once(self, command: str) -> None:
        """One command of ours, to its end."""
        log = self.settings.data_dir / f"{command}.log"
        step = await start(Part(command, huiyin(command), grace=5), self.environment(), log)
        if await step.process.wait():
            raise RuntimeError(await asyncio.to_thread(log.read_text, encoding="utf-8"))

    def environment(self) -> dict[str, str]:
        """What the parts see."""
        return {**environment(self.settings), "PYTHONPATH": str(HOUSE)}

    async def _answers(self, name: str) -> bool:
        ports = {"temporal": self.settings.temporal_port, "inbox": self.settings.mail_port, "api": self.settings.port}
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", ports[name])
        except OSError:
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True


def _most_bytes(pid: int, most: int) -> None:
    """How long any file may grow by the hand of that process; one that has ended meanwhile needs no limit."""
    with contextlib.suppress(ProcessLookupError):
        _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if most == resource.RLIM_INFINITY else most, hard))


@contextlib.asynccontextmanager
async def machine(data_dir: Path) -> AsyncIterator[Machine]:
    """The whole system up, on free ports; all of it ends with the block."""
    port, temporal, ui, mail = free_ports(4)
    settings = Settings(
        data_dir=data_dir, port=port, temporal_port=temporal, ui_port=ui, mail_port=mail,
        host="127.0.0.1", public_url="", database_url="", smtp_url="", probe_url="", procedures_dir=RULES,
    )  # fmt: skip
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as http:
        made = Machine(settings, Box(settings.inbox_dir), http)
        try:
            await made.start("temporal")
            await made.start("inbox")
            await made.once("migrate")
            await made.once("setup")
            await made.start("api")
            await made.start("worker")
            watching = asyncio.create_task(made.watch())
            try:
                yield made
            finally:
                watching.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watching
        finally:
            for name in ("api", "worker", "inbox", "temporal"):
                if name in made.running:
                    await stop(made.running[name])
