"""Registers and evidence, read from the records."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from records import Records
from records.evidence import prove, text_of
from tests.records.test_verify import written
from tests.support.small_case import accepted


async def test_the_register_holds_what_came_in_a_span_of_time_oldest_first_in_parts(records: Records) -> None:
    plays = [await accepted(records) for _ in range(3)]
    ids = {play.accepted.case for play in plays}
    procedure = plays[0].state.procedure
    found = [x async for part in records.papers.whole_register(procedure, 0, 2**40, 10) for x in part]
    assert {one.record.case_id for one in found} == ids
    first = await records.papers.register(procedure, 0, 2**40, limit=2)
    last = first[-1].record
    rest = await records.papers.register(procedure, 0, 2**40, limit=2, after=(last.received_at, last.number))
    assert [one.record.number for one in first + rest] == sorted(one.record.number for one in found)
    assert {one.record.case_id for one in first + rest} == ids
    assert all(one.events[0].event == "received" and one.texts for one in found)
    received = found[0].record.received_at
    assert await records.papers.register(procedure, received + 1, 2**40, limit=9) == []
    assert await records.papers.register("another", 0, 2**40, limit=9) == []


async def test_the_evidence_of_a_case_proves_itself_and_outlives_erasure(records: Records) -> None:
    play = await written(records)
    case = play.accepted.case
    found = json.loads(text_of(await records.papers.evidence(case)))
    assert prove(found) == []
    assert "无人接听" in text_of(found)
    await records.erase(case)
    erased = json.loads(text_of(await records.papers.evidence(case)))
    assert prove(erased) == []
    assert "无人接听" not in text_of(erased)


Change = Callable[[dict[str, Any]], object]
CHANGES: dict[str, tuple[str, Change]] = {
    "an event's instant": ("chain_broken", lambda found: found["events"][1].update(at=1)),
    "an event left out": ("chain_broken", lambda found: found["events"].pop(1)),
    "the last event left out": ("head", lambda found: found["events"].pop()),
    "a word of a text": ("content_changed", lambda found: found["contents"][0]["texts"].update(text="other")),
    "a text left out": ("content_missing", lambda found: found["contents"].clear()),
    "the procedure": ("rules_changed", lambda found: found.update(procedure=found["procedure"] + " ")),
    "the number": ("head", lambda found: found.update(number="20261123-9999")),
    "the form": ("format", lambda found: found.update(format="other")),
    "everything": ("unreadable", lambda found: found.clear()),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_whoever_changes_evidence_is_found_out(records: Records, what: str) -> None:
    play = await written(records)
    found = copy.deepcopy(await records.papers.evidence(play.accepted.case))
    code, change = CHANGES[what]
    change(found)
    assert code in [problem.code for problem in prove(found)]
