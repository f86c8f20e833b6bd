"""A procedure and its calendar, made ready for the hot path: looked up by event name, defaults filled in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from complaints.calendar import Limit, WorkingCalendar
from complaints.procedure.clocks import Clock, Step
from complaints.procedure.common import LimitRule, Pattern
from complaints.procedure.model import Notification, Procedure
from complaints.procedure.people import Approval
from complaints.procedure.stages import Entry, Path, Turn
from complaints.vocabulary import ACTIONS, Action, Stage

DUE = "due"
"""The step of a clock that its due instant itself is."""

_UNIT_SIGNED = (Pattern(event="proposed", where={"role": "responsible"}), Pattern(event="endorsed"))
DONE: dict[Stage, tuple[Pattern, ...]] = {
    "registration": (Pattern(event="registered"),),
    "assessment": (Pattern(event="dispatched"),),
    "investigation": _UNIT_SIGNED,
    "approval": (),
    "implementation": (Pattern(event="implemented"),),
    "reply": (Pattern(event="replied"),),
    "revisit": (Pattern(event="revisited"),),
    "closed": (),
}
"""What ends a stage unless the procedure says otherwise."""

OWNERS: dict[Stage, str] = {
    "registration": "csd",
    "assessment": "csd",
    "investigation": "responsible",
    "approval": "leader",
    "implementation": "responsible",
    "reply": "csd",
    "revisit": "csd",
    "closed": "",
}
"""Who owns a stage unless the procedure says otherwise."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One compiled step of a clock's ladder; `offset` counts from the due instant (`before` when negative)."""

    do: str
    step: Step | None
    before: Limit | None = None
    after: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A clock with its place in the procedure and its ladder laid out in time."""

    index: int
    clock: Clock
    rungs: tuple[Rung, ...]


@dataclass(slots=True)
class Rules:
    """A frozen procedure with a frozen calendar; two of equal content are the same object when thawed.

    `frozen` holds the two texts that they were thawed from.
    """

    procedure: Procedure
    calendar: WorkingCalendar
    version: str
    frozen: tuple[str, str] = ("", "")
    clocks: tuple[ClockRule, ...] = ()
    opens: dict[str, list[tuple[ClockRule, Pattern]]] = field(default_factory=dict)
    closes: dict[str, list[tuple[ClockRule, Pattern]]] = field(default_factory=dict)
    tells: dict[str, list[tuple[Notification, Pattern]]] = field(default_factory=dict)
    enters: dict[str, list[Notification]] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    approvals: dict[str, Approval] = field(default_factory=dict)
    entries: dict[tuple[str, str], tuple[Path, int, Entry]] = field(default_factory=dict)
    turns: dict[tuple[str, str], tuple[Turn, ...]] = field(default_factory=dict)

    @classmethod
    def thaw(cls, procedure: str, calendar: str) -> Rules:
        """Rules from the frozen texts that a case carries (JSON of the procedure, JSON of the calendar)."""
        return _thaw(procedure, calendar)

    @property
    def names(self) -> tuple[str, str]:
        """The SHA-256 (hex) of the two frozen texts: what the records and the case's events call these rules."""
        return digest(self.frozen[0]), digest(self.frozen[1])

    def entry(self, path: str, entry: str) -> tuple[Path, int, Entry]:
        """A stage entry by path and id: the path, its place, the entry."""
        return self.entries[path, entry]


@lru_cache(maxsize=512)
def digest(text: str) -> str:
    """SHA-256 (hex) of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=256)
def _thaw(procedure: str, calendar: str) -> Rules:
    data: Any = json.loads(procedure)
    version = digest(f"{procedure}\n{calendar}")[:16]
    rules = compile_rules(Procedure.model_validate(data), WorkingCalendar.thaw(json.loads(calendar)), version)
    rules.frozen = (procedure, calendar)
    return rules


def compile_rules(procedure: Procedure, calendar: WorkingCalendar, version: str) -> Rules:
    """Rules of a procedure and a calendar."""
    rules = Rules(procedure, calendar, version)
    timed = tuple(_timed_rules(procedure))
    rules.clocks = tuple(ClockRule(i, c, _rungs(c)) for i, c in enumerate((*procedure.clocks, *timed)))
    for rule in rules.clocks:
        for pattern in rule.clock.from_:
            rules.opens.setdefault(pattern.event, []).append((rule, pattern))
        for pattern in rule.clock.until:
            rules.closes.setdefault(pattern.event, []).append((rule, pattern))
    for note in procedure.notifications:
        for pattern in note.on:
            rules.tells.setdefault(pattern.event, []).append((note, pattern))
        for name in note.entered:
            rules.enters.setdefault(name, []).append(note)
    for event, note in _HOUSE_LETTERS.items():
        rules.tells.setdefault(event, [(note, note.on[0])])
    rules.approvals = {a.id: a for a in procedure.approvals}
    for path in procedure.paths:
        for place, entry in enumerate(path.stages):
            rules.entries[path.id, entry.id] = (path, place, entry)
            rules.turns[path.id, entry.id] = (*entry.turns, *path.turns, *_turns(path))
    for name, action in ACTIONS.items():
        own = procedure.actions.get(name)
        by = own.by if own and own.by is not None else action.by
        more = tuple(r for r, role in procedure.roles.items() if name in role.actions)
        rules.actions[name] = Action(
            action.event,
            (*by, *more),
            own.stages if own and own.stages is not None else action.stages,
            own.requires if own and own.requires is not None else action.requires,
        )
    return rules


def _house(event: str, to: str, letter: str) -> Notification:
    return Notification(on=(Pattern(event=event),), to=(to,), letter=letter)


_HOUSE_LETTERS = {
    "reminded": _house("reminded", "@to", "reminder"),
    "chased": _house("chased", "@to", "chaser"),
    "escalated": _house("escalated", "@to", "escalation"),
}
"""Letters of clock events, for a procedure that says nothing of its own about them; `@to` is whom the event names."""


def _turns(path: Path) -> tuple[Turn, ...]:
    """Where events lead in every procedure, after its own turns."""
    ids = {e.stage: e.id for e in reversed(path.stages)}
    answer = ids.get("reply", "closed")
    turns = [
        Turn(on=(Pattern(event="assessed", where={"admissible": False}),), go=answer, outcome="inadmissible"),
        Turn(on=(Pattern(event="resolved"),), go="closed", outcome="resolved"),
        Turn(on=(Pattern(event="withdrawn"),), go="closed", outcome="withdrawn"),
        Turn(on=(Pattern(event="merged"),), go="closed", outcome="merged"),
        Turn(on=(Pattern(event="referred", where={"takes_over": True}),), go=answer, outcome="referred"),
    ]
    if "assessment" in ids:
        turns.append(Turn(on=(Pattern(event="declined"),), go=ids["assessment"]))
    return tuple(turns)


def _rungs(clock: Clock) -> tuple[Rung, ...]:
    before = [Rung(s.do, s, before=s.before) for s in clock.ladder if s.before is not None]
    at_due = [Rung(s.do, s) for s in clock.ladder if s.before is None and s.after is None]
    later: list[Rung] = []
    for step in clock.ladder:
        if step.after is not None:
            more = step.every or step.after
            later += [Rung(step.do, step, after=(step.after,) + (more,) * n) for n in range(step.times)]
    # A reclassification by the clock replaces its due instant; all other clocks first fall due, then act.
    own_end = any(r.do == "reclassify" for r in at_due) and clock.kind == "window"
    due = [] if own_end else [Rung(DUE, None)]
    return (*before, *due, *at_due, *later)


def _timed_rules(procedure: Procedure) -> list[Clock]:
    clocks = []
    for place, rule in enumerate(procedure.classification.rules):
        if rule.after is None:
            continue
        step = Step(do="reclassify", set=rule.set, when=rule.after.while_, clause=rule.clause)
        clocks.append(
            Clock(
                id=f"rule{place + 1}", kind="window", clause=rule.clause, limit=rule.after.limit, ladder=(step,),
                **{"from": (Pattern(event=rule.after.from_, when=rule.when),)},
            )
        )  # fmt: skip
    return clocks


def limit_for(rule: LimitRule, facts: dict[str, Any]) -> LimitRule | None:
    """The limit that holds for these facts, following `by` to a plain limit or a field; None when there is none."""
    found: LimitRule | None = rule
    while found is not None and found.by:
        found = found.cases.get(_case(facts.get(found.by, ""))) or found.otherwise
    return found


def _case(value: Any) -> str:
    """A fact as a file writes it: true and false in small letters."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def plain_limit(rule: LimitRule, facts: dict[str, Any]) -> Limit | None:
    """The limit to count for these facts when no field gives the instant; None when there is none."""
    found = limit_for(rule, facts)
    while found is not None and found.field:
        found = limit_for(found.otherwise, facts) if found.otherwise is not None else None
    return found.limit if found is not None else None
