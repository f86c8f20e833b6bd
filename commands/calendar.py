"""`huiyin calendar`: which years' holidays are published, publishing a year's, telling open cases of it."""

from __future__ import annotations

import asyncio
import enum
import json
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from commands.asking import agreed, engine, opened
from commands.changes import draw_clocks
from commands.console import draw, say, show, warn
from complaints.calendar import WorkingCalendar
from complaints.errors import BadInput, HuiyinError
from complaints.procedure.load import load_published
from runtime.directories import HOLIDAYS, Directories
from runtime.settings import Settings

if TYPE_CHECKING:
    from api.changing.calendars import Outdated, Touched
    from records import Records


class Doing(enum.StrEnum):
    """What to do with the calendars."""

    show = "show"
    publish = "publish"
    recount = "recount"


def calendar(
    do: Annotated[
        Doing, typer.Argument(help="show, publish FILE, or recount (after the file or its data changed).")
    ] = (Doing.show),
    file: Annotated[Path | None, typer.Argument(help="A year's published holidays (YAML), for publish.")] = None,
    procedure: Annotated[str, typer.Option(help="Only this procedure's cases.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The answer as JSON.")] = False,
) -> None:
    """Show which years' holidays are published; publish a year's; recount the limits of open cases by them.

    Stopped in the middle, `recount` goes on where it stopped.

    Exit code 0: done. 1: not agreed to. 2: the file is wrong, or a part of the system is down.
    """
    try:
        done = asyncio.run(_do(Settings(), do, file, procedure, dry_run, yes, as_json))
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(2) from error
    if not done:
        raise typer.Exit(1)


async def _do(
    settings: Settings, do: Doing, file: Path | None, procedure: str, dry_run: bool, yes: bool, as_json: bool
) -> bool:
    if (file is not None) != (do is Doing.publish):
        raise BadInput("file", "Name the file to publish: huiyin calendar publish FILE. The others take none.")
    directories = Directories(settings.procedures_dir)
    if procedure:
        directories.procedure(procedure)
    found = load_published(file) if file is not None else None
    if found is not None:
        directories.add(found)
    async with opened(settings) as records:
        if do is Doing.show:
            await _show(records, directories, procedure, as_json)
            return True
        stale, changing = await _preview(records, directories, procedure, as_json, dry_run)
        if dry_run:
            return True
        if found is not None and file is not None:
            if not agreed(f"Publish {found.year} for {found.country}, and recount {changing} open cases?", yes):
                return False
            _put(file, settings.procedures_dir / (found.name + HOLIDAYS))
        elif stale and not agreed(f"Tell {sum(one.cases for one in stale)} open cases of their calendar?", yes):
            return False
        await _tell(settings, records, stale, as_json)
    return True


async def _show(records: Records, directories: Directories, procedure: str, as_json: bool) -> None:
    from api.changing.calendars import outdated

    now = int(time.time())
    year = datetime.fromtimestamp(now, UTC).year
    years = range(year, year + 3)
    behind = await outdated(records, directories, now, procedure)
    rows: list[dict[str, Any]] = []
    for ident in [procedure] if procedure else directories.ids():
        spec = directories.procedure(ident).calendar
        built = WorkingCalendar.thaw(json.loads(directories.calendar(spec, year)))
        files = sorted(one.year for one in directories.published if one.concerns(spec.country, spec.subdivision))
        since = built.provisional_from
        rows.append({
            "procedure": ident, "country": spec.country,
            "provisional_from": built.at_local(since).date().isoformat() if since is not None else None,
            "years": {str(y): _state(built, y) for y in years} if spec.country else {},
            "published_files": files, "cases_to_tell": sum(one.cases for one in behind if one.procedure == ident),
        })  # fmt: skip
    if as_json:
        show(rows)
        return
    out = Table("Procedure", "Country", *map(str, years), "By file", "Cases to tell", box=None)
    for row in rows:
        states = [row["years"].get(str(y), "-") for y in years]
        by_file = ", ".join(map(str, row["published_files"])) or "-"
        out.add_row(row["procedure"], row["country"] or "-", *states, by_file, str(row["cases_to_tell"]))
    draw(out)
    if behind:
        say("Some open cases count by an older calendar: `huiyin calendar recount` shows and tells them.")


async def _preview(
    records: Records, directories: Directories, procedure: str, as_json: bool, dry_run: bool
) -> tuple[list[Outdated], int]:
    """Shows what changes; gives what is to be told, and how many cases change by it."""
    from api.changing.calendars import outdated, touched

    now = int(time.time())
    stale = await outdated(records, directories, now, procedure)
    changing: list[Touched] = [
        one async for one in touched(records, stale, now) if any(clock.changed for clock in one.preview.clocks)
    ]
    if as_json:
        if dry_run:
            show({"cases": sum(one.cases for one in stale), "changing": [_plain(one) for one in changing]})
        return stale, len(changing)
    for ident in sorted({one.case.procedure_id for one in changing}):
        mine = [one for one in changing if one.case.procedure_id == ident]
        say(ident)
        rows = [(one.case.number, clock) for one in mine for clock in one.preview.clocks if clock.changed]
        draw_clocks(mine[0].case.rules, rows)
    told = sum(one.cases for one in stale)
    say(f"{told} open cases count by an older calendar; due instants change in {len(changing)} of them.")
    return stale, len(changing)


def _plain(one: Touched) -> dict[str, Any]:
    at = one.case.rules.calendar.at_local
    clocks = [
        {"clock": clock.key, "was": at(clock.was).isoformat() if clock.was is not None else None,
         "due": at(clock.due).isoformat() if clock.due is not None else None, "overdue": clock.overdue}
        for clock in one.preview.clocks if clock.changed
    ]  # fmt: skip
    return {"number": one.case.number, "procedure": one.case.procedure_id, "clocks": clocks}


async def _tell(settings: Settings, records: Records, stale: list[Outdated], as_json: bool) -> None:
    from api.changing.calendars import tell

    done = await tell(records, await engine(settings), stale, int(time.time())) if stale else {}
    if as_json:
        show({"told": done.get("told", 0), "pending": done.get("pending", 0), "over": done.get("over", 0)})
        return
    say(f"{done.get('told', 0)} cases were told.")
    if done.get("pending"):
        say(f"{done['pending']} will be told as soon as a worker runs.")
    if done.get("over"):
        say(f"{done['over']} were closed meanwhile.")


def _put(file: Path, to: Path) -> None:
    # Whole or not at all: the API and the workers look at this folder every second.
    draft = to.with_name(to.name + ".new")
    draft.write_bytes(file.read_bytes())
    draft.chmod(0o644)  # no secret, and read by processes that may run as somebody else
    draft.replace(to)


def _state(built: WorkingCalendar, year: int) -> str:
    """By a day late in the year, before the last week, which the next year's announcement may still touch."""
    late = built.instant(datetime.combine(date(year, 12, 24), datetime.min.time()))
    return "provisional" if built.provisional(late) else "published"
