"""Keeping the record: what the workflow's outbox hands over is written once, in order."""

from __future__ import annotations

from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.messages import Attempt, Keep, Record, Recorded
from complaints.case import Content
from complaints.errors import Diverged, Gap
from records import Records

ALARM_PAUSE = timedelta(minutes=5)
"""How long a diverging record waits before it is tried again: an operator is needed, not haste."""


class Recorder:
    """Activities that write to the records; safe to repeat."""

    def __init__(self, records: Records) -> None:
        self._records = records

    @activity.defn(name="record")
    async def record(self, given: Record) -> Recorded:
        """Record events once by sequence number.

        A divergence is kept as an alarm and fails this try, not the case: it is tried again until somebody has
        looked, and shows in the Temporal UI as a pending activity.
        """
        try:
            state = await self._records.append(given.case, given.events)
        except Diverged as error:
            activity.logger.critical("record diverged", extra={"case": given.case, "code": error.code})
            raise ApplicationError(error.text, type="Diverged", next_retry_delay=ALARM_PAUSE) from error
        except Gap as error:
            # Nothing of this case can be written until what lies between is there: `huiyin reconcile` brings it.
            activity.logger.critical("record has a gap", extra={"case": given.case, "code": error.code})
            raise
        return Recorded(state.seq)

    @activity.defn(name="attempt")
    async def attempt(self, given: Attempt) -> None:
        """Keep a refused message among the case's attempts, once a key."""
        await self._records.add_attempt(
            given.case, given.at, given.person, given.role, given.action, given.code, given.text, given.key
        )

    @activity.defn(name="keep")
    async def keep(self, given: Keep) -> Content:
        """Store words that came by signal, once a key; gives the content that events carry in their place."""
        return await self._records.put_content(given.case, given.texts, given.by, given.key)
