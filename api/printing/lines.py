"""Lines of lists of cases: the register, and what periodic reports list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api import pages
from api.context import House
from api.permissions import may
from api.printing.sheets import kept_from, words_for
from api.security import Principal
from complaints.case import State
from complaints.instants import Instant
from complaints.papers import LISTS
from complaints.procedure.model import Form, Procedure
from complaints.vocabulary import TEXTS
from records.forms import Source
from records.values import Dossier
from templates.columns import Columns
from templates.languages import pick

MOST = 400
"""So many cases stand on a report; more are left to the register."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The cases of a report: labels (and whether a column is wide), a row a case, shares of units, what is left out."""

    title: str
    labels: list[tuple[str, bool]]
    rows: list[list[Any]]
    shares: list[tuple[str, int, int, str]]
    cut: bool


def labels(the: House, procedure: Procedure, paper: Form, chosen: str) -> list[str]:
    """What the columns of a paper are called."""
    words = Columns(procedure, State(case="", procedure=procedure.id), the.directory(procedure.id), chosen)
    return [words.label(column, own) for column, own in paper.columns.items()]


def row(the: House, who: Principal, file: Dossier, paper: Form, chosen: str, *, plain: bool = False) -> list[Any]:
    """One case's line, with what this person may not read left empty; `plain` leaves numbers as numbers."""
    words = words_for(the, file, chosen)
    if not may("words", file.record, who):
        held = pages.translate(chosen, "not for you to read")
        return [file.record.number if column == "number" else held for column in paper.columns]
    kept, source = kept_from(the, who, file), Source(file)
    return [_value(words, column, None if column in kept else source.value(column), plain) for column in paper.columns]


async def listed(
    the: House, who: Principal, procedure: Procedure, form: str, span: tuple[Instant, Instant], chosen: str
) -> Listing:
    """The cases that a paper of `LISTS` holds for a stretch of time (since, until), and what falls to each unit."""
    paper, papers = procedure.forms[form], the.records.papers
    files = (
        await papers.closed(procedure.id, *span, MOST + 1)
        if LISTS[form] == "closed"
        else await papers.register(procedure.id, *span, limit=MOST + 1)
    )
    rows = [row(the, who, file, paper, chosen) for file in files[:MOST]]
    if LISTS[form] == "received":
        # A list of what was found holds those only of which something was: a number alone says nothing.
        rows = [one for one in rows if any(one[1:])]
    return Listing(
        pick(paper.name, chosen),
        [
            (label, column in TEXTS)
            for column, label in zip(paper.columns, labels(the, procedure, paper, chosen), strict=True)
        ],
        rows,
        _shares(the, procedure, files[:MOST], paper, chosen),
        len(files) > MOST,
    )


def _shares(
    the: House, procedure: Procedure, files: list[Dossier], paper: Form, chosen: str
) -> list[tuple[str, int, int, str]]:
    """How many of the cases, and how much money, fall to each unit: name, cases, share, amount."""
    if not {"unit", "amount"} <= paper.columns.keys():
        return []
    words = Columns(procedure, State(case="", procedure=procedure.id), the.directory(procedure.id), chosen)
    many: dict[str, int] = {}
    money: dict[str, float] = {}
    for file in files:
        unit, amount = file.state.unit, Source(file).value("amount")
        many[unit] = many.get(unit, 0) + 1
        money[unit] = money.get(unit, 0) + (amount if isinstance(amount, int | float) else 0)
    none = pages.translate(chosen, "With no unit yet")
    return [
        (words.unit(unit) if unit else none, cases, round(100 * cases / len(files)), f"{money[unit]:g}")
        for unit, cases in sorted(many.items(), key=lambda one: -one[1])
    ]


def _value(words: Columns, column: str, value: Any, plain: bool) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool) and not column.endswith("_at")
    return value if plain and number else words.shown(column, value)
