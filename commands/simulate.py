"""`huiyin simulate`: tells scenarios in virtual time and says whether they came out as expected."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from commands.console import say, show, warn
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
    try:
        stories, faults = _read(scenario_files(files), Settings().procedures_dir)
        verdicts = asyncio.run(_virtually(stories)) if engine is Engine.temporal else [_plainly(s) for s in stories]
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(2) from error
    for story, verdict in zip(stories, verdicts, strict=True):
        if as_json:
            show(asdict(verdict), indent=None)
        else:
            _tell(story, verdict, quiet)
    failed = sum(not verdict.passed for verdict in verdicts)
    if not as_json:
        unread = f", {len(faults)} could not be read" if faults else ""
        say(f"{len(verdicts) - failed} passed, {failed} failed{unread}.")
    for fault in faults:
        warn(fault)
    if faults or failed:
        raise typer.Exit(2 if faults else 1)


def scenario_files(given: Iterable[Path]) -> list[Path]:
    """The files meant: those named, and every `.yaml` under a folder that is named; raises when there are none."""
    found = [file for path in given for file in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])]
    if not found:
        raise HuiyinError("There are no .yaml files in that folder.")
    return found


def _read(files: list[Path], procedures: Path) -> tuple[list[Story], list[str]]:
    """The stories that can be told, and what is wrong with the others."""
    stories, faults = [], []
    for file in files:
        try:
            stories.append(tell(file, procedures))
        except HuiyinError as error:
            faults.append(error.text)
    return stories, faults


def _plainly(story: Story) -> Verdict:
    return _verdict(story, Play(story).run())


async def _virtually(stories: list[Story]) -> list[Verdict]:
    # Loaded here, so that the core alone answers at once.
    from commands.virtual import stage

    async with stage() as it:
        return [_verdict(story, await it.tell(story)) for story in stories]


def _verdict(story: Story, played: Played) -> Verdict:
    assert played.state is not None
    return judge(story, played.events, played.state, played.refusals, played.failures)


def _tell(story: Story, verdict: Verdict, quiet: bool) -> None:
    if not quiet:
        table(f"{verdict.procedure}: {verdict.scenario}", verdict.timeline, story.rules.procedure)
        for refusal in verdict.refusals:
            say(f"  refused: step {refusal['step']}, {refusal['do']}: {refusal['text']}")
    ended = f"{verdict.stage}, {verdict.outcome}" if verdict.outcome else verdict.stage
    say(f"{'passed' if verdict.passed else 'FAILED'}: {verdict.scenario} ({story.file}; {ended})")
    for failure in verdict.failures:
        say(f"  {failure}")
