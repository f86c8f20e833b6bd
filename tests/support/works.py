"""Cases of the reference procedure on a real engine: real records, real mail, a worker that can stop and start."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from complaints.case import Actor, Event, Message, Submission, apply, receive, settle
from complaints.fields import shape_action, shape_complaint
from records import Records, seal
from records.values import CaseRecord, Complainant, Intake
from runtime.directories import Directories
from runtime.settings import HOUSE, Settings
from runtime.temporal import connect, register_attributes
from tests.support.engine import Server
from tests.support.mail import Inbox, inbox
from worker import composed
from workflows.attributes import KEYS
from workflows.messages import Act, Acted, Chain
from workflows.starting import start_options, workflow_id

T = TypeVar("T")
ZONE = ZoneInfo("Asia/Shanghai")
PATIENCE = 20.0
PROCEDURE = "property-developer"

DESK = Actor("csd-1", ("csd",))
HEAD = Actor("eng-head", ("responsible",))
LEADER = Actor("leader-1", ("leader",))
SYSTEM = Actor("system")


def at(local: str) -> int:
    """The instant of a time in China such as `2024-03-05T09:30`."""
    return int(datetime.fromisoformat(local).replace(tzinfo=ZONE).timestamp())


async def until(look: Callable[[], Awaitable[T | None]], fault: str) -> T:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + PATIENCE
    while not (found := await look()):
        assert time.monotonic() < deadline, fault
        await asyncio.sleep(0.02)
    return found


@dataclass
class Case:
    """A case: its record, and its workflow once it was started; its clock runs `offset` seconds beside the real one."""

    works: Works
    id: str
    number: str
    offset: int = 0

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        return self.works.client.get_workflow_handle(workflow_id(self.id))

    def now(self) -> int:
        return int(time.time()) + self.offset

    async def record(self) -> CaseRecord:
        return await self.works.records.case(id=self.id)

    async def events(self, name: str = "") -> list[Event]:
        return [e for e in await self.works.records.events(self.id) if not name or e.event == name]

    async def message(
        self, do: str, by: Actor, *, when: int | None = None, key: str = "", **given: Any
    ) -> Message:  # fmt: skip
        """A message as the API makes it: words go to the records first."""
        data, texts = shape_action((await self.record()).rules, do, given)
        key = key or secrets.token_hex(8)
        content = await self.works.records.put_content(self.id, texts, by.person, key) if texts else None
        return Message(do, self.now() if when is None else when, by, data, content, key)

    async def told(self, when: str, do: str, by: Actor, **given: Any) -> None:
        """Let something happen in the record alone, before the workflow runs."""
        message = await self.message(do, by, when=at(when), **given)
        case = await self.record()
        await self.works.records.append(self.id, apply(case.rules, case.state, message).events)

    async def letters_reach(self, when: str, **people: str) -> None:
        """Let every letter that is owed reach the person named for its role, in the record alone."""
        case = await self.record()
        for notice in case.state.owed.values():
            answer = {"notice": notice.id, "person": people.get(notice.to, notice.to), "channel": notice.channel}
            state = (await self.record()).state
            done = apply(case.rules, state, Message("notified", at(when), SYSTEM, answer))
            await self.works.records.append(self.id, done.events)

    async def time_passes(self, to: str) -> None:
        """Let the clocks run up to an instant, in the record alone."""
        case = await self.record()
        await self.works.records.append(self.id, settle(case.rules, case.state, at(to)).events)

    async def start(self, now: str | None = None) -> None:
        """Start the workflow where the record stands; its clock shows `now`, else goes on from where it was."""
        if now is not None:
            self.offset = at(now) - int(time.time())
        options = start_options(await self.record(), self.works.queue, offset=self.offset)
        await self.works.client.start_workflow(**options)
        await self.works.records.mark_started(self.id)

    async def act(self, do: str, by: Actor, *, key: str = "", **given: Any) -> Acted:
        """Act by an update, as the API does."""
        return await self.update(await self.message(do, by, key=key, **given))

    async def update(self, message: Message, *, case: str = "", update: str = "") -> Acted:
        act = Act(message, case or self.id)
        async with asyncio.timeout(PATIENCE):
            found: Acted = await self.handle.execute_update("act", act, id=update or message.key, result_type=Acted)
        return found

    async def refused(self, message: Message, *, case: str = "") -> tuple[str, str]:
        """Send an update that must be refused; gives the code and the text of the refusal."""
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await self.update(message, case=case)
        assert isinstance(caught.value.cause, ApplicationError)
        assert caught.value.cause.type == "Refused"
        code, text = caught.value.cause.details
        return str(code), str(text)

    async def signal(self, message: Message, *, case: str = "") -> None:
        await self.handle.signal("act", Act(message, case or self.id))

    async def story(self) -> str:
        """What an operator reads of the case, by the engine's own query."""
        found: WorkflowMetadata = await self.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
        return found.current_details

    async def quiet(self) -> Chain:
        """Wait until nothing is under way."""

        async def look() -> Chain | None:
            chain: Chain = await self.handle.query("chain", result_type=Chain)
            return chain if chain.quiet else None

        return await until(look, "the case never comes to rest")

    async def recorded(self, name: str, count: int = 1) -> list[Event]:
        """Wait until the record holds so many events of a name."""

        async def look() -> list[Event] | None:
            found = await self.events(name)
            return found if len(found) >= count else None

        return await until(look, f"{name} never came; there are {[e.event for e in await self.events()]}")

    async def attempted(self, count: int = 1) -> list[Any]:
        """Wait until so many refused messages are listed."""

        async def look() -> list[Any] | None:
            found = await self.works.records.attempts(self.id)
            return found if len(found) >= count else None

        return await until(look, f"there are never {count} attempts")


@dataclass
class Works:
    """An engine with a worker, and what cases need around them."""

    server: Server
    settings: Settings
    client: Client
    records: Records
    box: Inbox
    queue: str
    cases: list[Case] = field(default_factory=list)
    _worker: AsyncExitStack | None = None

    async def work(self) -> None:
        """Start the worker."""
        self._worker = AsyncExitStack()
        worker, _ = await self._worker.enter_async_context(composed(self.client, self.settings))
        await self._worker.enter_async_context(worker)

    async def rest(self) -> None:
        """Stop the worker."""
        if self._worker is not None:
            worker, self._worker = self._worker, None
            async with asyncio.timeout(PATIENCE):
                await worker.aclose()

    async def filed(self, when: str, *, case: str = "", email: str = "person@example.org", **fields: Any) -> Case:
        """A complaint accepted by the records; its workflow is not started."""
        directories = Directories(self.settings.procedures_dir)
        texts = directories.frozen(PROCEDURE, int(when[:4]))
        ref = await self.records.save_rules(*texts)
        rules = await self.records.rules(ref)
        given = {"channel": "telephone", "category": "repair", "about": "Rain comes in.", **fields}
        facts, words = shape_complaint(rules.procedure, rules.calendar.instant, given)
        case, key, sealed = case or secrets.token_hex(16), secrets.token_hex(8), seal(words)
        submission = Submission(case, "", at(when), at(when), facts, sealed.content, DESK, {}, key)
        accepted = await self.records.accept(
            Intake(
                case, ref, datetime.fromtimestamp(at(when), ZONE), key, secrets.token_hex(32),
                lambda number: receive(rules, replace(submission, number=number)), sealed,
                Complainant("Example Person", "000", email, "", "en"),
            )
        )  # fmt: skip
        made = Case(self, case, accepted.number, at(when) - int(time.time()))
        self.cases.append(made)
        return made

    async def proposed(self, *, case: str = "", severity: str = "general") -> Case:
        """A case that waits for the leader since Tuesday, 5 March 2024 at 10:00, as its record says."""
        made = await self.filed("2024-03-04T09:00", case=case, severity=severity)
        await made.letters_reach("2024-03-04T09:00", leader="leader-1")
        await made.told("2024-03-04T09:10", "assess", DESK, admissible=True)
        await made.told("2024-03-04T09:20", "dispatch", DESK, unit="engineering")
        await made.letters_reach("2024-03-04T09:20", responsible="eng-head")
        await made.told("2024-03-04T10:00", "contact", HEAD)
        await made.told("2024-03-05T10:00", "propose", HEAD, cause="The seal is old.", measures="A new seal.")
        await made.letters_reach("2024-03-05T10:00", leader="leader-1")
        return made


@asynccontextmanager
async def works(server: Server, home: Path, database_url: str) -> AsyncIterator[Works]:
    """A worker of its own on a task queue of its own; it runs when this enters."""
    async with inbox(home / "inbox") as box:
        queue = f"huiyin-{secrets.token_hex(6)}"
        procedures = home / "procedures"
        procedures.mkdir()
        for file in (HOUSE / "procedures").glob(f"{PROCEDURE}.*"):
            shutil.copy(file, procedures)  # a house with one institution starts at once
        settings = Settings(
            data_dir=home / "data", temporal_port=server.port, mail_port=box.port, database_url=database_url,
            public_url="http://huiyin.test", task_queue=queue, procedures_dir=procedures,
        )  # fmt: skip
        client = await connect(settings, patience=60)
        await register_attributes(client, KEYS)
        records = Records(database_url)
        made = Works(server, settings, client, records, box, queue)
        await made.work()
        try:
            yield made
        finally:
            await made.rest()
            await records.close()
