"""What has been kept long enough, and its erasure: words, people and files go, the chain and the figures stay."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from complaints.case import alive
from complaints.errors import Refused
from complaints.instants import Instant
from complaints.retention import kept_until
from records import cases as found
from records import erasing
from records.engine import Database
from records.files import Files
from records.rules import Shelf
from records.tables import attachments, cases, complainants, contents
from records.values import CaseRecord

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """A closed case that still holds personal data; `until` is when its time is over, None while something runs."""

    case_id: str
    number: str
    procedure_id: str
    closed_at: Instant
    until: Instant | None
    texts: int
    files: int


class Retention:
    """The part of the records that says what goes when, and lets it go."""

    def __init__(self, database: Database, shelf: Shelf, now: Callable[[], Instant]) -> None:
        self._db = database
        self._shelf = shelf
        self._now = now

    async def held(self, case_id: str) -> Kept:
        """What an erasure of this case would erase; NotFound, Refused while anything of it runs."""
        return await self._db.read(_held, self._shelf, case_id)

    async def past(self, at: Instant | None = None) -> AsyncIterator[Kept]:
        """Closed cases whose time is over (at that instant, or now), the longest closed first; erased ones left out."""
        at = self._now() if at is None else at
        last: tuple[Instant, str] = (0, "")
        while rows := await self._db.read(_closed, self._shelf, at, last):
            last = (rows[-1].closed_at, rows[-1].case_id)
            for kept in rows:
                if kept.until is not None and kept.until <= at:
                    yield kept

    async def erase(self, case_id: str, files: Files) -> Kept:
        """Erase a closed case's texts, salts, people, drafts, search words and files for good; returns what went.

        May be repeated: what an interrupted erasure left is erased then.
        """
        kept = await self.held(case_id)
        # The bytes first: while a row still says that the case holds something, it is found again and finished.
        idents = await self._db.read(_idents, case_id)
        await asyncio.get_running_loop().run_in_executor(None, files.remove, idents)
        await self._db.write(erasing.erase, case_id, self._now())
        return kept


def _held(connection: Connection, shelf: Shelf, case_id: str) -> Kept:
    case = found.by_id(connection, shelf, case_id)
    kept = _kept(connection, case)
    if kept.until is None:
        raise Refused("still_open", f"Case {case.number} is not closed, or something of it still runs.")
    return kept


def _closed(connection: Connection, shelf: Shelf, at: Instant, after: tuple[Instant, str]) -> list[Kept]:
    c, p = cases.c, complainants.c
    texts = select(contents.c.id).where(contents.c.case_id == c.id, contents.c.texts.is_not(None)).exists()
    person = (
        select(p.case_id).where(p.case_id == c.id, or_(p.name != "", p.phone != "", p.email != "", p.address != ""))
    ).exists()
    query = (
        select(c.id)
        .where(c.closed_at.is_not(None), c.closed_at <= at, or_(texts, person))
        .where(or_(c.closed_at > after[0], (c.closed_at == after[0]) & (c.id > after[1])))
        .order_by(c.closed_at, c.id)
        .limit(_AT_ONCE)
    )
    ids = connection.execute(query).scalars().all()
    return [_kept(connection, found.by_id(connection, shelf, ident)) for ident in ids]


def _kept(connection: Connection, case: CaseRecord) -> Kept:
    until = None
    if case.closed_at is not None and not alive(case.rules, case.state):
        until = kept_until(case.rules.procedure, case.state, case.closed_at)
    c, a = contents.c, attachments.c
    texts = select(c.id).where(c.case_id == case.case_id, c.texts.is_not(None))
    files = select(a.id).where(a.case_id == case.case_id, a.erased_at.is_(None))
    counts = [len(connection.execute(query).all()) for query in (texts, files)]
    return Kept(case.case_id, case.number, case.procedure_id, case.closed_at or 0, until, counts[0], counts[1])


def _idents(connection: Connection, case_id: str) -> list[str]:
    return list(connection.execute(select(attachments.c.id).where(attachments.c.case_id == case_id)).scalars())
