"""One complaint from end to end over HTTP, on a real engine, real mail and real records."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import BackgroundTasks

from api.submissions import file
from tests.support.whole import COMPLAINT, Whole, whole

DESK, HEAD, LEADER = "csd-1", "eng-head", "leader@developer.example"


@pytest.fixture
async def system(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Whole]:
    """The whole system with its worker running."""
    async with whole(tmp_path, sqlite_url) as made:
        yield made


async def proposed(system: Whole) -> str:
    """A case on which the leader is asked to decide."""
    number = await system.filed()
    await system.acted(number, "assess", DESK, admissible=True, severity="general")
    await system.acted(number, "dispatch", DESK, unit="engineering")
    await system.acted(number, "sign_for", HEAD)
    await system.acted(number, "contact", HEAD, on_site=True)
    done = await system.acted(number, "propose", HEAD, cause="The seal aged.", measures="Replace the seal.")
    assert done["stage"] == "approval"
    return number


async def test_a_complaint_goes_its_whole_way_to_a_satisfied_complainant(system: Whole) -> None:
    number = await system.filed()
    code = (await system.the.records.case(number=number)).tracking_code
    await system.letter("person@example.org", number)
    await system.recorded(number, "acknowledged")

    assert (await system.acted(number, "assess", DESK, admissible=True, severity="general"))["stage"] == "assessment"
    assert (await system.acted(number, "dispatch", DESK, unit="engineering"))["stage"] == "investigation"
    await system.letter("engineering@developer.example", number)
    await system.acted(number, "sign_for", HEAD)
    await system.acted(number, "contact", HEAD, on_site=True)
    await system.acted(number, "propose", HEAD, cause="The seal aged.", measures="Replace the seal.")

    path = await system.link(LEADER)
    page = await system.client.get(path)
    assert page.status_code == 200 and "Replace the seal." in page.text
    decided = await system.decide(path, "approve")
    assert decided.status_code == 200 and "You have approved." in decided.text

    assert (await system.acted(number, "implement", HEAD, done="Seal replaced."))["stage"] == "reply"
    assert (await system.acted(number, "reply", DESK, reply="The seal is new."))["stage"] == "revisit"
    reply = await system.letter("person@example.org", "The seal is new.")
    assert number in reply.subject
    closed = await system.acted(number, "revisit", DESK, satisfied="yes", of="complainant")
    assert closed["stage"] == "closed"

    case = await system.client.get(f"/api/complaints/{number}", headers=system.bearer(DESK))
    assert (case.json()["stage"], case.json()["outcome"]) == ("closed", "resolved")
    tracked = await system.client.get("/api/track", params={"number": number, "code": code})
    assert tracked.json()["outcome"] == "resolved"
    assert "The seal is new." in tracked.json()["replies"]
    assert await system.the.records.verify() == []

    late = await system.act(number, "contact", HEAD)
    assert late.status_code == 409
    assert late.json()["code"] == "closed"


async def test_a_link_decides_once_however_often_it_is_sent(system: Whole) -> None:
    number = await proposed(system)
    path = await system.link(LEADER)
    page = await system.client.get(path, params={"decision": "require"})
    nonce = page.text.split("<main")[1].split('name="nonce" value="')[1].split('"')[0]
    sent = {"decision": "require", "text": "Before the rain comes.", "nonce": nonce}
    answers = [await system.client.post(path, data=sent, params={"lang": "en"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    case = await system.the.records.case(number=number)
    events = [event.event for event in await system.the.records.events(case.case_id)]
    assert events.count("approved") == 1
    assert case.state.stage == "implementation"
    other = await system.client.post(path, data=sent | {"decision": "return"}, params={"lang": "en"})
    assert other.status_code == 410 and "This has been decided." in other.text


async def test_the_record_says_whether_a_link_decided_or_somebody_who_had_signed_in(system: Whole) -> None:
    number = await proposed(system)
    await system.decide(await system.link(LEADER), "return", "Say who pays.")
    await system.acted(number, "propose", HEAD, cause="The seal aged.", measures="We pay.")
    signed_in = system.bearer("leader-1")
    page = await system.client.get(f"/waiting/{number}", params={"decision": "approve"}, headers=signed_in)
    nonce = page.text.split("<main")[1].split('name="nonce" value="')[1].split('"')[0]
    sent = {"decision": "approve", "nonce": nonce, "key": "once"}
    assert (await system.client.post(f"/waiting/{number}", data=sent, headers=signed_in)).status_code == 303
    await system.recorded(number, "approved")
    case = await system.the.records.case(number=number)
    events = await system.the.records.events(case.case_id)
    ways = {
        event.event: (event.by, event.data["medium"]) for event in events if event.event in ("returned", "approved")
    }
    assert ways == {"returned": ("leader-1", "link"), "approved": ("leader-1", "page")}


async def test_a_return_asks_for_new_measures_and_a_new_link(system: Whole) -> None:
    number = await proposed(system)
    first = await system.link(LEADER)
    assert (await system.decide(first, "return", "Say who pays.")).status_code == 200
    since = len(system.box.letters())
    await system.acted(number, "propose", HEAD, cause="The seal aged.", measures="We pay.")
    second = await system.link(LEADER, since)
    assert second != first
    assert (await system.client.get(first)).status_code == 410
    assert (await system.decide(second, "approve")).status_code == 200
    assert (await system.the.records.case(number=number)).state.rounds == {"decision": 2}


async def test_who_declares_an_interest_by_the_link_hands_the_question_to_the_substitute(system: Whole) -> None:
    number = await proposed(system)
    path = await system.link(LEADER)
    assert (await system.decide(path, "recuse", "A relative lives there.")).status_code == 200
    substitute = await system.link("gm@developer.example")
    gone = await system.client.get(path, params={"lang": "en"})
    assert gone.status_code == 409 and "passed over" in gone.text
    assert (await system.decide(substitute, "approve")).status_code == 200
    case = await system.the.records.case(number=number)
    approved = next(e for e in await system.the.records.events(case.case_id) if e.event == "approved")
    assert approved.by == "gm-1"


async def test_the_same_action_sent_twice_is_done_once(system: Whole) -> None:
    number = await system.filed()
    first = await system.act(number, "assess", DESK, key="a-1", admissible=True)
    again = await system.act(number, "assess", DESK, key="a-1", admissible=True)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json()["repeated"]
    case = await system.the.records.case(number=number)
    assert [e.event for e in await system.the.records.events(case.case_id)].count("assessed") == 1


async def test_an_action_while_no_worker_runs_is_kept_and_counts_from_when_it_was_sent(system: Whole) -> None:
    number = await system.filed()
    await system.recorded(number, "acknowledged")
    await system.rest()
    answer = await system.act(number, "note", DESK, text="The complainant rang again.")
    assert answer.status_code == 202, answer.text
    assert answer.json()["accepted"]
    sent = system.the.now()
    await system.work()
    await system.recorded(number, "noted")
    case = await system.the.records.case(number=number)
    noted = next(e for e in await system.the.records.events(case.case_id) if e.event == "noted")
    assert noted.at <= sent


async def test_an_action_on_a_case_that_was_never_started_starts_it(system: Whole) -> None:
    body = {name: value for name, value in COMPLAINT.items() if name != "procedure"}
    # As after a crash between the record and the start: what was to follow the answer never ran.
    filed = await file(system.the, COMPLAINT["procedure"], body, None, "crash", BackgroundTasks())
    assert (await system.acted(filed.accepted.number, "assess", DESK, admissible=True))["stage"] == "assessment"


async def test_a_case_whose_workflow_was_lost_goes_on_where_its_record_ends(system: Whole) -> None:
    number = await system.filed()
    await system.acted(number, "assess", DESK, admissible=True)
    case = await system.the.records.case(number=number)
    await system.temporal.get_workflow_handle(f"complaint-{case.case_id}").terminate("lost")
    assert (await system.acted(number, "dispatch", DESK, unit="engineering"))["stage"] == "investigation"
    assert await system.the.records.verify() == []


async def test_many_at_once_on_one_case_are_all_answered(system: Whole) -> None:
    number = await system.filed()
    answers = await asyncio.gather(*(system.act(number, "note", DESK, text=f"Note {i}.") for i in range(25)))
    assert {answer.status_code for answer in answers} == {200}
    case = await system.the.records.case(number=number)
    assert [e.event for e in await system.the.records.events(case.case_id)].count("noted") == 25


async def test_the_complainant_adds_to_the_case_by_the_tracking_page(system: Whole) -> None:
    number = await system.filed()
    code = (await system.the.records.case(number=number)).tracking_code
    page = await system.client.get("/track", params={"number": number, "code": code})
    form = next(part for part in page.text.split("<form")[1:] if 'value="add"' in part)
    nonce = form.split('name="nonce" value="')[1].split('"')[0]
    sent = {"number": number, "code": code, "action": "add", "text": "It rained again.", "nonce": nonce, "key": "k"}
    answer = await system.client.post("/track", data=sent)
    assert answer.status_code == 303, answer.text
    case = await system.the.records.case(number=number)
    assert any(
        "It rained again." in words.values() for words in (await system.the.records.contents(case.case_id)).values()
    )
    assert COMPLAINT["about"] != "It rained again."
