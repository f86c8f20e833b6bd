"""Whether conditions hold and events match patterns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from complaints.case.model import Event, State
from complaints.procedure.common import Condition, Pattern

_DERIVED = frozenset(("stage", "path", "entry", "unit", "pending", "outcome", "rung"))


class Values(Protocol):
    """What a condition is asked of."""

    def get(self, name: str, /) -> Any:
        """The value of that name, or None."""


def holds(condition: Condition, values: Values) -> bool:
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


class Standing:
    """Everything that a `when` may ask of a case: its facts, and where it stands. Looked up, for nearly all ask one."""

    __slots__ = ("facts", "state")

    def __init__(self, state: State) -> None:
        self.state = state
        self.facts = state.facts

    def get(self, name: str) -> Any:
        """The value of a fact, or None."""
        return getattr(self.state, name) if name in _DERIVED else self.facts.get(name)


def case_is(condition: Condition, state: State) -> bool:
    """Whether `condition` holds for the case as it stands."""
    return not condition or holds(condition, Standing(state))


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
    for pattern in patterns:  # noqa: SIM110  # no generator: every event asks dozens of patterns, most of them in vain
        if pattern.event == event.event and matches(pattern, event, state):
            return True
    return False
