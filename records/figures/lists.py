"""The lists behind figures: the same conditions, row by row, in the order of an index."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from complaints.results import monday
from records.figures.counts import DAY, of, waits_for_approval
from records.figures.values import Line, Listed, Wanted
from records.result_tables import clock_results, decisions
from records.tables import awaiting, cases
from records.values import NEVER

MOST = 200
_CASE = ("number", "stage", "unit", "category", "severity", "received_at", "due", "closed_at")


def listed(connection: Connection, wanted: Wanted) -> Listed:
    """One part of a list, and how many rows there are in all."""
    table, conditions, order = _rows(wanted)
    total = connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()
    # First the part of the table, then the cases of that part alone: a join of all rows would be slow.
    names = ["id", *_CASE] if table is cases else [column.name for column in table.c]
    part = select(*(table.c[name] for name in names)).where(*conditions).order_by(*order)
    part = part.limit(max(1, min(wanted.limit, MOST))).offset(max(0, wanted.skip))
    rows = [dict(row._mapping) for row in connection.execute(part)]
    if table is not cases:
        rows = _with_cases(connection, rows)
    return Listed(tuple(_line(row) for row in rows), int(total))


def _with_cases(connection: Connection, part: list[dict[str, Any]]) -> list[dict[str, Any]]:
    columns = [cases.c[name] for name in ("id", *_CASE)]
    found = connection.execute(select(*columns).where(cases.c.id.in_({row["case_id"] for row in part})))
    known = {row.id: dict(row._mapping) for row in found}
    own = {"due": "due", "clock": "what", "stopped_at": "ended_at", "event": "what", "decided_at": "ended_at"}
    return [known[row["case_id"]] | {own[name]: row[name] for name in own if name in row} for row in part]


def _rows(wanted: Wanted) -> tuple[Table, list[ColumnElement[bool]], list[Any]]:
    """The table, conditions and order of a list."""
    c, d, r = cases.c, decisions.c, clock_results.c
    scope = wanted.scope
    match wanted.what:
        case "missed":
            return clock_results, _limits(wanted), [r.stopped_at.desc(), r.case_id, r.opened, r.clock, r.subject]
        case "limits":
            order = [r.week.desc(), r.clock.desc(), r.on_time.desc(), r.unit.desc(), r.case_id, r.opened, r.subject]
            return clock_results, _limits(wanted), order
        case "decided":
            made = [*of(scope, decisions), d.decided_at >= scope.since, d.decided_at <= scope.at]
            mine = [d.person == wanted.person] if wanted.person else []
            return decisions, [*made, *mine], [d.decided_at.desc(), d.case_id, d.seq]
        case "waiting":
            a = awaiting.c
            whose = a.person == wanted.person if wanted.person else a.person != ""
            waits = [*waits_for_approval(scope), c.id.in_(select(a.case_id).where(whose))]
            return cases, waits, [c.due, c.id]
        case "open" | "overdue":
            return cases, _open(wanted), [c.due, c.id]
    at = c.closed_at if wanted.what == "closed" else c.received_at
    return cases, _past(wanted), [at.desc(), c.id.desc()]


def _limits(wanted: Wanted) -> list[ColumnElement[bool]]:
    r, scope = clock_results.c, wanted.scope
    first, last = (scope.first, scope.last) if wanted.week is None else (wanted.week, wanted.week)
    found = of(scope, clock_results)
    if wanted.clock:
        found.append(r.clock == wanted.clock)
    if wanted.what == "limits":
        return [*found, r.week >= first, r.week <= last]
    # Missed limits have an index of their own, by the instant.
    return [*found, ~r.on_time, r.stopped_at >= monday(first, scope.zone), r.stopped_at < monday(last + 1, scope.zone)]


def _open(wanted: Wanted) -> list[ColumnElement[bool]]:
    c, scope = cases.c, wanted.scope
    found = [*of(scope, cases), c.closed_at.is_(None)]
    if wanted.stage:
        found.append(c.stage == wanted.stage)
    if wanted.unit is not None:
        found.append(c.unit == wanted.unit)
    if wanted.what == "overdue":
        found.append(c.due < scope.at)
    return found


def _past(wanted: Wanted) -> list[ColumnElement[bool]]:
    c, scope = cases.c, wanted.scope
    at = c.closed_at if wanted.what == "closed" else c.received_at
    found = [*of(scope, cases), at >= scope.since, at <= scope.at]
    if wanted.category:
        found.append(c.category == wanted.category)
    if wanted.revisits:
        found.append(c.revisit.in_(wanted.revisits))
    if wanted.days is not None:
        least, most = wanted.days
        took = (c.closed_at - c.received_at) // DAY
        found.append(took >= least if most is None else took.between(least, most))
    if wanted.unit is not None:
        found.append(c.unit == wanted.unit)
    return found


def _line(row: dict[str, Any]) -> Line:
    return Line(
        **{name: row[name] for name in _CASE if name != "due"},
        due=None if row["due"] == NEVER else row["due"],
        what=row.get("what", ""),
        ended_at=row.get("ended_at"),
    )
