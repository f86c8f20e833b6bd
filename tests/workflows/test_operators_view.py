"""What an operator sees of a case: found by stage, unit and lateness, with its story in plain codes."""

from __future__ import annotations

from temporalio.api.enums.v1 import EventType
from temporalio.api.sdk.v1 import UserMetadata

from tests.support.histories import history, of_type
from tests.support.works import DESK, LEADER, Works, until


async def test_an_operator_finds_cases_by_stage_unit_and_lateness(house: Works) -> None:
    late, early = await house.proposed(), await house.proposed()
    await late.start("2024-03-07T09:30")
    await early.start("2024-03-05T11:00")
    query = "HuiyinStage = 'approval' AND HuiyinUnit = 'engineering' AND TaskQueue = '" + house.queue + "'"

    async def found(more: str) -> list[str]:
        return sorted([run.id async for run in house.client.list_workflows(f"{query} AND {more}")])

    async def both() -> bool | None:
        return (
            await found("HuiyinOverdue = true") == [late.handle.id]
            and await found("HuiyinOverdue = false AND HuiyinDue > '2024-03-05T00:00:00Z'") == [early.handle.id]
            and await found(f"HuiyinNumber = '{late.number}'") == [late.handle.id]
        ) or None

    await until(both, "the cases are not found")


async def test_attributes_change_only_when_the_case_did_and_at_most_once_a_task(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.act("note", DESK, text="Nothing new.")
    entries = await history(house.client, case.id)
    assert not of_type(entries, EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES)
    await case.act("approve", LEADER)
    await case.quiet()
    upserts = of_type(await history(house.client, case.id), EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES)
    tasks = [
        u.upsert_workflow_search_attributes_event_attributes.workflow_task_completed_event_id for u in upserts
    ]  # fmt: skip
    assert len(tasks) == len(set(tasks)) == 1


async def test_a_timer_says_in_words_what_it_waits_for(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    (timer,) = of_type(await history(house.client, case.id), EventType.EVENT_TYPE_TIMER_STARTED)
    sealed: UserMetadata = timer.user_metadata
    (summary,) = await house.client.data_converter.decode([sealed.summary])
    assert summary == "Wed 2024-03-06 18:00 +0800 approval: overdue (leader)"


async def test_a_timer_is_started_anew_only_when_the_next_instant_changes(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    for place in range(5):
        await case.act("note", DESK, text=f"Note {place}.")
    entries = await history(house.client, case.id)
    assert len(of_type(entries, EventType.EVENT_TYPE_TIMER_STARTED)) == 1
    assert not of_type(entries, EventType.EVENT_TYPE_TIMER_CANCELED)


async def test_the_details_tell_who_is_awaited_what_comes_and_what_happened(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.act("note", DESK, text="A word.")
    described = await case.handle.describe()
    assert await described.static_summary() == f"{case.number} · property-developer"
    assert f"**Complaint {case.number}**" in str(await described.static_details())
    story = await case.story()
    assert f"### {case.number} · approval" in story
    assert "- leader `leader-1`: approve or return until Wed 2024-03-06 18:00 +0800 (approval)" in story
    assert "- Thu 2024-03-07 18:00 +0800 deemed_approval: deemed approved (leader)" in story
    assert "**noted** by `csd-1`" in story
    assert "A word." not in story
