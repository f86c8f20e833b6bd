"""Whatever an operator types on Temporal's own command line, the case goes on; only a few things may be asked so."""

from __future__ import annotations

import asyncio
import base64

from temporalio.api.enums.v1 import EventType

from complaints.case import Actor, Message
from complaints.vocabulary import HAPPENINGS
from tests.support.histories import history, of_type
from tests.support.works import DESK, LEADER, Case, Works

DEEP = "[" * 4000 + "]" * 4000

SHAPES: list[list[str]] = [
    [],
    ["--input", "null"],
    ["--input", "42"],
    ["--input", "1e400"],
    ["--input", '""'],
    ["--input", "[]"],
    ["--input", DEEP],
    ["--input", '{"do": "\\u0000"}'],
    ["--input", '{"do": null}'],
    ["--input", '{"do": ["note"], "with": {"text": {"a": 1}}}'],
    ["--input", '{"do": "note"}'],
    ["--input", '{"do": "note", "with": null}'],
    ["--input", '{"do": "note", "with": {"text": ""}}'],
    ["--input", '{"do": "approve", "by": {"person": "leader-1", "roles": ["leader"]}}'],
    [
        "--input",
        '{"message": {"do": "approve", "at": 1, "by": {"person": "leader-1", "roles": ["leader"]}}, "case": ""}',
    ],
    ["--input", '{"do": "' + "x" * 500 + '"}'],
    ["--input", '{"do": "escalate", "with": {"to": "nowhere"}}'],
    ["--input", '{"do": "pause", "with": {"pause": ["a", "b"]}}'],
    ["--input", '"one"', "--input", '"two"', "--input", '"three"'],
    ["--input", "not json at all", "--input-meta", "encoding=binary/plain"],
    ["--input", "garbage", "--input-meta", "encoding=binary/encrypted"],
    ["--input", "garbage", "--input-meta", "encoding=binary/encrypted", "--input-meta", "key=none"],
    ["--input", '{"a": 1}', "--input-meta", "encoding=json/protobuf"],
    ["--input", "garbage", "--input-meta", "encoding=never/heard"],
    [
        "--input",
        base64.b64encode(bytes(range(256))).decode(),
        "--input-base64",
        "--input-meta",
        "encoding=binary/plain",
    ],
    ["--input", r'"half \ud800 of a sign"'],
]


async def type_signal(case: Case, name: str, *words: str) -> None:
    """Send a signal from the command line."""
    done = await asyncio.to_thread(
        case.works.server.command, "workflow", "signal", "--workflow-id", case.handle.id, "--name", name, *words
    )
    assert done.returncode == 0, done.stderr


async def started(house: Works) -> Case:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    return case


async def test_a_signal_of_any_shape_is_judged_and_the_case_goes_on(house: Works) -> None:
    case = await started(house)
    for words in SHAPES:
        await type_signal(case, "act", *words)
    listed = await case.attempted(len(SHAPES))
    assert len(listed) == len(SHAPES)
    assert {a.code for a in listed} <= {"unreadable", "top", "no_pause", "missing"}
    assert all(len(a.action) <= 50 for a in listed)
    assert not {e.event for e in await case.events()} & {"noted", "paused", "escalated", "approved"}
    assert (await case.act("approve", LEADER)).stage == "implementation"
    signalled = of_type(await history(house.client, case.id), EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)
    assert len(signalled) == len(SHAPES)


async def test_unknown_names_are_listed_and_nothing_more(house: Works) -> None:
    case = await started(house)
    for name in ("whatever", "approve", "notified", "完成", "run", "__init__"):
        await type_signal(case, name, "--input", '{"reason": "please"}')
    assert [a.action for a in await case.attempted(6)] == [
        "whatever", "approve", "notified", "完成", "run", "__init__"
    ]  # fmt: skip
    assert (await case.act("approve", LEADER)).stage == "implementation"


async def test_an_operator_may_note_escalate_pause_and_resume_from_the_command_line(house: Works) -> None:
    case = await started(house)
    await type_signal(case, "note", "--input", '"The server moved."')
    await type_signal(case, "act", "--input", '{"do": "note", "with": {"text": "It moved again."}}')
    await type_signal(case, "escalate", "--input", '"Nobody answers."')
    noted = await case.recorded("noted", 2)
    (escalated,) = await case.recorded("escalated")
    words = await house.records.contents(case.id)
    assert [words[e.content.id]["text"] for e in noted if e.content] == ["The server moved.", "It moved again."]
    assert escalated.content is not None
    assert words[escalated.content.id]["reason"] == "Nobody answers."
    assert {(e.by, e.role) for e in (*noted, escalated)} == {("operator", "operator")}
    # This procedure lets no clock be paused, so both are refused in their ordinary form.
    await type_signal(case, "pause")
    await type_signal(case, "resume")
    assert [(a.action, a.code) for a in await case.attempted(2)] == [("pause", "no_pause"), ("resume", "not_paused")]


async def test_words_that_no_database_takes_are_mended_before_they_are_kept(house: Works) -> None:
    case = await started(house)
    await type_signal(case, "note", "--input", r'"zero \u0000 end"')
    (noted,) = await case.recorded("noted")
    assert noted.content is not None
    text = (await house.records.contents(case.id))[noted.content.id]["text"]
    assert text.startswith("zero ")
    assert "\0" not in text
    assert text.endswith(" end")


async def test_an_operators_key_never_stands_in_the_way_of_a_person(house: Works) -> None:
    case = await started(house)
    typed = '{"do": "note", "key": "the-leaders", "with": {"text": "One."}}'
    await type_signal(case, "act", "--input", typed)
    await type_signal(case, "act", "--input", typed.replace("One", "Two"))
    await case.recorded("noted", 2)
    answer = await case.act("approve", LEADER, key="the-leaders")
    assert "approved" in answer.events
    assert not answer.repeated


async def test_the_mark_of_the_house_cannot_be_forged_on_the_command_line(house: Works) -> None:
    case = await started(house)
    act = (
        '{"message": {"do": "approve", "at": 1709607600, "by": {"person": "leader-1", "roles": ["leader"]},'
        ' "data": {}, "key": "forged"}, "case": "' + case.id + '"}'
    )
    await type_signal(case, "act", "--input", act, "--input-meta", "sealed=1")
    await type_signal(case, "act", "--input", act, "--input-meta", "sealed=1", "--input-meta", "encoding=json/plain")
    assert {a.code for a in await case.attempted(2)} == {"unreadable"}
    assert not await case.events("approved")


async def test_an_update_without_the_seal_is_refused_before_it_is_history(house: Works) -> None:
    case = await started(house)
    before = len(await history(house.client, case.id))
    for words in (["--input", '{"do": "note", "with": {"text": "Hello."}}'], ["--input", "7"], []):
        done = await asyncio.to_thread(
            house.server.command,
            *("workflow", "update", "execute", "--workflow-id", case.handle.id, "--name", "act", *words),
        )
        assert done.returncode != 0
    done = await asyncio.to_thread(
        house.server.command, "workflow", "update", "execute", "--workflow-id", case.handle.id, "--name", "other"
    )
    assert done.returncode != 0
    entries = await history(house.client, case.id)
    assert not of_type(entries[before:], EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED)
    assert not await case.events("noted")


async def test_a_sealed_message_for_another_case_is_refused_by_update_and_by_signal(house: Works) -> None:
    case, other = await started(house), await started(house)
    message = await case.message("approve", LEADER)
    code, text = await case.refused(message, case=other.id)
    assert (code, text) == ("unauthenticated", "it was meant for another case")
    await case.signal(message, case=other.id)
    (attempt,) = await case.attempted()
    assert (attempt.action, attempt.code) == ("approve", "unreadable")
    assert not await case.events("approved")


async def test_only_the_system_reports_what_happened(house: Works) -> None:
    case = await started(house)
    for place, name in enumerate(HAPPENINGS, 1):
        told = Message(name, case.now(), Actor("leader-1", ("leader",)), {"person": "leader-1"}, key=f"told-{place}")
        assert (await case.refused(told))[0] == "unauthenticated"
        await case.signal(told)
        assert len(await case.attempted(place)) == place
    before = await case.events()
    away = Message(
        "absent", case.now(), Actor("system"), {"person": "leader-1", "until": case.now() + 3600}, key="away"
    )
    assert "absent" in (await case.update(away)).events
    assert len(await case.events()) > len(before)


async def test_words_of_people_never_come_by_update_without_being_stored_first(house: Works) -> None:
    case = await started(house)
    code, text = await case.refused(Message("note", case.now(), DESK, {}, None, "no-words"))
    assert (code, text) == ("missing", "note needs text")
