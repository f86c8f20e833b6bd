"""Brings a message to a case's workflow, and starts that first where it was never started or was lost."""

from __future__ import annotations

from collections.abc import Callable

from api.engine import Engine, Gone, Pending
from complaints.case import alive
from complaints.case.model import Message
from complaints.errors import Refused, Unavailable
from records import Records
from records.values import CaseRecord
from workflows.messages import Acted


async def bring(
    records: Records, engine: Engine, case: CaseRecord, message: Message, started: Callable[[str], object]
) -> Acted | Pending:
    """What the case answers; its key is the update's id. `started` is told the case whose workflow was started.

    Raises Refused as the case decided, Unavailable where the engine is down.
    """
    try:
        return await engine.act(case.case_id, message, message.key)
    except Gone:
        again = await records.case(id=case.case_id)
        if not alive(again.rules, again.state):
            raise Refused("closed", "The case is closed; nothing of it runs any more.") from None
        # Filed while the engine was down, or its workflow was lost: start it where its record stands.
        if not await engine.start(again, lost=again.started_at is not None):
            raise Unavailable("The workflow engine is down: the action was not taken.") from None
        started(case.case_id)
    try:
        return await engine.act(case.case_id, message, message.key)
    except Gone as gone:
        raise Unavailable("The case is just being started; nothing was done.", 2) from gone
