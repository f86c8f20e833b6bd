"""The sheet in a letter: the institution's own paper, filled from the record, in the reader's words."""

from __future__ import annotations

from activities.casefile import CaseFile
from complaints.papers import STANDARD, hidden
from complaints.procedure.common import Names
from templates.letters import Rows

WHOM = ("complainant", "phone", "address")
"""What the unit that must contact the complainant needs before all else."""


def rows(file: CaseFile, form: str, role: str, language: str) -> Rows:
    """The filled columns of a paper with their labels; whom to contact first on the sheet of the responsible unit."""
    paper = file.rules.procedure.forms.get(form)
    columns: dict[str, Names] = paper.columns if paper else {column: {} for column in STANDARD["handling_sheet"]}
    if form == "handling_sheet" and role in ("responsible", "handler"):
        columns = {column: {} for column in WHOM} | columns
    kept = hidden(file.rules.procedure, file.state, anonymous=file.complainant.anonymous, roles=(role,))
    words = file.columns(language)
    found = []
    for column, label in columns.items():
        value = "" if column in kept else words.shown(column, file.source.value(column))
        if value:
            found.append((words.label(column, label), value))
    return tuple(found)
