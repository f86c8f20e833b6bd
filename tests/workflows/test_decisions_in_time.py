"""A decision counts from the moment in which the person took it, whatever was down then; time never runs backwards."""

from __future__ import annotations

import asyncio
import secrets
import time
from itertools import pairwise

import pytest
from temporalio.api.enums.v1 import EventType

from tests.support.histories import history, of_type
from tests.support.works import DESK, HEAD, LEADER, Case, Works, at

APPROVAL_ENDS = at("2024-03-06T18:00")
SILENCE_ENDS = at("2024-03-07T18:00")


def early() -> str:
    """The id of a case whose timers run only one second after their instant."""
    return "0" * 8 + secrets.token_hex(12)


async def silent(house: Works, now: str = "2024-03-07T17:59:58") -> Case:
    """A case about to be deemed approved in two seconds."""
    case = await house.proposed(case=early())
    await case.time_passes("2024-03-07T17:00")
    await case.letters_reach("2024-03-06T18:00", leader="leader-1")
    await case.start(now)
    await case.quiet()
    return case


async def passed(case: Case, instant: int) -> None:
    """Wait until the case's own clock is past an instant, and its timer would have run."""
    await asyncio.sleep(max(instant + 2 - case.offset - time.time(), 0))


@pytest.mark.parametrize("order", ["the decision comes first", "the timer comes first"])
async def test_a_decision_made_in_time_counts_though_its_limit_passed_before_a_worker_came_back(
    house: Works, order: str
) -> None:
    case = await silent(house)
    await house.rest()
    decision = await case.message("approve", LEADER, when=SILENCE_ENDS - 1)
    if order == "the decision comes first":
        await case.signal(decision)
        await passed(case, SILENCE_ENDS)
    else:
        await passed(case, SILENCE_ENDS)
        await case.signal(decision)
    await house.work()
    (approved,) = await case.recorded("approved")
    entries = await history(house.client, case.id)
    fired, signalled = (
        of_type(entries, kind)[0].event_id
        for kind in (EventType.EVENT_TYPE_TIMER_FIRED, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)
    )
    assert (signalled < fired) == (order == "the decision comes first")
    assert approved.at == SILENCE_ENDS - 1
    assert not await case.events("deemed_approved")


async def test_what_fell_due_while_no_worker_ran_carries_its_own_instant(house: Works) -> None:
    case = await house.proposed()
    await case.time_passes("2024-03-06T17:00")
    await case.start("2024-03-07T09:30")
    (overdue,) = [e for e in await case.recorded("overdue") if e.data["clock"] == "approval"]
    (reminded,) = await case.recorded("reminded")
    assert overdue.at == reminded.at == APPROVAL_ENDS
    instants = [e.at for e in await case.events()]
    assert all(before <= after for before, after in pairwise(instants))


async def test_silence_does_not_count_when_its_reminder_went_out_only_after_the_worker_came_back(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-11T09:30")
    await case.recorded("reminded")
    await case.quiet()
    await case.act("note", DESK, text="What is known is written.")
    (reminder,) = [e for e in await case.events("notified") if e.data["letter"] == "reminder"]
    assert reminder.at >= at("2024-03-11T09:30")
    assert not await case.events("deemed_approved")
    assert (await case.record()).state.clocks["deemed_approval"].due > at("2024-03-11T12:00")


async def test_a_clock_event_carries_its_due_instant_though_its_timer_runs_later(house: Works) -> None:
    case = await house.proposed(case=early())
    await case.start("2024-03-06T17:59:59")
    (reminded,) = await case.recorded("reminded")
    assert reminded.at == APPROVAL_ENDS
    assert case.now() > APPROVAL_ENDS


async def test_the_timers_of_cases_due_at_one_instant_are_spread_over_the_minute(house: Works) -> None:
    seconds = set()
    for first in ("00000000", "0000000a", "00000031"):
        case = await house.proposed(case=first + secrets.token_hex(12))
        await case.start("2024-03-06T10:00")
        await case.quiet()
        (timer,) = of_type(await history(house.client, case.id), EventType.EVENT_TYPE_TIMER_STARTED)
        runs = (
            timer.event_time.seconds + case.offset + timer.timer_started_event_attributes.start_to_fire_timeout.seconds
        )
        assert 0 < runs - APPROVAL_ENDS <= 61
        seconds.add((runs - APPROVAL_ENDS) // 5)
    assert len(seconds) == 3


async def test_a_late_decision_is_refused_with_what_happened_and_changes_nothing(house: Works) -> None:
    case = await silent(house, "2024-03-08T09:30")
    await case.recorded("deemed_approved")
    await case.quiet()
    before = await case.events()
    code, text = await case.refused(await case.message("approve", LEADER))
    assert code == "decided"
    assert "deemed approved" in text
    assert await case.events() == before


async def test_a_refused_signal_is_listed_among_the_attempts_with_who_and_why(house: Works) -> None:
    case = await silent(house, "2024-03-08T09:30")
    await case.recorded("deemed_approved")
    late = await case.message("return", LEADER, reason="Too dear.")
    await case.signal(late)
    (attempt,) = await case.attempted()
    assert (attempt.person, attempt.role, attempt.action, attempt.code) == ("leader-1", "leader", "return", "decided")
    assert "deemed approved" in attempt.text
    await case.signal(late)
    await case.signal(await case.message("reply", HEAD, reply="Done."))
    listed = await case.attempted(2)
    assert [a.action for a in listed] == ["return", "reply"]
    assert not await case.events("returned")


async def test_an_approval_can_be_taken_back_until_it_was_acted_on(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.act("approve", LEADER)
    assert (await case.act("revoke", LEADER, reason="A wrong sheet.")).stage == "approval"
    await case.act("approve", LEADER)
    await case.act("implement", HEAD, done="The seal is new.")
    assert (await case.refused(await case.message("revoke", LEADER, reason="Again.")))[0] in ("too_late", "wrong_stage")
    assert [e.data["round"] for e in await case.events("approved")] == [1, 2]


async def test_a_message_dated_ahead_counts_from_now_and_one_dated_back_from_the_last_event(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.update(await case.message("note", DESK, when=case.now() + 86_400, text="Ahead."))
    await case.update(await case.message("note", DESK, when=at("2024-03-04T09:00"), text="Back."))
    ahead, back = await case.events("noted")
    assert ahead.at <= case.now()
    assert back.at == ahead.at
