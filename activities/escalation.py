"""Escalation to higher authority: up the ladder until somebody was told."""

from __future__ import annotations

from temporalio import activity

from activities.beating import beating
from activities.messages import Deliver, Delivered
from activities.notifications import Notifications


class Escalation:
    """The activity that climbs: whoever cannot be reached is passed over, then the next role is tried."""

    def __init__(self, notifications: Notifications) -> None:
        self._notifications = notifications

    @activity.defn(name="escalate")
    async def escalate(self, given: Deliver) -> Delivered:
        """Tell the first of the notice's role and its candidates who can be told; `role` says how far it went.

        Ends with the error `nobody` when nobody is left. Raises MailDeferred when a letter may still go later.
        """
        async with beating():
            return await self._climb(given)

    async def _climb(self, given: Deliver) -> Delivered:
        file = await self._notifications.file(given)
        passed_over = list(given.notice.exclude)
        failed: Delivered | None = None
        while True:
            told = await self._notifications.tell(file, given.notice, passed_over)
            if told.ok:
                return told
            if not told.person or told.person in passed_over:
                return (
                    told
                    if failed is None
                    else Delivered(False, "", told.role, told.at, why=failed.error, error="nobody")
                )
            failed = told
            passed_over.append(told.person)
