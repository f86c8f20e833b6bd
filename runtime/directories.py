"""The institutions of this installation: procedures and their directories of people, read anew when a file changes.

A procedure is `<id>.yaml`, its people `<id>.directory.yaml` beside it. A file that became wrong never takes the place
of a good one: the last good reading stays, and `problems` and the log say what is wrong with the new one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from complaints.calendar import build_calendar
from complaints.errors import HuiyinError, NotFound
from complaints.people import Absence, Directory
from complaints.procedure.load import freeze, load_directory, load_procedure
from complaints.procedure.model import Procedure

PEOPLE = ".directory.yaml"
LOOK_EVERY = 1.0
"""Seconds between two looks at the files."""

_log = structlog.get_logger("directories")
T = TypeVar("T")
_Print = tuple[int, int, int]


@dataclass(slots=True)
class _Read(Generic[T]):
    """The good readings of one kind of file by id, and what each file looked like when it was last read."""

    load: Callable[[Path], T]
    good: dict[str, T] = field(default_factory=dict)
    seen: dict[Path, _Print] = field(default_factory=dict)
    faults: dict[Path, str] = field(default_factory=dict)

    def look(self, path: Path, id: str) -> None:
        stat = path.stat()
        looks = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if self.seen.get(path) == looks:
            return
        self.seen[path] = looks
        try:
            self.good[id] = self.load(path)
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
        self._procedures: _Read[Procedure] = _Read(load_procedure)
        self._people: _Read[Directory] = _Read(load_directory)
        self._absences: dict[str, tuple[Absence, ...]] = {}
        self._merged: dict[str, tuple[Directory, tuple[Absence, ...], Directory]] = {}
        self._calendars: dict[tuple[str, int], str] = {}
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
        spec = procedure.calendar
        key = (spec.model_dump_json(), year)
        if key not in self._calendars:
            built = build_calendar(spec, year).freeze()
            self._calendars[key] = json.dumps(built, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return freeze(procedure), self._calendars[key]

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong with which file now: file name to text."""
        self._look()
        faults = {**self._procedures.faults, **self._people.faults}
        return {path.name: text for path, text in sorted(faults.items())}

    def refresh(self) -> None:
        """Looks at every file now; a file that has gone away keeps its last good reading until the next start."""
        self._looked = time.monotonic()
        for path in sorted(self._folder.glob("*.yaml")):
            try:
                if path.name.endswith(PEOPLE):
                    self._people.look(path, path.name.removesuffix(PEOPLE))
                else:
                    self._procedures.look(path, path.stem)
            except FileNotFoundError:
                # Editors save by renaming: the file may be gone for a moment between listing and reading.
                continue

    def _look(self) -> None:
        if time.monotonic() - self._looked >= LOOK_EVERY:
            self.refresh()
