"""The harness's mail server: keeps every letter like the embedded inbox, but fails as a file tells it to.

`python -m commands.chaos.sink PORT FOLDER FAULT DROPPED`: the file FAULT holds `refuse`, `stall`, `drop` (hang up when
the letter is kept, and note its Message-ID in the file DROPPED) or `cut` (hang up without it), or is not there.
"""

from __future__ import annotations

import asyncio
import sys
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from runtime.inbox import Store

STALLS = 12.0
"""Seconds without an answer: longer than a mailer waits."""


class Faulty(Store):
    """Takes letters, unless it is told to fail."""

    def __init__(self, folder: Path, fault: Path, dropped: Path) -> None:
        super().__init__(folder)
        self._fault = fault
        self._dropped = dropped

    def fault(self) -> str:
        """How it fails now; empty while it does not."""
        try:
            return self._fault.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ""

    async def handle_DATA(  # noqa: N802, RUF100 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the letter, refuse it for now, or hang up."""
        fault = self.fault()
        if fault == "refuse":
            return "451 4.3.0 Try again later"
        if fault == "stall":
            await asyncio.sleep(STALLS)
            return "451 4.3.0 Try again later"
        if fault in ("drop", "cut"):
            if fault == "drop":
                content: Any = envelope.content
                await asyncio.to_thread(self._keep_silently, bytes(content))
            transport: Any = server.transport
            transport.abort()
            return "451 4.3.0 Nobody hears this"
        return await super().handle_DATA(server, session, envelope)

    def _keep_silently(self, content: bytes) -> None:
        with self._dropped.open("a", encoding="utf-8") as noted:
            noted.write(f"{message_from_bytes(content)['Message-ID']}\n")
        self.keep(content)


async def serve(port: int, folder: Path, fault: Path, dropped: Path) -> None:
    """Runs until it is killed."""
    store = Faulty(folder, fault, dropped)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(store, hostname="localhost", ident="chaos", enable_SMTPUTF8=True), "127.0.0.1", port
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), *map(Path, sys.argv[2:5])))
