"""`huiyin check`: is a procedure sound, before any case runs under it?"""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from commands.console import say, show, warn
from commands.cores import spread
from complaints.check.files import DIRECTORY, Checked, check_files
from complaints.errors import HuiyinError
from complaints.people import Directory
from complaints.procedure.model import Procedure
from complaints.scenario.model import Scenario
from runtime.directories import HOLIDAYS
from runtime.settings import Settings
from templates.letters import LETTERS


class Schema(enum.StrEnum):
    """The kinds of files whose JSON Schema can be printed."""

    procedure = "procedure"
    directory = "directory"
    scenario = "scenario"


_MODELS: dict[Schema, type[BaseModel]] = {
    Schema.procedure: Procedure,
    Schema.directory: Directory,
    Schema.scenario: Scenario,
}


def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Procedure files or folders; all that are installed when left out.")
    ] = None,
    clauses: Annotated[
        Path | None, typer.Option(help="A text file with the clause ids of the sources, one at the start of a line.")
    ] = None,
    year: Annotated[
        int, typer.Option(help="The year whose calendar limits are tried by; this one by default.", show_default=False)
    ] = 0,
    schema: Annotated[
        Schema | None, typer.Option(help="Print the JSON Schema of such a file instead, for editors.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The faults as JSON.")] = False,
) -> None:
    """Prove that procedures are sound: every case can end, every turn is somebody's, limits don't contradict.

    Beside `<id>.yaml` its directory `<id>.directory.yaml` is read too.

    Exit code 0: sound. 1: faults were found; each is named with file, line and field. 2: a file cannot be read.
    """
    if schema is not None:
        show(_MODELS[schema].model_json_schema(by_alias=True))
        return
    try:
        known = _clauses(clauses) if clauses is not None else frozenset()
        paths = _procedures(files or [Settings().procedures_dir])
        done = check_files(paths, year or datetime.now(UTC).year, letters=LETTERS, clauses=known, each=spread)
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(2) from error
    if as_json:
        show([_plain(one) for one in done])
    else:
        _say(done)
    unread = any(one.procedure is None for one in done)
    if unread or any(one.faults for one in done):
        raise typer.Exit(2 if unread else 1)


def _say(done: list[Checked]) -> None:
    for one in done:
        for fault in one.faults:
            say(fault.text)
        if not one.faults:
            say(f"{one.file}: sound.")


def _plain(one: Checked) -> dict[str, object]:
    faults = [{"file": f.file, "line": f.line, "field": f.field, "what": f.what, "mend": f.mend} for f in one.faults]
    ident = one.procedure.id if one.procedure is not None else ""
    return {"file": str(one.file), "procedure": ident, "sound": not faults, "faults": faults}


def _procedures(given: list[Path]) -> list[Path]:
    """The procedure files meant: those named, and all of a folder; directories of people come with them."""
    found = [file for path in given for file in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])]
    chosen = [file for file in found if not file.name.endswith((DIRECTORY, HOLIDAYS))]
    if not chosen:
        raise HuiyinError("There are no procedure files there. Name a procedure's own file, <id>.yaml.")
    return chosen


def _clauses(file: Path) -> frozenset[str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise HuiyinError(f"{file} cannot be read as a list of clauses: {error}") from error
    return frozenset(line.split()[0] for line in lines if line.strip())
