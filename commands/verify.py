"""`huiyin verify`: are the records of a case, or of all, unbroken?"""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.console import say, show, warn
from complaints.errors import HuiyinError
from runtime.settings import Settings

if TYPE_CHECKING:
    from records import Records
    from records.values import Problem


def verify(
    number: Annotated[str, typer.Argument(help="The case's number; all cases when left out.")] = "",
    dossier: Annotated[
        Path | None, typer.Option(help="A dossier's .zip instead: proved by itself, without the records.")
    ] = None,
    files: Annotated[bool, typer.Option("--files", help="Read every attached file anew and compare it too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The problems as JSON.")] = False,
) -> None:
    """Prove that recorded events follow one another and that every text is the one they speak of.

    Exit code 0: unbroken. 1: problems were found, and are named. 2: the records cannot be read, or hold no such case.
    """
    try:
        found = _offline(dossier) if dossier is not None else asyncio.run(_verify(Settings(), number, files))
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(2) from error
    if as_json:
        show({"unbroken": not found, "problems": [asdict(problem) for problem in found]})
    elif not found:
        say("The records are unbroken." if dossier is None else "The dossier is unbroken.")
    for problem in [] if as_json else found:
        say(f"{problem.code}: case {problem.case_id or '-'}, event {problem.seq}: {problem.text}")
    if found:
        raise typer.Exit(1)


def _offline(file: Path) -> list[Problem]:
    from records.bundles import check_bundle

    return check_bundle(file)


async def _verify(settings: Settings, number: str, files: bool) -> list[Problem]:
    # Loaded here, so that the other commands need not wait for the database's library.
    from records import Records

    records = Records(settings.database_url)
    try:
        if not await records.ready():
            raise HuiyinError(f"There are no records of this version in {settings.data_dir}. Run `huiyin migrate`.")
        case = (await records.case(number=number)).case_id if number else None
        problems = await records.verify(case)
        return problems + await _files(settings, records, case) if files else problems
    finally:
        await records.close()


async def _files(settings: Settings, records: Records, case: str | None) -> list[Problem]:
    """Files that are gone from the store, or are no longer those whose checksums the cases hold."""
    from records.files import Files
    from records.values import Problem

    store, problems = Files(settings.attachments_dir), []
    part = await (records.attachments.of_case(case) if case else records.attachments.stored())
    while part:
        for file in part:
            lies = await asyncio.to_thread(store.sha256, file.id)
            if lies != file.sha256:
                text = f"The file {file.id} is {'not what it was' if lies else 'gone from the store'}."
                problems.append(Problem("file_changed" if lies else "file_missing", file.case_id, 0, text))
        part = [] if case else await records.attachments.stored(part[-1].id)
    return problems
