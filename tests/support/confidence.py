"""To which roles a procedure names its complainants."""

from __future__ import annotations

from complaints.case.model import State
from complaints.papers import hidden
from complaints.procedure.model import Procedure

HANDLERS = {"csd", "first_receiver", "responsible", "handler"}


def named_to(procedure: Procedure) -> set[str]:
    """The procedure's roles that are told who complains in some case, whatever its channel."""
    cases = [State(case="", procedure=procedure.id, facts={"channel": channel}) for channel in procedure.channels]
    return {
        role
        for role in (*procedure.roles, "manager", "admin", "operator")
        for case in cases
        if not hidden(procedure, case, anonymous=False, roles=(role,))
    }


def anonymous_to_all(procedure: Procedure) -> bool:
    """Whether an anonymous complainant is named to no role."""
    case = State(case="", procedure=procedure.id, facts={})
    return all(hidden(procedure, case, anonymous=True, roles=(role,)) for role in procedure.roles)
