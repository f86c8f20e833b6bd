"""The accountability ledger: what the procedure's rules propose against whom. Only ever a proposal to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from complaints.case.evolve import evolve
from complaints.case.match import any_matches, case_is
from complaints.case.model import Event, State
from complaints.case.rules import Rules
from complaints.instants import Instant
from complaints.procedure.model import Account


@dataclass(frozen=True, slots=True)
class Entry:
    """One proposal: by which rule and clause, when it arose, against which role and person, how much."""

    rule: str
    clause: str
    at: Instant
    seq: int
    against: str
    person: str
    amount: float | None


def ledger(rules: Rules, events: Sequence[Event]) -> tuple[Entry, ...]:
    """Every proposal that the rules of accountability make of a case's events, in their order."""
    state = State(case="", procedure=rules.procedure.id)
    out: list[Entry] = []
    for event in events:
        evolve(rules, state, event)
        out += [_entry(rule, event, state) for rule in rules.procedure.accountability if _applies(rule, event, state)]
    return tuple(out)


def _applies(rule: Account, event: Event, state: State) -> bool:
    if not case_is(rule.when, state):
        return False
    if rule.on:
        return any_matches(rule.on, event, state)
    return event.event == "overdue" and event.data.get("clock") == rule.clock


def _entry(rule: Account, event: Event, state: State) -> Entry:
    against = rule.against or str(event.data.get("role", ""))
    held = state.assigned.get(against)
    found = event.data.get("person") or state.facts.get(against, "")
    person = held.person if held is not None else str(found)
    return Entry(rule.id, rule.clause, event.at, event.seq, against, person, rule.amount)
