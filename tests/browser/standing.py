"""An institution whose clock stands still, with cases in every state: the pages alone, on records of their own."""

from __future__ import annotations

import asyncio
import io
import socket
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import uvicorn
from httpx import ASGITransport, AsyncClient

from api.app import create_app
from api.context import House
from complaints.case import Actor, Message
from records import Records, seal
from records.attachments import told
from records.values import StoredFile
from runtime.inbox import Store
from runtime.settings import Settings
from tests.runtime.engine import free_ports
from tests.support import uploads
from tests.support.door import Door

T = TypeVar("T")
CSD, HEAD, LEADER = ("csd",), ("responsible",), ("leader",)
LETTER = (
    "From: desk@example.org\r\nTo: someone@example.org\r\nSubject: 20261124-0001 A letter\r\n"
    "Date: Tue, 24 Nov 2026 02:00:00 +0000\r\n\r\nhttp://127.0.0.1/track?number=1\r\n"
)


@dataclass
class Standing:
    """The pages of an institution that stands still; `paths` are the addresses of its states by what they show."""

    url: str
    door: Door
    loop: asyncio.AbstractEventLoop
    paths: dict[str, str] = field(default_factory=dict)

    def does(self, what: Coroutine[Any, Any, T]) -> T:
        """Let something happen where the pages run."""
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(60)

    def bearer(self, person: str, *roles: str, procedure: str) -> dict[str, str]:
        """The header of somebody's token."""
        return self.door.bearer(person, *roles, procedure=procedure)


class _Server(uvicorn.Server):
    """Says when it has opened."""

    opened: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.opened()


class Serving:
    """The pages in a thread of their own, until `stop`."""

    def __init__(self, folder: Path) -> None:
        port, nobody, mail = free_ports(3)
        self.settings = Settings(
            data_dir=folder, port=port, temporal_port=nobody, mail_port=mail, public_url=f"http://127.0.0.1:{port}"
        )
        self._ready, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def start(self) -> Standing:
        """Open the pages and fill them with cases."""
        self._thread.start()
        assert self._ready.wait(60)
        made = self.standing
        made.does(_filled(made))
        return made

    def stop(self) -> None:
        """Close them."""
        self.standing.loop.call_soon_threadsafe(self._server.handle_exit, 2, None)
        self._thread.join(30)

    async def _run(self) -> None:
        records = Records(self.settings.database_url)
        await records.migrate()
        app = create_app(self.settings, records=records)
        self._server = _Server(uvicorn.Config(app, port=self.settings.port, log_config=None, lifespan="off"))
        self._server.opened = self._ready.set
        async with (
            app.router.lifespan_context(app),
            AsyncClient(transport=ASGITransport(app), base_url=self.settings.public_url) as client,
        ):
            the: House = app.state.house
            self.standing = Standing(self.settings.public_url, Door(client, the), asyncio.get_running_loop())
            await self._server.serve()
        await records.close()


async def _filled(made: Standing) -> None:
    door, paths = made.door, made.paths
    made.paths["empty inbox"] = "/inbox"

    async def filed(name: str, **more: Any) -> str:
        number = await door.filed(**more)
        case = await door.the.records.case(number=number)
        await door.the.records.mark_started(case.case_id)
        paths[name] = number
        paths[f"{name} followed"] = f"/track?number={number}&code={case.tracking_code}"
        return number

    async def to_head(name: str, **more: Any) -> str:
        number = await filed(name, place="3-1202", **more)
        await door.happens(number, "assess", "csd-1", CSD, admissible=True, validity="valid")
        await door.happens(number, "dispatch", "csd-1", CSD, unit="engineering")
        return number

    async def to_leader(name: str, **more: Any) -> str:
        number = await to_head(name, **more)
        await door.happens(number, "propose", "eng-head", HEAD, cause="The seal aged.", measures="Replace the seal.")
        await door.delivered(number, "leader", "leader-1")
        return number

    async def link(name: str, number: str, person: str = "leader-1") -> None:
        case = await door.the.records.case(number=number)
        ballot = case.state.ballot
        assert ballot is not None
        whole = door.the.links.approval(case.case_id, person, ballot.approval, ballot.round)
        paths[name] = urlsplit(whole).path

    door.clock("2026-11-10T09:00")
    late = await to_head("overdue")
    await door.time_passes(late, "2026-11-24T09:00")
    door.clock("2026-11-10T09:00")
    silent = await to_leader("deemed approved")
    await link("link deemed", silent)
    await door.time_passes(silent, "2026-11-24T09:30")
    door.clock("2026-11-23T09:00")
    again = await to_leader("sent again")
    await link("link of the first round", again)
    await door.happens(again, "return", "leader-1", LEADER, reason="Write more about the cause.")
    await door.happens(again, "propose", "eng-head", HEAD, cause="The frame is bent.", measures="A new window.")
    await link("link", again)
    stepped = await to_leader("leader stepped aside")
    await link("link of one who stepped aside", stepped)
    await door.happens(stepped, "recuse", "leader-1", LEADER, reason="My own flat.")
    for name in ("reply", "follow-up", "closed"):
        number = await to_leader(name)
        if name == "closed":
            await link("link decided", number)
        await door.happens(number, "approve", "leader-1", LEADER, requirements="Within a week.")
        await door.happens(number, "implement", "eng-head", HEAD, done="Replaced.")
        if name != "reply":
            said = {"reply": "The seal is new.", "apology": "We are sorry.", "correction": "Replaced."}
            await door.happens(number, "reply", "csd-1", CSD, **said)
        if name == "closed":
            await door.happens(number, "revisit", "csd-1", CSD, satisfied="yes")
    gone = await filed("withdrawn")
    await door.happens(gone, "withdraw", "csd-1", CSD)
    paused = await to_head("paused")
    await door.happens(paused, "refer", "csd-1", CSD, to="legal", question="Is it under warranty?")
    asked = await to_head("asked")
    await door.happens(asked, "ask", "csd-1", CSD, question="Which window is it?")
    await door.happens(asked, "promise", "csd-1", CSD, kind="reply", until="2026-11-27T12:00:00+08:00")
    nobody = await filed("anonymous", complainant={"anonymous": True, "language": "en"})
    case = await door.the.records.case(number=nobody)
    await door.the.records.add_task(case.case_id, "n", "csd", "", "acknowledgement")
    ident, size, digest = door.the.files.put(io.BytesIO(uploads.png()))
    photo = StoredFile(ident, "the window, taken on Friday evening.png", "image/png", size, digest)
    sealed = seal(told([photo]))
    content = await door.the.records.attachments.add(case.case_id, sealed, [photo], "csd-1", "files")
    await door.take(nobody, Message("attach", door.the.now(), Actor("csd-1", CSD), {}, content, "files"))
    secret = await filed("confidential", procedure="property-reception", place="3-1202", severity="special")
    await door.happens(secret, "assess", "ps-desk-1", CSD, admissible=True)
    await filed("panel", procedure="law-firm", category="service")
    await door.happens(paths["panel"], "assess", "lf-rec", CSD, admissible=True, validity="valid", severity="major")
    await door.happens(paths["panel"], "propose", "lf-rec", CSD, opinion="Search again.")
    await filed("received")
    door.clock("2026-11-24T10:00")
    Store(door.the.settings.inbox_dir).keep(LETTER.encode())
