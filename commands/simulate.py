"""`huiyin simulate`: tells scenarios in virtual time and says whether they came out as expected."""

from __future__ import annotations

import asyncio
import enum
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from commands.console import say, terminal, warn
from commands.cores import spread
from commands.timeline import table
from complaints.errors import HuiyinError
from complaints.scenario.judge import Verdict, judge
from complaints.scenario.play import Play, Played
from complaints.scenario.story import Story, tell
from runtime.settings import Settings


class Engine(enum.StrEnum):
    """Where a story is told."""

    core = "core"
    temporal = "temporal"


def simulate(
    files: Annotated[list[Path], typer.Argument(help="Scenario files; a folder means all of its.", show_default=False)],
    engine: Annotated[
        Engine, typer.Option(help="core: at once. temporal: as real workflows on the time-skipping server.")
    ] = Engine.core,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a scenario, one a line, instead of timelines.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No timelines: only what passed and failed.")] = False,
) -> None:
    """Tell complaints' stories in virtual time, and check what must come of them.

    A scenario file names a procedure (by id, or by the path of its file) and tells one complaint: what comes in, who
    does what when, and what is expected.

    Exit code 0: all passed. 1: some failed. 2: a file could not be read; its line and field are named.
    """
    form = _Form(as_json, quiet, *terminal())
    passed = failed = 0
    faults: list[str] = []
    try:
        for told in _told(scenario_files(files), Settings().procedures_dir, engine, form):
            if told.text:
                say(told.text)
            faults += [told.fault] if told.fault else []
            passed += told.passed
            failed += not told.passed and not told.fault
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(2) from error
    if not as_json:
        unread = f", {len(faults)} could not be read" if faults else ""
        say(f"{passed} passed, {failed} failed{unread}.")
    for fault in faults:
        warn(fault)
    if faults or failed:
        raise typer.Exit(2 if faults else 1)


@dataclass(frozen=True, slots=True)
class _Form:
    """How scenarios are reported."""

    as_json: bool
    quiet: bool
    colour: bool
    width: int


@dataclass(frozen=True, slots=True)
class _Told:
    """The report of one scenario, ready to be printed; or why its file could not be read."""

    text: str = ""
    passed: bool = False
    fault: str = ""


def scenario_files(given: Iterable[Path]) -> list[Path]:
    """The files meant: those named, and every `.yaml` under a folder that is named; raises when there are none."""
    found = [file for path in given for file in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])]
    if not found:
        raise HuiyinError("There are no .yaml files in that folder.")
    return found


def _told(files: list[Path], procedures: Path, engine: Engine, form: _Form) -> Iterator[_Told]:
    if engine is Engine.temporal:
        yield from asyncio.run(_virtually(files, procedures, form))
        return
    blocks = [files[at : at + _BLOCK] for at in range(0, len(files), _BLOCK)]
    for block in spread(partial(_plainly, procedures, form), blocks):
        yield from block


_BLOCK = 24
"""Files told together by one core: most of them of one procedure, which is made ready once."""


def _plainly(procedures: Path, form: _Form, files: list[Path]) -> list[_Told]:
    out = []
    for file in files:
        try:
            story = tell(file, procedures)
        except HuiyinError as error:
            out.append(_Told(fault=error.text))
        else:
            out.append(_report(story, _verdict(story, Play(story).run()), form))
    return out


async def _virtually(files: list[Path], procedures: Path, form: _Form) -> list[_Told]:
    # Loaded here, so that the core alone answers at once.
    from commands.virtual import stage

    out = []
    async with stage() as it:
        for file in files:
            try:
                story = tell(file, procedures)
            except HuiyinError as error:
                out.append(_Told(fault=error.text))
            else:
                out.append(_report(story, _verdict(story, await it.tell(story)), form))
    return out


def _verdict(story: Story, played: Played) -> Verdict:
    assert played.state is not None
    return judge(story, played.events, played.state, played.refusals, played.failures)


def _report(story: Story, verdict: Verdict, form: _Form) -> _Told:
    if form.as_json:
        return _Told(json.dumps(asdict(verdict), ensure_ascii=False, default=str), verdict.passed)
    lines = []
    if not form.quiet:
        title = f"{verdict.procedure}: {verdict.scenario}"
        procedure = story.rules.procedure
        lines.append(table(title, verdict.timeline, procedure, colour=form.colour, width=form.width))
        lines += [f"  refused: step {r['step']}, {r['do']}: {r['text']}" for r in verdict.refusals]
    ended = f"{verdict.stage}, {verdict.outcome}" if verdict.outcome else verdict.stage
    lines.append(f"{'passed' if verdict.passed else 'FAILED'}: {verdict.scenario} ({story.file}; {ended})")
    lines += [f"  {failure}" for failure in verdict.failures]
    return _Told("\n".join([*lines, ""] if not form.quiet else lines), verdict.passed)
