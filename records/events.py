"""The chain of events of a case: appended once by (case, sequence), folded into the case row, never changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, func, insert, select, update

from complaints.case import canonical, dump_event, load_event, load_state
from complaints.case.model import Event, State
from complaints.errors import Gap, NotFound
from complaints.instants import Instant
from complaints.results import Results
from records import projection, results
from records.engine import insert_into
from records.rules import Shelf, after
from records.tables import alarms, cases, events
from records.values import Alarm, RulesRef

_INSERT = insert(events)
_STANDS = (
    select(
        cases.c.procedure_hash, cases.c.calendar_hash, cases.c.seq, cases.c.head, cases.c.state, cases.c.closed_at,
        cases.c.awaited, cases.c.revisit,
    )
    .where(cases.c.id == bindparam("case"))
    .with_for_update()
)  # fmt: skip
_FOLDED = (
    update(cases)
    .where(cases.c.id == bindparam("case"))
    .values(started_at=func.coalesce(cases.c.started_at, bindparam("recorded_at")))
)
_OF_CASE = select(events.c.body).where(events.c.case_id == bindparam("case")).order_by(events.c.seq)


@dataclass(frozen=True, slots=True)
class Divergence:
    """An offered event that does not agree with the record, by the hash that stands there and the one offered."""

    seq: int
    recorded: str
    offered: str


def insert_events(connection: Connection, case_id: str, new: Sequence[Event]) -> None:
    """Write events that are known to be new."""
    connection.execute(
        _INSERT,
        [
            {
                "case_id": case_id,
                "seq": event.seq,
                "at": event.at,
                "event": event.event,
                "hash": event.hash,
                "body": canonical(dump_event(event)),
            }
            for event in new
        ],
    )


def append(
    connection: Connection, shelf: Shelf, case_id: str, offered: Sequence[Event], at: Instant
) -> State | Divergence:
    """Record what is new of the events offered and return the state after it, or say where they diverge.

    NotFound for an unknown case; Gap when an event before them is missing. Events at all prove that the workflow runs.
    """
    row = connection.execute(_STANDS, {"case": case_id}).first()
    if row is None:
        raise NotFound("There is no such case in the records.")
    known = [event for event in offered if event.seq <= row.seq]
    new = [event for event in offered if event.seq > row.seq]
    divergence = _divergence(connection, case_id, known)
    if divergence is None and new and new[0].seq == row.seq + 1 and new[0].prev != row.head:
        divergence = Divergence(row.seq, row.head, new[0].prev)
    if divergence is not None:
        return divergence
    if any(event.seq != row.seq + place for place, event in enumerate(new, 1)):
        raise Gap(f"The record ends with event {row.seq}, the events offered begin with {new[0].seq}.")
    state = load_state(row.state)
    if not new:
        return state
    ref = RulesRef(row.procedure_hash, row.calendar_hash)
    ended = Results(shelf.get(connection, ref), row.revisit)
    state = shelf.fold(connection, ref, state, new, ended)
    ref = after(ref, new)
    rules = shelf.get(connection, ref)
    closed = projection.closing(state, new, row.closed_at)
    columns = projection.project(rules, state, closed, ended.revisit) | asdict(ref)
    insert_events(connection, case_id, new)
    results.save(connection, case_id, rules, ended)
    projection.save_awaited(connection, case_id, columns["awaited"], row.awaited)
    connection.execute(_FOLDED, {"case": case_id, "recorded_at": at, **columns})
    return state


def _divergence(connection: Connection, case_id: str, known: Sequence[Event]) -> Divergence | None:
    if not known:
        return None
    e = events.c
    rows = connection.execute(
        select(e.seq, e.hash).where(e.case_id == case_id, e.seq.in_([event.seq for event in known]))
    )
    recorded = {row.seq: row.hash for row in rows}
    for event in known:
        if recorded.get(event.seq) != event.hash:
            return Divergence(event.seq, recorded.get(event.seq, ""), event.hash)
    return None


def of_case(connection: Connection, case_id: str) -> list[Event]:
    """All events of a case in their order."""
    return [load_event(json.loads(row.body)) for row in connection.execute(_OF_CASE, {"case": case_id})]


def raise_alarm(connection: Connection, case_id: str, found: Divergence, at: Instant) -> None:
    """Keep a divergence where `verify` and operators find it; the same one again only counts."""
    key = ["case_id", "seq", "offered"]
    statement = insert_into(connection, alarms).values(
        case_id=case_id, seq=found.seq, recorded=found.recorded, offered=found.offered, at=at, times=1
    )
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_={"times": alarms.c.times + 1}))


def all_alarms(connection: Connection, case_id: str | None) -> list[Alarm]:
    """The divergences of one case, or of all, oldest first."""
    a = alarms.c
    query = select(a.case_id, a.seq, a.recorded, a.offered, a.at, a.times).order_by(a.at, a.case_id, a.seq)
    if case_id is not None:
        query = query.where(a.case_id == case_id)
    return [Alarm(*row) for row in connection.execute(query)]
