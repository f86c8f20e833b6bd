"""Everything that a letter may need of a case, read from the records in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from complaints.case import Event, Rules, State
from complaints.people import Directory
from records import Records
from records.forms import Source
from records.values import CaseRecord, Complainant


class Directories(Protocol):
    """Where the people of an institution are found."""

    def of(self, procedure: str) -> Directory:
        """The people of that procedure's institution; NotFound when there are none."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its events, texts, complainant, and the people of its institution."""

    record: CaseRecord
    events: Sequence[Event]
    texts: Mapping[str, Mapping[str, str]]
    complainant: Complainant
    directory: Directory

    @property
    def rules(self) -> Rules:
        """The rules that hold for the case now."""
        return self.record.rules

    @property
    def state(self) -> State:
        """The case as its recorded events say."""
        return self.record.state

    @property
    def zone(self) -> str:
        """The time zone of the procedure's calendar."""
        return self.rules.calendar.zone

    def event(self, seq: int) -> Event:
        """The event of that sequence number, which must be recorded."""
        return next(event for event in self.events if event.seq == seq)

    def words(self, event: Event) -> Mapping[str, str]:
        """What people wrote with an event; nothing once it was erased."""
        return self.texts.get(event.content.id, {}) if event.content is not None else {}

    @property
    def source(self) -> Source:
        """Where the columns of the case's papers come from."""
        return Source(self.record, self.events, self.texts, self.complainant)

    def name(self, person: str) -> str:
        """A person's name; empty for the complainant and for whoever is not in the directory."""
        found = self.directory.person(person)
        return found.name if found is not None else ""


async def open_file(records: Records, directories: Directories, case: str) -> CaseFile:
    """The whole file of a case; NotFound when there is no such case or no directory for it."""
    found = await records.dossier(case)
    people = directories.of(found.record.procedure_id)
    return CaseFile(found.record, found.events, found.texts, found.complainant, people)
