"""What papers are made of: whole cases of a span of time, and the evidence of one."""

from __future__ import annotations

from collections.abc import AsyncIterator

from complaints.instants import Instant
from records import evidence, register
from records.engine import Database
from records.rules import Shelf
from records.values import Dossier


class Papers:
    """The part of the records that registers and dossiers are printed from."""

    def __init__(self, database: Database, shelf: Shelf) -> None:
        self._db = database
        self._shelf = shelf

    async def register(
        self, procedure_id: str, since: Instant, until: Instant, *, limit: int, after: tuple[Instant, str] | None = None
    ) -> list[Dossier]:
        """Cases received from `since` up to `until`, oldest first, at most `limit`, from the one after `after`.

        `after` is the (received_at, number) of the last one seen.
        """
        return await self._db.read(register.part, self._shelf, procedure_id, since, until, limit, after)

    async def closed(self, procedure_id: str, since: Instant, until: Instant, limit: int) -> list[Dossier]:
        """Cases closed from `since` up to `until`, oldest first, at most `limit` (and never more than 500)."""
        return await self._db.read(register.part, self._shelf, procedure_id, since, until, limit, None, True)

    async def whole_register(
        self, procedure_id: str, since: Instant, until: Instant, most: int
    ) -> AsyncIterator[list[Dossier]]:
        """The same in parts, up to `most` cases altogether."""
        after, left = None, most
        while left > 0 and (
            part := await self.register(procedure_id, since, until, limit=min(left, register.MOST), after=after)
        ):
            yield part
            left -= len(part)
            after = (part[-1].record.received_at, part[-1].record.number)

    async def evidence(self, case_id: str) -> evidence.Evidence:
        """All that the records hold of a case, as JSON values that prove themselves; NotFound."""
        return await self._db.read(evidence.gather, self._shelf, case_id)
