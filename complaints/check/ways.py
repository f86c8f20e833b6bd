"""The way of a case: paths end, turns lead somewhere, every stage and every decision has somebody who can take it."""

from __future__ import annotations

from collections.abc import Iterator

from complaints.case.rules import OWNERS
from complaints.check.fault import Fault, Place
from complaints.people import Directory, holders
from complaints.procedure.model import Procedure
from complaints.procedure.stages import Entry, Path

_BY_CASE = ("complainant", "first_receiver", "handler")
"""Roles that a case fills by itself: whoever complains, receives, is appointed."""


def paths(procedure: Procedure) -> Iterator[Fault]:
    """Paths end with `closed`, ids stand once, every way leads to an entry of the same path."""
    for i, path in enumerate(procedure.paths):
        here: Place = ("paths", i)
        ids = [entry.id for entry in path.stages]
        if not ids or path.stages[-1].stage != "closed":
            yield Fault(
                "no_end", (*here, "stages"), f"path {path.id!r} does not end.", "Let `closed` be its last stage."
            )
        for j, entry in enumerate(path.stages):
            at = (*here, "stages", j)
            if ids.index(entry.id) != j:
                yield Fault(
                    "twice", at, f"the entry {entry.id!r} stands twice in its path.", "Give it an id of its own."
                )
            if entry.stage == "closed" and j < len(ids) - 1:
                yield Fault("after_end", at, "stages after `closed` are never reached.", "Move `closed` to the end.")
            yield from _entry(procedure, at, entry, ids)
        for k, turn in enumerate(path.turns):
            yield from _leads((*here, "turns", k, "go"), turn.go, ids)
        if procedure.reopen_to and procedure.reopen_to not in ids:
            what = f"leads to {procedure.reopen_to!r}, which path {path.id!r} has not."
            yield Fault("leads_nowhere", ("reopen_to",), what, f"Use one of {', '.join(ids)}.")
    yield from _chosen(procedure)


def _chosen(procedure: Procedure) -> Iterator[Fault]:
    ids = [path.id for path in procedure.paths]
    for i, path in enumerate(procedure.paths):
        if ids.index(path.id) != i:
            yield Fault("twice", ("paths", i, "id"), f"the path {path.id!r} stands twice.", "Give it an id of its own.")
        if not path.when and i < len(ids) - 1:
            mend = "Give it a `when`, or move it to the end."
            yield Fault(
                "shadows", ("paths", i), f"path {path.id!r} fits every case: those after it are never taken.", mend
            )


def _entry(procedure: Procedure, at: Place, entry: Entry, ids: list[str]) -> Iterator[Fault]:
    known = [approval.id for approval in procedure.approvals]
    for name in entry.approval:
        if name not in known:
            mend = f"Use one of {', '.join(known)}." if known else "Define it under `approvals`."
            yield Fault("unknown_approval", (*at, "approval"), f"there is no approval {name!r}.", mend)
    if entry.stage == "approval" and not (entry.approval or entry.done or entry.steps or entry.turns):
        yield Fault("no_approval", at, "nothing ends this stage: it names no approval.", "Add `approval: <id>`.")
    if entry.returns_to:
        yield from _leads((*at, "returns_to"), entry.returns_to, ids)
    for k, turn in enumerate(entry.turns):
        yield from _leads((*at, "turns", k, "go"), turn.go, ids)
    steps = [step.id for step in entry.steps]
    for k, step in enumerate(steps):
        if steps.index(step) != k:
            yield Fault("twice", (*at, "steps", k), f"the step {step!r} stands twice.", "Give it an id of its own.")


def _leads(place: Place, to: str, ids: list[str]) -> Iterator[Fault]:
    if to not in ids:
        yield Fault(
            "leads_nowhere", place, f"leads to {to!r}, which is no entry of this path.", f"Use one of {', '.join(ids)}."
        )


def approvals(procedure: Procedure) -> Iterator[Fault]:
    """Levels rise, and the last takes whatever is left."""
    for i, approval in enumerate(procedure.approvals):
        here: Place = ("approvals", i, "levels")
        if not approval.levels:
            yield Fault("no_level", here, f"nobody decides {approval.id!r}.", "Add a level with `by`.")
            continue
        if approval.levels[-1].to is not None:
            last = len(approval.levels) - 1
            mend = "Leave out `to` at the last level, or add a level above it."
            yield Fault("no_top", (*here, last, "to"), "nobody decides amounts above this.", mend)
        amounts = [level.to for level in approval.levels[:-1]]
        for j, level in enumerate(approval.levels):
            if not level.by:
                yield Fault("no_level", (*here, j), "nobody decides at this level.", "Add `by`.")
            if level.to is None and not level.when and j < len(approval.levels) - 1:
                mend = "Give it `to` or `when`, or move it to the end."
                yield Fault("shadows", (*here, j), "this level takes every case: those after it never decide.", mend)
            below = amounts[j - 1] if 0 < j < len(amounts) else None
            if below is not None and level.to is not None and level.to <= below:
                yield Fault("not_rising", (*here, j, "to"), "is not above the level before it.", "Let amounts rise.")


def people(procedure: Procedure, directory: Directory) -> Iterator[Fault]:
    """Every stage, step, decision and rung has somebody in the directory, and another when that one is recused."""
    for place, role, substitutes in _taking_turns(procedure):
        names = _candidates(procedure, role, substitutes)
        if not _held(directory, names[:1]) and not _held(directory, names):
            mend = f"Give somebody the role {role} in the directory."
            yield Fault("nobody", place, f"nobody in the directory is {role}, nor anybody in its place.", mend)
            continue
        yield from _recusal(directory, place, role, names)
    for i, rung in enumerate(procedure.ladder.rungs):
        if rung.role not in _BY_CASE and not _held(directory, (rung.role,)):
            mend = "Give somebody that role in the directory."
            yield Fault("nobody", ("ladder", "rungs", i, "role"), f"nobody in the directory is {rung.role}.", mend)
    for i, route in enumerate(procedure.routing):
        unit = directory.unit(route.unit)
        if unit is not None and not unit.head:
            yield Fault("nobody", ("routing", i, "unit"), f"the unit {route.unit} has no head.", "Name its `head`.")


def _taking_turns(procedure: Procedure) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    """Every role whose turn it may be: of stages, steps and decisions, with its substitutes there."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for place, named, substitutes in (*_stage_roles(procedure), *_deciders(procedure)):
        known = procedure.roles.get(named)
        role = "responsible" if known is not None and known.head_of else named
        if (role, substitutes) not in seen and role not in _BY_CASE:
            seen.add((role, substitutes))
            yield place, role, substitutes


def _stage_roles(procedure: Procedure) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    for i, path in enumerate(procedure.paths):
        for j, entry in enumerate(path.stages):
            at: Place = ("paths", i, "stages", j)
            for k, step in enumerate(entry.steps):
                yield (*at, "steps", k), step.by[0] if step.by else "", ()
            role = entry.owner or OWNERS[entry.stage]
            if role and not entry.steps and not entry.approval and _stays(path, entry):
                yield at, role, ()


def _stays(path: Path, entry: Entry) -> bool:
    """Whether a case stays in the entry: registration ends by itself."""
    return not (entry.stage == "registration" and not entry.done and path.stages[0] is entry)


def _deciders(procedure: Procedure) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    for i, approval in enumerate(procedure.approvals):
        for j, level in enumerate(approval.levels):
            for k, role in enumerate(level.by):
                yield ("approvals", i, "levels", j, "by", k), role, level.substitutes


def _candidates(procedure: Procedure, role: str, substitutes: tuple[str, ...]) -> tuple[str, ...]:
    """Who is tried in order, as letters are sent: the role, its substitutes, the rungs above it."""
    own = procedure.roles[role].substitutes if role in procedure.roles else ()
    rungs = [rung.role for rung in procedure.ladder.rungs]
    above = rungs[rungs.index(role) + 1 :] if role in rungs else []
    return tuple(dict.fromkeys((role, *substitutes, *own, *above)))


def _held(directory: Directory, roles: tuple[str, ...], unit: str = "", without: str = "") -> list[str]:
    """Everybody who could act in one of the roles, deputies included."""
    found: list[str] = []
    units = [unit] if unit else ["", *(one.id for one in directory.units)]
    for role in roles:
        for place in units:
            for holder in holders(directory, role, place):
                person = directory.person(holder)
                deputy = person.deputy if person is not None else None
                found += [one for one in (holder, deputy) if one and one != without]
    return found


def _recusal(directory: Directory, place: Place, role: str, names: tuple[str, ...]) -> Iterator[Fault]:
    units = [unit.id for unit in directory.units if unit.head] if role == "responsible" else [""]
    for unit in units:
        held = holders(directory, role, unit)
        if len(held) == 1 and not _held(directory, names, unit, held[0]):
            whose = f"{role} of unit {unit}" if unit else role
            what = f"when the {whose} is recused, nobody is left to take the turn."
            yield Fault("recusal", place, what, f"Give the role {role} a second holder, a deputy or `substitutes`.")
