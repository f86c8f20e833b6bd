"""Whether conditions hold and events match patterns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from complaints.case.model import Event, State
from complaints.procedure.common import Condition, Pattern

_DERIVED = ("stage", "path", "entry", "unit", "pending", "outcome", "rung")


def holds(condition: Condition, values: Mapping[str, Any]) -> bool:
    """Whether every test of `condition` holds for `values`; an empty condition always does."""
    for name, test in condition.items():
        if name == "any":
            if not any(holds(one, values) for one in test):
                return False
        elif not _passes(test, values.get(name)):
            return False
    return True


def _passes(test: Any, value: Any) -> bool:
    if isinstance(test, dict):
        return all(_compares(name, limit, value) for name, limit in test.items())
    if isinstance(test, list | tuple):
        return value in test
    return bool(value == test)


def _compares(name: str, limit: Any, value: Any) -> bool:
    if name == "given":
        return (value not in (None, "", [], ())) is bool(limit)
    if name == "not":
        return not _passes(limit, value)
    if not isinstance(value, int | float):
        return False
    return bool(
        {"over": value > limit, "at_least": value >= limit, "below": value < limit, "at_most": value <= limit}[name]
    )


def facts_of(state: State) -> dict[str, Any]:
    """Everything that a `when` may ask of a case: its facts, and where it stands."""
    values = dict(state.facts)
    for name in _DERIVED:
        values[name] = getattr(state, name)
    return values


def case_is(condition: Condition, state: State) -> bool:
    """Whether `condition` holds for the case as it stands."""
    return not condition or holds(condition, facts_of(state))


def matches(pattern: Pattern, event: Event, state: State) -> bool:
    """Whether an event of the pattern's name is one; the name itself is looked up before."""
    if pattern.where:
        values = {"role": event.role, "by": event.by, **event.data}
        if event.content is not None:
            values.update((name, True) for name in event.content.fields)
        if not holds(pattern.where, values):
            return False
    return case_is(pattern.when, state)


def any_matches(patterns: Sequence[Pattern], event: Event, state: State) -> bool:
    """Whether any of the patterns matches the event."""
    return any(p.event == event.event and matches(p, event, state) for p in patterns)
