"""A second case is opened once, whatever fails on the way; without leave it is not opened at all."""

from __future__ import annotations

from records.values import WorkFilter
from tests.api.test_cases import under_way
from tests.support.door import PROCEDURE, Door

BODY = {"relation": "arises_from", "about": "The wall below is wet too.", "category": "quality"}


async def numbers(door: Door) -> list[str]:
    page = await door.the.records.worklist(WorkFilter(at=door.the.now()))
    return sorted(row.number for row in page.rows)


async def test_a_repeat_after_a_failure_goes_on_with_the_same_second_case(door: Door) -> None:
    first = await under_way(door)
    headers = {**door.bearer("csd-1"), "Idempotency-Key": "once"}
    for _ in range(2):
        answer = await door.client.post(f"/api/complaints/{first}/actions/open_case", json=BODY, headers=headers)
        assert answer.status_code == 503, answer.text
    known = await numbers(door)
    assert len(known) == 2
    second = await door.the.records.case(number=next(number for number in known if number != first))
    assert second.state.facts["category"] == "quality"
    assert (await door.the.records.complainant(second.case_id)).email == "person@example.org"
    texts = await door.the.records.contents(second.case_id)
    assert [words["about"] for words in texts.values()] == ["The wall below is wet too."]


async def test_who_may_not_open_one_opens_none_and_the_attempt_is_kept(door: Door) -> None:
    first = await under_way(door)
    directory = door.the.directory(PROCEDURE)
    assert directory is not None
    leader = next(one.id for one in directory.people if one.roles == ("leader",))
    answer = await door.client.post(
        f"/api/complaints/{first}/actions/open_case", json=BODY, headers=door.bearer(leader)
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "not_your_role")
    assert await numbers(door) == [first]
    case = await door.the.records.case(number=first)
    assert [one.action for one in await door.the.records.attempts(case.case_id)] == ["open_case"]


async def test_the_number_of_a_case_that_is_there_opens_none(door: Door) -> None:
    first = await under_way(door)
    answer = await door.client.post(
        f"/api/complaints/{first}/actions/open_case",
        json={"relation": "follows", "case": "20200101-0001"},
        headers=door.bearer("csd-1"),
    )
    assert answer.status_code == 503  # the engine is down: the link is not noted
    assert await numbers(door) == [first]
