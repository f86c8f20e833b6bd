"""Columns of papers and letters as people read them: labels for codes, names for ids, dates with weekday and zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from complaints.case.model import State
from complaints.people import Directory
from complaints.procedure.common import Names
from complaints.procedure.intake import CLASSES
from complaints.procedure.model import Procedure
from templates import dates
from templates.catalogues import catalogue
from templates.clocks import clock_name
from templates.engine import word
from templates.languages import pick


@dataclass(frozen=True, slots=True)
class Columns:
    """Puts one case's columns into words; `brief` writes instants as tables do, without year and zone."""

    procedure: Procedure
    state: State
    directory: Directory | None
    language: str
    brief: bool = False

    def label(self, column: str, own: Names | None = None) -> str:
        """What a column is called: by its paper, by the procedure's field, else by the house."""
        if own:
            return pick(own, self.language)
        field = self.procedure.intake.fields.get(column)
        if field is not None:
            return pick(field.label, self.language)
        return word("field", column, language=self.language)

    def shown(self, column: str, value: Any) -> str:
        """A value in words; empty for nothing."""
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return word("truth", "yes" if value else "no", language=self.language)
        if isinstance(value, datetime):
            return self._moment(int(value.timestamp()))
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, list | tuple):
            parts = (self.shown(column, one) for one in value)
            return ("、" if self.language == "zh-CN" else ", ").join(part for part in parts if part)
        if isinstance(value, int) and (column.endswith("_at") or column == "until" or self._type(column) == "instant"):
            return self._moment(value)
        if isinstance(value, str):
            return self._words(column, value)
        return str(value)

    def name(self, person: str) -> str:
        """A person's name; empty for whoever is not in the directory."""
        found = self.directory.person(person) if self.directory is not None else None
        return found.name if found is not None else ""

    def unit(self, ident: str) -> str:
        """A unit's name; the id where it is not in the directory."""
        found = self.directory.unit(ident) if self.directory is not None else None
        return pick(found.name, self.language) if found is not None else ident

    def role(self, ident: str) -> str:
        """A role's name by the procedure, else by the house."""
        own = self.procedure.roles.get(ident)
        return pick(own.name, self.language) if own is not None else word("role", ident, language=self.language)

    def step(self, clock: str) -> str:
        """What a clock's step is called."""
        if catalogue(self.language).knows(clock, "step"):
            return word("step", clock, language=self.language)
        return clock_name(self.procedure, clock, self.language)

    def _moment(self, at: int) -> str:
        write = dates.stamp if self.brief else dates.moment
        return write(at, self.procedure.calendar.zone, self.language)

    def _type(self, column: str) -> str:
        field = self.procedure.intake.fields.get(column)
        return field.type if field is not None else ""

    def _words(self, column: str, value: str) -> str:
        field = self.procedure.intake.fields.get(column)
        if field is not None and value in field.values:
            return pick(field.values[value], self.language)
        if column in CLASSES:
            of = self.procedure.classification.of(column)
            own = pick(of.values.get(value), self.language) if of is not None else ""
            return own or word(column, value, language=self.language)
        if column == "channel":
            return pick(self.procedure.channels.get(value), self.language) or value
        if column in ("stage", "outcome", "satisfied"):
            return word(column, value, language=self.language)
        if column.endswith("unit") or column == "units" or self._type(column) == "unit":
            return self.unit(value)
        if column.endswith("_by") or column in self.state.assigned or self._type(column) == "person":
            return self.name(value) or value
        return value
