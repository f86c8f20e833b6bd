"""Short messages through a gateway, a real one over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from activities.notifications import Gateways
from complaints.errors import MailDeferred
from records import Records
from tests.support.office import STORY, Office, opened


@pytest.fixture
async def office(records: Records, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(records, tmp_path) as made:
        yield made


@asynccontextmanager
async def gateway(answers: list[int], heard: list[dict[str, Any]]) -> AsyncIterator[str]:
    """A real HTTP server that answers with the given statuses in turn."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        heard.append(json.loads(await reader.readexactly(length)))
        writer.write(f"HTTP/1.1 {answers.pop(0)} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/send"
    server.close()


async def test_a_short_message_goes_to_the_gateway_with_number_purpose_limit_and_link(office: Office) -> None:
    heard: list[dict[str, Any]] = []
    async with gateway([503, 200], heard) as url:
        office.gateways = Gateways(sms=url)
        with pytest.raises(MailDeferred):
            await office.deliver(channel="sms", id="sms")
        told = await office.deliver(channel="sms", id="sms")
    assert (told.ok, told.channel) == (True, "sms")
    assert heard[0] == heard[1]
    assert heard[1]["to"] == "+86-100"
    assert heard[1]["text"].startswith(f"{office.number} Your decision is asked by 18:00 on Wednesday")
    assert STORY not in heard[1]["text"]


@pytest.mark.parametrize(("status", "error"), [(400, "gateway_400"), (None, "not_configured")])
async def test_a_gateway_that_refuses_or_is_not_there_is_a_failure_for_good(
    office: Office, status: int | None, error: str
) -> None:
    async with gateway([status or 0], []) as url:
        office.gateways = Gateways(chat=url if status else "")
        told = await office.deliver(channel="chat", id="chat")
    assert (told.ok, told.error) == (False, error)
