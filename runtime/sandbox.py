"""The workflow sandbox: what it lets through on purpose, and that it refuses anything else."""

from __future__ import annotations

import contextlib
import importlib.util
import py_compile

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import Info, SandboxImportNotificationPolicy

PASSED_THROUGH = (
    # Pure and deterministic by its tests; its calendar may use `zoneinfo` only outside the sandbox's proxies.
    "complaints",
    # Named by the workflow, never run in it. With them comes all that they stand on, loaded once and not for each case.
    "activities",
    "workflows.attributes",
    "workflows.inbound",
    "workflows.messages",
    "workflows.starting",
    "workflows.story",
)


_LOADED_FOR_EACH_CASE = ("workflows", "workflows.complaint", "workflows.again")


class _ContextFree(WorkflowInstance):
    """A sandboxed case whose payloads are sealed without regard to which command they belong to.

    Our converter and codec ignore the serialization context, but to learn it the SDK runs code in the sandbox five
    times a payload: a fifth of a worker's time, measured.
    """

    def __init__(self, inner: WorkflowInstance) -> None:
        self._inner = inner

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        return self._inner.activate(act)

    def get_serialization_context(self, command_info: object) -> None:
        return None

    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:
        return StorageDriverStoreContext()

    def get_info(self) -> Info:
        return self._inner.get_info()

    def get_thread_id(self) -> int | None:
        return self._inner.get_thread_id()


class _Runner(SandboxedWorkflowRunner):
    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _ContextFree(super().create_instance(det))


def sandboxed() -> SandboxedWorkflowRunner:
    """The runner of every worker and replayer; an import that is neither passed through nor harmless stops it."""
    passing = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    strict = (
        SandboxImportNotificationPolicy.WARN_ON_DYNAMIC_IMPORT
        | SandboxImportNotificationPolicy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH
    )
    return _Runner(restrictions=passing.with_import_notification_policy(strict))


def compile_workflows() -> None:
    """Compiles what the sandbox loads for each case, even where Python was told to write no compiled code.

    Told so (as images often are), Python compiles it anew for every case: a twenty-fifth of a worker's time, measured.
    """
    for name in _LOADED_FOR_EACH_CASE:
        spec = importlib.util.find_spec(name)
        # Where nothing may be written cases run all the same, a little slower.
        with contextlib.suppress(OSError):
            if spec is not None and spec.origin is not None:
                py_compile.compile(spec.origin, doraise=True)
