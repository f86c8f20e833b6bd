"""Every limit that a case had, from its events: how each came to its due instant, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from complaints.case.evolve import copy_state, evolve
from complaints.case.model import Event, State
from complaints.case.rules import Rules
from complaints.errors import CalendarEnd
from complaints.explain import Explanation, explain


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One limit as it last stood, and the event that ended it; None while it runs."""

    explanation: Explanation
    ended: Event | None


def reckon(rules: Rules, case: str, events: Sequence[Event]) -> tuple[Reckoned, ...]:
    """The limits in the order in which they began; one that ended by the very event that began it is left out."""
    state = State(case=case, procedure=rules.procedure.id)
    found: list[Reckoned] = []
    for event in events:
        before = copy_state(state)
        evolve(rules, state, event)
        for key, running in before.clocks.items():
            now = state.clocks.get(key)
            if now is None or now.seq != running.seq:
                found += _one(rules, before, key, events, event)
    for key in state.clocks:
        found += _one(rules, state, key, events, None)
    return tuple(sorted(found, key=lambda one: (one.explanation.origin.seq, one.explanation.key)))


def _one(rules: Rules, state: State, key: str, events: Sequence[Event], ended: Event | None) -> list[Reckoned]:
    with suppress(CalendarEnd):  # beyond the calendar's years nothing can be told day by day
        return [Reckoned(explain(rules, state, key, events), ended)]
    return []
