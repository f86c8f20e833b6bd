"""Worklists and counts: most urgent first, from indexed columns alone."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, exists, func, or_, select, tuple_

from complaints.instants import Instant
from records import words
from records.tables import awaiting, cases
from records.values import NEVER, StageCount, Waiting, WorkFilter, WorkPage, WorkRow

MOST = 500
"""The longest page of a worklist."""

MOST_FOUND = 100
"""Most cases that a search lists."""


TALLIED = 1000
"""Where counting ends: nobody works by the difference between a thousand cases and more."""


def page(connection: Connection, wanted: WorkFilter) -> WorkPage:
    """One page of the cases wanted: open ones by due instant, closed ones newest first (by closing).

    A search (`find`) looks through closed cases as well, and lists them after the open ones on one page; where it finds
    too many to be gathered it lists open ones alone.
    """
    c = cases.c
    conditions, whole = _conditions(connection, wanted)
    order = c.closed_at if wanted.closed else c.due
    query = select(
        c.id, c.number, c.procedure_id, c.stage, c.severity, c.unit, c.due, c.received_at, c.closed_at, c.awaited
    ).where(*conditions)
    if wanted.find and whole and not wanted.closed:
        found = connection.execute(query.order_by(c.closed_at.is_not(None), c.due, c.id).limit(MOST_FOUND)).all()
        return WorkPage(tuple(_row(row, wanted.at) for row in found), None)
    if wanted.after is not None:
        place, last = tuple_(order, c.id), tuple_(*wanted.after)
        query = query.where(place < last if wanted.closed else place > last)
    query = query.order_by(order.desc(), c.id.desc()) if wanted.closed else query.order_by(order, c.id)
    size = max(1, min(wanted.limit, MOST))
    found = connection.execute(query.limit(size + 1)).all()
    rows = tuple(_row(row, wanted.at) for row in found[:size])
    if len(found) <= size:
        return WorkPage(rows, None, whole)
    last_row = found[size - 1]
    return WorkPage(rows, (last_row.closed_at if wanted.closed else last_row.due, last_row.id), whole)


def tally(connection: Connection, wanted: WorkFilter) -> int:
    """How many cases are wanted, up to `TALLIED`."""
    conditions, _ = _conditions(connection, wanted)
    some = select(cases.c.id).where(*conditions).limit(TALLIED).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def counts(connection: Connection, wanted: WorkFilter) -> list[StageCount]:
    """How many of the cases wanted stand in each stage, and how many are overdue at `wanted.at`."""
    c = cases.c
    late = func.sum(case((c.due < wanted.at, 1), else_=0))
    conditions, _ = _conditions(connection, wanted)
    query = select(c.stage, func.count(), late).where(*conditions).group_by(c.stage).order_by(c.stage)
    return [StageCount(stage, number, int(overdue)) for stage, number, overdue in connection.execute(query)]


def _conditions(connection: Connection, wanted: WorkFilter) -> tuple[list[ColumnElement[bool]], bool]:
    """What the cases wanted have in common, and whether a search could be gathered.

    A few cases that somebody is awaited in, or that a search found, are named one by one; many are found along the
    list's own order, where the first page of them is never far.
    """
    c = cases.c
    found = words.gathered(connection, wanted.find) if wanted.find else None
    whole = not wanted.find or found is not None
    waiting = _waiting(connection, wanted) if wanted.person or wanted.roles else None
    named = found if waiting is None else waiting if found is None else found & waiting
    conditions: list[ColumnElement[bool]] = [] if named is None else [c.id.in_(sorted(named))]
    if wanted.find and found is None:
        conditions += [words.holds(c.id, term) for term in words.terms(wanted.find)]
    if (wanted.person or wanted.roles) and waiting is None:
        conditions.append(exists().where(awaiting.c.case_id == c.id, _mine(wanted)))
    closed_at: ColumnElement[Any] = c.closed_at
    due: ColumnElement[Any] = c.due
    columns: dict[str, ColumnElement[str]] = {name: c[name] for name in ("procedure_id", "stage", "severity", "unit")}
    if named is not None:
        # As expressions, so that no index of theirs is preferred to the few cases' own.
        columns = {name: column.concat("") for name, column in columns.items()}
        closed_at, due = c.closed_at + 0, c.due + 0
    if wanted.closed or not (wanted.find and whole):
        conditions.append(closed_at.is_not(None) if wanted.closed else closed_at.is_(None))
    for name, values in (
        ("procedure_id", wanted.procedures),
        ("stage", wanted.stages),
        ("severity", wanted.severities),
        ("unit", wanted.units),
    ):
        if values:
            conditions.append(columns[name] == values[0] if len(values) == 1 else columns[name].in_(values))
    if wanted.overdue is not None:
        conditions.append(due < wanted.at if wanted.overdue else due >= wanted.at)
    return conditions, whole


def _waiting(connection: Connection, wanted: WorkFilter) -> set[str] | None:
    """The cases that wait for them; None when they are too many to be named."""
    few = select(awaiting.c.case_id).where(_mine(wanted)).limit(words.MANY + 1)
    found = connection.execute(few).scalars().all()
    return set(found) if len(found) <= words.MANY else None


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
