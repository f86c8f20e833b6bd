"""The three ways to try an activity again, each with its timeouts beside it.

Pass one whole to `execute_activity`: `await workflow.execute_activity_method(Recorder.record, record, **RECORD)`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy


class Policy(TypedDict, total=False):
    """Keyword arguments of `execute_activity` and its kin."""

    retry_policy: RetryPolicy
    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta


class Lively(Policy, total=False):
    """The same for activities that show signs of life."""

    heartbeat_timeout: timedelta


RECORD: Policy = {
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(milliseconds=200), backoff_coefficient=2.0, maximum_interval=timedelta(seconds=30)
    ),
    "start_to_close_timeout": timedelta(seconds=15),
}
"""For the records: faults are transient, and a case waits for its record without end."""

DELIVER: Lively = {
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=5), backoff_coefficient=2.0, maximum_interval=timedelta(minutes=15)
    ),
    "start_to_close_timeout": timedelta(seconds=90),
    "schedule_to_close_timeout": timedelta(days=7),
    "heartbeat_timeout": timedelta(seconds=15),
}
"""For letters: faults are intermittent; tried for seven days, at most fifteen minutes apart.

They show signs of life (`activities.beating`): one whose worker died is tried again within seconds.
"""

ONCE: Policy = {
    "retry_policy": RetryPolicy(maximum_attempts=1),
    "start_to_close_timeout": timedelta(seconds=30),
}
"""For what must not be tried twice: the caller decides what a failure means."""
