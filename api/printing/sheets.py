"""One case's paper as it is laid out: its columns in words, short ones two a line, long ones a line each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from api import views
from api.context import House
from api.permissions import unnamed
from api.security import Principal
from complaints.case import State
from complaints.papers import WITH_LATE_STEPS, papers
from complaints.procedure.model import Form
from complaints.vocabulary import TEXTS
from records.forms import Source
from records.values import Dossier
from templates.columns import Columns
from templates.engine import word
from templates.languages import pick

_WIDTH = 40
"""The widest value (in Latin letters) that shares a line with another."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a paper; a `long` one has a line of its own."""

    label: str
    value: str
    long: bool


@dataclass(frozen=True, slots=True)
class LateStep:
    """A step that is or was overdue: whose, since when, and whether its reason was given."""

    step: str
    role: str
    person: str
    since: int
    explained: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper ready to be printed: its id and title, lines of one or two cells, late steps where it lists them."""

    form: str
    title: str
    lines: tuple[tuple[Cell, ...], ...]
    late: tuple[LateStep, ...] | None


def sheet(file: Dossier, form: str, words: Columns, kept: Collection[str], now: int) -> Sheet:
    """The paper `form` (which must be one of the procedure's) with the columns of `kept` left empty."""
    paper = papers(file.rules.procedure)[form]
    source = Source(file)
    cells = []
    for column, own in paper.columns.items():
        value = "" if column in kept else words.shown(column, source.value(column))
        long = column.rpartition("_")[2] in TEXTS or column in TEXTS or _wide(value) > _WIDTH
        cells.append(Cell(words.label(column, own), value, long))
    late = _late(views.as_of(file.record, now), words) if form in WITH_LATE_STEPS else None
    return Sheet(form, title(form, paper, words.language), _lines(cells), late)


def title(form: str, paper: Form, language: str) -> str:
    """What a paper is called: by the procedure, else by the house."""
    return pick(paper.name, language) or word("form", form, language=language)


def words_for(the: House, file: Dossier, language: str) -> Columns:
    """What puts the case's columns into words, as narrow columns need them."""
    record = file.record
    return Columns(record.rules.procedure, record.state, the.directory(record.procedure_id), language, brief=True)


def kept_from(the: House, who: Principal, file: Dossier) -> frozenset[str]:
    """The columns that this person may not read on the case's papers."""
    record = file.record
    return unnamed(the, who, record.rules.procedure, record.state, anonymous=file.complainant.anonymous)


def _lines(cells: list[Cell]) -> tuple[tuple[Cell, ...], ...]:
    lines: list[tuple[Cell, ...]] = []
    for cell in cells:
        fits = bool(lines) and len(lines[-1]) == 1 and not lines[-1][0].long and not cell.long
        if fits:
            lines[-1] = (*lines[-1], cell)
        else:
            lines.append((cell,))
    return tuple(lines)


def _late(state: State, words: Columns) -> tuple[LateStep, ...]:
    return tuple(
        LateStep(words.step(late.clock), words.role(late.role), words.name(late.person), late.at, late.explained)
        for late in sorted(state.overdue.values(), key=lambda late: late.at)
    )


def _wide(text: str) -> int:
    # A Chinese character takes the width of two Latin letters.
    return sum(1 if char.isascii() else 2 for char in text)
