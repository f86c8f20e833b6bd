"""Real mail servers for tests, on free loopback ports."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from runtime.inbox import Letter, listen, read_inbox


@dataclass(slots=True)
class Inbox:
    """A running inbox: where it listens and what came in."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        """The address for a mailer without encryption."""
        return f"smtp://127.0.0.1:{self.port}"

    def letters(self) -> list[Letter]:
        """The letters so far, newest last."""
        return read_inbox(self.folder)


@asynccontextmanager
async def inbox(folder: Path, port: int = 0, **options: Any) -> AsyncIterator[Inbox]:
    """An inbox until the end of the block, open connections included."""
    server = await listen("127.0.0.1", port, folder, **options)
    try:
        yield Inbox(server.sockets[0].getsockname()[1], folder)
    finally:
        server.close()


@dataclass(slots=True)
class Script:
    """A server that plays given answers: how many connections came, what was said to it, whether it fell silent."""

    port: int
    connections: int
    heard: list[str]
    silent: asyncio.Event

    @property
    def url(self) -> str:
        """The address for a mailer."""
        return f"smtp://127.0.0.1:{self.port}"


@asynccontextmanager
async def scripted(answers: dict[str, list[str]]) -> AsyncIterator[Script]:
    """A server that answers each command by its list (the last one over and over); `drop` closes, `hush` is silent."""
    script = Script(0, 0, [], asyncio.Event())
    running: set[asyncio.Task[None]] = set()
    queues = {command: list(lines) for command, lines in answers.items()}

    def answer(command: str, usual: str) -> str:
        queue = queues.get(command)
        return usual if not queue else queue.pop(0) if len(queue) > 1 else queue[0]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        script.connections += 1
        said, command = answer("CONNECT", "220 here"), "CONNECT"
        try:
            while said != "drop":
                if said == "hush":
                    script.silent.set()
                else:
                    writer.write(said.encode() + b"\r\n")
                    await writer.drain()
                if command == "DATA" and said.startswith("354"):
                    await reader.readuntil(b"\r\n.\r\n")
                    command, said = "CONTENT", answer("CONTENT", "250 taken")
                    continue
                line = (await reader.readline()).decode().strip()
                if not line:
                    break
                script.heard.append(line)
                command = line.split()[0].split(":")[0].upper()
                said = answer(command, "354 go on" if command == "DATA" else "250 fine")
        except ConnectionError:
            pass
        finally:
            writer.close()
            running.discard(task)

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate of 127.0.0.1's own: the server's context, and that of a client who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + pem
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=pem.decode())
