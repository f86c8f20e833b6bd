"""`huiyin rebuild`: what lists and figures are read from, made anew from the events."""

from __future__ import annotations

import asyncio

import typer

from commands.console import say, warn
from complaints.errors import HuiyinError
from runtime.settings import Settings


def rebuild() -> None:
    """Make what lists and figures are read from anew, from the recorded events alone; may run while all else runs.

    Exit code 0: done. 2: the records cannot be read.
    """
    try:
        done = asyncio.run(_rebuild(Settings()))
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(2) from error
    say(f"Cases made anew: {done}.")


async def _rebuild(settings: Settings) -> int:
    # Loaded here, so that the other commands need not wait for the database's library.
    from records import Records

    records = Records(settings.database_url)
    try:
        if not await records.ready():
            raise HuiyinError(f"There are no records of this version in {settings.data_dir}. Run `huiyin migrate`.")
        return await records.figures.rebuild()
    finally:
        await records.close()
