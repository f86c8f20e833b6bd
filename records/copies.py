"""Many copies of a few recorded cases, for measurements of lists and figures: rows without chains of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, case, insert, select

from records.result_tables import clock_results, decisions
from records.tables import awaiting, cases
from records.values import NEVER

_copies = Table(
    "copies",
    MetaData(),
    Column("id", String(32), primary_key=True),
    Column("number", String(100)),
    Column("of", String(32)),
    Column("shift", BigInteger),
    Column("weeks", BigInteger),
    Column("later", BigInteger),
    Column("unit", String(100)),
    Column("category", String(64)),
    Column("severity", String(50)),
    prefixes=["TEMPORARY"],
)
_WEEK = 7 * 86_400
_INSTANTS = (
    "received_at",
    "accepted_at",
    "started_at",
    "closed_at",
    "due",
    "opened_at",
    "stopped_at",
    "asked_at",
    "decided_at",
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A case like `of`, so many weeks later (or earlier), at another unit, of another sort.

    What is due is so many seconds `later` still.
    """

    id: str
    number: str
    of: str
    weeks: int
    later: int
    unit: str
    category: str
    severity: str


def copy(connection: Connection, copies: Sequence[Copy]) -> None:
    """Write the copies: case rows, whom they wait for, results and decisions."""
    _copies.create(connection)
    connection.execute(insert(_copies), [asdict(one) | {"shift": one.weeks * _WEEK} for one in copies])
    for table in (cases, awaiting, clock_results, decisions):
        own = "id" if table is cases else "case_id"
        names = [column.name for column in table.c]
        columns = [_column(table, name, own) for name in names]
        query = select(*columns).join_from(_copies, table, table.c[own] == _copies.c.of)
        connection.execute(insert(table).from_select(names, query))
    _copies.drop(connection)


def _column(table: Table, name: str, own: str) -> Any:
    column, new = table.c[name], _copies.c
    if name in (own, "intake_key"):
        return new.id
    if name == "number":
        return new.number
    if name == "week":
        return column + new.weeks
    if name == "unit":  # a case that no unit had stays without one
        return case((column == "", column), else_=new.unit)
    if name in ("category", "severity"):
        return new[name]
    if name == "due":
        return case((column == NEVER, column), else_=column + new.shift + new.later)
    return column + new.shift if name in _INSTANTS else column
