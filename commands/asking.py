"""What commands that change running cases share: the records and the engine at hand, and a question before it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import typer

from complaints.errors import HuiyinError
from runtime.settings import Settings

if TYPE_CHECKING:
    from api.engine import Engine
    from records import Records

PATIENCE = 10.0
"""Seconds that a command waits for the engine."""


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Records]:
    """The records, which must be of this version."""
    # Loaded here, so that the other commands need not wait for the database's library.
    from records import Records

    records = Records(settings.database_url)
    try:
        if not await records.ready():
            raise HuiyinError(f"There are no records of this version in {settings.data_dir}. Run `huiyin migrate`.")
        yield records
    finally:
        await records.close()


async def engine(settings: Settings) -> Engine:
    """The engine; raises EngineUnreachable when it does not answer."""
    from api.engine import Engine
    from runtime.temporal import connect

    return Engine(await connect(settings, patience=PATIENCE), settings.task_queue)


def agreed(question: str, yes: bool) -> bool:
    """Whether the person says so; without a terminal nobody is asked, and only `--yes` counts."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise HuiyinError("Nothing was changed: nobody is there to be asked. Say --yes, or --dry-run to look only.")
    return typer.confirm(question, err=True)
