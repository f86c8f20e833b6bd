"""Registers: the cases that came in, or were closed, in a span of time, each with all that its line may need."""

from __future__ import annotations

import json
from collections import defaultdict

from sqlalchemy import Connection, select, tuple_

from complaints.case import load_event
from complaints.case.model import Event
from complaints.instants import Instant
from records.cases import record
from records.rules import Shelf
from records.tables import cases, complainants, contents, events
from records.values import Complainant, Dossier

MOST = 500
"""The longest part of a register that is read at once."""


def part(
    connection: Connection,
    shelf: Shelf,
    procedure_id: str,
    since: Instant,
    until: Instant,
    limit: int,
    after: tuple[Instant, str] | None,
    closed: bool = False,
) -> list[Dossier]:
    """Cases received (or closed) in [since, until), oldest first: at most `limit`, from the one past `after`."""
    c = cases.c
    at = c.closed_at if closed else c.received_at
    query = select(cases).where(c.procedure_id == procedure_id, at >= since, at < until)
    if after is not None:
        query = query.where(tuple_(at, c.number) > tuple_(*after))
    rows = connection.execute(query.order_by(at, c.number).limit(max(1, min(limit, MOST)))).all()
    ids = [row.id for row in rows]
    chains: dict[str, list[Event]] = defaultdict(list)
    e = events.c
    recorded = connection.execute(select(e.case_id, e.body).where(e.case_id.in_(ids)).order_by(e.case_id, e.seq))
    for case_id, body in recorded:
        chains[case_id].append(load_event(json.loads(body)))
    texts: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    t = contents.c
    written = connection.execute(select(t.case_id, t.id, t.texts).where(t.case_id.in_(ids), t.texts.is_not(None)))
    for case_id, ident, words in written:
        texts[case_id][ident] = json.loads(words)
    w = complainants.c
    who = {
        one.case_id: Complainant(one.name, one.phone, one.email, one.address, one.language, one.anonymous)
        for one in connection.execute(select(complainants).where(w.case_id.in_(ids)))
    }
    return [
        Dossier(record(connection, shelf, row), chains[row.id], texts[row.id], who.get(row.id, Complainant()))
        for row in rows
    ]
