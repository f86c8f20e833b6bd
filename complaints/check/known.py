"""What a procedure may speak of: events, facts, what events carry."""

from __future__ import annotations

from collections.abc import Iterator

from complaints.fields import CODED, COMPLAINT
from complaints.procedure.common import Condition
from complaints.procedure.intake import CLASSES
from complaints.procedure.model import Procedure
from complaints.vocabulary import ACTIONS, COMMON_ROLES, TEXTS

EVENTS = frozenset(
    {action.event for action in ACTIONS.values()}
    | {
        "received", "registered", "reminded", "overdue", "chased", "deemed_approved", "lapsed", "assigned", "notified",
        "notice_failed", "absent", "outage", "recounted", "calendar_changed", "moved",
    }
)  # fmt: skip
"""Every event that there is."""

DERIVED = frozenset({"stage", "path", "entry", "unit", "pending", "outcome", "rung"})
CARRIED = frozenset(
    {
        "role", "by", "letter", "channel", "clock", "key", "due", "why", "lift", "remaining", "unexplained", "notice",
        "code", "does", "rung", "promise", "automatic", "level", "number", "deputy_of", "subject", "yes", "no",
        "abstain", "as", "counts_as",
        *(f"{name}_was" for name in CLASSES),
    }
)  # fmt: skip
"""What the system's own events carry beside the fields of actions."""

RECIPIENTS = ("@approver", "@owner", "@to", "@late")


def all_roles(procedure: Procedure) -> frozenset[str]:
    """The procedure's own roles and those that every procedure has."""
    return frozenset((*procedure.roles, *COMMON_ROLES))


def facts(procedure: Procedure) -> frozenset[str]:
    """What a condition on the case may ask."""
    steps = {name for path in procedure.paths for entry in path.stages for step in entry.steps for name in step.fields}
    needed = {name for rule in procedure.actions.values() for name in rule.requires or ()}
    needed |= {name for rule in procedure.actions.values() for more in rule.also for name in more.fields}
    own = {*procedure.intake.fields, *steps, *needed, *(approval.amount for approval in procedure.approvals)}
    own |= {name for approval in procedure.approvals if approval.panel for name in approval.panel.questions}
    set_by_rules = {name for rule in procedure.classification.rules for name in rule.set}
    return frozenset({*own, *set_by_rules, *DERIVED, *COMPLAINT, *CODED, *TEXTS, "received_by", "reachable", "role"})


def tests(condition: Condition) -> Iterator[tuple[str, object]]:
    """Every fact that a condition asks, with its test; alternatives under `any` included."""
    for name, test in condition.items():
        if name == "any" and isinstance(test, list | tuple):
            for one in test:
                if isinstance(one, dict):
                    yield from tests(one)
        else:
            yield name, test


def values(test: object) -> list[object]:
    """The plain values that a test names."""
    if isinstance(test, dict):
        return values(test["not"]) if "not" in test and not isinstance(test["not"], dict) else []
    return list(test) if isinstance(test, list | tuple) else [test]
