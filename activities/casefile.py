"""Everything that a letter may need of a case, read from the records in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from complaints.people import Directory
from records import Records
from records.forms import Source
from records.values import Dossier
from templates.columns import Columns


class Directories(Protocol):
    """Where the people of an institution are found."""

    def of(self, procedure: str) -> Directory:
        """The people of that procedure's institution; NotFound when there are none."""


@dataclass(frozen=True, slots=True)
class CaseFile(Dossier):
    """A case with its events, texts, complainant, and the people of its institution."""

    directory: Directory

    @property
    def source(self) -> Source:
        """Where the columns of the case's papers come from."""
        return Source(self)

    def columns(self, language: str) -> Columns:
        """What puts the case's columns into words."""
        return Columns(self.rules.procedure, self.state, self.directory, language)

    def name(self, person: str) -> str:
        """A person's name; empty for the complainant and for whoever is not in the directory."""
        found = self.directory.person(person)
        return found.name if found is not None else ""


async def open_file(records: Records, directories: Directories, case: str) -> CaseFile:
    """The whole file of a case; NotFound when there is no such case or no directory for it."""
    found, away = await records.dossier_and_absences(case)
    people = directories.of(found.record.procedure_id).with_absences(away)
    return CaseFile(found.record, found.events, found.texts, found.complainant, people)
