"""Making what lists and figures are read from anew, from the events alone."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from complaints.case import State
from complaints.results import Results
from records import events, projection, results
from records.rules import Shelf, after, began_under
from records.tables import cases
from records.values import RulesRef


def rebuild(connection: Connection, shelf: Shelf, case_id: str) -> None:
    """Fold one case's events again and write its columns, whom it waits for and its results anew."""
    row = connection.execute(select(cases).where(cases.c.id == case_id).with_for_update()).one()
    chain = events.of_case(connection, case_id)
    first = began_under(RulesRef(row.procedure_hash, row.calendar_hash), chain)
    ended = Results(shelf.get(connection, first))
    state = shelf.fold(connection, first, State(case=case_id, procedure=row.procedure_id), chain, ended)
    rules = shelf.get(connection, after(first, chain))
    columns = projection.project(rules, state, projection.closing(state, chain, None), ended.revisit)
    projection.save_awaited(connection, case_id, columns["awaited"], row.awaited)
    results.save_anew(connection, case_id, rules, ended)
    connection.execute(update(cases).where(cases.c.id == case_id).values(**columns))
