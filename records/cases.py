"""Finding cases: by id, by number, by tracking code, and those that no workflow was started for."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, update

from complaints.case import load_state
from complaints.errors import NotFound
from complaints.instants import Instant
from records.intake import plain_code
from records.rules import Shelf
from records.sealing import storable
from records.tables import cases
from records.values import CaseRecord, RulesRef

_NOBODY = "There is no such case. Check the number."
_NO_TRACK = "Number and tracking code do not belong together. Check both as printed on the receipt."
_BY_ID = select(cases).where(cases.c.id == bindparam("wanted"))
_BY_NUMBER = select(cases).where(cases.c.number == bindparam("wanted"))


def by_id(connection: Connection, shelf: Shelf, case_id: str) -> CaseRecord:
    """A case by the record's own id; NotFound when there is none."""
    return _one(connection, shelf, _BY_ID, storable(case_id))


def by_number(connection: Connection, shelf: Shelf, number: str) -> CaseRecord:
    """A case by its number; NotFound when there is none."""
    return _one(connection, shelf, _BY_NUMBER, storable(number).strip())


def by_tracking(connection: Connection, shelf: Shelf, number: str, code: str) -> CaseRecord:
    """A case by number and tracking code, compared in constant time; the same NotFound whichever is wrong."""
    row = connection.execute(_BY_NUMBER, {"wanted": storable(number).strip()}).first()
    right = hmac.compare_digest(row.tracking_code if row is not None else "", plain_code(code))
    if row is None or not right:
        raise NotFound(_NO_TRACK)
    return record(connection, shelf, row)


def unstarted(connection: Connection, shelf: Shelf, limit: int, accepted_before: Instant) -> list[CaseRecord]:
    """Open cases accepted before an instant for which no workflow is known to have started, oldest first."""
    c = cases.c
    query = (
        select(cases)
        .where(c.started_at.is_(None), c.closed_at.is_(None), c.accepted_at <= accepted_before)
        .order_by(c.accepted_at)
        .limit(limit)
    )
    return [record(connection, shelf, row) for row in connection.execute(query).all()]


def mark_started(connection: Connection, case_ids: Sequence[str], at: Instant) -> None:
    """The workflows of these cases were started; an earlier mark stays."""
    connection.execute(
        update(cases).where(cases.c.id.in_(case_ids), cases.c.started_at.is_(None)).values(started_at=at)
    )


def _one(connection: Connection, shelf: Shelf, query: Select[Any], wanted: str) -> CaseRecord:
    row = connection.execute(query, {"wanted": wanted}).first()
    if row is None:
        raise NotFound(_NOBODY)
    return record(connection, shelf, row)


def record(connection: Connection, shelf: Shelf, row: Row[Any]) -> CaseRecord:
    """A row of the cases as what it stands for."""
    ref = RulesRef(row.procedure_hash, row.calendar_hash)
    return CaseRecord(
        case_id=row.id,
        number=row.number,
        procedure_id=row.procedure_id,
        rules_ref=ref,
        rules=shelf.get(connection, ref),
        state=load_state(row.state),
        tracking_code=row.tracking_code,
        received_at=row.received_at,
        accepted_at=row.accepted_at,
        started_at=row.started_at,
        closed_at=row.closed_at,
    )
