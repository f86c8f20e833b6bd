"""The harness's mail server: keeps every letter like the embedded inbox, but fails as a file tells it to.

`python -m commands.chaos.sink PORT FOLDER FAULT`: the file FAULT holds `refuse`, `stall` or `drop`, or is not there.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from runtime.inbox import Store

STALLS = 12.0
"""Seconds without an answer: longer than a mailer waits."""


class Faulty(Store):
    """Takes letters, unless it is told to fail."""

    def __init__(self, folder: Path, fault: Path) -> None:
        super().__init__(folder)
        self._fault = fault

    def fault(self) -> str:
        """How it fails now; empty while it does not."""
        try:
            return self._fault.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ""

    async def handle_DATA(  # noqa: N802, RUF100 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the letter or refuse it for now; `drop` keeps it and hangs up without having said so."""
        fault = self.fault()
        if fault == "refuse":
            return "451 4.3.0 Try again later"
        if fault == "stall":
            await asyncio.sleep(STALLS)
            return "451 4.3.0 Try again later"
        if fault == "drop":
            content: Any = envelope.content
            await asyncio.to_thread(self.keep, bytes(content))
            transport: Any = server.transport
            transport.abort()
            return "451 4.3.0 Nobody hears this"
        return await super().handle_DATA(server, session, envelope)


async def serve(port: int, folder: Path, fault: Path) -> None:
    """Runs until it is killed."""
    store = Faulty(folder, fault)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(store, hostname="localhost", ident="chaos", enable_SMTPUTF8=True), "127.0.0.1", port
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])))
