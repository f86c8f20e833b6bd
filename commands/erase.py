"""`huiyin erase` and `huiyin retain`: personal data go on request, or when their time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.console import say, show, warn
from complaints.errors import HuiyinError
from runtime.settings import Settings

if TYPE_CHECKING:
    from records import Records
    from records.files import Files
    from records.retention import Kept


def erase(
    number: Annotated[str, typer.Argument(help="The number of a closed case.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase the words, the complainant and the files of a closed case for good; its events and the figures stay.

    Exit code 0: erased. 1: not agreed to. 2: there is no such case, or it is still open.
    """
    kept = _run(lambda records, files: _found(records, number))
    say(f"{_line(kept)}. Older backups still hold it.")
    if not yes and not typer.confirm("Erase it for good?", err=True):
        raise typer.Exit(1)
    _run(lambda records, files: records.retention.erase(kept.case_id, files))
    say(f"{kept.number}: erased.")


def retain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would go.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The list as JSON.")] = False,
) -> None:
    """Erase what has been kept as long as its procedure says, for good; events and figures stay.

    Exit code 0: done. 2: the records cannot be read.
    """
    went = _run(lambda records, files: _past(records, files, dry_run=dry_run))
    if as_json:
        show({"dry_run": dry_run, "cases": [_plain(kept) for kept in went]})
        return
    for kept in went:
        say(_line(kept))
    say(f"{len(went)} cases {'would be' if dry_run else 'were'} erased.")


async def _found(records: Records, number: str) -> Kept:
    return await records.retention.held((await records.case(number=number)).case_id)


async def _past(records: Records, files: Files, *, dry_run: bool) -> list[Kept]:
    went = [kept async for kept in records.retention.past()]
    for kept in [] if dry_run else went:
        await records.retention.erase(kept.case_id, files)
    return went


def _run(work: Callable[[Records, Files], Awaitable[Any]]) -> Any:
    async def run(settings: Settings) -> Any:
        # Loaded here, so that the other commands need not wait for the database's library.
        from records import Records
        from records.files import Files

        records = Records(settings.database_url)
        try:
            if not await records.ready():
                raise HuiyinError(f"There are no records of this version in {settings.data_dir}. Run `huiyin migrate`.")
            return await work(records, Files(settings.attachments_dir))
        finally:
            await records.close()

    try:
        return asyncio.run(run(Settings()))
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(2) from error


def _day(at: int | None) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat() if at is not None else ""


def _line(kept: Kept) -> str:
    dates = f"closed {_day(kept.closed_at)}, kept until {_day(kept.until)}"
    return f"{kept.number} ({kept.procedure_id}): {dates}; texts: {kept.texts}, files: {kept.files}"


def _plain(kept: Kept) -> dict[str, Any]:
    instants = {name: datetime.fromtimestamp(getattr(kept, name), UTC).isoformat() for name in ("closed_at", "until")}
    return asdict(kept) | instants
