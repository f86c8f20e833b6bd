"""Whether people could use the system now, end to end: engine, mail server, public pages."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import httpx

from activities.mail.address import read_url

PATIENCE = 10.0
"""Seconds after which a part that does not answer cannot be used."""


class Probe:
    """Tries what an answer needs: that a letter can go out, that its link opens, that the case can take the answer.

    `engine` says whether the workflow engine answers. The records are tried by whoever notes what was found.
    """

    def __init__(self, engine: Callable[[], Awaitable[bool]], smtp_url: str, pages_url: str) -> None:
        self._engine = engine
        self._mail = read_url(smtp_url)
        self._pages = f"{pages_url}/readyz"

    async def unusable(self) -> tuple[str, ...]:
        """The parts that cannot be used now, of `engine`, `mail` and `pages`; none when all is well."""
        names = ("engine", "mail", "pages")
        found = await asyncio.gather(*map(_in_time, (self._engine(), self._greeted(), self._served())))
        return tuple(name for name, well in zip(names, found, strict=True) if not well)

    async def _greeted(self) -> bool:
        server = self._mail
        reader, writer = await asyncio.open_connection(server.host, server.port, ssl=True if server.tls else None)
        try:
            well = (await reader.readline()).startswith(b"220")
            writer.write(b"QUIT\r\n")
            await writer.drain()
            return well
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _served(self) -> bool:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False, follow_redirects=True) as client:
            return (await client.get(self._pages)).status_code == httpx.codes.OK


async def _in_time(asked: Awaitable[bool]) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            return await asked
    except (OSError, TimeoutError, httpx.HTTPError):
        return False
