"""What is sent twice is done once, also over the seams of a long case's history and after its end."""

from __future__ import annotations

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from complaints.case import apply
from tests.support.histories import histories, of_type
from tests.support.works import DESK, HEAD, LEADER, Case, Works, until
from workflows.attributes import KEYS


async def runs(case: Case) -> int:
    return len([run async for run in case.works.client.list_workflows(f"WorkflowId = '{case.handle.id}'")])


async def grown(case: Case) -> None:
    """Let the case grow until it goes on in a new run."""
    first = (await case.handle.describe()).run_id
    for place in range(40):
        await case.act("note", DESK, text=f"Note {place}.")
        if (await case.handle.describe()).run_id != first:
            return
    raise AssertionError("the case never went on in a new run")


async def test_a_repeated_update_is_answered_and_applied_once(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    message = await case.message("approve", LEADER, key="link-1-approve")
    first = await case.update(message)
    again = await case.update(message)
    otherwise = await case.update(message, update="another-update-with-the-same-key")
    assert first == again
    assert otherwise.repeated
    assert otherwise.events == ()
    await case.signal(message)
    await case.act("note", DESK, text="Later.")
    assert len(await case.events("approved")) == 1
    assert not await house.records.attempts(case.id)


async def test_a_repeat_is_answered_at_once_though_a_letters_delivery_waits_for_the_next_write(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    message = await case.message("approve", LEADER)
    await case.update(message)
    chain = await case.quiet()
    assert {e.event for e in chain.waiting} == {"notified"}
    assert (await case.update(message, update="again")).repeated


async def test_a_repeat_is_known_after_the_case_went_on_in_a_new_run(short_house: Works) -> None:
    case = await short_house.proposed()
    await case.start("2024-03-05T11:00")
    message = await case.message("approve", LEADER, key="link-1-approve")
    first = await case.update(message)
    await grown(case)
    again = await case.update(message)
    assert again.repeated
    assert again.seq >= first.seq
    assert len(await case.events("approved")) == 1


async def test_a_case_goes_on_in_a_new_run_with_everything_it_had(short_house: Works) -> None:
    case = await short_house.proposed()
    await case.start("2024-03-05T11:00")
    await grown(case)
    chain = await case.quiet()
    record = await case.record()
    assert chain.recorded == record.state.seq
    assert set(record.state.clocks) >= {"approval", "deemed_approval"}
    (timer,) = of_type(
        list((await histories(case.works.client, case.id))[-1].events), EventType.EVENT_TYPE_TIMER_STARTED
    )[-1:]
    assert timer is not None
    assert {pair.key.name for pair in (await case.handle.describe()).typed_search_attributes} >= {k.name for k in KEYS}
    story = await case.story()
    assert f"### {case.number} · approval" in story
    assert story.count("**noted**") >= 3  # most of these happened in the run before
    assert (await case.act("approve", LEADER)).stage == "implementation"
    assert not await short_house.records.verify(case.id)


async def test_a_case_begins_anew_only_while_nothing_is_under_way(short_house: Works) -> None:
    case = await short_house.filed("2024-03-04T09:00")
    await case.start()
    await case.act("assess", DESK, admissible=True)
    for place in range(30):
        await case.act("note", DESK, key=f"n{place}", text=f"Note {place}.")
    assert len(await case.events("noted")) == 30
    await until(lambda: _several(case), "the case never went on in a new run")
    await case.quiet()
    assert not await short_house.records.verify(case.id)


async def _several(case: Case) -> bool | None:
    return await runs(case) > 1 or None


async def test_a_repeat_after_the_case_was_closed_is_known_from_its_record(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    message = await case.message("approve", LEADER, key="link-1-approve")
    first = await case.update(message)
    for do, by, given in (
        ("implement", HEAD, {"done": "A new seal."}),
        ("reply", DESK, {"reply": "It is dry now."}),
        ("revisit", DESK, {"satisfied": "yes"}),
    ):
        answer = await case.act(do, by, **given)
    assert answer.stage == "closed"
    assert await case.handle.result() == "resolved"
    assert (await case.handle.describe()).status is WorkflowExecutionStatus.COMPLETED
    # The engine still answers the very same update; anything else finds no workflow, and the record knows the key.
    assert await case.update(message) == first
    with pytest.raises(RPCError) as gone:
        await case.update(message, update="another")
    assert gone.value.status is RPCStatusCode.NOT_FOUND
    record = await case.record()
    assert apply(record.rules, record.state, message).repeated
    assert len(await case.events("approved")) == 1
