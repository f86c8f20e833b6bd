"""Whether the system could be used is tried on its real parts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from activities.probe import Probe
from records import Records
from tests.support.mail import inbox
from worker import beat


async def well() -> bool:
    return True


async def ill() -> bool:
    raise TimeoutError


@asynccontextmanager
async def pages(status: str) -> AsyncIterator[str]:
    """Pages that answer everything with one status."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_minute_in_which_all_could_be_used_is_noted(records: Records, tmp_path: Path) -> None:
    async with inbox(tmp_path) as box, pages("200 OK") as address:
        assert await beat(Probe(well, f"smtp://127.0.0.1:{box.port}", address), records) == ()
    assert await records.uptime.outages(0, 2**40)


async def test_whatever_part_is_away_is_named_and_the_minute_is_not_noted(records: Records, tmp_path: Path) -> None:
    async with inbox(tmp_path) as box, pages("200 OK") as address, pages("503 Unavailable") as broken:
        mail = f"smtp://127.0.0.1:{box.port}"
        assert await beat(Probe(ill, mail, address), records) == ("engine",)
        assert await beat(Probe(well, mail, broken), records) == ("pages",)
        gone = address
    assert await beat(Probe(well, mail, gone), records) == ("mail", "pages")
    assert await records.uptime.outages(0, 2**40) == []
