"""The sheet in a letter: the institution's own paper, filled from the record, in the reader's words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from activities.casefile import CaseFile
from complaints.case.match import case_is
from complaints.procedure.intake import CLASSES
from templates import dates
from templates.engine import word
from templates.languages import pick
from templates.letters import Rows

PLAIN = (
    "number", "received_at", "channel", "kind", "category", "severity", "about", "demand", "place", "unit", "cause",
    "measures", "corrective", "amount", "requirements", "instruction", "done", "result",
)  # fmt: skip
"""The columns for a procedure that has no such paper of its own."""

WHOM = ("complainant", "phone", "address")
"""What the unit that must contact the complainant needs before all else."""

PERSONAL = frozenset({"complainant", "name", "contact", "phone", "email", "address"})
HANDLERS = frozenset({"csd", "first_receiver", "responsible", "handler"})
"""Who handles a case, and so may see the complainant of a confidential one."""


def rows(file: CaseFile, form: str, role: str, language: str) -> Rows:
    """The filled columns of a paper with their labels.

    The sheet of the responsible unit begins with whom to contact; a confidential case names its complainant to those
    who handle it only, an anonymous one to nobody.
    """
    procedure = file.rules.procedure
    paper = procedure.forms.get(form)
    columns = {c: pick(n, language) for c, n in paper.columns.items()} if paper else dict.fromkeys(PLAIN, "")
    if form == "handling_sheet" and role in ("responsible", "handler"):
        columns = dict.fromkeys(WHOM, "") | columns
    confidential = bool(procedure.confidential) and case_is(procedure.confidential, file.state)
    hidden = PERSONAL if file.complainant.anonymous or (confidential and role not in HANDLERS) else frozenset()
    found = []
    for column, label in columns.items():
        value = "" if column in hidden else shown(file, column, file.source.value(column), language)
        if value:
            found.append((label or _label(file, column, language), value))
    return tuple(found)


def shown(file: CaseFile, column: str, value: Any, language: str) -> str:
    """A value as people read it: labels for codes, names for ids, dates with weekday and zone; empty for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return word("truth", "yes" if value else "no", language=language)
    if isinstance(value, datetime):
        return dates.moment(int(value.timestamp()), file.zone, language)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        parts = (shown(file, column, one, language) for one in value)
        return ("、" if language == "zh-CN" else ", ").join(part for part in parts if part)
    if isinstance(value, int) and (column.endswith("_at") or column == "until" or _type(file, column) == "instant"):
        return dates.moment(value, file.zone, language)
    if isinstance(value, str):
        return _words(file, column, value, language)
    return str(value)


def _type(file: CaseFile, column: str) -> str:
    field = file.rules.procedure.intake.fields.get(column)
    return field.type if field is not None else ""


def _label(file: CaseFile, column: str, language: str) -> str:
    field = file.rules.procedure.intake.fields.get(column)
    return pick(field.label, language) if field is not None else word("field", column, language=language)


def _words(file: CaseFile, column: str, value: str, language: str) -> str:
    procedure = file.rules.procedure
    field = procedure.intake.fields.get(column)
    if field is not None and value in field.values:
        return pick(field.values[value], language)
    if column in CLASSES:
        of = procedure.classification.of(column)
        own = pick(of.values.get(value), language) if of is not None else ""
        return own or word(column, value, language=language)
    if column == "channel":
        return pick(procedure.channels.get(value), language) or value
    if column in ("stage", "outcome"):
        return word(column, value, language=language)
    if column.endswith("unit") or column == "units" or _type(file, column) == "unit":
        unit = file.directory.unit(value)
        return pick(unit.name, language) if unit is not None else value
    if column.endswith("_by") or column in file.state.assigned or _type(file, column) == "person":
        return file.name(value) or value
    return value
