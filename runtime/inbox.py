"""The embedded inbox: an SMTP server for trying out that keeps every letter as a file and sends none on.

Addresses at `refused.example` are refused for good (550) and at `busy.example` for now (451), so that failures can be
tried too.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape
from pathlib import Path
from ssl import SSLContext
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from complaints.errors import Unavailable

REFUSED = "refused.example"
BUSY = "busy.example"

_HREF = re.compile(r"""href=["']([^"']+)["']""")
_URL = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as the inbox page shows it; `date` is ISO 8601 with offset, `links` come in order, each once."""

    to: str
    subject: str
    date: str
    text: str
    html: str
    links: tuple[str, ...]


class Store:
    """Takes letters from the SMTP server and keeps them durably, one `.eml` file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_RCPT(  # noqa: N802, RUF100 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take any address but those that stand for failures."""
        domain = address.rpartition("@")[2].lower()
        if domain == REFUSED:
            return "550 5.1.1 No such person here"
        if domain == BUSY:
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802, RUF100
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Say 250 only when the letter is on the disk."""
        content: Any = envelope.content
        try:
            await asyncio.to_thread(self.keep, bytes(content))
        except OSError:
            return "452 4.3.1 The letter could not be stored"
        return "250 OK"

    def keep(self, content: bytes) -> Path:
        """Write one letter so that it is there whole or not at all; gives its file."""
        # Names sort by the time of arrival.
        path = self._folder / f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}.eml"
        temporary = path.with_suffix(".part")
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return path


def read_inbox(folder: Path, last: int | None = None) -> list[Letter]:
    """The letters kept in a folder (the last so many of them), newest last; empty while there is no folder yet."""
    files = sorted(folder.glob("*.eml"))
    return [read_letter(path.read_bytes()) for path in (files if last is None else files[-last:] if last else [])]


async def listen(host: str, port: int, folder: Path, tls: SSLContext | None = None, **options: Any) -> asyncio.Server:
    """Start the inbox; port 0 takes a free one. `tls` offers STARTTLS; `options` go to aiosmtpd's `SMTP`."""
    store = Store(folder)
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(store, hostname="localhost", ident="huiyin", enable_SMTPUTF8=True, tls_context=tls, **options)

    return await loop.create_server(session, host, port)


async def serve(host: str, port: int, folder: Path) -> None:
    """Run the inbox until cancelled; Unavailable when the port is taken."""
    try:
        server = await listen(host, port, folder)
    except OSError as error:
        text = f"The inbox cannot listen on {host}:{port} ({error.strerror}). Choose another port with --mail-port."
        raise Unavailable(text) from error
    async with server:
        await server.serve_forever()


def read_letter(content: bytes) -> Letter:
    """A letter as it was kept."""
    mail = message_from_bytes(content, policy=default)
    date = mail["Date"].datetime if mail["Date"] is not None else None
    text, html = _body(mail, "plain"), _body(mail, "html")
    return Letter(
        to=str(mail["To"] or ""),
        subject=str(mail["Subject"] or ""),
        date=date.isoformat() if isinstance(date, datetime) else "",
        text=text,
        html=html,
        links=tuple(dict.fromkeys([*map(unescape, _HREF.findall(html)), *_URL.findall(text)])),
    )


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
