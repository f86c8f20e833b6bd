"""The engine never holds a word of a complaint, nor a name or address, and of all else only ciphertext."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.service import RPCError

from complaints.case import apply
from tests.support.histories import history, payloads
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
