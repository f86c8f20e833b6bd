"""Compares the records with the engine, case by case, and mends what can be mended; the record is what counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client, WorkflowHandle, WorkflowQueryRejectedError
from temporalio.common import QueryRejectCondition, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from commands.histories import given_to_record
from complaints.case import Event, alive
from complaints.errors import BrokenChain, Diverged, Gap, NotFound, Unavailable
from records import Records
from records.values import CaseRecord
from workflows.messages import Chain
from workflows.starting import WORKFLOW, case_of, start_options, workflow_id

MISSING, BEHIND, AHEAD, DIVERGED, UNRECORDED = "missing", "behind", "ahead", "diverged", "unrecorded"
"""No workflow runs; it stands before its record, or after it; it holds other events; it has no record at all."""

_QUICK = timedelta(seconds=10)
_AT_ONCE = 16
"""Cases that are looked at beside each other: most of the time is the worker's, reading a workflow's history."""
_SETTLES = 1.0
"""Seconds for what a terminated workflow had under way in its worker."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One case that differs: where record and workflow stand (0: nowhere), and what was done about it, if anything."""

    case: str
    number: str
    finding: str
    recorded: int
    reached: int
    done: str = ""


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Looks, and mends unless `dry`; what would throw something away is done only when that was said (`sure`)."""

    records: Records
    client: Client
    queue: str
    dry: bool = False
    sure: bool = False

    async def differences(self) -> AsyncIterator[Difference]:
        """Every difference, once it was mended or left."""
        async for found in self.differences_of(await self._running()):
            yield found

    async def differences_of(self, running: set[str]) -> AsyncIterator[Difference]:
        """The same where it is known which cases' workflows run. Cases that are over, by both, are not opened."""
        left = set(running)
        async for ids in self.records.house.living(_AT_ONCE):
            left.difference_update(ids)
            for found in await self._each(ids):
                yield found
        others = sorted(left)
        for place in range(0, len(others), _AT_ONCE):
            for found in await self._each(others[place : place + _AT_ONCE]):
                yield found

    async def _each(self, ids: Iterable[str]) -> list[Difference]:
        found = await asyncio.gather(*(self._look(case_id) for case_id in ids))
        return [one for one in found if one is not None]

    async def _look(self, case_id: str) -> Difference | None:
        try:
            return await self._compare(await self.records.case(id=case_id))
        except NotFound:
            return await self._unrecorded(case_id)

    async def _running(self) -> set[str]:
        query = f'WorkflowType="{WORKFLOW}" AND ExecutionStatus="Running"'
        return {case_of(found.id) async for found in self.client.list_workflows(query)}

    async def _compare(self, case: CaseRecord) -> Difference | None:
        handle = self.client.get_workflow_handle(workflow_id(case.case_id))
        chain = await self._chain(handle)
        if chain is None:
            return await self._without(case)
        case = await self.records.case(id=case.case_id)  # what was written between the two looks is no difference
        finding = _finding(case, chain)
        if not finding:
            return None
        done = "" if self.dry else await self._mend(case, handle, finding)
        return Difference(case.case_id, case.number, finding, case.state.seq, chain.seq, done)

    async def _without(self, case: CaseRecord) -> Difference | None:
        """A case whose workflow does not run: it may have come to its end, which the record then lacks."""
        if not alive(case.rules, case.state) or case.started_at is None:
            return None  # at its end; or accepted a moment ago, and the workers' sweep starts it
        lacking = await self._lacking(case)
        finding, reached = (AHEAD, lacking[-1].seq) if lacking else (MISSING, 0)
        done = ""
        if not self.dry:
            done = "; ".join(filter(None, (await self._record_again(case, lacking), await self._start(case.case_id))))
        return Difference(case.case_id, case.number, finding, case.state.seq, reached, done)

    async def _mend(self, case: CaseRecord, handle: WorkflowHandle[object, object], finding: str) -> str:
        if finding == AHEAD and (done := await self._record_again(case, await self._lacking(case))):
            return done
        if finding in (AHEAD, DIVERGED) and not self.sure:
            return ""
        await handle.terminate(f"reconciled: {finding}")
        await asyncio.sleep(_SETTLES)
        return await self._start(case.case_id)

    async def _lacking(self, case: CaseRecord) -> list[Event]:
        return await given_to_record(self.client, workflow_id(case.case_id), after=case.state.seq)

    async def _record_again(self, case: CaseRecord, lacking: list[Event]) -> str:
        if not lacking:
            return ""
        try:
            await self.records.append(case.case_id, lacking)
        except (Gap, Diverged, BrokenChain):
            return ""
        return f"recorded again: {', '.join(event.event for event in lacking)}"

    async def _start(self, case_id: str) -> str:
        case = await self.records.case(id=case_id)
        if not alive(case.rules, case.state):
            return "ended, as its record is"
        options = start_options(case, self.queue)
        try:
            await self.client.start_workflow(**options, id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE)
        except WorkflowAlreadyStartedError:
            return "was started meanwhile"
        await self.records.mark_started(case_id)
        return f"started where its record ends, at {case.state.seq}"

    async def _unrecorded(self, case_id: str) -> Difference | None:
        handle = self.client.get_workflow_handle(workflow_id(case_id))
        chain = await self._chain(handle)
        if chain is None:
            return None
        done = ""
        if self.sure and not self.dry:
            await handle.terminate("reconciled: it has no record")
            done = "terminated"
        return Difference(case_id, "", UNRECORDED, 0, chain.seq, done)

    async def _chain(self, handle: WorkflowHandle[object, object]) -> Chain | None:
        """What the workflow tells; None when it does not run."""
        try:
            found: Chain = await handle.query(
                "chain", result_type=Chain, rpc_timeout=_QUICK, reject_condition=QueryRejectCondition.NOT_OPEN
            )
        except WorkflowQueryRejectedError:
            return None
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            if error.status is RPCStatusCode.DEADLINE_EXCEEDED:
                raise Unavailable("No worker answers; workflows can be asked only while one runs.") from error
            raise
        return found


def _finding(case: CaseRecord, chain: Chain) -> str:
    state, offered = case.state, chain.seq - len(chain.waiting)
    if state.seq > chain.seq:
        return BEHIND
    if state.seq < chain.recorded:
        return AHEAD
    head = chain.head if state.seq == chain.seq else chain.waiting[state.seq - offered].prev
    return "" if head == state.head else DIVERGED
