"""Filing a complaint: it is numbered and kept whatever else is down, and told plainly what is wrong with it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.support.door import COMPLAINT, PROCEDURE, Door


async def test_a_complaint_is_numbered_and_kept_while_the_engine_is_down(door: Door) -> None:
    door.clock("2026-11-23T10:00")
    answer = await door.file()
    assert answer.status_code == 201
    given = answer.json()
    assert given["number"] == "20261123-0001"
    assert given["tracking_code"]
    assert given["stage"] == "assessment"
    assert given["acknowledged_by"].endswith("+08:00")
    assert answer.headers["location"] == f"/api/complaints/{given['number']}"
    waiting = await door.the.records.unstarted()
    assert [case.number for case in waiting] == [given["number"]]


async def test_a_complaint_sent_twice_with_one_key_gets_one_number(door: Door) -> None:
    first = await door.file(key="letter-7")
    again = await door.file(key="letter-7")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


async def test_complaints_sent_at_one_moment_with_one_key_get_one_number(door: Door) -> None:
    answers = await asyncio.gather(*(door.file(key="at-once") for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 1


async def test_a_key_that_comes_back_with_another_complaint_is_refused_by_name(door: Door) -> None:
    await door.file(key="letter-8")
    answer = await door.file(key="letter-8", about="Something else entirely.")
    assert answer.status_code == 422
    assert answer.json()["code"] == "key_reused"


async def test_the_same_key_from_two_senders_means_two_complaints(door: Door) -> None:
    public = await door.file(key="1")
    answer = await door.client.post(
        "/api/complaints", json=COMPLAINT, headers={"Idempotency-Key": "1"} | door.bearer("csd-1")
    )
    assert public.json()["number"] != answer.json()["number"]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"severity": "dreadful"}, "severity"),
    ({"category": 7}, "category"),
    ({"channel": "pigeon"}, "channel"),
    ({"colour": "red"}, "colour"),
    ({"about": None}, "about"),
    ({"about": ""}, "about"),
    ({"about": 12}, "about"),
    ({"about": "x" * 20_001}, "about"),
    ({"households": "many"}, "households"),
    ({"occurred_on": "yesterday"}, "occurred_on"),
    ({"subject": "nobody-1"}, "subject"),
    ({"received_at": "2026-11-20T10:00"}, "received_at"),
    ({"procedure": "no-such"}, "procedure"),
    ({"procedure": None}, "procedure"),
    ({"complainant": "somebody"}, "complainant"),
    ({"complainant": {"email": "not an address"}}, "complainant.email"),
    ({"complainant": {"language": "tlh"}}, "complainant.language"),
    ({"complainant": {"age": 41}}, "complainant.age"),
    ({"complainant": {"anonymous": "perhaps"}}, "complainant.anonymous"),
]


@pytest.mark.parametrize(("change", "field"), WRONG, ids=[f"{i}-{field}" for i, (_, field) in enumerate(WRONG)])
async def test_a_field_that_cannot_be_taken_is_named_with_what_to_do(
    door: Door, change: dict[str, Any], field: str
) -> None:
    answer = await door.file(**change)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert field in [fault["field"] for fault in problem["errors"]]
    assert all(fault["text"] and fault["do"] for fault in problem["errors"])
    assert problem["title"] and problem["detail"] and problem["instance"] == "/api/complaints"
    assert await door.the.records.unstarted() == []


async def test_a_body_that_is_no_json_is_a_problem_too(door: Door) -> None:
    answer = await door.client.post("/api/complaints", content=b"{oops", headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad_input"


async def test_staff_enter_a_letter_of_yesterday_with_the_time_it_came_in(door: Door) -> None:
    door.clock("2026-11-23T10:00")
    body = COMPLAINT | {"received_at": "2026-11-20T16:30", "channel": "letter"}
    answer = await door.client.post("/api/complaints", json=body, headers=door.bearer("csd-1", "csd"))
    assert answer.status_code == 201, answer.text
    assert answer.json()["received_at"] == "2026-11-20T16:30:00+08:00"
    assert answer.json()["number"].startswith("20261120-")


async def test_nobody_enters_a_complaint_that_comes_in_tomorrow(door: Door) -> None:
    door.clock("2026-11-23T10:00")
    body = COMPLAINT | {"received_at": "2026-11-24T09:00"}
    answer = await door.client.post("/api/complaints", json=body, headers=door.bearer("csd-1", "csd"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "received_at"


async def test_a_token_that_is_not_ours_is_refused_even_where_the_public_may_file(door: Door) -> None:
    answer = await door.client.post("/api/complaints", json=COMPLAINT, headers={"Authorization": "Bearer forged"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_staff_of_one_institution_file_nothing_with_another(door: Door) -> None:
    answer = await door.client.post(
        "/api/complaints", json=COMPLAINT, headers=door.bearer("lf-rec", procedure="law-firm")
    )
    assert answer.status_code == 403


async def test_words_and_names_stay_out_of_the_events(door: Door) -> None:
    number = await door.filed(place="Block 3")
    case = await door.the.records.case(number=number)
    events = repr(await door.the.records.events(case.case_id))
    for word in ("Rain", "Example Person", "person@example.org", "Block 3"):
        assert word not in events
    assert any(words.get("place") == "Block 3" for words in (await door.the.records.contents(case.case_id)).values())


async def test_the_person_complained_about_is_passed_over_from_the_start(door: Door) -> None:
    number = await door.filed(subject="eng-head")
    case = await door.the.records.case(number=number)
    assert "eng-head" in case.state.recused
    assert case.procedure_id == PROCEDURE
