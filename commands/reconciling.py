"""Compares the records with the engine, case by case, and mends what can be mended; the record is what counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from complaints.case import Event, alive
from complaints.errors import BrokenChain, Diverged, Gap, Unavailable
from records import Records
from records.values import CaseRecord
from workflows.messages import Chain
from workflows.starting import WORKFLOW, case_of, start_options, workflow_id

MISSING, BEHIND, AHEAD, DIVERGED, UNRECORDED = "missing", "behind", "ahead", "diverged", "unrecorded"
"""No workflow runs; it stands before its record, or after it; it holds other events; it has no record at all."""

T = TypeVar("T")

_QUICK = timedelta(seconds=10)
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
        """The same where it is known which cases' workflows run."""
        running = set(running)
        async for case_id in self.records.house.case_ids():
            case = await self.records.case(id=case_id)
            runs = case_id in running
            running.discard(case_id)
            found = await self._compare(case, runs=runs)
            if found is not None:
                yield found
        for left in sorted(running):
            found = await self._unrecorded(left)
            if found is not None:
                yield found

    async def _running(self) -> set[str]:
        query = f'WorkflowType="{WORKFLOW}" AND ExecutionStatus="Running"'
        return {case_of(found.id) async for found in self.client.list_workflows(query)}

    async def _compare(self, case: CaseRecord, *, runs: bool) -> Difference | None:
        lives = alive(case.rules, case.state)
        if not lives and not runs:
            return None
        handle = self.client.get_workflow_handle(workflow_id(case.case_id))
        if not await _is_running(handle):
            if not lives or case.started_at is None:
                return None  # at its end; or accepted a moment ago, and the workers' sweep starts it
            done = "" if self.dry else await self._start(case.case_id)
            return Difference(case.case_id, case.number, MISSING, case.state.seq, 0, done)
        chain: Chain = await self._ask(handle, "chain", Chain)
        case = await self.records.case(id=case.case_id)  # what was written between the two looks is no difference
        finding = _finding(case, chain)
        if not finding:
            return None
        done = "" if self.dry else await self._mend(case, handle, finding)
        return Difference(case.case_id, case.number, finding, case.state.seq, chain.seq, done)

    async def _mend(self, case: CaseRecord, handle: WorkflowHandle[object, object], finding: str) -> str:
        if finding == AHEAD:
            return await self._record_again(case, handle)
        if finding == DIVERGED and not self.sure:
            return ""
        await handle.terminate(f"reconciled: {finding}")
        await asyncio.sleep(_SETTLES)
        return await self._start(case.case_id)

    async def _record_again(self, case: CaseRecord, handle: WorkflowHandle[object, object]) -> str:
        told: list[Event] = await self._ask(handle, "told", list[Event])
        missing = [event for event in told if event.seq > case.state.seq]
        try:
            await self.records.append(case.case_id, missing)
        except (Gap, Diverged, BrokenChain):
            return ""
        return f"recorded again: {', '.join(event.event for event in missing)}"

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
        if not await _is_running(handle):
            return None
        chain: Chain = await self._ask(handle, "chain", Chain)
        done = ""
        if self.sure and not self.dry:
            await handle.terminate("reconciled: it has no record")
            done = "terminated"
        return Difference(case_id, "", UNRECORDED, 0, chain.seq, done)

    async def _ask(self, handle: WorkflowHandle[object, object], query: str, kind: type[T]) -> T:
        try:
            answer: T = await handle.query(query, result_type=kind, rpc_timeout=_QUICK)
        except RPCError as error:
            if error.status is RPCStatusCode.DEADLINE_EXCEEDED:
                raise Unavailable("No worker answers; workflows can be asked only while one runs.") from error
            raise
        return answer


async def _is_running(handle: WorkflowHandle[object, object]) -> bool:
    try:
        return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise


def _finding(case: CaseRecord, chain: Chain) -> str:
    state, offered = case.state, chain.seq - len(chain.waiting)
    if state.seq > chain.seq:
        return BEHIND
    if state.seq < chain.recorded:
        return AHEAD
    head = chain.head if state.seq == chain.seq else chain.waiting[state.seq - offered].prev
    return "" if head == state.head else DIVERGED
