"""The papers of a procedure, filled from the record alone: state, events, texts and complainant.

A form's columns are ids. Each is looked for, in this order, among
- the fields of the complainant (`complainant` is the name) and of the state (`number`, `stage`, `outcome` …);
- roles: the person who holds it in the case;
- `<event>_at`, `<event>_by`, `<event>_times`: when an event last happened, by whom, how often;
- `<event>_<field>`: what the event last carried, in codes or in words;
- `<field>`: what was last given under this name, by the submission or by any action.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from complaints.case.model import Event
from complaints.errors import NotFound
from records import cases, contents, events
from records.rules import Shelf
from records.values import Complainant, Dossier

Sheet = dict[str, Any]
"""Column id to value in the paper's order: text, number, list, aware datetime; None where nothing was written yet."""

_STATE = ("number", "stage", "outcome", "unit", "units", "path")
_OF_LETTERS = ("notified", "notice_failed", "assigned")
"""Events of letters: what they carry (a channel, a person) is theirs, and nobody gave it for the case."""

_ALIASES = {"complainant": "name", "contact": "phone"}


def fill(connection: Connection, shelf: Shelf, case_id: str, form: str) -> Sheet:
    """One paper of a case; NotFound when the case or, in its procedure, the form is unknown."""
    found = dossier(connection, shelf, case_id)
    paper = found.rules.procedure.forms.get(form)
    if paper is None:
        raise NotFound(f"The procedure {found.record.procedure_id} has no form {form!r}.")
    source = Source(found)
    return {column: source.value(column) for column in paper.columns}


def dossier(connection: Connection, shelf: Shelf, case_id: str) -> Dossier:
    """All of a case; NotFound when there is none."""
    record = cases.by_id(connection, shelf, case_id)
    who = contents.complainant(connection, case_id) or Complainant()
    return Dossier(record, events.of_case(connection, case_id), contents.of_case(connection, case_id), who)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a form's values come from."""

    dossier: Dossier

    def value(self, column: str) -> Any:
        """The value of one column; None when nothing was written for it."""
        name = _ALIASES.get(column, column)
        state = self.dossier.state
        fields = asdict(self.dossier.complainant)
        if name in fields:
            return fields[name]
        if name in _STATE:
            found = getattr(state, name)
            return list(found) if isinstance(found, tuple) else found
        if name == "received_at":
            return self._when(state.received_at)
        if name in state.assigned:
            holder = state.assigned[name]
            return list(holder.people) if holder.people else holder.person
        known, found = self._of_event(name)
        return found if known else self._last_given(name)

    def _of_event(self, name: str) -> tuple[bool, Any]:
        """Whether the name speaks of an event that happened, and what it says of the last one."""
        of: dict[str, Callable[[Sequence[Event]], Any]] = {
            "at": lambda those: self._when(those[-1].at),
            "by": lambda those: those[-1].by,
            "times": len,
        }
        best = max((e.event for e in self.dossier.events if name.startswith(e.event + "_")), key=len, default="")
        if not best:
            return False, None
        those = [event for event in self.dossier.events if event.event == best]
        rest = name[len(best) + 1 :]
        if rest in of:
            return True, of[rest](those)
        return True, next((found for e in reversed(those) if (found := self._given(e, rest)) is not None), None)

    def _last_given(self, name: str) -> Any:
        said = (event for event in reversed(self.dossier.events) if event.event not in _OF_LETTERS)
        found = next((v for e in said if (v := self._given(e, name)) is not None), None)
        return self.dossier.state.facts.get(name) if found is None else found

    def _given(self, event: Event, name: str) -> Any:
        words = self.dossier.words(event)
        if name in words:
            return words[name]
        facts = event.data.get("facts")
        if isinstance(facts, Mapping) and name in facts:
            return facts[name]
        return event.data.get(name)

    def _when(self, at: int) -> datetime:
        return self.dossier.rules.calendar.at_local(at)
