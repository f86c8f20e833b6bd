"""Actions that cannot be: refused with the present state, kept as attempts; none is taken while the engine is down."""

from __future__ import annotations

from api.keys import scoped
from complaints.case import Actor, Message
from tests.api.test_cases import under_way
from tests.support.door import Door


async def test_an_action_out_of_turn_is_refused_with_the_present_state(door: Door) -> None:
    number = await under_way(door)
    url = f"/api/complaints/{number}/actions/reply"
    answer = await door.client.post(url, json={"reply": "All is well."}, headers=door.bearer("csd-1"))
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["code"] == "wrong_stage"
    assert problem["case"]["stage"] == "investigation"
    assert problem["case"]["awaited"][0]["role"] == "responsible"
    assert "acknowledge" in problem["case"]["permitted"]


async def test_a_refused_action_is_kept_among_the_attempts_and_changes_nothing(door: Door) -> None:
    number = await under_way(door)
    before = (await door.the.records.case(number=number)).state.seq
    await door.client.post(
        f"/api/complaints/{number}/actions/propose",
        json={"cause": "Age.", "measures": "A new seal."},
        headers=door.bearer("prop-head"),
    )
    answer = await door.client.get(f"/api/complaints/{number}/attempts", headers=door.bearer("csd-1"))
    attempt = answer.json()["attempts"][0]
    assert (attempt["person"], attempt["action"], attempt["code"]) == ("prop-head", "propose", "not_your_role")
    after = await door.the.records.case(number=number)
    assert after.state.seq == before
    assert "Age." not in str(await door.the.records.contents(after.case_id))


async def test_an_action_without_what_it_must_carry_names_the_field(door: Door) -> None:
    number = await under_way(door)
    url = f"/api/complaints/{number}/actions/propose"
    answer = await door.client.post(url, json={"cause": "Age."}, headers=door.bearer("eng-head"))
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["measures"]


async def test_an_unknown_field_unit_or_person_is_named(door: Door) -> None:
    number = await under_way(door)
    base = f"/api/complaints/{number}/actions"
    for action, body, field in (
        ("contact", {"weather": "fine"}, "weather"),
        ("dispatch", {"unit": "kitchen"}, "unit"),
        ("appoint", {"person": "nobody-1"}, "person"),
    ):
        answer = await door.client.post(f"{base}/{action}", json=body, headers=door.bearer("eng-head"))
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"] == field


async def test_there_is_no_way_to_tell_a_case_what_only_the_system_tells(door: Door) -> None:
    number = await under_way(door)
    for name in ("notified", "facts", "absent", "dance"):
        answer = await door.client.post(f"/api/complaints/{number}/actions/{name}", headers=door.bearer("csd-1"))
        assert answer.status_code == 404


async def test_an_action_while_the_engine_is_down_says_so_and_what_to_do(door: Door) -> None:
    number = await under_way(door)
    answer = await door.client.post(
        f"/api/complaints/{number}/actions/contact", json={"on_site": True}, headers=door.bearer("eng-head")
    )
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    problem = answer.json()
    assert problem["code"] == "unavailable"
    assert "Idempotency-Key" in problem["do"]


async def test_an_action_that_the_record_holds_already_is_answered_from_it(door: Door) -> None:
    number = await under_way(door)
    key = scoped("eng-head", "visit-1")
    await door.take(number, Message("contact", door.the.now(), Actor("eng-head", ("responsible",)), key=key))
    answer = await door.client.post(
        f"/api/complaints/{number}/actions/contact",
        headers=door.bearer("eng-head") | {"Idempotency-Key": "visit-1"},
    )
    assert answer.status_code == 200
    assert answer.json()["repeated"]
    assert answer.json()["events"][0] == "contacted"
