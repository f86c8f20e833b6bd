"""Cases as the institution's own people read them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.door import COMPLAINT, Door

CSD = ("csd",)
HEAD = ("responsible",)


async def under_way(door: Door) -> str:
    """A case that engineering has, as of Monday 23 November 2026."""
    door.clock("2026-11-23T10:00")
    number = await door.filed()
    door.clock("2026-11-23T10:20")
    await door.happens(number, "assess", "csd-1", CSD, admissible=True, severity="general")
    await door.happens(number, "dispatch", "csd-1", CSD, unit="engineering")
    return number


async def read(door: Door, path: str, person: str = "csd-1", **params: Any) -> Any:
    answer = await door.client.get(path, headers=door.bearer(person), params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_case_tells_where_it_stands_who_is_awaited_and_until_when(door: Door) -> None:
    number = await under_way(door)
    case = await read(door, f"/api/complaints/{number}")
    assert (case["stage"], case["unit"], case["severity"], case["outcome"]) == (
        "investigation",
        "engineering",
        "general",
        None,
    )
    assert case["owner"] == "responsible"
    first = case["awaited"][0]
    assert first["role"] == "responsible"
    assert first["actions"] == ["propose"]
    clocks = {clock["clock"]: clock for clock in case["clocks"]}
    assert clocks["proposal"]["due"] == "2026-11-26T18:00:00+08:00"
    assert clocks["proposal"]["clause"] == "GT-06"
    assert not clocks["proposal"]["overdue"]


async def test_a_case_is_shown_as_of_now_though_its_record_is_older(door: Door) -> None:
    number = await under_way(door)
    door.clock("2026-11-27T10:00")
    clocks = {clock["clock"]: clock for clock in (await read(door, f"/api/complaints/{number}"))["clocks"]}
    assert clocks["proposal"]["overdue"]
    events = (await read(door, f"/api/complaints/{number}/timeline"))["events"]
    assert "overdue" not in [event["event"] for event in events]


async def test_the_timeline_tells_each_step_with_its_stage_and_words(door: Door) -> None:
    number = await under_way(door)
    events = (await read(door, f"/api/complaints/{number}/timeline"))["events"]
    assert [event["event"] for event in events][:2] == ["received", "registered"]
    assert events[0]["texts"]["about"] == COMPLAINT["about"]
    assert next(e for e in events if e["event"] == "dispatched")["stage"] == "investigation"
    assert all(event["at"].endswith("+08:00") for event in events)


async def test_who_is_complained_about_reads_nothing_of_the_case(door: Door) -> None:
    number = await door.filed(subject="eng-head")
    for part in ("", "/timeline", "/forms/register"):
        answer = await door.client.get(f"/api/complaints/{number}{part}", headers=door.bearer("eng-head"))
        assert answer.status_code == 403, part


async def test_the_forecast_says_what_comes_if_nobody_acts(door: Door) -> None:
    number = await under_way(door)
    lines = (await read(door, f"/api/complaints/{number}/forecast"))["lines"]
    assert any(line["event"] == "overdue" and line["clock"] == "proposal" for line in lines)
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)


async def test_a_due_instant_is_explained_at_the_address_that_the_clock_names(door: Door) -> None:
    number = await under_way(door)
    clocks = (await read(door, f"/api/complaints/{number}"))["clocks"]
    for clock in clocks:
        found = await read(door, clock["why"])
        assert found["key"] == clock["key"]
        assert "2026-11-2" in str(found)


async def test_a_clock_that_does_not_run_has_nothing_to_explain(door: Door) -> None:
    number = await under_way(door)
    answer = await door.client.get(f"/api/complaints/{number}/clocks/none/why", headers=door.bearer("csd-1"))
    assert answer.status_code == 404


@pytest.mark.parametrize("form", ["register", "information_report", "handling_sheet"])
async def test_a_form_is_read_back_from_the_records(door: Door, form: str) -> None:
    number = await under_way(door)
    columns = (await read(door, f"/api/complaints/{number}/forms/{form}"))["columns"]
    assert COMPLAINT["about"] in str(columns)


async def test_the_worklist_narrows_by_stage_unit_and_lateness(door: Door) -> None:
    number = await under_way(door)
    other = await door.filed()
    every = await read(door, "/api/complaints")
    assert {row["number"] for row in every["rows"]} == {number, other}
    by_stage = await read(door, "/api/complaints", stage="investigation")
    assert [row["number"] for row in by_stage["rows"]] == [number]
    by_unit = await read(door, "/api/complaints", unit="engineering")
    assert [row["number"] for row in by_unit["rows"]] == [number]
    assert (await read(door, "/api/complaints", overdue=True))["rows"] == []
    door.clock("2026-12-30T10:00")
    assert len((await read(door, "/api/complaints", overdue=True))["rows"]) == 2


async def test_a_worklist_is_read_page_by_page_without_loss(door: Door) -> None:
    numbers = {await door.filed() for _ in range(5)}
    seen: list[str] = []
    after = ""
    for _ in range(3):
        page = await read(door, "/api/complaints", limit=2, after=after)
        seen += [row["number"] for row in page["rows"]]
        after = page["next"] or ""
    assert sorted(seen) == sorted(numbers)
    assert after == ""


async def test_my_work_is_what_waits_for_me(door: Door) -> None:
    number = await under_way(door)
    mine = await read(door, "/api/complaints", "eng-head", mine=True)
    assert [row["number"] for row in mine["rows"]] == [number]


async def test_a_case_is_read_by_nobody_unknown_and_by_nobody_of_another_house(door: Door) -> None:
    number = await under_way(door)
    assert (await door.client.get(f"/api/complaints/{number}")).status_code == 401
    foreign = door.bearer("lf-rec", procedure="law-firm")
    assert (await door.client.get(f"/api/complaints/{number}", headers=foreign)).status_code == 403
    assert (await door.client.get("/api/complaints/20990101-0001", headers=door.bearer("csd-1"))).status_code == 404


async def test_a_token_past_its_time_is_refused(door: Door) -> None:
    number = await under_way(door)
    headers = door.bearer("csd-1")
    door.clock("2026-11-25T10:00")
    answer = await door.client.get(f"/api/complaints/{number}", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["code"] == "bad_token"


async def test_calls_to_make_stand_on_the_desks_list_until_they_are_made(door: Door) -> None:
    number = await under_way(door)
    case = await door.the.records.case(number=number)
    await door.the.records.add_task(case.case_id, "1-acknowledgement", "complainant", "complainant", "no_address")
    task = (await read(door, "/api/tasks"))["tasks"][0]
    assert task["number"] == number
    done = await door.client.post(f"/api/tasks/{task['id']}/done", headers=door.bearer("csd-1"))
    assert done.status_code == 204
    assert (await read(door, "/api/tasks"))["tasks"] == []
