"""Ids of a case turned into words: roles, people, units, clocks, letters, fields and their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.casework.codes import CODES
from api.casework.words import FIELDS, SPECIAL
from api.context import House
from api.pages import translate
from complaints.case.rules import Rules
from complaints.procedure.intake import CLASSES
from complaints.vocabulary import COMPLAINANT
from records.values import CaseRecord
from templates.catalogues import catalogue
from templates.clocks import clock_name, step_name
from templates.dates import short
from templates.engine import word
from templates.languages import pick
from templates.limits import limit as in_words

GIVEN = "given "
"""How a clock that runs to a given date says so in place of a length of time."""

_PEOPLE = frozenset({"person", "capa_owner", "owner", "people", "by", "deputy_of", "as", "subject"})
_UNITS = frozenset({"unit", "units", "coordinator"})


def _(text: str) -> str:
    return text


UNITS_OF_TIME: dict[str, str] = {
    "minutes": _("minutes"),
    "hours": _("hours"),
    "working_hours": _("working hours"),
    "working_days": _("working days"),
    "days": _("days"),
    "weeks": _("weeks"),
    "months": _("months"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """Words for the ids of one case, in one language."""

    the: House
    procedure_id: str
    rules: Rules
    language: str

    @classmethod
    def of(cls, the: House, case: CaseRecord, language: str) -> Names:
        """The words for a case."""
        return cls(the, case.procedure_id, case.rules, language)

    def say(self, text: str, **values: str | int) -> str:
        """The words for an English text."""
        return translate(self.language, text, **values)

    def role(self, role: str) -> str:
        """What a role is called here."""
        known = self.rules.procedure.roles.get(role)
        return pick(known.name, self.language) if known is not None else word("role", role, language=self.language)

    def person(self, person: str) -> str:
        """A person's name; the id of one who is in no directory."""
        if person == COMPLAINANT:
            return self.role(person)
        return self.the.name_of(self.procedure_id, person) if person else ""

    def unit(self, unit: str) -> str:
        """A unit's name."""
        directory = self.the.directory(self.procedure_id)
        found = directory.unit(unit) if directory is not None else None
        return pick(found.name, self.language) if found is not None else unit

    def clock(self, clock: str) -> str:
        """A time limit's name: the house's own, else what has to be done in it."""
        return clock_name(self.rules.procedure, clock, self.language)

    def step(self, step: str) -> str:
        """An opinion step's name."""
        return step_name(self.rules.procedure, step, self.language) or step

    def stage(self, path: str, entry: str) -> str:
        """What an entry of the path is called."""
        found = self.rules.entry(path, entry)[2]
        return pick(found.name, self.language) or word("stage", found.stage, language=self.language)

    def action(self, action: str) -> str:
        """What an action is called."""
        return word("action", action, language=self.language)

    def event(self, event: str) -> str:
        """What an event is called."""
        return word("event", event, language=self.language)

    def letter(self, letter: str) -> str:
        """What a letter is called here."""
        own = self.rules.procedure.letters.get(letter)
        return pick(own, self.language) if own else word("letter", letter, language=self.language)

    def field(self, name: str, action: str = "") -> str:
        """What a field is called."""
        if (action, name) in SPECIAL:
            return self.say(SPECIAL[action, name])
        own = self.rules.procedure.intake.fields.get(name)
        if own is not None:
            return pick(own.label, self.language)
        if name in FIELDS:
            return self.say(FIELDS[name])
        columns = [form.columns[name] for form in self.rules.procedure.forms.values() if name in form.columns]
        if columns:
            return pick(columns[0], self.language)
        return word("field", name, language=self.language).replace("_", " ")

    def told(self, name: str, action: str = "") -> str:
        """What a field is called where it is answered already: a question without its mark."""
        return self.field(name, action).rstrip("?？")

    def limit(self, limit: str) -> str:
        """A length of time in words; nothing for a date that was given instead."""
        return in_words(limit, self.language) if limit and not limit.startswith(GIVEN) else ""

    def value(self, name: str, value: Any) -> str:
        """A field's value as people read it."""
        if isinstance(value, bool):
            return word("truth", "yes" if value else "no", language=self.language)
        if isinstance(value, list | tuple):
            return ("、" if self.language == "zh-CN" else ", ").join(self.value(name, one) for one in value)
        if isinstance(value, int) and value > 86_400 and self.instant(name):
            return short(value, self.rules.procedure.calendar.zone, self.language)
        return self.code(name, value) if isinstance(value, str) else str(value)

    def instant(self, name: str) -> bool:
        """Whether a field holds an instant."""
        own = self.rules.procedure.intake.fields.get(name)
        return name in ("until", "implement_by", "due", "was") or name.endswith("_at") or (
            own is not None and own.type == "instant"
        )  # fmt: skip

    def code(self, name: str, value: str) -> str:
        """One code of a field as people read it: by the procedure, then by the house."""
        procedure = self.rules.procedure
        own = procedure.intake.fields.get(name)
        if own is not None and value in own.values:
            return pick(own.values[value], self.language)
        if name in CLASSES:
            values = procedure.classification.of(name)
            label = pick(values.values.get(value), self.language) if values is not None else ""
            if label or catalogue(self.language).knows(value, name):
                return label or word(name, value, language=self.language)
        if name in _UNITS or (own is not None and own.type == "unit"):
            return self.unit(value)
        if name in _PEOPLE or (own is not None and own.type == "person"):
            return self.person(value)
        if name == "channel":
            return pick(procedure.channels.get(value), self.language) or value
        if name in ("outcome", "stage"):
            return word(name, value, language=self.language)
        if name == "clock":
            return self.clock(value)
        if name == "limit":
            return self.limit(value)
        if name == "step":
            return self.step(value)
        if name == "ground":
            return next((pick(g.name, self.language) for g in procedure.admissibility if g.id == value), value)
        if name == "pause":
            held = next((p.clocks for p in procedure.pauses if p.id == value), ())
            return " · ".join(self.clock(clock) for clock in held) or value
        if name == "satisfied" and value in ("yes", "fully"):
            return self.say(CODES["satisfied"])
        return self.other(value)

    def other(self, value: str) -> str:
        """A code that no field labels: a role, a stage, a word of the house, else as it is written."""
        if value in self.rules.procedure.roles:
            return self.role(value)
        for path in self.rules.procedure.paths:
            if any(entry.id == value for entry in path.stages):
                return self.stage(path.id, value)
        return self.say(CODES[value]) if value in CODES else value
