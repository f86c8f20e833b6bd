"""`huiyin move`: a running case goes on under another version of its procedure, with the difference shown first."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated

import typer

from commands.asking import agreed, engine, opened
from commands.changes import draw_clocks, draw_differences
from commands.console import say, show, warn
from complaints.errors import HuiyinError, Refused
from runtime.directories import Directories
from runtime.settings import Settings

if TYPE_CHECKING:
    from api.changing.moves import Move

BY = "admin"
"""Who asked, as the case's event says: whoever may run commands on the machine."""


def move(
    number: Annotated[str, typer.Argument(help="The case's number.")],
    to: Annotated[str, typer.Option(help="latest: the file as it is now. Or the beginning of a version's hash.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what it would mean, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="What it would mean, or what it did, as JSON.")] = False,
) -> None:
    """Move a running case to another version of its procedure: first the difference and the recounted limits, then it.

    Exit code 0: moved, or shown. 1: refused, with the reasons, or not agreed to. 2: no such case or version, or a part
    of the system is down.
    """
    try:
        done = asyncio.run(_move(Settings(), number, to, dry_run, yes, as_json))
    except Refused as refused:
        warn(refused.text)
        raise typer.Exit(1) from refused
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(2) from error
    if not done:
        raise typer.Exit(1)


async def _move(settings: Settings, number: str, to: str, dry_run: bool, yes: bool, as_json: bool) -> bool:
    from api.changing.moves import carry_out, plan
    from api.changing.routes import shown
    from api.engine import Pending

    async with opened(settings) as records:
        case = await records.case(number=number)
        directories = Directories(settings.procedures_dir)
        planned = await plan(records, directories, case, to, asked_by=BY, now=int(time.time()))
        if as_json and dry_run:
            show(shown(planned).model_dump())
        elif not as_json:
            _tell(planned)
        if planned.preview.lacks:
            reasons = "\n".join(f"  {lack.code}: {lack.text}" for lack in planned.preview.lacks)
            warn(f"Version {planned.versions[1]} has no place for the case:\n{reasons}")
            return False
        if dry_run or planned.nothing:
            return True
        if not agreed(f"Move {number} to version {planned.versions[1]}?", yes):
            return False
        answer = await carry_out(records, await engine(settings), planned)
        pending = isinstance(answer, Pending)
        if as_json:
            events = [] if isinstance(answer, Pending) else list(answer.events)
            show(shown(planned).model_dump() | {"done": events, "pending": pending})
        else:
            later = "No worker runs now: the case moves as soon as one does." if pending else "Moved."
            say(later)
        return True


def _tell(planned: Move) -> None:
    now, then = planned.versions
    if planned.nothing:
        say(f"{planned.case.number} goes by version {now} already; there is nothing to move.")
        return
    say(f"{planned.case.number}: from version {now} to {then}")
    if planned.differences:
        draw_differences(planned.differences)
    else:
        say("No rule is another one; only the calendar is.")
    if planned.preview.clocks:
        draw_clocks(planned.target, [("", one) for one in planned.preview.clocks])
    if planned.preview.events:
        say(f"At once: {', '.join(planned.preview.events)}")
