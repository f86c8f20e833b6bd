"""The recorder, as Temporal calls it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.messages import Attempt, Record, Recorded
from activities.policies import DELIVER, ONCE, RECORD
from activities.records import Recorder
from complaints.errors import Gap
from records import Records
from tests.support.small_case import DESK, accepted


async def test_a_record_that_is_tried_again_is_written_once(records: Records) -> None:
    play = await accepted(records)
    play.act("2026-11-23T09:10", "assess", DESK, {"severity": "urgent"})
    given = Record(play.accepted.case, tuple(play.unsent))
    recorder = Recorder(records)
    for _ in range(2):
        assert await ActivityEnvironment().run(recorder.record, given) == Recorded(play.state.seq)
    assert await records.events(play.accepted.case) == play.events


async def test_a_divergence_is_an_alarm_that_is_tried_again_and_never_ends_the_case(records: Records) -> None:
    play = await accepted(records)
    forged = replace(play.events[0], hash="0" * 64)
    with pytest.raises(ApplicationError) as raised:
        await ActivityEnvironment().run(Recorder(records).record, Record(play.accepted.case, (forged,)))
    assert raised.value.type == "Diverged"
    assert not raised.value.non_retryable
    assert raised.value.next_retry_delay == timedelta(minutes=5)
    assert len(await records.alarms(play.accepted.case)) == 1


async def test_events_after_some_that_are_missing_are_tried_again_and_operators_hear_of_it(
    records: Records, caplog: pytest.LogCaptureFixture
) -> None:
    play = await accepted(records)
    play.act("2026-11-23T09:10", "assess", DESK, {"severity": "urgent"})
    later = replace(play.unsent[-1], seq=play.state.seq + 2)
    with pytest.raises(Gap):
        await ActivityEnvironment().run(Recorder(records).record, Record(play.accepted.case, (later,)))
    assert [line.getMessage().split(" (")[0] for line in caplog.records] == ["record has a gap"]


async def test_a_refused_signal_is_kept_among_the_attempts(records: Records) -> None:
    case = (await accepted(records)).accepted.case
    tried = Attempt(case, 9, "p-1", "leader", "approve", "too_late", "Deemed approved.", "k")
    for _ in range(2):
        await ActivityEnvironment().run(Recorder(records).attempt, tried)
    assert [(attempt.person, attempt.code) for attempt in await records.attempts(case)] == [("p-1", "too_late")]


def test_each_policy_ends_a_single_try_in_good_time() -> None:
    assert {policy["start_to_close_timeout"] <= timedelta(seconds=90) for policy in (RECORD, DELIVER, ONCE)} == {True}
    assert "schedule_to_close_timeout" not in RECORD
    assert RECORD["retry_policy"].maximum_attempts == 0
    assert DELIVER["schedule_to_close_timeout"] == timedelta(days=7)
    assert DELIVER["retry_policy"].maximum_interval == timedelta(minutes=15)
    assert ONCE["retry_policy"].maximum_attempts == 1
