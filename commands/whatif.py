"""`huiyin whatif`: how past cases would have gone by a changed procedure file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from commands.comparison import as_json as plain
from commands.comparison import told
from commands.console import say, show, terminal, warn
from commands.cores import spread
from complaints.calendar import build_calendar
from complaints.case import Rules, canonical
from complaints.check.files import DIRECTORY
from complaints.errors import BadInput, HuiyinError
from complaints.people import Directory
from complaints.procedure.load import freeze, load_directory, load_procedure
from complaints.procedure.model import Procedure
from complaints.whatif import Comparison, House, Past, compare, past_of
from complaints.whatif.table import read_table
from runtime.settings import Settings

T = TypeVar("T")
DAY = 86_400
TOGETHER = 100
"""Cases that one core takes at a time."""


def whatif(
    procedure: Annotated[Path, typer.Option(help="The changed procedure file.", show_default=False)],
    cases: Annotated[
        Path | None, typer.Option(help="A CSV file of past cases; those of the records when left out.")
    ] = None,
    present: Annotated[
        Path | None, typer.Option(help="The file to compare with; the one installed under the same id by default.")
    ] = None,
    since: Annotated[str, typer.Option("--from", help="First day of receipt, 2025-01-01.")] = "",
    until: Annotated[str, typer.Option("--to", help="Last day of receipt, 2025-12-31.")] = "",
    run_on: Annotated[
        int, typer.Option(min=0, max=365, help="How many days time runs on after the last act of a case.")
    ] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="The comparison as JSON.")] = False,
) -> None:
    """Tell past cases again under a changed procedure file and under the present one, and compare.

    Everybody acts as and when they did; letters arrive at once. What a file does not allow is counted and told. Nothing
    is written.

    Exit code 0: compared. 2: a file or the records cannot be read, or hold no such cases.
    """
    try:
        settings = Settings()
        new = load_procedure(procedure)
        old_file = present or settings.procedures_dir / f"{new.id}.yaml"
        old = load_procedure(old_file)
        people = load_directory(old_file.with_suffix(DIRECTORY))
        own = procedure.with_suffix(DIRECTORY)
        years = _Years(old)
        first, last = _day(years, "from", since), _day(years, "to", until)
        if cases is not None:
            found = _of_table(cases, years, people, run_on)
        else:
            found = asyncio.run(_of_records(settings, old.id, years, run_on))
        found = [(year, past) for year, past in found if first <= past.received_at < last + DAY]
        if not found:
            raise BadInput("cases", "There are no cases of that procedure and time. Look at --from, --to and --cases.")
        calendars = {year: years.calendar(year) for year in {year for year, _ in found}}
        changed_years = _Years(new)
        before = House(freeze(old), calendars, people)
        after = House(
            freeze(new), {year: changed_years.calendar(year) for year in calendars},
            load_directory(own) if own.exists() else people,
        )  # fmt: skip
        result = _compared(before, after, found, quiet=as_json)
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(2) from error
    span = (min(p.received_at for _, p in found), max(p.received_at for _, p in found))
    days = [years.rules(found[0][0]).calendar.at_local(at).date() for at in span]
    if as_json:
        show({"procedure": new.id, "from": days[0].isoformat(), "to": days[1].isoformat(), **plain(result)})
    else:
        colour, width = terminal()
        say(told(new.id, days[0], days[1], result, colour=colour, width=width))


class _Years:
    """A procedure with its calendar of each year, built when first asked for."""

    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure
        self.frozen = freeze(procedure)
        self._calendars: dict[int, str] = {}

    def calendar(self, year: int) -> str:
        """The frozen calendar of that year."""
        if year not in self._calendars:
            self._calendars[year] = canonical(build_calendar(self.procedure.calendar, year).freeze())
        return self._calendars[year]

    def rules(self, year: int) -> Rules:
        """The rules of that year."""
        return Rules.thaw(self.frozen, self.calendar(year))


def _day(years: _Years, name: str, given: str) -> int:
    """The instant at which a day begins; without one, long ago or long from now."""
    if not given:
        return 0 if name == "from" else int(datetime(9000, 1, 1, tzinfo=UTC).timestamp())
    try:
        day = date.fromisoformat(given)
        return years.rules(day.year).calendar.instant(datetime.combine(day, datetime.min.time()))
    except ValueError as error:
        raise BadInput(name, f"--{name} {given!r} is not a day. Write it as 2025-12-31.") from error


def _of_table(file: Path, years: _Years, people: Directory, run_on: int) -> list[tuple[int, Past]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return list(read_table(str(file), lines, years.rules(datetime.now(UTC).year), people, run_on * DAY))
    except OSError as error:
        raise BadInput("cases", f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadInput("cases", f"{file} is not UTF-8 text. Save it as CSV UTF-8.") from error


async def _of_records(settings: Settings, procedure: str, years: _Years, run_on: int) -> list[tuple[int, Past]]:
    # Loaded here, so that the other commands need not wait for the database's library.
    from records import Records

    now = int(time.time())
    records = Records(settings.database_url)
    try:
        if not await records.ready():
            raise HuiyinError(f"There are no records of this version in {settings.data_dir}. Run `huiyin migrate`.")
        numbers = await records.received(procedure, 0, now + 1)
        found = []
        for block in _blocks(numbers):
            events = await records.events_of([ident for ident, _ in block])
            for ident, number in block:
                last = events[ident][-1].at + run_on * DAY
                past = past_of(number, events[ident], min(last, now))
                found.append((datetime.fromtimestamp(past.received_at, UTC).year, past))
        return found
    finally:
        await records.close()


def _blocks(things: Sequence[T]) -> Iterable[Sequence[T]]:
    return (things[at : at + TOGETHER] for at in range(0, len(things), TOGETHER))


def _compared(present: House, changed: House, found: list[tuple[int, Past]], *, quiet: bool) -> Comparison:
    # Loaded here, so that the other commands need not wait for it.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    result = Comparison()
    shown = Progress(
        TextColumn("Telling cases again"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True, disable=quiet, auto_refresh=False,
    )  # fmt: skip  # without a thread of its own: a process with threads cannot be copied to the other cores
    with shown:
        task = shown.add_task("", total=len(found))
        blocks = list(_blocks(found))
        for block, part in zip(blocks, spread(partial(compare, present, changed), blocks), strict=True):
            result.add(part)
            shown.advance(task, len(block))
            shown.refresh()
    return result
