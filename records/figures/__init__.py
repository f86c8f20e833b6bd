"""Figures, the lists behind them and statistics, as the rest of the house asks for them: `records.figures`."""

from __future__ import annotations

from collections.abc import Collection

from complaints.instants import Instant
from complaints.procedure.model import Procedure
from records import rebuild, verify
from records.engine import Database
from records.figures import counts, lists, public
from records.figures import statistics as periodic
from records.figures.public import PublicFigures
from records.figures.statistics import Statistics
from records.figures.values import Listed, Overview, Scope, Wanted
from records.rules import Shelf

__all__ = ["Figures", "Listed", "Overview", "PublicFigures", "Scope", "Statistics", "Wanted"]


PUBLIC_FOR = 600
"""Seconds for which the public figures are kept."""


class Figures:
    """Counts of cases, limits and decisions; all of them from indexes, none opens a case."""

    def __init__(self, database: Database, shelf: Shelf) -> None:
        self._db = database
        self._shelf = shelf
        self._public: dict[tuple[str, int], PublicFigures] = {}

    async def overview(self, scope: Scope) -> Overview:
        """Everything that the figures of a scope are drawn from, read at one moment."""
        return await self._db.read(counts.overview, scope)

    async def listed(self, wanted: Wanted) -> Listed:
        """A part of the list behind a figure; the rows in all are as many as the figure says."""
        return await self._db.read(lists.listed, wanted)

    async def public(self, scope: Scope) -> PublicFigures:
        """What anybody may know of a procedure's weeks, at most ten minutes old: nobody signs in to ask.

        Counts too small to be told are None.
        """
        key = (scope.procedure, scope.at // PUBLIC_FOR)
        if key not in self._public:
            self._public = {one: kept for one, kept in self._public.items() if one[1] == key[1]}
            self._public[key] = await self._db.read(public.public, scope)
        return self._public[key]

    async def statistics(
        self, procedure: Procedure, since: Instant, until: Instant, every: str = "", people: Collection[str] = ()
    ) -> Statistics:
        """The periodic statistics from `since` up to but not including `until`.

        `every` (`month`, `year`) adds what the rules of accountability that count over such a period propose.
        """
        return await self._db.read(periodic.statistics, procedure, since, until, every, people)

    async def rebuild(self) -> int:
        """Make columns, waiting people and results of all cases anew from their events; gives how many cases."""
        last, done = "", 0
        while ids := await self._db.read(verify.case_ids, last, 200):
            for last in ids:
                await self._db.write(rebuild.rebuild, self._shelf, last)
            done += len(ids)
        return done
