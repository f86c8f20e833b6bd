"""Remembers which cases were started, and writes it down for many at once: one transaction instead of one a case."""

from __future__ import annotations

import asyncio
import logging

from records import Records

log = logging.getLogger("huiyin.api")

PAUSE = 0.25
"""Seconds for which marks are gathered; a lost one costs the sweep a needless start, which changes nothing."""


class Marks:
    """Gathers the cases that were started."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._cases: list[str] = []
        self._writing: asyncio.Task[None] | None = None

    def started(self, case: str) -> None:
        """The workflow of that case runs."""
        self._cases.append(case)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Write what is gathered."""
        if self._writing is not None:
            await self._writing

    async def _write(self) -> None:
        while self._cases:
            await asyncio.sleep(PAUSE)
            cases, self._cases = self._cases, []
            try:
                await self._records.mark_started(*cases)
            except Exception as error:  # the first event that a case records says the same
                log.warning("started cases were not marked", extra={"cases": len(cases), "why": type(error).__name__})
