"""Whether another version of a procedure has a place for a case as it stands, and where that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from complaints.case.flow import fitting_path
from complaints.case.model import Running, State
from complaints.case.rules import DUE, ClockRule, Rules, plain_limit
from complaints.procedure.intake import CLASSES
from complaints.procedure.stages import Entry
from complaints.vocabulary import COMMON_ROLES


@dataclass(frozen=True, slots=True)
class Lack:
    """What a version lacks for a case to go on under it: a stable code, and the reason for people."""

    code: str
    text: str


def lacks(old: Rules, new: Rules, state: State) -> tuple[Lack, ...]:
    """Every reason why the case cannot go on under `new`; none when it has a place there."""
    if new.procedure.id != old.procedure.id:
        return (Lack("other_procedure", f"it is the procedure {new.procedure.id}, not {old.procedure.id}"),)
    if state.outcome:
        return (Lack("closed", "the case is closed"),)
    return (*_stage(old, new, state), *_approval(new, state), *_people(new, state), *_clocks(old, new, state),
            *_values(new, state))  # fmt: skip


def path_in(new: Rules, state: State) -> str:
    """The path on which the case goes on: its own if that still has the entry, else the one that fits its facts."""
    if (state.path, state.entry) in new.entries:
        return state.path
    path = fitting_path(new, state)
    return path if (path, state.entry) in new.entries else ""


def rung_in(old: Rules, new: Rules, state: State) -> int | None:
    """The place on the new ladder of the rung that the case has reached; None when that rung is gone."""
    if state.rung < 0:
        return -1
    role = old.procedure.ladder.rungs[state.rung].role
    return next((i for i, rung in enumerate(new.procedure.ladder.rungs) if rung.role == role), None)


def successor(old: Rules, new: Rules, running: Running) -> ClockRule | None:
    """The clock that carries this one on: of the same id, or the one that took its place under another name."""
    was = old.clocks[running.rule]
    own = was.index < len(old.procedure.clocks)
    if own:
        named = [c for c in new.clocks[: len(new.procedure.clocks)] if c.clock.id == was.clock.id]
        if named:
            # Several may share an id, one for each kind of case: then the one in the same place among them.
            place = sum(c.clock.id == was.clock.id for c in old.clocks[: was.index])
            same = named[min(place, len(named) - 1)]
            return same if (same.clock.kind, same.clock.per) == (was.clock.kind, was.clock.per) else None
        # A new name for the same limit: begun and ended by the same events, and nothing of the old version.
        known = {clock.id for clock in old.procedure.clocks}
        alike = [c for c in new.clocks if c.clock.id not in known and _alike(c, was)]
    else:
        # Rules of classification that act by time are named by their place, which says nothing.
        alike = [c for c in new.clocks[len(new.procedure.clocks) :] if _alike(c, was)]
        alike = [c for c in alike if c.clock.ladder[0].set == was.clock.ladder[0].set]
    return alike[0] if len(alike) == 1 else None


def behind(was: ClockRule, now: ClockRule, fired: int) -> int:
    """How many steps of the new ladder count as done, when `fired` of the old one are: none happens a second time."""
    due = next((i for i, rung in enumerate(now.rungs) if rung.do == DUE), len(now.rungs))
    done = {(r.do, r.before, r.after) for r in was.rungs[:fired]}
    same = max((i + 1 for i, r in enumerate(now.rungs) if (r.do, r.before, r.after) in done), default=0)
    passed = any(rung.do == DUE for rung in was.rungs[:fired])
    return max(same, due + 1) if passed else min(same, due)


def _alike(one: ClockRule, other: ClockRule) -> bool:
    a, b = one.clock, other.clock
    mine = (a.kind, a.owner, a.per, a.approval, {p.event for p in a.from_}, {p.event for p in a.until})
    return mine == (b.kind, b.owner, b.per, b.approval, {p.event for p in b.from_}, {p.event for p in b.until})


def _stage(old: Rules, new: Rules, state: State) -> Iterator[Lack]:
    was = old.entry(state.path, state.entry)[2]
    path = path_in(new, state)
    if not path:
        yield Lack("stage_gone", f"it has no stage {state.entry!r} for such a case, where the case stands")
        return
    now = new.entry(path, state.entry)[2]
    if now.stage != was.stage:
        yield Lack("stage_gone", f"its stage {state.entry!r} is {now.stage}, but the case stands in {was.stage}")
    yield from _steps(now, state)
    if state.ballot is None and now.approval:
        yield Lack("approval_new", f"its stage {state.entry!r} asks for a decision that nobody was asked for")


def _steps(now: Entry, state: State) -> Iterator[Lack]:
    there = {step.id for step in now.steps}
    for step in state.steps:
        if step not in there:
            yield Lack("step_gone", f"its stage {now.id!r} has no opinion {step!r}, which is awaited")
    if now.steps and not state.steps:
        yield Lack("step_new", f"its stage {now.id!r} asks for opinions that nobody was asked for")


def _approval(new: Rules, state: State) -> Iterator[Lack]:
    asked = state.ballot
    if asked is not None:
        approval = new.approvals.get(asked.approval)
        path = path_in(new, state)
        entry = new.entry(path, state.entry)[2] if path else None
        if approval is None or (entry is not None and asked.approval not in entry.approval):
            yield Lack("approval_gone", f"it has no approval {asked.approval!r} there, whose round is open")
        elif asked.level >= len(approval.levels) or asked.role not in approval.levels[asked.level].by:
            text = f"its approval {asked.approval!r} is not decided by {asked.role} any more, who has been asked"
            yield Lack("approval_gone", text)
    firm = not state.decided or state.decided["firm"] or state.decided["event"] == "returned"
    if not firm and (state.path, state.decided["entry"]) not in new.entries:
        yield Lack("stage_gone", f"it has no stage {state.decided['entry']!r}, where the approval could be taken back")


def _people(new: Rules, state: State) -> Iterator[Lack]:
    known = {*new.procedure.roles, *COMMON_ROLES}
    for role in (*state.assigned, *((state.taken,) if state.taken else ())):
        if role not in known:
            yield Lack("role_gone", f"it has no role {role!r}, which somebody holds in the case")


def _clocks(old: Rules, new: Rules, state: State) -> Iterator[Lack]:
    for key, running in state.clocks.items():
        found = successor(old, new, running)
        if found is None:
            yield Lack("clock_gone", f"it has no limit in place of {key!r}, which runs")
        elif not running.fixed and _unlimited(found, state):
            yield Lack("limit_gone", f"its limit {found.clock.id!r} sets no time for such a case, and it runs")
    pauses = {pause.id for pause in new.procedure.pauses}
    for pause in state.paused:
        if pause not in pauses:
            yield Lack("pause_gone", f"it has no pause {pause!r}, in which the case is")
    if rung_in(old, new, state) is None:
        yield Lack("rung_gone", "its ladder has no longer the rung that the case has reached")


def _unlimited(rule: ClockRule, state: State) -> bool:
    by = rule.clock.limit.by
    return (not by or by in state.facts) and plain_limit(rule.clock.limit, state.facts) is None


def _values(new: Rules, state: State) -> Iterator[Lack]:
    for name in CLASSES:
        value, values = state.facts.get(name), new.procedure.classification.of(name)
        if value and values is not None and value not in values.values:
            yield Lack("value_gone", f"it has no {name} {value!r}, as which the case is classified")
    ground = state.facts.get("ground")
    if ground and ground not in {one.id for one in new.procedure.admissibility}:
        yield Lack("value_gone", f"it has no ground {ground!r}, on which the case was not admitted")
