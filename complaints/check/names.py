"""Names that must lead somewhere: roles, events, facts, values, letters, clauses, labels."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from pydantic import BaseModel

from complaints.check import known, parts
from complaints.check.fault import Fault, Place
from complaints.people import Directory
from complaints.procedure.common import COMPARISONS, Pattern
from complaints.procedure.intake import CLASSES
from complaints.procedure.model import Procedure
from complaints.vocabulary import ACTIONS, COMPLAINANT, OPERATOR, STAFF

_CLAUSE = re.compile(r"[A-Z]{2}-\d{2}")


def roles(procedure: Procedure) -> Iterator[Fault]:
    """Every role used is the procedure's own or common to all."""
    there = known.all_roles(procedure)
    for place, role in parts.roles(procedure):
        allowed = {*there, *(known.RECIPIENTS if place[0] == "notifications" else ())}
        if place[0] == "clocks":
            allowed |= {"@approver", "@owner"}
        if place[0] == "actions":
            allowed |= {STAFF, COMPLAINANT, OPERATOR}
        if role not in allowed:
            mend = f"Define it under `roles`, or use one of {', '.join(sorted(there))}."
            yield Fault("unknown_role", place, f"there is no role {role!r}.", mend)
    for name, defined in procedure.roles.items():
        for i, action in enumerate(defined.actions):
            if action not in ACTIONS:
                yield Fault("unknown_action", ("roles", name, "actions", i), f"there is no action {action!r}.")
    for name in procedure.actions:
        if name not in ACTIONS:
            yield Fault("unknown_action", ("actions", name), f"there is no action {name!r}.", _one_of(ACTIONS))


def events(procedure: Procedure) -> Iterator[Fault]:
    """Every event named exists, and a pattern asks only what an event can carry."""
    carried = known.facts(procedure) | known.CARRIED
    for place, pattern in parts.patterns(procedure):
        if pattern.event not in known.EVENTS:
            yield Fault("unknown_event", place, f"there is no event {pattern.event!r}.", _one_of(known.EVENTS))
        for name, test in known.tests(pattern.where):
            there = (*place, "where", name)
            if name not in carried:
                yield Fault("unknown_field", there, f"no event carries {name!r}.", "Check the spelling.")
            yield from _values_carried(procedure, there, pattern, name, test)
    for i, note in enumerate(procedure.notifications):
        if note.counts_as and note.counts_as not in known.EVENTS:
            yield Fault("unknown_event", ("notifications", i, "counts_as"), f"there is no event {note.counts_as!r}.")


def facts(procedure: Procedure, directory: Directory) -> Iterator[Fault]:
    """Conditions ask facts that there are, for values that they can have."""
    there = known.facts(procedure)
    for place, condition in parts.conditions(procedure):
        for name, test in known.tests(condition):
            here = (*place, name)
            if name not in there:
                yield Fault("unknown_fact", here, f"no case has a fact {name!r}.", "Check the spelling.")
            yield from _values_of_fact(procedure, here, name, test)
    for place, limit in parts.limits(procedure):
        for name, cases in parts.by_fields(limit):
            if name not in there:
                yield Fault("unknown_fact", place, f"a limit goes by {name!r}, but no case has such a fact.")
            yield from _values_of_fact(procedure, place, name, list(cases))
    units = [unit.id for unit in directory.units]
    for i, route in enumerate(procedure.routing):
        if route.unit not in units:
            yield Fault("unknown_unit", ("routing", i, "unit"), f"there is no unit {route.unit!r}.", _one_of(units))


def rules(procedure: Procedure) -> Iterator[Fault]:
    """A tally counts a rule that there is, and a vote ends the voting of a panel."""
    ids = [rule.id for rule in procedure.accountability]
    for i, account in enumerate(procedure.accountability):
        for field, name in (("of", account.tally.of), ("beside", account.tally.beside)) if account.tally else ():
            if name not in (*ids, ""):
                place: Place = ("accountability", i, "tally", field)
                yield Fault("unknown_rule", place, f"there is no rule {name!r} to be counted.", _one_of(ids))
    panels = [approval.id for approval in procedure.approvals if approval.panel is not None]
    for i, clock in enumerate(procedure.clocks):
        if clock.kind == "vote" and clock.approval not in panels:
            what = f"ends the voting on {clock.approval!r}, which is no approval with a `panel`."
            yield Fault("unknown_approval", ("clocks", i, "approval"), what, _one_of(panels))


def letters(procedure: Procedure, there: Collection[str]) -> Iterator[Fault]:
    """Every letter sent exists."""
    for i, note in enumerate(procedure.notifications):
        if there and note.letter not in there and note.letter not in procedure.letters:
            place: Place = ("notifications", i, "letter")
            yield Fault("unknown_letter", place, f"there is no letter {note.letter!r}.", _one_of(there))


def words(procedure: Procedure, clauses: Collection[str]) -> Iterator[Fault]:
    """Every label is in every language; every clause is one of the list given, or at least has the form of one."""
    yield from _words(procedure, (), procedure.languages, clauses)


def _words(part: Any, place: Place, languages: tuple[str, ...], clauses: Collection[str]) -> Iterator[Fault]:
    if isinstance(part, BaseModel):
        for name, field in type(part).model_fields.items():
            value = getattr(part, name)
            here = (*place, field.alias or name)
            if name == "clause" and value:
                yield from _clause(value, here, clauses)
            elif name in _LABEL or name in _LABELS:
                yield from _labels(value, here, languages)
            yield from _words(value, here, languages, clauses)
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from _words(value, (*place, name), languages, clauses)
    elif isinstance(part, list | tuple):
        for i, value in enumerate(part):
            yield from _words(value, (*place, i), languages, clauses)


_LABEL = ("name", "label", "text", "emergency")
_LABELS = ("channels", "values", "columns", "letters")


def _labels(value: object, place: Place, languages: tuple[str, ...]) -> Iterator[Fault]:
    if not isinstance(value, dict) or not value:
        return
    if place[-1] in _LABEL:
        yield from _label(value, place, languages)
    else:
        for name, label in value.items():
            yield from _label(label, (*place, name), languages)


def _label(value: dict[str, str], place: Place, languages: tuple[str, ...]) -> Iterator[Fault]:
    missing = [language for language in languages if not value.get(language, "").strip()]
    if missing:
        yield Fault("language", place, f"has no words in {', '.join(missing)}.", "Add them.")


def _clause(clause: str, place: Place, clauses: Collection[str]) -> Iterator[Fault]:
    for one in re.split(r"[,;\s]+", clause.strip()):
        if not _CLAUSE.fullmatch(one):
            yield Fault("clause", place, f"{one!r} is not the id of a clause.", "Write it as GT-05.")
        elif clauses and one not in clauses:
            yield Fault("clause", place, f"the source has no clause {one}.", "Check it against the list of clauses.")


def _values_of_fact(procedure: Procedure, place: Place, name: str, test: object) -> Iterator[Fault]:
    yield from _comparisons(place, test)
    allowed: Collection[str] | None = None
    if name in CLASSES:
        found = procedure.classification.of(name)
        allowed = found.values if found is not None else ()
    elif name == "channel":
        allowed = procedure.channels
    elif name in procedure.intake.fields and procedure.intake.fields[name].type == "choice":
        allowed = procedure.intake.fields[name].values
    for value in known.values(test) if allowed is not None else ():
        if value not in (allowed or ()) and value != "":
            yield Fault("unknown_value", place, f"{name} is never {value!r}.", _one_of(allowed or ()))


def _values_carried(procedure: Procedure, place: Place, pattern: Pattern, name: str, test: object) -> Iterator[Fault]:
    steps = {step.id for path in procedure.paths for entry in path.stages for step in entry.steps}
    lists: dict[str, Collection[str]] = {
        "role": {*known.all_roles(procedure), "system", "clock", OPERATOR},
        "clock": [clock.id for clock in procedure.clocks],
        "approval": [approval.id for approval in procedure.approvals],
    }
    if pattern.event == "opined":
        lists["step"] = steps
    if name in CLASSES and pattern.event in ("assessed", "reclassified"):
        yield from _values_of_fact(procedure, place, name, test)
        return
    yield from _comparisons(place, test)
    for value in known.values(test) if name in lists else ():
        if value not in lists[name]:
            yield Fault("unknown_value", place, f"{name} is never {value!r}.", _one_of(lists[name]))


def _comparisons(place: Place, test: object) -> Iterator[Fault]:
    for name in test if isinstance(test, dict) else ():
        if name not in COMPARISONS:
            yield Fault("comparison", place, f"{name!r} is not a comparison.", _one_of(COMPARISONS))


def _one_of(names: Collection[str]) -> str:
    return f"Use one of {', '.join(sorted(names))}." if names else ""
