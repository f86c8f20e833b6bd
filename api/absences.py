"""Absences that were entered, brought to where they count: to the directories, and to open cases that wait."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from api.engine import Engine, Gone
from complaints.case.model import Actor, Message
from complaints.errors import HuiyinError, Refused
from complaints.instants import Instant
from complaints.vocabulary import SYSTEM
from records import Records
from records.absences import AbsenceRow
from records.values import WorkFilter
from runtime.directories import Directories

log = logging.getLogger("huiyin.api")

LOOK_EVERY = 10.0
"""Seconds between two looks for absences that others entered, and for those that begin."""

AT_ONCE = 4
"""Open cases that are told at the same time."""

_PAGE = 100


class Absences:
    """Keeps the directories up with the absences in the records, and tells open cases of each as it begins."""

    def __init__(self, records: Records, directories: Directories, engine: Engine, now: Callable[[], Instant]) -> None:
        self._records, self._directories, self._engine, self._now = records, directories, engine, now
        self._stirred = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; what open cases were not told yet is told at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def refresh(self) -> None:
        """Let the directories know every absence that is recorded now, and look soon for cases to tell."""
        self._directories.set_absences(await self._records.absences.all_running())
        self._stirred.set()

    async def tell(self) -> None:
        """Tell open cases of the absences that have begun; one that could not be told everywhere is told again."""
        for absence in await self._records.absences.untold(self._now()):
            if await self._tell_all(absence):
                await self._records.absences.mark_told(absence.id)

    async def _run(self) -> None:
        while True:
            try:
                await self.refresh()
                self._stirred.clear()
                await self.tell()
            except Exception as error:  # the records may be away for a while: the next look finds what is left
                log.warning("absences were not looked at", extra={"why": type(error).__name__})
            try:
                await asyncio.wait_for(self._stirred.wait(), LOOK_EVERY)
            except TimeoutError:
                continue

    async def _tell_all(self, absence: AbsenceRow) -> bool:
        everywhere, after = True, None
        while True:
            page = await self._records.worklist(
                WorkFilter(
                    at=self._now(),
                    procedures=(absence.procedure_id,),
                    person=absence.person,
                    limit=_PAGE,
                    after=after,
                )
            )
            cases = [row.case_id for row in page.rows]
            for place in range(0, len(cases), AT_ONCE):
                told = await asyncio.gather(*(self._tell_one(absence, case) for case in cases[place : place + AT_ONCE]))
                everywhere = everywhere and all(told)
            after = page.next
            if after is None:
                return everywhere

    async def _tell_one(self, absence: AbsenceRow, case: str) -> bool:
        data = {"person": absence.person, "until": absence.until}
        message = Message("absent", self._now(), Actor(SYSTEM), data, key=f"absent-{absence.id}")
        try:
            await self._engine.act(case, message, message.key)
        except Gone:
            return False
        except Refused as refused:
            log.warning("a case did not take an absence", extra={"case": case, "why": refused.code})
        except HuiyinError as error:
            log.warning("a case could not be told of an absence", extra={"case": case, "why": error.code})
            return False
        return True
