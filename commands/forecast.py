"""`huiyin forecast`: what will happen to a case when, if nobody acts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.console import say, show, terminal, warn
from commands.timeline import table
from complaints.case import Rules, State
from complaints.errors import BadInput, HuiyinError
from complaints.forecast import ForecastLine
from complaints.forecast import forecast as look_ahead
from complaints.instants import Instant
from complaints.scenario.play import Play
from complaints.scenario.story import tell
from runtime.settings import Settings

if TYPE_CHECKING:
    from records.values import CaseRecord

_INSTANTS = ("due", "was", "until", "since")


@dataclass(frozen=True, slots=True)
class _Asked:
    """The case that is asked about, by name, as it stands at `now`."""

    name: str
    rules: Rules
    state: State
    now: Instant


def forecast(
    number: Annotated[str, typer.Argument(help="The number of a recorded case.")] = "",
    scenario: Annotated[Path | None, typer.Option(help="A scenario file instead, told up to --at.")] = None,
    at: Annotated[str, typer.Option(help="From when: 2026-11-30T18:00, in the procedure's zone. Default: now.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The coming events as JSON.")] = False,
) -> None:
    """Say what will happen to a case when, if nobody acts: reminders, limits, escalation, deemed approval.

    Exit code 0: said. 2: there is no such case, or the scenario cannot be read.
    """
    try:
        if bool(number) == (scenario is not None):
            raise BadInput("number", "Give either the number of a case, or --scenario FILE with --at TIME.")
        asked = _told(scenario, at) if scenario is not None else asyncio.run(_recorded(number, at))
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(2) from error
    lines = look_ahead(asked.rules, asked.state, asked.now)
    rows = _rows(asked.rules, lines)
    as_of = asked.rules.calendar.at_local(asked.now)
    if as_json:
        stands = {"case": asked.name, "procedure": asked.rules.procedure.id, "stage": asked.state.stage}
        show({**stands, "as_of": as_of.isoformat(), "lines": rows})
    elif not rows:
        say(f"{asked.name}: nothing happens by itself any more (stage {asked.state.stage}).")
    else:
        title = f"{asked.name}: if nobody acts from {as_of:%a %Y-%m-%d %H:%M} on (stage {asked.state.stage})"
        colour, width = terminal()
        told = [{**row, "to": row["role"]} for row in rows]
        say(table(title, told, asked.rules.procedure, colour=colour, width=width))


def _rows(rules: Rules, lines: Sequence[ForecastLine]) -> list[dict[str, Any]]:
    rows = []
    for line in lines:
        row = asdict(line) | {"at": _iso(rules, line.at)}
        row["details"] = {k: _iso(rules, v) if k in _INSTANTS else v for k, v in line.details.items() if k != "due"}
        if "due" in line.details:
            row["due"] = _iso(rules, line.details["due"])
        rows.append(row)
    return rows


def _iso(rules: Rules, instant: Instant) -> str:
    return rules.calendar.at_local(instant).isoformat()


def _told(file: Path, at: str) -> _Asked:
    if not at:
        raise BadInput("at", "Up to when is the scenario told? Add --at, for example --at 2026-11-30T18:00.")
    story = tell(file, Settings().procedures_dir)
    now = story.moment(_moment(at))
    if now < story.submission.received_at:
        raise BadInput("at", f"At {at} the complaint of {file} had not come in yet.")
    kept = tuple(step for step in story.scenario.steps if story.moment(step.at) <= now)
    shorter = replace(story, scenario=story.scenario.model_copy(update={"steps": kept, "until": _moment(at)}))
    played = Play(shorter).run()
    assert played.state is not None
    return _Asked(story.scenario.name, story.rules, played.state, now)


async def _recorded(number: str, at: str) -> _Asked:
    case = await _case(Settings(), number)
    now = case.rules.calendar.instant(_moment(at)) if at else int(time.time())
    return _Asked(case.number, case.rules, case.state, now)


async def _case(settings: Settings, number: str) -> CaseRecord:
    # Loaded here, so that the other commands need not wait for the database's library.
    from records import Records

    records = Records(settings.database_url)
    try:
        if not await records.ready():
            raise HuiyinError(f"There are no records of this version in {settings.data_dir}. Run `huiyin migrate`.")
        return await records.case(number=number)
    finally:
        await records.close()


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("at", f"--at {text!r} is not a time. Write it as 2026-11-30T18:00.") from error
