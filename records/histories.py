"""The events of many cases at once, for looking back over a period."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from complaints.case import load_event
from complaints.case.model import Event
from complaints.instants import Instant
from records.tables import cases, events


def received(connection: Connection, procedure: str, since: Instant, until: Instant) -> list[tuple[str, str]]:
    """The cases of a procedure received in `since <= … < until`: id and number, in the order in which they came in."""
    c = cases.c
    query = select(c.id, c.number).where(c.procedure_id == procedure, c.received_at >= since, c.received_at < until)
    return [(row.id, row.number) for row in connection.execute(query.order_by(c.received_at, c.id))]


def events_of(connection: Connection, ids: Sequence[str]) -> dict[str, list[Event]]:
    """All events of these cases, each in their order."""
    e = events.c
    found: dict[str, list[Event]] = {ident: [] for ident in ids}
    query = select(e.case_id, e.body).where(e.case_id.in_(list(ids))).order_by(e.case_id, e.seq)
    for row in connection.execute(query):
        found[row.case_id].append(load_event(json.loads(row.body)))
    return found
