"""The rows that figures are counted from: written in the transaction of the events that they come of."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from complaints.case.rules import Rules
from complaints.results import Results, week_of
from records.result_tables import clock_results, decisions, proposals

Rows = dict[Table, list[dict[str, Any]]]


def save(connection: Connection, case_id: str, rules: Rules, ended: Results) -> None:
    """Write what newly recorded events of a case brought to an end."""
    for table, rows in rows_of(case_id, rules, ended).items():
        if rows:
            connection.execute(insert(table), rows)


def save_anew(connection: Connection, case_id: str, rules: Rules, ended: Results) -> None:
    """Write all results of a case in the place of those that are there."""
    for table in (clock_results, decisions, proposals):
        connection.execute(delete(table).where(table.c.case_id == case_id))
    save(connection, case_id, rules, ended)


def rows_of(case_id: str, rules: Rules, ended: Results) -> Rows:
    """The rows by table, as they are stored."""
    own: dict[str, Any] = {"case_id": case_id, "procedure_id": rules.procedure.id}
    zone = rules.procedure.calendar.zone
    return {
        clock_results: [own | {"week": week_of(one.stopped_at, zone)} | asdict(one) for one in ended.clocks],
        decisions: [own | asdict(one) for one in ended.decisions],
        proposals: [own | asdict(one) for one in ended.proposals],
    }


def differ(connection: Connection, case_id: str, rules: Rules, ended: Results) -> list[str]:
    """The names of the tables that do not hold what the case's events brought to an end."""
    wrong = []
    for table, rows in rows_of(case_id, rules, ended).items():
        stored = connection.execute(select(table).where(table.c.case_id == case_id)).mappings()
        names = table.c.keys()
        if sorted(tuple(map(str, map(row.get, names))) for row in rows) != sorted(
            tuple(str(row[name]) for name in names) for row in stored
        ):
            wrong.append(table.name)
    return wrong
