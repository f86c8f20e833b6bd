"""The papers of a case: the procedure's own, the house's where it has none; and who may see whom on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from complaints.case.match import case_is
from complaints.case.model import State
from complaints.procedure.intake import CLASSES
from complaints.procedure.model import Form, Procedure, Report
from complaints.vocabulary import COMPLAINANT, STAFF

STANDARD: Mapping[str, tuple[str, ...]] = {
    "register": (
        "number", "received_at", "channel", "category", "severity", "complainant", "contact", "place", "about", "unit",
        "stage", "outcome", "closed_at",
    ),
    "information_report": (
        "number", "received_at", "channel", "received_by", "category", "severity", "complainant", "place", "about",
        "demand", "instruction",
    ),
    "handling_sheet": (
        "number", "received_at", "channel", *CLASSES, "about", "demand", "place", "unit", "cause", "measures",
        "corrective", "amount", "requirements", "instruction", "done", "result",
    ),
    "investigation_report": (
        "number", "received_at", "unit", "handled_by", "about", "contacted_at", "contacted_by", "finding", "cause",
        "validity", "measures", "corrective", "amount", "proposed_by", "proposed_at",
    ),
    "decision": (
        "number", "received_at", "unit", "about", "cause", "measures", "amount", "approved_by", "approved_at",
        "requirements", "deemed_approved_at", "returned_reason", "replied_at", "reply",
    ),
    "chaser": ("number", "received_at", "unit", "about", "stage", "chased_times", "chased_at"),
    "overdue_inquiry": ("number", "received_at", "unit", "about", "stage", "explained_by", "explanation"),
    "revisit_record": (
        "number", "complainant", "contact", "unit", "about", "done", "replied_at", "revisited_by", "revisited_at",
        "satisfied", "rating", "comment",
    ),
}  # fmt: skip
"""The house's own papers and their columns (column ids as `records.forms` reads them), in the order of printing."""

WITH_LATE_STEPS = frozenset({"chaser", "overdue_inquiry"})
"""Papers that list the steps that are or were overdue below their columns."""

LISTS: Mapping[str, Literal["closed", "received"]] = {
    "statistics": "closed", "summary": "closed", "analysis": "closed", "ledger": "closed", "site_list": "received",
}  # fmt: skip
"""Papers with a line for each case of a period: of those closed in it, or received in it."""

PERSONAL = frozenset({"complainant", "name", "contact", "phone", "email", "address"})
"""Columns that tell who complains."""

HANDLERS = frozenset({"csd", "first_receiver", "responsible", "handler"})
"""Who handles a case, and so may see the complainant of a confidential one."""

SPEAKING = ("contact", "inform", "reply", "revisit")
"""What nobody can do who is not told who complains."""


def papers(procedure: Procedure) -> dict[str, Form]:
    """Every paper that can be printed of a case: the procedure's own in their order, then the house's others."""
    own = {form: paper for form, paper in procedure.forms.items() if paper.columns}
    house = {form: Form(name={}, columns={c: {} for c in STANDARD[form]}) for form in STANDARD if form not in own}
    return own | house


def listing(procedure: Procedure, report: Report) -> str:
    """The paper that lists the cases of a report: of its name or clause, else the procedure's only list; or none."""
    lists = [form for form in procedure.forms if form in LISTS]
    same = [
        form for form in lists if form == report.id or (report.clause and procedure.forms[form].clause == report.clause)
    ]
    return next(iter(same or [form for form in lists if form in ("statistics", "ledger")]), "")


def hidden(procedure: Procedure, state: State, *, anonymous: bool, roles: Collection[str]) -> frozenset[str]:
    """The columns that stay empty for somebody who acts in these `roles` in the case.

    A confidential case names its complainant to those who handle it only, an anonymous one to nobody.
    """
    told = not anonymous and (not confidential(procedure, state) or not handlers(procedure).isdisjoint(roles))
    return frozenset() if told else PERSONAL


def handlers(procedure: Procedure) -> frozenset[str]:
    """The roles that handle cases: the house's, and whom the procedure itself sends to the complainant."""
    named = (role for action in SPEAKING if (rule := procedure.actions.get(action)) for role in rule.by or ())
    return HANDLERS.union(named) - {COMPLAINANT, STAFF}


def confidential(procedure: Procedure, state: State) -> bool:
    """Whether the complainant of the case is to be known to those only who handle it (CM-08).

    As everywhere, an empty condition always holds: a procedure that narrows nothing keeps every complainant's secret.
    """
    return case_is(procedure.confidential, state)
