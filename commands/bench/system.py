"""A whole system of its own for a measurement: engine, inbox, API and workers as processes, on free loopback ports."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from api.context import House
from api.engine import Engine
from api.marks import Marks
from api.sessions import Sessions
from commands.parts import environment, huiyin, parts
from commands.processes import Part, Running, start, stop
from records import Records
from records.files import Files
from runtime.directories import Directories
from runtime.keys import keyring
from runtime.links import Links
from runtime.settings import Settings
from runtime.temporal import connect
from runtime.tokens import Tokens


@dataclass(slots=True)
class System:
    """What a measurement talks to; `worker` and `bare_worker` run only while they are asked for."""

    settings: Settings
    client: Client
    plain_client: Client
    house: House

    @contextlib.asynccontextmanager
    async def process(self, name: str) -> AsyncIterator[Running]:
        """One of `api`, `worker`, `bare` as a process of its own."""
        known = parts(self.settings)
        part = known.get(name) or Part(name, (sys.executable, "-m", "commands.bench.bare_worker"), grace=5)
        alive = self.settings.data_dir / "run" / "worker.alive"
        await asyncio.to_thread(alive.unlink, missing_ok=True)
        running = await start(part, environment(self.settings), self.settings.data_dir / f"{name}.log")
        try:
            if name == "worker":
                await _until_there(alive)
            yield running
        finally:
            await stop(running)


async def _until_there(alive: Path) -> None:
    # Another process: there is no event of its to await.
    for _ in range(600):
        if await asyncio.to_thread(alive.exists):
            return
        await asyncio.sleep(0.1)
    raise RuntimeError("the worker did not come up within a minute")


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody uses now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@contextlib.asynccontextmanager
async def system(data_dir: Path, say: Callable[[str], None]) -> AsyncIterator[System]:
    """Engine and inbox up, records migrated, attributes registered; all of it ends with the block."""
    port, temporal, ui, mail = free_ports(4)
    settings = Settings(data_dir=data_dir, port=port, temporal_port=temporal, ui_port=ui, mail_port=mail)
    env = environment(settings)
    known = parts(settings)
    running: list[Running] = []
    try:
        say("starting engine and inbox")
        running.append(await start(known["temporal"], env, data_dir / "temporal.log"))
        running.append(await start(known["inbox"], env, data_dir / "inbox.log"))
        for command in ("migrate", "setup"):
            step = await start(Part(command, huiyin(command), grace=5), env, data_dir / f"{command}.log")
            if await step.process.wait():
                raise RuntimeError((data_dir / f"{command}.log").read_text(encoding="utf-8"))
        client = await connect(settings, patience=60)
        plain = await Client.connect(settings.temporal_address)
        house = _house(settings, client)
        try:
            yield System(settings, client, plain, house)
        finally:
            await house.marks.close()
            await house.records.close()
    finally:
        for one in reversed(running):
            await stop(one)


def _house(settings: Settings, client: Client) -> House:
    """The API's parts without its door: a measurement without HTTP goes through these."""
    records = Records(settings.database_url)
    return House(
        settings=settings,
        records=records,
        files=Files(settings.attachments_dir),
        marks=Marks(records),
        directories=Directories(settings.procedures_dir),
        engine=Engine(client, settings.task_queue),
        links=Links(keyring(settings.keys_dir, "links"), settings.public_url),
        tokens=Tokens(keyring(settings.keys_dir, "tokens")),
        sessions=Sessions(settings),
    )
