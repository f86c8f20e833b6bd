"""`huiyin reconcile`: do records and engine agree? After a backup was put back, or the engine's data were lost."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from commands.console import say, show, warn
from complaints.errors import HuiyinError
from runtime.settings import Settings

if TYPE_CHECKING:
    from commands.reconciling import Difference

PATIENCE = 15.0
"""Seconds for which the engine is waited for."""

_SAYS = {
    "missing": "no workflow runs, though the case lives",
    "behind": "the workflow stands before its record",
    "ahead": "the workflow stands after its record",
    "diverged": "workflow and record hold different events",
    "unrecorded": "a workflow runs that has no record",
}


def reconcile(
    dry_run: Annotated[bool, typer.Option(help="Only say what differs.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Also end workflows without a record, and those that hold other events.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Compare every case's record with its workflow and mend what differs; the record counts. A worker must run.

    Exit code 0: all agree, or do now. 1: something differs still, and is named. 2: records or engine cannot be asked.
    """
    try:
        found = asyncio.run(_reconcile(Settings(), dry=dry_run, sure=yes))
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(2) from error
    left = [one for one in found if not one.done]
    if as_json:
        show({"agree": not left, "differences": [asdict(one) for one in found]})
    else:
        for one in found:
            where = f"record at {one.recorded}, workflow at {one.reached}"
            say(f"{one.number or one.case}: {_SAYS[one.finding]} ({where}): {one.done or 'left as it is'}")
        say(f"{len(found)} cases differed, {len(left)} still do." if found else "Records and engine agree.")
    if left:
        raise typer.Exit(1)


async def _reconcile(settings: Settings, *, dry: bool, sure: bool) -> list[Difference]:
    # Loaded here, so that the other commands need not wait for the database's library and the engine's.
    from temporalio.service import RPCError

    from commands.reconciling import Reconciler
    from records import Records
    from runtime.temporal import connect

    records = Records(settings.database_url)
    try:
        if not await records.ready():
            raise HuiyinError(f"There are no records of this version in {settings.data_dir}. Run `huiyin migrate`.")
        client = await connect(settings, patience=PATIENCE)
        reconciler = Reconciler(records, client, settings.task_queue, dry=dry, sure=sure)
        return [found async for found in reconciler.differences()]
    except RPCError as error:
        raise HuiyinError(f"The engine could not be asked ({error.status.name}).") from error
    finally:
        await records.close()
