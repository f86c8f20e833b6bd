"""Which cases go by which rules: the versions of procedures and calendars that are in use, and cases to be told."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select

from complaints.errors import NotFound
from records.engine import Database
from records.tables import cases, procedures
from records.values import RulesRef


@dataclass(frozen=True, slots=True)
class InUse:
    """One pair of procedure and calendar, and how many cases of that procedure go by it."""

    procedure: str
    ref: RulesRef
    cases: int


_LIVES = or_(
    cases.c.closed_at.is_(None),
    # Closed, but a period of remedy or a promise still runs: a state without clocks does not name them.
    and_(cases.c.closed_at.is_not(None), cases.c.state.like('%"clocks":{%')),
)


class Versions:
    """The rules that cases live by; `Records.versions` is one."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def in_use(self, procedure: str = "") -> list[InUse]:
        """The rules of all cases of which anything still runs, or of those of one procedure."""
        return await self._db.read(_in_use, procedure)

    async def cases_under(self, ref: RulesRef, after: str = "", limit: int = 100) -> list[str]:
        """Ids of such cases that go by these rules, in their order, from the one after `after`."""
        return await self._db.read(_cases_under, ref, after, limit)

    async def find(self, procedure: str, name: str) -> tuple[str, str]:
        """The hash and the text of the procedure's version whose hash begins with `name`.

        NotFound, naming those there are, when none does or several do.
        """
        return await self._db.read(_find, procedure, name)


def _in_use(connection: Connection, procedure: str) -> list[InUse]:
    c = cases.c
    query = select(c.procedure_id, c.procedure_hash, c.calendar_hash, func.count()).where(_LIVES)
    if procedure:
        query = query.where(c.procedure_id == procedure)
    columns = (c.procedure_id, c.procedure_hash, c.calendar_hash)
    rows = connection.execute(query.group_by(*columns).order_by(*columns))
    return [InUse(row[0], RulesRef(row[1], row[2]), row[3]) for row in rows]


def _cases_under(connection: Connection, ref: RulesRef, after: str, limit: int) -> list[str]:
    c = cases.c
    mine = and_(c.procedure_hash == ref.procedure_hash, c.calendar_hash == ref.calendar_hash)
    query = select(c.id).where(_LIVES, mine, c.id > after).order_by(c.id).limit(limit)
    return list(connection.execute(query).scalars())


def _find(connection: Connection, procedure: str, name: str) -> tuple[str, str]:
    # Any text that a hash may begin with, and nothing that LIKE would read as a pattern.
    begins = name.lower() if name and all(sign in "0123456789abcdef" for sign in name.lower()) else ""
    of_it = procedures.c.json.like(f'{{"id":"{procedure}"%')
    rows = connection.execute(select(procedures.c.hash, procedures.c.json).where(of_it)).all()
    mine = [row for row in rows if json.loads(row.json)["id"] == procedure]
    found = [row for row in mine if begins and row.hash.startswith(begins)]
    if len(found) == 1:
        return found[0].hash, found[0].json
    known = ", ".join(sorted(f"{row.hash[:12]} (version {json.loads(row.json).get('version', '1')})" for row in mine))
    what = "Several versions begin" if found else "No version begins"
    raise NotFound(f"{what} with {name!r}. Known are: latest, {known or 'none that was ever used'}.")
