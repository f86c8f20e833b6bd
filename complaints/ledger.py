"""The accountability ledger: what the procedure's rules propose against whom. Only ever a proposal to a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from complaints.case.evolve import evolve
from complaints.case.match import any_matches, case_is
from complaints.case.model import Event, State
from complaints.case.rules import Rules
from complaints.instants import Instant
from complaints.procedure.model import Account, Procedure, Tally


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
        out += proposals(rules, event, state)
    return tuple(out)


def proposals(rules: Rules, event: Event, state: State) -> tuple[Entry, ...]:
    """What the rules of accountability propose because of one event; `state` is the case after it."""
    return tuple(_entry(rule, event, state) for rule in rules.procedure.accountability if _applies(rule, event, state))


def tally(
    procedure: Procedure, every: str, at: Instant, entries: Sequence[Entry], people: Collection[str] = ()
) -> tuple[Entry, ...]:
    """What the rules that count propose at the end (`at`) of a month or year (`every`).

    `entries` are those of all cases of the period; `people` are asked about too, though no entry names them.
    """
    out: list[Entry] = []
    for rule in procedure.accountability:
        if rule.tally is None or rule.tally.every != every:
            continue
        for person in sorted({*people, *(entry.person for entry in entries)} - {""}):
            own = [entry.rule for entry in entries if entry.person == person]
            if _counts(rule.tally, own):
                out.append(Entry(rule.id, rule.clause, at, 0, rule.against, person, rule.amount))
    return tuple(out)


def _counts(rule: Tally, own: Sequence[str]) -> bool:
    times = own.count(rule.of)
    enough = times >= rule.at_least and (rule.at_most is None or times <= rule.at_most)
    return enough and (not rule.beside or rule.beside in own)


def _applies(rule: Account, event: Event, state: State) -> bool:
    if rule.tally is not None or not case_is(rule.when, state):
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
