"""Worklists and counts: most urgent first, from indexed columns alone."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, exists, func, or_, select, tuple_

from complaints.instants import Instant
from records.tables import awaiting, cases
from records.values import NEVER, StageCount, Waiting, WorkFilter, WorkPage, WorkRow

MOST = 500
"""The longest page of a worklist."""


def page(connection: Connection, wanted: WorkFilter) -> WorkPage:
    """One page of the cases wanted: open ones by due instant, closed ones newest first (by closing)."""
    c = cases.c
    order = c.closed_at if wanted.closed else c.due
    query = select(
        c.id, c.number, c.procedure_id, c.stage, c.severity, c.unit, c.due, c.received_at, c.closed_at, c.awaited
    ).where(*_conditions(wanted))
    if wanted.after is not None:
        place, last = tuple_(order, c.id), tuple_(*wanted.after)
        query = query.where(place < last if wanted.closed else place > last)
    query = query.order_by(order.desc(), c.id.desc()) if wanted.closed else query.order_by(order, c.id)
    size = max(1, min(wanted.limit, MOST))
    found = connection.execute(query.limit(size + 1)).all()
    rows = tuple(_row(row, wanted.at) for row in found[:size])
    if len(found) <= size:
        return WorkPage(rows, None)
    last_row = found[size - 1]
    return WorkPage(rows, (last_row.closed_at if wanted.closed else last_row.due, last_row.id))


def counts(connection: Connection, wanted: WorkFilter) -> list[StageCount]:
    """How many of the cases wanted stand in each stage, and how many are overdue at `wanted.at`."""
    c = cases.c
    late = func.sum(case((c.due < wanted.at, 1), else_=0))
    query = select(c.stage, func.count(), late).where(*_conditions(wanted)).group_by(c.stage).order_by(c.stage)
    return [StageCount(stage, number, int(overdue)) for stage, number, overdue in connection.execute(query)]


def _conditions(wanted: WorkFilter) -> list[ColumnElement[bool]]:
    c = cases.c
    conditions: list[ColumnElement[bool]] = [c.closed_at.is_not(None) if wanted.closed else c.closed_at.is_(None)]
    for column, values in (
        (c.procedure_id, wanted.procedures),
        (c.stage, wanted.stages),
        (c.severity, wanted.severities),
        (c.unit, wanted.units),
    ):
        if values:
            conditions.append(column.in_(values))
    if wanted.overdue is not None:
        conditions.append(c.due < wanted.at if wanted.overdue else c.due >= wanted.at)
    if wanted.person or wanted.roles:
        conditions.append(exists().where(awaiting.c.case_id == c.id, _mine(wanted)))
    return conditions


def _mine(wanted: WorkFilter) -> ColumnElement[bool]:
    # A role that nobody holds yet waits for all who could; one that somebody holds waits for that person alone.
    by_person = awaiting.c.person == wanted.person
    by_role = and_(awaiting.c.role.in_(wanted.roles), awaiting.c.person == "")
    if wanted.person and wanted.roles:
        return or_(by_person, by_role)
    return by_person if wanted.person else awaiting.c.role.in_(wanted.roles)


def _row(row: Row[*tuple[Any, ...]], at: Instant) -> WorkRow:
    return WorkRow(
        case_id=row.id,
        number=row.number,
        procedure_id=row.procedure_id,
        stage=row.stage,
        severity=row.severity,
        unit=row.unit,
        due=None if row.due == NEVER else row.due,
        overdue=row.closed_at is None and row.due < at,
        received_at=row.received_at,
        closed_at=row.closed_at,
        awaited=tuple(Waiting(role, person, due or None) for role, person, due in json.loads(row.awaited)),
    )
