"""Receiving a complaint at the desk: one form, nothing lost, a receipt to be read aloud."""

from __future__ import annotations

import re
from typing import Any

import pytest
from httpx import Response

from complaints.case import Event
from tests.support import uploads
from tests.support.door import Door

SENT = {
    "channel": "telephone", "received_at": "2026-11-20T17:45", "category": "repair", "about": "The lift is loud.",
    "c_name": "Example Person", "c_phone": "+86 138 0000 1234", "c_language": "zh-CN",
}  # fmt: skip


async def form(door: Door, person: str = "csd-1", procedure: str = "property-developer") -> Response:
    return await door.client.get("/receive", headers=door.bearer(person, procedure=procedure))


async def send(door: Door, person: str = "csd-1", **changes: Any) -> Response:
    page = await form(door, person)
    hidden = dict(re.findall(r'name="(key|nonce)" value="([^"]+)"', page.text.split("<main")[1]))
    return await door.client.post("/receive", data=SENT | hidden | changes, headers=door.bearer(person))


async def only(door: Door) -> tuple[str, Event]:
    (case,) = await door.the.records.unstarted()
    return case.number, (await door.the.records.events(case.case_id))[0]


async def test_a_call_is_recorded_with_who_received_it_and_when(door: Door) -> None:
    door.clock("2026-11-23T09:00")
    answer = await send(door)
    assert answer.status_code == 303, answer.text
    receipt = await door.client.get(answer.headers["location"], headers=door.bearer("csd-1"))
    number = re.search(r'id="number">([^<]+)<', receipt.text)
    assert number and f'href="/cases/{number[1]}"' in receipt.text
    case = await door.the.records.case(number=number[1])
    assert case.tracking_code in receipt.text.replace("-", "")
    assert case.state.facts["channel"] == "telephone"
    first = (await door.the.records.events(case.case_id))[0]
    assert first.by == "csd-1"
    assert door.the.now() > case.received_at
    assert (await door.the.records.complainant(case.case_id)).phone == "+86 138 0000 1234"


async def test_the_tracking_code_is_for_who_received_the_complaint(door: Door) -> None:
    answer = await send(door)
    refused = await door.client.get(answer.headers["location"], headers=door.bearer("eng-head"))
    assert refused.status_code == 403


async def test_what_is_wrong_stands_beside_its_field_and_above_and_nothing_is_lost(door: Door) -> None:
    door.clock("2026-11-23T09:00")
    answer = await send(door, about="", c_email="nonsense", demand="A quiet lift.")
    assert answer.status_code == 422
    assert 'href="#about"' in answer.text and 'id="about-fault"' in answer.text
    assert 'value="Example Person"' in answer.text and "A quiet lift." in answer.text
    assert '<option value="telephone" selected>' in answer.text
    late = await send(door, received_at="2026-11-24T09:00")
    assert late.status_code == 422 and 'href="#received_at"' in late.text
    old = await send(door, nonce="forged")
    assert old.status_code == 422 and "The lift is loud." in old.text
    assert await door.the.records.unstarted() == []


async def test_sent_twice_by_a_nervous_hand_it_is_one_complaint(door: Door) -> None:
    page = await form(door)
    hidden = dict(re.findall(r'name="(key|nonce)" value="([^"]+)"', page.text.split("<main")[1]))
    answers = [await door.client.post("/receive", data=SENT | hidden, headers=door.bearer("csd-1")) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    await only(door)


async def test_somebody_who_does_not_want_to_be_named_is_not(door: Door) -> None:
    await send(door, c_name="", c_phone="", c_anonymous="true")
    (case,) = await door.the.records.unstarted()
    assert (await door.the.records.complainant(case.case_id)).anonymous


async def test_only_an_institutions_own_people_receive_for_it(door: Door) -> None:
    assert (await form(door, "operator", "")).status_code == 403
    assert (await door.client.get("/receive")).status_code == 303


@pytest.mark.parametrize("procedure", ["hospital", "bank-outlet", "hotel", "telecom-network", "public-opinion"])
async def test_every_institution_has_its_own_form(door: Door, procedure: str) -> None:
    directory = door.the.directory(procedure)
    assert directory is not None
    page = await form(door, directory.people[0].id, procedure)
    assert page.status_code == 200
    own = door.the.procedure(procedure)
    for name in own.channels:
        assert f'<option value="{name}"' in page.text
    asked = [name for name, field in own.intake.fields.items() if not field.later]
    assert [name for name in asked if f'name="{name}"' not in page.text] == []


async def test_a_photo_that_came_with_a_letter_is_received_with_it_and_a_wrong_one_is_named(door: Door) -> None:
    page = await form(door)
    hidden = dict(re.findall(r'name="(key|nonce)" value="([^"]+)"', page.text.split("<main")[1]))
    desk, given = door.bearer("csd-1"), SENT | hidden | {"received_at": ""}
    wrong = {"files": ("lift.exe", b"MZ\0\0", "image/png")}
    refused = await door.client.post("/receive", data=given, files=wrong, headers=desk)
    assert refused.status_code == 422 and 'id="files-fault"' in refused.text and "lift.exe" in refused.text
    photo = {"files": ("lift.png", uploads.png(), "image/png")}
    answer = await door.client.post("/receive", data=given, files=photo, headers=desk)
    assert answer.status_code == 303, answer.text
    number, _ = await only(door)
    case = await door.client.get(f"/cases/{number}", headers=desk)
    assert "lift.png" in case.text.split('id="attachments"')[1]
