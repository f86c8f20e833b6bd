"""A letter that is being handed over is handed over once, whatever the engine and the records do meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from temporalio.testing import ActivityEnvironment

from activities.mail import Mailer
from activities.messages import Deliver
from records import Records
from records import sqlite as on_one_file
from tests.support.mail import Inbox
from tests.support.office import Office, opened
from tests.support.works import until


class Slow:
    """A mail server that has each letter, and says so only when `go` is set."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.came = asyncio.Event()
        self.go = asyncio.Event()

    async def handle_DATA(  # noqa: N802, RUF100 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content: Any = envelope.content
        self.letters.append(bytes(content))
        self.came.set()
        await self.go.wait()
        return "250 OK"


@contextlib.asynccontextmanager
async def slow(office: Office) -> AsyncIterator[Slow]:
    """The office's letters go to a slow server for the length of the block."""
    store = Slow()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(store, hostname="slow"), "127.0.0.1", 0)
    usual, port = office.mailer, server.sockets[0].getsockname()[1]
    office.mailer = Mailer(Inbox(port, Path()).url, usual.sender)
    try:
        yield store
    finally:
        await office.mailer.close()
        office.mailer = usual
        server.close()


@pytest.fixture
async def office(records: Records, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(records, tmp_path) as made:
        yield made


def trying(office: Office) -> Callable[[], asyncio.Task[Any]]:
    """Begins tries of the leader's letter, one worker's each."""
    worker, given = office.notifications(), Deliver(office.case, replace(office.request))
    return lambda: asyncio.ensure_future(ActivityEnvironment().run(worker.deliver, given))


async def test_a_try_that_is_made_while_another_goes_on_joins_it(office: Office) -> None:
    async with slow(office) as server:
        begin = trying(office)
        first = begin()
        await server.came.wait()
        second = begin()
        await until_tried(office, 2)
        server.go.set()
        assert await first == await second
    assert len(server.letters) == 1


async def test_a_try_that_is_given_up_in_the_middle_of_a_letter_sends_it_to_its_end(office: Office) -> None:
    async with slow(office) as server:
        begin = trying(office)
        first = begin()
        await server.came.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        second = begin()
        await until_tried(office, 2)
        server.go.set()
        assert (await second).ok
    assert len(server.letters) == 1


async def test_a_letter_that_went_out_while_the_records_took_nothing_is_noted_afterwards_and_not_sent_again(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_one_file, "BUSY_SECONDS", 0.1)
    records = Records(sqlite_url)
    async with opened(records, tmp_path) as office, slow(office) as server:
        sending = trying(office)()
        await server.came.wait()
        with on_one_file.held(sqlite_url):
            server.go.set()
            await asyncio.sleep(0.5)  # some tries of the records, each of which waits for the lock in vain
            assert not sending.done()
        assert (await sending).ok
        (row,) = await records.notices(office.case)
        assert (row.status, len(server.letters)) == ("sent", 1)
    await records.close()


async def until_tried(office: Office, times: int) -> None:
    async def look() -> bool:
        (row,) = await office.records.notices(office.case)
        return row.tries >= times

    await until(look, f"the letter is not tried {times} times")
