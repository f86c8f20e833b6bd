"""The institutions of this installation: procedures and their directories of people, read anew when a file changes.

A procedure is `<id>.yaml`, its people `<id>.directory.yaml` beside it; `<name>.calendar.yaml` holds a year's published
holidays. A file that became wrong never takes the place of a good one: the last good reading stays, and `problems` and
the log say what is wrong with the new one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from complaints.calendar import CalendarSpec, Published, build_calendar
from complaints.check import leads
from complaints.check.files import located
from complaints.errors import HuiyinError, NotFound, ProcedureError
from complaints.people import Absence, Directory
from complaints.procedure.load import Faults, freeze, load_directory, load_procedure, load_published
from complaints.procedure.model import Procedure

PEOPLE = ".directory.yaml"
HOLIDAYS = ".calendar.yaml"
LOOK_EVERY = 1.0
"""Seconds between two looks at the files."""

_log = structlog.get_logger("directories")
_NOBODY = Directory(units=(), people=())
T = TypeVar("T")
_Print = tuple[int, int, int]


def _announcement(path: Path) -> Published:
    found = load_published(path)
    if path.name != found.name + HOLIDAYS:
        # Under a name of its own each year of a country has one announcement, and a corrected one takes its place.
        what = f"holds {found.year} of {found.country}."
        raise ProcedureError(str(path), 0, "year", what, f"Name the file {found.name}{HOLIDAYS}.")
    return found


@dataclass(slots=True)
class _Read(Generic[T]):
    """The good readings of one kind of file by id, and what each file looked like when it was last read."""

    load: Callable[[Path], T]
    good: dict[str, T] = field(default_factory=dict)
    seen: dict[Path, _Print] = field(default_factory=dict)
    faults: dict[Path, str] = field(default_factory=dict)
    times: int = 0

    def look(self, path: Path, id: str) -> None:
        stat = path.stat()
        looks = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if self.seen.get(path) == looks:
            return
        self.seen[path] = looks
        try:
            self.good[id] = self.load(path)
            self.times += 1
            self.faults.pop(path, None)
            _log.info("read", file=path.name)
        except FileNotFoundError:
            raise
        except Exception as error:
            # Whatever is wrong with it: a file edited while the system runs may never bring it down.
            self.faults[path] = error.text if isinstance(error, HuiyinError) else f"{path}: {error}"
            _log.error("file is wrong", file=path.name, kept=id in self.good, problem=self.faults[path])


class Directories:
    """Everything under the procedures' folder, by procedure id; cheap to ask."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._procedures: _Read[Procedure] = _Read(self._sound)
        self._people: _Read[Directory] = _Read(load_directory)
        self._published: _Read[Published] = _Read(_announcement)
        self._calendars: dict[tuple[str, int, int, int], str] = {}
        self._absences: dict[str, tuple[Absence, ...]] = {}
        self._merged: dict[str, tuple[Directory, tuple[Absence, ...], Directory]] = {}
        self._looked = float("-inf")
        self.refresh()

    def of(self, procedure: str) -> Directory:
        """The people of that procedure's institution; NotFound when there is no good directory file."""
        self._look()
        found = self._people.good.get(procedure)
        if found is None:
            raise NotFound(f"There is no directory of people for {procedure!r} ({procedure}{PEOPLE}).")
        more = self._absences.get(procedure, ())
        if not more:
            return found
        kept = self._merged.get(procedure)
        if kept is None or kept[0] is not found or kept[1] is not more:
            kept = self._merged[procedure] = (found, more, found.with_absences(more))
        return kept[2]

    def set_absences(self, entered: Mapping[str, Sequence[Absence]]) -> None:
        """The absences that were entered beside the files, by procedure; they take the place of those set before."""
        self._absences = {procedure: tuple(absences) for procedure, absences in entered.items()}

    def procedure(self, id: str) -> Procedure:
        """The procedure as its file has it now; NotFound when there is none."""
        self._look()
        found = self._procedures.good.get(id)
        if found is None:
            raise NotFound(f"There is no procedure {id!r}. Known: {', '.join(self.ids()) or 'none'}.")
        return found

    def ids(self) -> list[str]:
        """The ids of all procedures, sorted."""
        self._look()
        return sorted(self._procedures.good)

    def frozen(self, id: str, year: int) -> tuple[str, str]:
        """The procedure and its working calendar for cases received in that year, as the JSON that a case carries."""
        procedure = self.procedure(id)
        return freeze(procedure), self.calendar(procedure.calendar, year)

    def calendar(self, spec: CalendarSpec, year: int, last: int = 0) -> str:
        """The working calendar of cases received in that year, as JSON, with all holidays published by now.

        It covers the years that `build_calendar` says, or up to `last` if that is later.
        """
        self._look()
        return self._calendar(spec, year, last)

    def _calendar(self, spec: CalendarSpec, year: int, last: int = 0) -> str:
        key = (spec.model_dump_json(), year, last, self._published.times)
        if key not in self._calendars:
            built = build_calendar(spec, year, published=tuple(self._published.good.values()), last=last).freeze()
            self._calendars[key] = json.dumps(built, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return self._calendars[key]

    @property
    def published(self) -> tuple[Published, ...]:
        """The published holidays that lie in the folder."""
        self._look()
        return tuple(self._published.good.values())

    def add(self, found: Published) -> None:
        """Goes by this announcement too, in this object alone: to see what it changes before it is in the folder."""
        self._published.good[found.name] = found
        self._published.times += 1

    @property
    def edition(self) -> int:
        """A number that is another one after any procedure or calendar was read anew."""
        self._look()
        return self._procedures.times + self._published.times

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong with which file now: file name to text."""
        self._look()
        faults = {**self._procedures.faults, **self._people.faults, **self._published.faults}
        return {path.name: text for path, text in sorted(faults.items())}

    def refresh(self) -> None:
        """Looks at every file now; a file that has gone away keeps its last good reading until the next start."""
        self._looked = time.monotonic()
        # People before procedures: a procedure's routing leads to their units.
        for path in sorted(self._folder.glob("*.yaml"), key=lambda path: (not path.name.endswith(PEOPLE), path.name)):
            try:
                if path.name.endswith(PEOPLE):
                    self._people.look(path, path.name.removesuffix(PEOPLE))
                elif path.name.endswith(HOLIDAYS):
                    self._published.look(path, path.name.removesuffix(HOLIDAYS))
                else:
                    self._procedures.look(path, path.stem)
            except FileNotFoundError:
                # Editors save by renaming: the file may be gone for a moment between listing and reading.
                continue

    def _look(self) -> None:
        if time.monotonic() - self._looked >= LOOK_EVERY:
            self.refresh()

    def _sound(self, path: Path) -> Procedure:
        """A procedure that a case can be taken under: well formed, its own, and leading nowhere wrong."""
        found = load_procedure(path)
        if found.id != path.stem:
            what = f"is {found.id!r}, but the file is {path.name}."
            raise ProcedureError(str(path), 0, "id", what, f"Name the file {found.id}.yaml, or change the id.")
        directory = self._people.good.get(found.id, _NOBODY)
        faults = leads(found, directory)
        if directory is _NOBODY:
            # Nobody's units are known yet, so none of them can be missing.
            faults = [fault for fault in faults if fault.code != "unknown_unit"]
        if faults:
            raise Faults(located(path, path.with_suffix(PEOPLE), faults))
        before = self._procedures.good.get(found.id)
        if before is not None and before.calendar != found.calendar:
            self._calendar(found.calendar, time.gmtime().tm_year)  # raises for a country or zone that isn't known
        return found
