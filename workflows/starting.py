"""How a case's workflow is started: by intake, by the sweep, and again when it was lost."""

from __future__ import annotations

from typing import Any, Protocol

from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from activities.messages import Again
from complaints.case import Attributes, Rules, State, attributes, dump_state
from workflows.attributes import at_start
from workflows.messages import WRITES_NOTES_IN_TURN, CaseInput

WORKFLOW = "Complaint"
AGAIN = "SendAgain"


class Recorded(Protocol):
    """A case as the records give it."""

    @property
    def case_id(self) -> str:
        """The record's random id."""

    @property
    def rules(self) -> Rules:
        """The rules that hold for it now."""

    @property
    def state(self) -> State:
        """The state folded from its recorded events."""


def workflow_id(case: str) -> str:
    """The workflow's id, from the record's random id."""
    return f"complaint-{case}"


def case_of(workflow: str) -> str:
    """The record's id, from the workflow's."""
    return workflow.removeprefix("complaint-")


def start_options(case: Recorded, queue: str, *, offset: int = 0) -> dict[str, Any]:
    """Keyword arguments of `Client.start_workflow` for a case, wherever its record stands."""
    found = attributes(case.rules, case.state)
    procedure, calendar = case.rules.frozen
    return {
        "workflow": WORKFLOW,
        "arg": CaseInput(case.case_id, procedure, calendar, dump_state(case.state), offset, core=WRITES_NOTES_IN_TURN),
        "id": workflow_id(case.case_id),
        "task_queue": queue,
        "search_attributes": at_start(found),
        "static_summary": f"{found.number} · {found.procedure}",
        "static_details": _details(found),
    }


def again_options(case: str, row: str, queue: str) -> dict[str, Any]:
    """Keyword arguments of `Client.start_workflow` to send a failed letter once more; asked twice it goes once."""
    return {
        "workflow": AGAIN,
        "arg": Again(case, row),
        "id": f"again-{row}",
        "task_queue": queue,
        "id_reuse_policy": WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        "id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING,
        "static_summary": "a failed letter, once more",
    }


def _details(found: Attributes) -> str:
    return "\n".join((
        f"**Complaint {found.number}**",
        f"- procedure: `{found.procedure}`",
        f"- severity at intake: `{found.severity or 'none given'}`",
        "- what was said, and by whom, is in the records under this number",
    ))  # fmt: skip
