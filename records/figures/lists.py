"""The lists behind figures: the same conditions, row by row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select
from sqlalchemy.sql.elements import KeyedColumnElement

from records.figures.counts import DAY, of, waits_for_approval
from records.figures.values import Line, Listed, Wanted
from records.result_tables import clock_results, decisions
from records.tables import awaiting, cases
from records.values import NEVER

MOST = 200


def listed(connection: Connection, wanted: Wanted) -> Listed:
    """One part of a list, and how many rows there are in all."""
    query, order = _query(wanted)
    total = connection.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
    part = query.order_by(*order).offset(max(0, wanted.skip)).limit(max(1, min(wanted.limit, MOST)))
    return Listed(tuple(_line(row._mapping) for row in connection.execute(part)), int(total))


_CASE = ("number", "stage", "unit", "category", "severity", "received_at", "due", "closed_at")


def _query(wanted: Wanted) -> tuple[Select[Any], list[Any]]:
    c, scope = cases.c, wanted.scope
    columns: list[KeyedColumnElement[Any]] = [c[name] for name in _CASE]
    if wanted.what in ("limits", "missed"):
        r = clock_results.c
        columns = [column for column in columns if column.key != "due"]
        query = select(*columns, r.due, r.clock.label("what"), r.stopped_at.label("ended_at")).join_from(
            clock_results, cases, c.id == r.case_id
        )
        return query.where(*_limits(wanted)), [r.stopped_at.desc(), r.case_id, r.opened, r.clock, r.subject]
    if wanted.what == "decided":
        d = decisions.c
        query = select(*columns, d.event.label("what"), d.decided_at.label("ended_at")).join_from(
            decisions, cases, c.id == d.case_id
        )
        made = [*of(scope, decisions), d.decided_at >= scope.since, d.decided_at <= scope.at]
        return query.where(*made, *([d.person == wanted.person] if wanted.person else [])), [
            d.decided_at.desc(), d.case_id, d.seq,
        ]  # fmt: skip
    if wanted.what == "waiting":
        whose = [awaiting.c.person == wanted.person] if wanted.person else [awaiting.c.person != ""]
        query = select(*columns).join_from(cases, awaiting, awaiting.c.case_id == c.id).distinct()
        return query.where(*waits_for_approval(scope), *whose), [c.due, c.number]
    if wanted.what in ("open", "overdue"):
        return select(*columns).where(*_open(wanted)), [c.due, c.number]
    return select(*columns).where(*_past(wanted)), [c.received_at.desc(), c.number]


def _limits(wanted: Wanted) -> list[ColumnElement[bool]]:
    r, scope = clock_results.c, wanted.scope
    weeks = [r.week == wanted.week] if wanted.week is not None else [r.week >= scope.first, r.week <= scope.last]
    found: list[ColumnElement[bool]] = [*of(scope, clock_results), *weeks]
    if wanted.clock:
        found.append(r.clock == wanted.clock)
    if wanted.what == "missed":
        found.append(~r.on_time)
    return found


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


def _line(row: Any) -> Line:
    return Line(
        **{name: row[name] for name in _CASE if name != "due"},
        due=None if row["due"] == NEVER else row["due"],
        what=row.get("what", ""),
        ended_at=row.get("ended_at"),
    )
