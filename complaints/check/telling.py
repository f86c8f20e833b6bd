"""What can decide on the way of a case, and what only tells people or says when."""

from __future__ import annotations

from collections.abc import Iterator

from complaints.check import known, parts
from complaints.procedure.common import Condition, Pattern
from complaints.procedure.model import Procedure
from complaints.vocabulary import ACTIONS

LEADING = ("paths", "approvals", "classification")
"""The parts of a procedure whose conditions lead a case."""


_BUILT_IN = (
    "unit", "units", "coordinator", "to", "takes_over", "outcome", "admissible", "validity", "vote", "step", "accepted",
)  # fmt: skip
"""What actions carry that leads a case in every procedure."""


def leading_patterns(procedure: Procedure) -> Iterator[Pattern]:
    """The events that lead a case, or make it another one."""
    yield from (pattern for place, pattern in parts.patterns(procedure) if place[0] in (*LEADING, "ladder"))
    yield from (pattern for rule in procedure.classification.rules for pattern in rule.on)


def telling(procedure: Procedure) -> dict[str, frozenset[str]]:
    """For each action, which of what it carries can decide on the way of a case, or on whether it is taken at all.

    Two cases that differ in nothing else are one standing (see `explore`), so there is no use in trying both.
    """
    everywhere = {*(approval.amount for approval in procedure.approvals), *_BUILT_IN}
    everywhere |= {name for name, _ in known.tests(procedure.reopen_on)}
    for place, condition in parts.conditions(procedure):
        if place[0] in LEADING:
            everywhere |= {name for name, _ in known.tests(condition)}
    for pattern in leading_patterns(procedure):
        everywhere |= {name for name, _ in known.tests(pattern.when)}
    out = {}
    for name, action in ACTIONS.items():
        rule = procedure.actions.get(name)
        own = {n for more in (rule.also if rule else ()) for c in (more.when, more.must) for n, _ in known.tests(c)}
        asked = [p.where for p in leading_patterns(procedure) if p.event == action.event]
        out[name] = frozenset(everywhere | own | {n for where in asked for n, _ in known.tests(where)})
    return out


def asked_of_role(procedure: Procedure, name: str) -> list[Condition] | None:
    """What is asked of the role that takes an action, where that leads a case; None where the person is asked for."""
    wheres = [p.where for p in leading_patterns(procedure) if p.event == ACTIONS[name].event]
    rule = procedure.actions.get(name)
    wheres += [more.when for more in (rule.also if rule else ())]
    asked = [(field, test) for where in wheres for field, test in known.tests(where)]
    return None if any(field == "by" for field, _ in asked) else [{"role": test} for f, test in asked if f == "role"]
