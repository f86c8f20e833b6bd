"""What `huiyin check` proves of each procedure, found out beside the pages and kept until a file changes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from api.context import House
from complaints.check import Fault, check
from complaints.people import Directory
from complaints.procedure.model import Procedure
from templates.letters import LETTERS

_SOON = 0.2
"""Seconds that a page waits for a check that may be done at once."""


@dataclass(slots=True)
class Checks:
    """One check at a time, for each takes a processor for seconds."""

    _running: dict[str, tuple[Procedure, Directory, asyncio.Task[list[Fault]]]] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def known(self, the: House, ident: str) -> list[Fault] | None:
        """The faults of a procedure as it is now, where they are known already."""
        kept = self._current(the, ident)
        return kept.result() if kept is not None and kept.done() and kept.exception() is None else None

    async def asked(self, the: House, ident: str) -> list[Fault] | None:
        """The same, and where they are not known the check is begun; None while it runs."""
        task = self._current(the, ident)
        if task is None or (task.done() and task.exception() is not None):
            procedure, directory = the.directories.procedure(ident), the.directories.of(ident)
            task = asyncio.create_task(self._check(procedure, directory, datetime.fromtimestamp(the.now(), UTC).year))
            self._running[ident] = (procedure, directory, task)
        await asyncio.wait({task}, timeout=_SOON)
        return self.known(the, ident)

    def _current(self, the: House, ident: str) -> asyncio.Task[list[Fault]] | None:
        kept = self._running.get(ident)
        same = kept is not None and kept[0] is the.directories.procedure(ident) and kept[1] is the.directory(ident)
        return kept[2] if kept is not None and same else None

    async def _check(self, procedure: Procedure, directory: Directory, year: int) -> list[Fault]:
        async with self._turn:
            return await asyncio.to_thread(check, procedure, directory, year, letters=LETTERS)
