"""Absences that administrators entered: never changed but for their end, so that who entered what stays to be seen."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from complaints.errors import NotFound
from complaints.instants import Instant
from complaints.people import Absence
from records.engine import Database
from records.tables import absences


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """One absence as entered; `told_at` is when open cases had heard of it, `ended_at` when it was ended early.

    `deputy` is empty where the usual one stands in.
    """

    id: str
    procedure_id: str
    person: str
    since: Instant
    until: Instant
    deputy: str
    entered_at: Instant
    entered_by: str
    told_at: Instant | None
    ended_at: Instant | None
    ended_by: str

    @property
    def plain(self) -> Absence:
        """The absence as directories know one."""
        since, until = (datetime.fromtimestamp(at, UTC) for at in (self.since, self.until))
        return Absence(person=self.person, since=since, until=until, deputy=self.deputy or None)


class Absences:
    """The part of the records that keeps absences."""

    def __init__(self, database: Database, now: Callable[[], Instant]) -> None:
        self._db = database
        self._now = now

    async def enter(
        self, procedure_id: str, person: str, since: Instant, until: Instant, deputy: str, by: str, key: str
    ) -> str:
        """Keep an absence once a key (32 hex digits; a random one is made where it is empty); returns its id."""
        row = AbsenceRow(
            key or secrets.token_hex(16), procedure_id, person, since, until, deputy, self._now(), by, None, None, ""
        )
        await self._db.write(_enter, row)
        return row.id

    async def end(self, ident: str, procedure_id: str, by: str) -> None:
        """The person is back from now on; a second end changes nothing; NotFound for an unknown absence."""
        await self._db.write(_end, ident, procedure_id, by, self._now())

    async def listed(self, procedure_id: str, *, limit: int = 200) -> list[AbsenceRow]:
        """The absences of an institution's people, the latest first."""
        return await self._db.read(_rows, absences.c.procedure_id == procedure_id, limit=limit)

    async def all_running(self) -> dict[str, list[Absence]]:
        """Absences that last or are to come, of all institutions, by procedure."""
        found: dict[str, list[Absence]] = {}
        for row in await self._db.read(_rows, _lasting(self._now())):
            found.setdefault(row.procedure_id, []).append(row.plain)
        return found

    async def untold(self, at: Instant) -> list[AbsenceRow]:
        """Absences that have begun and of which open cases have not heard yet."""
        a = absences.c
        return await self._db.read(_rows, _lasting(at) & (a.since <= at) & a.told_at.is_(None))

    async def mark_told(self, ident: str) -> None:
        """Every open case has heard of the absence."""
        await self._db.write(_told, ident, self._now())


def lasting(connection: Connection, procedure_id: str, at: Instant) -> list[Absence]:
    """Absences that last or are to come, of one institution."""
    found = connection.execute(_LASTING, {"procedure": procedure_id, "at": at})
    return [AbsenceRow(**row._mapping).plain for row in found]


def _lasting(at: Instant) -> ColumnElement[bool]:
    return absences.c.ended_at.is_(None) & (absences.c.until > at)


_LASTING = (
    select(absences)
    .where(
        absences.c.ended_at.is_(None),
        absences.c.until > bindparam("at"),
        absences.c.procedure_id == bindparam("procedure"),
    )
    .order_by(absences.c.since.desc(), absences.c.id)
)


def _rows(connection: Connection, wanted: ColumnElement[bool], limit: int = 10_000) -> list[AbsenceRow]:
    query = select(absences).where(wanted).order_by(absences.c.since.desc(), absences.c.id).limit(limit)
    return [AbsenceRow(**row._mapping) for row in connection.execute(query)]


def _enter(connection: Connection, row: AbsenceRow) -> None:
    known = connection.execute(select(absences.c.id).where(absences.c.id == row.id)).first()
    if known is None:
        connection.execute(
            insert(absences).values({name: getattr(row, name) for name in AbsenceRow.__dataclass_fields__})
        )


def _end(connection: Connection, ident: str, procedure_id: str, by: str, at: Instant) -> None:
    a = absences.c
    mine = (a.id == ident) & (a.procedure_id == procedure_id)
    connection.execute(update(absences).where(mine, a.ended_at.is_(None)).values(ended_at=at, ended_by=by))
    if connection.execute(select(a.id).where(mine)).first() is None:
        raise NotFound("There is no such absence in the records.")


def _told(connection: Connection, ident: str, at: Instant) -> None:
    connection.execute(update(absences).where(absences.c.id == ident).values(told_at=at))
