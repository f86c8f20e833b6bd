"""What others see of a case: who is awaited for what, which clocks run, the columns that lists are sorted by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from complaints.calendar import FAR
from complaints.case.flow import mode_of, owner, whose
from complaints.case.model import Running, State
from complaints.case.rules import Rules
from complaints.instants import Instant
from complaints.vocabulary import ACTIONS, Stage


@dataclass(frozen=True, slots=True)
class Attributes:
    """The columns of a case: never anything of a person."""

    number: str
    procedure: str
    stage: str
    severity: str
    unit: str
    due: Instant
    overdue: bool


@dataclass(frozen=True, slots=True)
class Awaited:
    """Who is awaited: a role (and person, if known), for which actions, by which clock and instant (0: none)."""

    role: str
    person: str
    actions: tuple[str, ...]
    clock: str = ""
    due: Instant = 0


def attributes(rules: Rules, state: State) -> Attributes:
    """The case's columns; `due` is that of the leading clock: the earliest that has an owner and still runs."""
    lead = leading(rules, state)
    return Attributes(
        number=state.number,
        procedure=state.procedure,
        stage=state.stage,
        severity=str(state.facts.get("severity", "")),
        unit=state.unit,
        due=lead.due if lead is not None and lead.due < FAR else 0,
        overdue=not state.outcome and any(r.overdue for r in state.clocks.values()),
    )


def leading(rules: Rules, state: State) -> Running | None:
    """The clock that is due first among those that somebody must meet."""
    mine = [r for r in state.clocks.values() if rules.clocks[r.rule].clock.kind == "limit"]
    return min(mine, key=lambda r: (r.due, r.rule), default=None)


def awaited(rules: Rules, state: State) -> tuple[Awaited, ...]:
    """Everybody who is awaited now: first whose turn it is, then the owners of other clocks that run."""
    if state.outcome and not state.overdue:
        return ()
    out: list[Awaited] = []
    turn = owner(rules, state)
    if turn:
        actions = _next_actions(rules, state)
        one = _one(state, turn, actions, _clock_of(rules, state, turn, actions))
        out += [replace(one, person=member) for member in _voters(rules, state)] or [one]
    asked = (key.removeprefix("answer:") for key in state.waiting if key.startswith("answer:"))
    out += [Awaited(role, "", ("answer",)) for role in asked]
    for running in sorted(state.clocks.values(), key=lambda r: r.due):
        clock = rules.clocks[running.rule].clock
        if clock.kind == "limit" and clock.owner and not any(clock.id == a.clock for a in out):
            done_by = tuple(_action_of(p.event) for p in clock.until if _action_of(p.event))
            out.append(_one(state, whose(rules, state, clock.owner), done_by[:1], running))
    return tuple(out)


def _voters(rules: Rules, state: State) -> tuple[str, ...]:
    """The members of a panel whose votes are still awaited; none while nobody knows who they are."""
    ballot = state.ballot
    held = state.assigned.get(ballot.role) if ballot is not None else None
    if ballot is None or held is None or mode_of(rules, ballot) != "panel":
        return ()
    return tuple(member for member in held.people if member not in ballot.votes)


def clocks_view(rules: Rules, state: State) -> list[dict[str, Any]]:
    """The running clocks, due first: key, clock, kind, owner, since when, due, limit, clause, overdue, paused."""
    rows = []
    for key, running in sorted(state.clocks.items(), key=lambda item: (item[1].due, item[1].rule)):
        clock = rules.clocks[running.rule].clock
        paused = running.due >= FAR
        rows.append({
            "key": key, "clock": running.clock, "kind": clock.kind, "subject": running.subject,
            "owner": whose(rules, state, clock.owner),
            "from": running.start, "due": None if paused else running.due, "limit": running.limit,
            "clause": clock.clause, "default": clock.default, "overdue": running.overdue, "paused": paused,
            "provisional": not paused and rules.calendar.provisional(running.due), "extended": list(running.extended),
        })  # fmt: skip
    return rows


def alive(rules: Rules, state: State) -> bool:
    """Whether anything of the case still runs or is owed: its workflow must go on.

    A promise that outlives the closing runs until it is kept, long after the last step of its ladder.
    """
    return not state.outcome or bool(state.owed) or bool(state.clocks)


_TURN: dict[Stage, tuple[str, ...]] = {
    "registration": ("assess", "resolve"),
    "assessment": ("assess", "dispatch", "resolve"),
    "investigation": ("propose",),
    "approval": ("approve", "return"),
    "implementation": ("implement",),
    "reply": ("reply",),
    "revisit": ("revisit",),
    "closed": (),
}


def _next_actions(rules: Rules, state: State) -> tuple[str, ...]:
    if "endorse" in state.waiting:
        return ("endorse",)
    if state.steps:
        return ("opine",)
    if state.ballot is not None:
        return ("vote",) if mode_of(rules, state.ballot) == "panel" else _TURN["approval"]
    entry = rules.entry(state.path, state.entry)[2]
    if entry.stage == "assessment" and "admissible" in state.facts:
        return ("dispatch",)
    own = tuple(a for p in entry.done if (a := _action_of(p.event)))
    return own or _TURN[entry.stage]


def _action_of(event: str) -> str:
    return next((name for name, action in ACTIONS.items() if action.event == event), "")


def _clock_of(rules: Rules, state: State, role: str, actions: tuple[str, ...]) -> Running | None:
    """The clock that these actions stop, of those that the role owns; the earliest."""
    events = {ACTIONS[name].event for name in actions}
    mine = []
    for running in state.clocks.values():
        clock = rules.clocks[running.rule].clock
        if (
            clock.kind == "limit"
            and whose(rules, state, clock.owner) == role
            and events & {p.event for p in clock.until}
        ):
            mine.append(running)
    return min(mine, key=lambda r: (r.due, r.rule), default=None)


def _one(state: State, role: str, actions: tuple[str, ...], running: Running | None) -> Awaited:
    held = state.assigned.get(role)
    due = running.due if running is not None and running.due < FAR else 0
    return Awaited(role, held.person if held else "", actions, running.clock if running else "", due)
