"""Every mention in a procedure of a role, an event, a condition, a limit or a label, with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from complaints.check.fault import Place
from complaints.procedure.common import Condition, LimitRule, Pattern
from complaints.procedure.model import Procedure
from complaints.procedure.stages import Turn


def roles(procedure: Procedure) -> Iterator[tuple[Place, str]]:
    """Every role that the procedure speaks of."""
    for i, clock in enumerate(procedure.clocks):
        if clock.owner:
            yield ("clocks", i, "owner"), clock.owner
        for j, step in enumerate(clock.ladder):
            yield from _each(("clocks", i, "ladder", j, "to"), step.to)
        for j, extension in enumerate(clock.extend):
            yield from _each(("clocks", i, "extend", j, "by"), extension.by)
    for i, approval in enumerate(procedure.approvals):
        for j, level in enumerate(approval.levels):
            yield from _each(("approvals", i, "levels", j, "by"), level.by)
            yield from _each(("approvals", i, "levels", j, "substitutes"), level.substitutes)
    for i, rung in enumerate(procedure.ladder.rungs):
        yield ("ladder", "rungs", i, "role"), rung.role
    for i, path in enumerate(procedure.paths):
        for j, entry in enumerate(path.stages):
            if entry.owner:
                yield ("paths", i, "stages", j, "owner"), entry.owner
            for k, opinion in enumerate(entry.steps):
                yield from _each(("paths", i, "stages", j, "steps", k, "by"), opinion.by)
    for name, rule in procedure.actions.items():
        yield from _each(("actions", name, "by"), rule.by or ())
    for i, note in enumerate(procedure.notifications):
        yield from _each(("notifications", i, "to"), note.to)
    for i, urgent in enumerate(procedure.urgent):
        yield from _each(("urgent", i, "to"), urgent.to)
    for name, role in procedure.roles.items():
        yield from _each(("roles", name, "substitutes"), role.substitutes)
    for i, report in enumerate(procedure.reports):
        yield from _each(("reports", i, "to"), report.to)


def _each(place: Place, names: Sequence[str]) -> Iterator[tuple[Place, str]]:
    return (((*place, i), name) for i, name in enumerate(names))


def patterns(procedure: Procedure) -> Iterator[tuple[Place, Pattern]]:
    """Every event pattern."""
    for i, clock in enumerate(procedure.clocks):
        yield from _all(("clocks", i, "from"), clock.from_)
        yield from _all(("clocks", i, "until"), clock.until)
    for i, pause in enumerate(procedure.pauses):
        yield from _all(("pauses", i, "from"), pause.from_)
        yield from _all(("pauses", i, "until"), pause.until)
    for i, path in enumerate(procedure.paths):
        yield from _turns(("paths", i, "turns"), path.turns)
        for j, entry in enumerate(path.stages):
            yield from _all(("paths", i, "stages", j, "done"), entry.done)
            yield from _turns(("paths", i, "stages", j, "turns"), entry.turns)
    for i, note in enumerate(procedure.notifications):
        yield from _all(("notifications", i, "on"), note.on)
    for i, account in enumerate(procedure.accountability):
        yield from _all(("accountability", i, "on"), account.on)
    yield from _all(("ladder", "climb"), procedure.ladder.climb)


def _all(place: Place, found: Sequence[Pattern]) -> Iterator[tuple[Place, Pattern]]:
    return (((*place, i), pattern) for i, pattern in enumerate(found))


def _turns(place: Place, turns: Sequence[Turn]) -> Iterator[tuple[Place, Pattern]]:
    for i, turn in enumerate(turns):
        yield from _all((*place, i, "on"), turn.on)


def conditions(procedure: Procedure) -> Iterator[tuple[Place, Condition]]:
    """Every condition on the facts of a case (those on what an event carries are in its pattern's `where`)."""
    for place, pattern in patterns(procedure):
        yield (*place, "when"), pattern.when
    for i, rule in enumerate(procedure.classification.rules):
        yield ("classification", "rules", i, "when"), rule.when
        if rule.after is not None:
            yield ("classification", "rules", i, "after", "while"), rule.after.while_
    for i, route in enumerate(procedure.routing):
        yield ("routing", i, "when"), route.when
    for i, path in enumerate(procedure.paths):
        yield ("paths", i, "when"), path.when
        for j, entry in enumerate(path.stages):
            yield ("paths", i, "stages", j, "when"), entry.when
            for k, opinion in enumerate(entry.steps):
                yield ("paths", i, "stages", j, "steps", k, "when"), opinion.when
    for i, clock in enumerate(procedure.clocks):
        yield ("clocks", i, "when"), clock.when
        for j, extension in enumerate(clock.extend):
            yield ("clocks", i, "extend", j, "when"), extension.when
        for j, step in enumerate(clock.ladder):
            yield ("clocks", i, "ladder", j, "when"), step.when
    for i, approval in enumerate(procedure.approvals):
        for j, level in enumerate(approval.levels):
            yield ("approvals", i, "levels", j, "when"), level.when
    for name, action in procedure.actions.items():
        for i, more in enumerate(action.also):
            yield ("actions", name, "also", i, "when"), more.when
            yield ("actions", name, "also", i, "must"), more.must
    for i, note in enumerate(procedure.notifications):
        yield ("notifications", i, "when"), note.when
    for i, urgent in enumerate(procedure.urgent):
        yield ("urgent", i, "when"), urgent.when
    for i, account in enumerate(procedure.accountability):
        yield ("accountability", i, "when"), account.when
    yield ("confidential",), procedure.confidential
    yield ("retention", "important"), procedure.retention.important


def limits(procedure: Procedure) -> Iterator[tuple[Place, LimitRule]]:
    """Every limit, however it is given."""
    for i, clock in enumerate(procedure.clocks):
        yield ("clocks", i, "limit"), clock.limit
    for i, rule in enumerate(procedure.classification.rules):
        if rule.after is not None:
            yield ("classification", "rules", i, "after", "limit"), rule.after.limit


def by_fields(limit: LimitRule) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The facts by which a limit differs, each with the values that it names."""
    if limit.by:
        yield limit.by, tuple(limit.cases)
    for inner in (*limit.cases.values(), limit.otherwise):
        if inner is not None:
            yield from by_fields(inner)
