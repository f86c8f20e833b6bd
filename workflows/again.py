"""A failed letter, once more: durable, and one run at a time a letter."""

from __future__ import annotations

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.again import SendingAgain
    from activities.messages import Again
    from activities.policies import DELIVER, RECORD


@workflow.defn(name="SendAgain")
class SendAgain:
    """Sends it, trying for as long as any letter is tried; then it stands among the failed ones again."""

    @workflow.run
    async def run(self, asked: Again) -> str:
        """Returns an empty text when it was sent, else why it was not."""
        try:
            told = await workflow.execute_activity_method(
                SendingAgain.send_again, asked, summary="a failed letter, once more", **DELIVER
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            await workflow.execute_activity_method(SendingAgain.give_up, asked, summary="given up again", **RECORD)
            return "undelivered"
        return told.error
