"""Intake over HTTP, with record and workflow start, against bare starts of a workflow."""

from __future__ import annotations

import asyncio
import json
import uuid

from commands.bench.bare import QUEUE, Bare, Shape
from commands.bench.cases import COMPLAINANT, COMPLAINT
from commands.bench.system import System

_SHAPE = Shape(0, (0, 0))


class Door:
    """Connections to the API that stay open, one a lane; as little client as can be, for it shares the machine."""

    def __init__(self, system: System) -> None:
        self._port = system.settings.port
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def file(self) -> None:
        """Files one complaint; raises unless it was accepted."""
        body = json.dumps(
            {"procedure": "property-developer", **COMPLAINT, "complainant": COMPLAINANT}, ensure_ascii=False
        ).encode()
        head = (
            "POST /api/complaints HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {uuid.uuid4().hex}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        reader, writer = self._free.pop() if self._free else await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = next(int(x.split(b":")[1]) for x in answer.split(b"\r\n") if x.lower().startswith(b"content-length"))
        text = await reader.readexactly(length)
        if b" 201 " not in answer.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"the complaint was not accepted: {text.decode()}")
        self._free.append((reader, writer))

    async def close(self) -> None:
        """Closes all connections; the next call opens new ones, for the API ends those that rest."""
        while self._free:
            _, writer = self._free.pop()
            writer.close()
            await writer.wait_closed()


async def bare_start(system: System) -> None:
    """Starts one bare workflow and does not wait for it."""
    await system.plain_client.start_workflow(Bare.run, _SHAPE, id=f"bare-{uuid.uuid4().hex}", task_queue=QUEUE)
