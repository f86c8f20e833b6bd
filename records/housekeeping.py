"""What an administrator looks after: versions that open cases run under, failed letters, what waits to be started."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select, update

from complaints.errors import NotFound
from complaints.instants import Instant
from records.engine import Database
from records.notices import FAILED, by_id
from records.tables import cases, notices, procedures
from records.values import NoticeRow
from records.verify import case_ids


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a procedure (by the SHA-256 of its text) and how many open cases run under it."""

    hash: str
    cases: int


@dataclass(frozen=True, slots=True)
class FailedLetter:
    """A letter that failed for good, and the number and procedure of its case."""

    notice: NoticeRow
    number: str
    procedure_id: str


class Housekeeping:
    """The part of the records that administrators look after."""

    def __init__(self, database: Database, now: Callable[[], Instant]) -> None:
        self._db = database
        self._now = now

    async def case_ids(self) -> AsyncIterator[str]:
        """The ids of all cases, read some hundreds at a time."""
        last = ""
        while found := await self._db.read(case_ids, last, 500):
            for last in found:
                yield last

    async def living(self, most: int) -> AsyncIterator[list[str]]:
        """The ids of cases of which something runs or is owed, up to `most` at a time, in their order."""
        last = ""
        while found := await self._db.read(_living, last, most):
            yield found
            last = found[-1]

    async def versions(self, procedure_id: str) -> list[Version]:
        """The versions under which cases of a procedure are open, the most used first."""
        return await self._db.read(_versions, procedure_id)

    async def procedure_text(self, version: str) -> str:
        """The frozen JSON of a version; NotFound when no case ever began with it."""
        return await self._db.read(_text, version)

    async def failed_letters(self, procedure_id: str = "", limit: int = 200) -> list[FailedLetter]:
        """Letters that failed for good, oldest first; of one procedure or of all."""
        return await self._db.read(_failed, procedure_id, limit)

    async def letter(self, ident: str) -> FailedLetter:
        """A letter by the id of its row, whatever became of it; NotFound."""
        return await self._db.read(_letter, ident)

    async def try_again(self, ident: str) -> NoticeRow:
        """Open a failed letter's row for one more try; one that is under way or sent stays as it is; NotFound."""
        return await self._db.write(_try_again, ident)

    async def unstarted(self, older_than: int, most: int) -> int:
        """How many open cases have had no workflow for so many seconds; counted up to `most`."""
        return await self._db.read(_unstarted, self._now() - older_than, most)


def _living(connection: Connection, last: str, most: int) -> list[str]:
    c = cases.c
    # A state leaves out what is empty: after the closing only a clock or a letter keeps a case alive.
    lives = or_(c.closed_at.is_(None), c.state.contains('"clocks":'), c.state.contains('"owed":'))
    query = select(c.id).where(c.id > last, lives).order_by(c.id).limit(most)
    return list(connection.execute(query).scalars())


def _versions(connection: Connection, procedure_id: str) -> list[Version]:
    c = cases.c
    query = (
        select(c.procedure_hash, func.count())
        .where(c.procedure_id == procedure_id, c.closed_at.is_(None))
        .group_by(c.procedure_hash)
    )
    found = [Version(version, count) for version, count in connection.execute(query)]
    return sorted(found, key=lambda version: -version.cases)


def _text(connection: Connection, version: str) -> str:
    text = connection.execute(select(procedures.c.json).where(procedures.c.hash == version)).scalar()
    if text is None:
        raise NotFound("No case began with such a version.")
    return str(text)


def _failed(connection: Connection, procedure_id: str, limit: int) -> list[FailedLetter]:
    n = notices.c
    query = select(notices, cases.c.number, cases.c.procedure_id).join(cases, cases.c.id == n.case_id)
    query = query.where(FAILED).order_by(n.created_at).limit(limit)
    if procedure_id:
        # Not by the column itself: SQLite would then begin with all cases of the procedure.
        query = query.where(func.coalesce(cases.c.procedure_id, "") == procedure_id)
    found = []
    for row in connection.execute(query):
        values = dict(row._mapping)
        number, procedure = values.pop("number"), values.pop("procedure_id")
        found.append(FailedLetter(NoticeRow(**values), number, procedure))
    return found


def _letter(connection: Connection, ident: str) -> FailedLetter:
    notice = by_id(connection, ident)
    of = connection.execute(select(cases.c.number, cases.c.procedure_id).where(cases.c.id == notice.case_id)).one()
    return FailedLetter(notice, of.number, of.procedure_id)


def _try_again(connection: Connection, ident: str) -> NoticeRow:
    n = notices.c
    connection.execute(update(notices).where(n.id == ident, n.status == "failed").values(status="created", error=""))
    return by_id(connection, ident)


def _unstarted(connection: Connection, before: Instant, most: int) -> int:
    c = cases.c
    waiting = select(c.id).where(c.started_at.is_(None), c.closed_at.is_(None), c.accepted_at <= before).limit(most)
    return int(connection.execute(select(func.count()).select_from(waiting.subquery())).scalar_one())
