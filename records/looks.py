"""Who looked at a confidential case, and when: kept beside the case, for those who answer for its secrecy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from complaints.instants import Instant
from records.engine import Database, insert_into
from records.sealing import storable
from records.tables import looks


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody opened a case at an instant; `procedure` is where the person belongs (empty: the installation)."""

    person: str
    procedure: str
    at: Instant


class Looks:
    """Looks at confidential cases."""

    def __init__(self, database: Database, now: Callable[[], Instant]) -> None:
        self._db = database
        self._now = now

    async def add(self, case_id: str, person: str, procedure: str) -> None:
        """Remember that the person opened the case now; several looks within the same second are one."""
        await self._db.write(_add, case_id, person, procedure, self._now())

    async def of(self, case_id: str, limit: int = 1000) -> list[Look]:
        """Who looked at the case, newest first."""
        return await self._db.read(_of, case_id, limit)


def _add(connection: Connection, case_id: str, person: str, procedure: str, at: Instant) -> None:
    row = {"case_id": case_id, "person": storable(person), "procedure_id": storable(procedure), "at": at}
    connection.execute(insert_into(connection, looks).values(row).on_conflict_do_nothing())


def _of(connection: Connection, case_id: str, limit: int) -> list[Look]:
    c = looks.c
    query = select(c.person, c.procedure_id, c.at).where(c.case_id == case_id).order_by(c.at.desc(), c.person)
    return [Look(*row) for row in connection.execute(query.limit(limit))]
