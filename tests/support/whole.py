"""The whole system in one process: API, engine, worker, mail server, records; real but for HTTP's socket."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from httpx import ASGITransport, AsyncClient, Response
from temporalio.client import Client

from api.app import create_app
from records import Records
from runtime.inbox import Letter
from runtime.settings import Settings
from runtime.temporal import connect, register_attributes
from tests.runtime.engine import engine, free_ports
from tests.support.door import COMPLAINT, Door
from tests.support.mail import Inbox, inbox
from worker import composed
from workflows.attributes import KEYS

T = TypeVar("T")
PATIENCE = 30.0


class Whole(Door):
    """A client of the API before a system that can be told to stop and start its worker."""

    __slots__ = ("_worker", "box", "settings", "temporal")

    def __init__(self, door: Door, settings: Settings, temporal: Client, box: Inbox) -> None:
        super().__init__(door.client, door.the)
        self.settings, self.temporal, self.box = settings, temporal, box
        self._worker: AsyncExitStack | None = None

    async def work(self) -> None:
        """Start a worker."""
        self._worker = AsyncExitStack()
        worker, _ = await self._worker.enter_async_context(composed(self.temporal, self.settings))
        await self._worker.enter_async_context(worker)

    async def rest(self) -> None:
        """Stop the worker."""
        if self._worker is not None:
            await self._worker.aclose()
            self._worker = None

    async def act(self, number: str, action: str, person: str, *, key: str = "", **given: Any) -> Response:
        """Act over HTTP as a person of the directory."""
        headers = self.bearer(person) | ({"Idempotency-Key": key} if key else {})
        return await self.client.post(f"/api/complaints/{number}/actions/{action}", json=given, headers=headers)

    async def acted(self, number: str, action: str, person: str, **given: Any) -> dict[str, Any]:
        """The same, and it must be taken."""
        answer = await self.act(number, action, person, **given)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def letter(self, to: str, words: str, since: int = 0) -> Letter:
        """The letter to an address whose subject or text holds the words, as soon as it is there."""
        return await until(
            lambda: next((x for x in self.box.letters()[since:] if to in x.to and words in x.subject + x.text), None),
            f"no letter to {to} with {words!r} among {[(x.to, x.subject) for x in self.box.letters()]}",
        )

    async def link(self, to: str, since: int = 0) -> str:
        """The path of the approval's link in the newest letter to an address."""
        letter = await until(
            lambda: next(
                (x for x in reversed(self.box.letters()[since:]) if to in x.to and "/approvals/" in x.text), None
            ),
            f"no link for {to}",
        )
        return urlsplit(next(link for link in letter.links if "/approvals/" in link)).path

    async def decide(self, path: str, decision: str, text: str = "") -> Response:
        """Decide by the page: choose, then confirm."""
        page = await self.client.get(path, params={"decision": decision, "lang": "en"})
        nonce = re.search(r'name="nonce" value="([^"]+)"', page.text.split("<main")[1])
        assert nonce, page.text
        return await self.client.post(
            path, data={"decision": decision, "text": text, "nonce": nonce[1]}, params={"lang": "en"}
        )

    async def recorded(self, number: str, event: str) -> None:
        """Wait until the record holds an event."""
        case = await self.the.records.case(number=number)
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while event not in [e.event for e in await self.the.records.events(case.case_id)]:
            assert asyncio.get_running_loop().time() < deadline, f"{event} never came"
            await asyncio.sleep(0.05)


async def until(look: Callable[[], T | None], fault: str) -> T:
    """What `look` finds, as soon as it finds something."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while (found := look()) is None:
        assert asyncio.get_running_loop().time() < deadline, fault
        await asyncio.sleep(0.05)
    return found


@asynccontextmanager
async def whole(home: Path, database_url: str, *, config: Sequence[str] = (), **changes: Any) -> AsyncIterator[Whole]:
    """The whole system, with its worker running; `config` are dynamic values of the engine, the rest are settings."""
    (port,) = free_ports(1)
    async with engine(port, home / "engine.log", config=config), inbox(home / "inbox") as box:
        settings = Settings(
            data_dir=home / "data",
            temporal_port=port,
            mail_port=box.port,
            database_url=database_url,
            public_url="http://huiyin.test",
            **changes,
        )
        temporal = await connect(settings, patience=60)
        await register_attributes(temporal, KEYS)
        records = Records(database_url)
        app = create_app(settings, records=records, client=temporal)
        async with app.router.lifespan_context(app):
            transport = ASGITransport(app, raise_app_exceptions=False)
            async with AsyncClient(transport=transport, base_url="http://huiyin.test") as client:
                made = Whole(Door(client, app.state.house), settings, temporal, box)
                await made.work()
                try:
                    yield made
                finally:
                    await made.rest()
                    await records.close()


__all__ = ["COMPLAINT", "Whole", "until", "whole"]
