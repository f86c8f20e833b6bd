"""The workflow engine as the API uses it: cases are started and acted upon; everything is read from the records."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from weakref import WeakValueDictionary

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from complaints.case.model import Message
from complaints.errors import HuiyinError, Refused, Unavailable
from workflows.messages import Act, Acted
from workflows.starting import Recorded, again_options, start_options

log = logging.getLogger("huiyin.engine")

IN_FLIGHT = 8
"""Actions on one case at once; the engine stalls at ten unanswered updates of one workflow."""

_ANSWER = timedelta(seconds=10)
_QUICK = timedelta(seconds=3)
_SUSPECT = 2.0
"""Seconds without an answer after which the engine's health is asked for."""

_REST = 2.0
"""Seconds for which a start is not tried after one failed; the sweep catches up."""


@dataclass(frozen=True, slots=True)
class Pending:
    """The action is accepted and kept by the engine; it will be applied as soon as a worker runs."""


@dataclass(frozen=True, slots=True)
class Poller:
    """A worker by its name, and when it last asked for work."""

    identity: str
    seen_at: int


class Gone(HuiyinError):
    """The engine knows no running workflow of that case."""

    code = "gone"


class Engine:
    """Starts cases and brings actions to them; every call answers within seconds, whatever is down."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._queue = task_queue
        self._gates: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._down_until = 0.0

    async def healthy(self) -> bool:
        """Whether the engine answers now."""
        try:
            return await self._client.service_client.check_health(timeout=timedelta(seconds=2))
        except (RPCError, RuntimeError, TimeoutError):
            return False

    async def start(self, case: Recorded, *, lost: bool = False) -> bool:
        """Start the case's workflow without waiting for its first step; False where the sweep has to do it later.

        A `lost` one (ended though its case still lives) is started again where its record stands.
        """
        reuse = WorkflowIDReusePolicy.ALLOW_DUPLICATE if lost else WorkflowIDReusePolicy.REJECT_DUPLICATE
        if time.monotonic() < self._down_until:
            return False
        try:
            await self._client.start_workflow(
                **start_options(case, self._queue),
                id_reuse_policy=reuse,
                rpc_timeout=_QUICK,
            )
        except WorkflowAlreadyStartedError:
            return True
        except (RPCError, RuntimeError) as error:
            self._down_until = time.monotonic() + _REST
            log.warning("case not started yet; the sweep will", extra={"case": case.case_id, "why": _why(error)})
            return False
        return True

    async def send_again(self, case: str, row: str) -> None:
        """Let a failed letter be sent once more, durably; raises Unavailable where the engine is down."""
        try:
            await self._client.start_workflow(**again_options(case, row, self._queue), rpc_timeout=_QUICK)
        except (RPCError, RuntimeError) as error:
            log.warning("the engine did not answer", extra={"why": _why(error)})
            raise _down() from error

    async def workers(self) -> list[Poller]:
        """The workers that asked for work within the last minutes; raises Unavailable where the engine is down."""
        asked = DescribeTaskQueueRequest(
            namespace=self._client.namespace,
            task_queue=TaskQueue(name=self._queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
        try:
            found = await self._client.workflow_service.describe_task_queue(asked, timeout=_QUICK)
        except (RPCError, RuntimeError) as error:
            raise _down() from error
        return [Poller(one.identity, one.last_access_time.seconds) for one in found.pollers]

    async def act(self, case: str, message: Message, update: str) -> Acted | Pending:
        """Bring an action to the case and wait until what it caused is recorded.

        Raises Refused as the case decided, Gone where no workflow runs, Unavailable where the engine is down.
        Where no worker answers in time the same message goes as a durable signal: Pending.
        """
        gate = self._gates.get(case)
        if gate is None:
            gate = self._gates[case] = asyncio.Semaphore(IN_FLIGHT)
        handle = self._client.get_workflow_handle(f"complaint-{case}")
        payload = Act(message=message, case=case)
        async with gate:
            try:
                return await self._update(handle, payload, update)
            except WorkflowUpdateFailedError as error:
                raise _refusal(error) from error
            except WorkflowUpdateRPCTimeoutOrCancelledError:
                await self._signal(handle, payload)
                return Pending()
            except RPCError as error:
                raise _fault(error) from error
            except RuntimeError as error:  # the first connection failed
                raise _down() from error

    async def _update(self, handle: WorkflowHandle[object, object], payload: Act, update: str) -> Acted:
        answer: asyncio.Future[Acted] = asyncio.ensure_future(
            handle.execute_update("act", payload, id=update, result_type=Acted, rpc_timeout=_ANSWER)
        )
        try:
            done, _ = await asyncio.wait({answer}, timeout=_SUSPECT)
            if not done and not await self.healthy():
                raise _down()
            return await answer
        finally:
            answer.cancel()
            answer.add_done_callback(_heard)

    async def _signal(self, handle: WorkflowHandle[object, object], payload: Act) -> None:
        try:
            await handle.signal("act", payload, rpc_timeout=_QUICK)
        except RPCError as error:
            raise _fault(error) from error


def _heard(answer: asyncio.Future[Acted]) -> None:
    """Takes note of how a call ended for which nobody waits any more, or asyncio would log it as an error of ours."""
    if not answer.cancelled():
        answer.exception()


def _refusal(error: WorkflowUpdateFailedError) -> HuiyinError:
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == "Refused" and len(cause.details) >= 2:
        return Refused(str(cause.details[0]), str(cause.details[1]))
    log.error("the case failed on an action", exc_info=error)
    return Unavailable("The case could not take the action just now; nothing was done.", 10)


def _fault(error: RPCError) -> HuiyinError:
    if error.status is RPCStatusCode.NOT_FOUND:
        return Gone("No workflow of this case is running.")
    log.warning("the engine did not answer", extra={"why": _why(error)})
    return _down()


def _down() -> Unavailable:
    return Unavailable("The workflow engine is down: the action was not taken. What was filed is safe.", 5)


def _why(error: Exception) -> str:
    return error.status.name if isinstance(error, RPCError) else type(error).__name__
