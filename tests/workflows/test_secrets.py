"""The engine never holds a word of a complaint, nor a name or address, and of all else only ciphertext."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta

import pytest
from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.client import Client, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from complaints.case import apply
from tests.support.histories import history, messages, payloads
from tests.support.works import DESK, HEAD, LEADER, Case, Works, until

MARK = "quetzalcoatl"
"""A word that stands in everything that people say in this case, and nowhere else."""


async def marked(house: Works) -> Case:
    """A case that was started by its workflow and answered, full of marked words."""
    case = await house.filed(
        "2024-03-04T09:00", about=f"{MARK} about", demand=f"{MARK} demand", place=f"{MARK} place",
        email=f"{MARK}@example.org",
    )  # fmt: skip
    await case.start()
    for do, by, given in (
        ("assess", DESK, {"admissible": True}),
        ("dispatch", DESK, {"unit": "engineering"}),
        ("contact", HEAD, {"result": f"{MARK} result"}),
        ("propose", HEAD, {"cause": f"{MARK} cause", "measures": f"{MARK} measures"}),
        ("approve", LEADER, {"requirements": f"{MARK} requirements"}),
        ("implement", HEAD, {"done": f"{MARK} done"}),
        ("reply", DESK, {"reply": f"{MARK} reply"}),
    ):
        await case.act(do, by, **given)
    refused = await case.message("return", LEADER, reason=f"{MARK} reason")
    await case.refused(refused)
    await case.signal(refused)
    await case.attempted()
    await case.quiet()
    return case


async def decoded(client: Client, found: list[Payload]) -> list[Payload]:
    codec = client.data_converter.payload_codec
    assert codec is not None
    return await codec.decode(found)


async def test_no_word_of_people_is_in_history_ids_attributes_or_summaries(house: Works) -> None:
    case = await marked(house)
    assert any(MARK in letter.text for letter in house.box.letters())
    entries = await history(house.client, case.id)
    described = await case.handle.describe()
    raw = described.raw_description
    found = [payload for part in (*entries, raw) for _, payload in payloads(part)]
    plain = b" ".join(p.data for p in await decoded(house.client, found))
    assert case.number.encode() in plain
    assert MARK.encode() not in plain
    assert MARK not in f"{entries} {raw} {await described.static_summary()} {await described.static_details()}"
    assert MARK not in await case.story()


async def test_the_engine_stores_only_ciphertext(house: Works) -> None:
    case = await marked(house)
    entries = await history(house.client, case.id)
    described = (await case.handle.describe()).raw_description
    open_ones = {
        where
        for part in (*entries, described)
        for where, payload in payloads(part)
        if payload.metadata.get("encoding") != b"binary/encrypted" and "search_attributes" not in where
    }
    assert not open_ones
    plain = await Client.connect(f"127.0.0.1:{house.server.port}")
    with pytest.raises((RuntimeError, KeyError, ValueError, RPCError)):
        await plain.get_workflow_handle(case.handle.id).query("chain", result_type=dict)


async def test_the_text_of_a_failure_is_ciphertext_too(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    record = await case.record()
    forged = apply(record.rules, record.state, await case.message("note", DESK, text="Past the workflow."))
    await house.records.append(case.id, forged.events)
    acting = asyncio.create_task(case.act("approve", LEADER))

    async def failing() -> Payload | None:
        raw = (await case.handle.describe()).raw_description
        failures = [p.last_failure for p in raw.pending_activities if p.HasField("last_failure")]
        assert all(f.message == "Encoded failure" and not f.stack_trace for f in failures)
        return failures[0].encoded_attributes if failures else None

    kept = await until(failing, "the activity never failed")
    assert kept.metadata["encoding"] == b"binary/encrypted"
    (told,) = await decoded(house.client, [kept])
    assert b"holds another event" in told.data
    await case.handle.terminate("seen")
    await asyncio.gather(acting, return_exceptions=True)


@activity.defn
async def fails() -> None:
    """An activity whose fault speaks of people."""
    try:
        raise ValueError(f"{MARK} of the cause")
    except ValueError as error:
        raise ApplicationError(f"{MARK} of the activity", f"{MARK} detail", type="Told") from error


@workflow.defn
class Failing:
    """Everything in it fails, with marked words."""

    def __init__(self) -> None:
        self.told = False

    @workflow.run
    async def run(self) -> None:
        once = RetryPolicy(maximum_attempts=1)
        try:
            await workflow.execute_activity(fails, start_to_close_timeout=timedelta(seconds=20), retry_policy=once)
        except ActivityError:
            await workflow.wait_condition(lambda: self.told)
        raise ApplicationError(f"{MARK} of the workflow")

    @workflow.update
    async def tell(self) -> None:
        self.told = True
        raise ApplicationError(f"{MARK} of the update", f"{MARK} detail")


async def test_whatever_fails_with_words_of_people_is_stored_without_them(house: Works) -> None:
    queue = secrets.token_hex(6)
    runner = UnsandboxedWorkflowRunner()
    async with Worker(
        house.client, task_queue=queue, workflows=[Failing], activities=[fails], workflow_runner=runner
    ):  # fmt: skip
        handle = await house.client.start_workflow(Failing.run, id=queue, task_queue=queue)
        with pytest.raises(WorkflowUpdateFailedError):
            await handle.execute_update(Failing.tell)
        with pytest.raises(WorkflowFailureError):
            await handle.result()
    entries = (await handle.fetch_history()).events
    found = [one for entry in entries for one in messages(entry, Failure)]
    assert len(found) >= 4
    assert MARK not in f"{entries}"
    assert {(one.message, one.stack_trace) for one in found} == {("Encoded failure", "")}
    sealed = [one.encoded_attributes for one in found]
    assert {payload.metadata["encoding"] for payload in sealed} == {b"binary/encrypted"}
    told = b" ".join(payload.data for payload in await decoded(house.client, sealed)).decode()
    assert all(f"{MARK} of the {what}" in told for what in ("cause", "activity", "update", "workflow"))
    assert "test_secrets.py" in told  # the stack's own lines
