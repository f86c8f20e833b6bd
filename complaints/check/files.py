"""Procedure files and the directories beside them, checked: every fault with file, line and field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from complaints.check import check
from complaints.check.fault import Fault, Place
from complaints.check.numbers import collisions
from complaints.errors import ProcedureError
from complaints.people import Directory
from complaints.procedure.load import Faults, line_of, load_directory, load_procedure, parse
from complaints.procedure.model import Procedure

DIRECTORY = ".directory.yaml"


@dataclass(slots=True)
class Checked:
    """One procedure file: the procedure (None when it cannot be read) and what is wrong."""

    file: Path
    procedure: Procedure | None = None
    faults: list[ProcedureError] = field(default_factory=list)


class Each(Protocol):
    """How files are taken one after another, or several at once: as `map` does it."""

    def __call__(self, work: Callable[[Path], Checked], files: Sequence[Path], /) -> Iterable[Checked]:
        """The work done for each file, in their order."""


def check_files(
    files: Sequence[Path],
    year: int,
    *,
    letters: Collection[str] = (),
    clauses: Collection[str] = (),
    each: Each = map,
) -> list[Checked]:
    """Each procedure file checked by itself with its directory, then all of them with one another."""
    done = list(each(partial(_check, year=year, letters=letters, clauses=clauses), files))
    good = [(one, one.procedure) for one in done if one.procedure is not None]
    for place, fault in collisions([procedure for _, procedure in good]):
        one = good[place][0]
        one.faults.append(_located(one.file, parse(one.file), fault))
    return done


def _check(file: Path, year: int, letters: Collection[str], clauses: Collection[str]) -> Checked:
    people = file.with_suffix(DIRECTORY)
    out = Checked(file)
    directory: Directory | None = None
    try:
        out.procedure = load_procedure(file)
    except Faults as error:
        out.faults += error.faults
    try:
        directory = load_directory(people)
    except Faults as error:
        out.faults += error.faults
    if out.procedure is None or directory is None:
        return out
    out.faults += located(file, people, check(out.procedure, directory, year, letters=letters, clauses=clauses))
    return out


def located(file: Path, people: Path, found: Sequence[Fault]) -> list[ProcedureError]:
    """Faults of a procedure file, and of the file of people beside it, with the lines where they are."""
    where = {"procedure": file, "directory": people}
    # Slow, and needed only to name places.
    trees = {of: parse(where[of]) if where[of].exists() else {} for of in {fault.of for fault in found}}
    return [_located(where[fault.of], trees[fault.of], fault) for fault in found]


def _located(file: Path, tree: Any, fault: Fault) -> ProcedureError:
    place = _as_written(tree, fault.place)
    return ProcedureError(str(file), line_of(tree, place), ".".join(map(str, place)), fault.what, fault.mend)


def _as_written(tree: Any, place: Place) -> Place:
    """The way to the part in the file itself, where a single path is written as `stages`."""
    if place[:3] == ("paths", 0, "stages") and "paths" not in tree:
        return place[2:]
    return place
