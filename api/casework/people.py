"""Who has to do with a case: the complainant for those who may know, who holds which role, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.casework.names import Names
from complaints.case import Actor, State
from complaints.case.model import Assignment
from complaints.papers import PERSONAL, hidden
from records.looks import Look
from records.values import Complainant
from templates.dates import short


def _(text: str) -> str:
    return text


SHEET = "handling_sheet"

_WHY = {
    "absent": _("away"),
    "excluded": _("passed over or not reached"),
    "vacant": _("nobody holds the role"),
    "handed_over": _("handed over"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A role in a case and who holds it; `change` is the action by which this person may give it to another."""

    role: str
    name: str
    note: str = ""
    change: str = ""


def sees_complainant(names: Names, state: State, actor: Actor, known: Complainant) -> bool:
    """Whether this person may know who complains: not of an anonymous case, of a confidential one who handles it."""
    return not hidden(names.rules.procedure, state, anonymous=known.anonymous, roles=actor.roles)


def complainant(names: Names, known: Complainant) -> list[tuple[str, str]]:
    """Name and ways to reach the complainant."""
    found = (("complainant", known.name), ("phone", known.phone), ("email", known.email), ("address", known.address))
    return [(names.field(name), value) for name, value in found if value]


def parts(names: Names, state: State, may: list[str]) -> list[Part]:
    """Every role that somebody holds in the case, and who is passed over."""
    found = [_part(names, role, held, may) for role, held in state.assigned.items()]
    passed = names.say(_("Passed over"))
    return [*found, *(Part(passed, names.person(person)) for person in state.recused)]


def _part(names: Names, role: str, held: Assignment, may: list[str]) -> Part:
    people = ", ".join(names.person(one) for one in held.people) or names.person(held.person)
    notes = []
    if held.deputy_of:
        notes.append(names.say(_("in place of %(name)s"), name=names.person(held.deputy_of)))
    if held.why in _WHY:
        notes.append(names.say(_WHY[held.why]))
    change = f"substitute?role={role}" if "substitute" in may and role != "first_receiver" else ""
    if "appoint" in may and role == "handler":
        change = "appoint"
    return Part(names.role(role), people, " · ".join(notes), change)


def paper_of(names: Names) -> str:
    """The paper that goes with a case from hand to hand: the handling sheet, or what the procedure has in its place."""
    forms = names.rules.procedure.forms
    return SHEET if SHEET in forms else next((one for one in forms if one != "register"), "")


def lookers(names: Names, looks: list[Look]) -> list[tuple[str, int, int]]:
    """Who looked at a confidential case: name, how often, when last; the latest first."""
    found: dict[tuple[str, str], list[int]] = {}
    for one in looks:
        found.setdefault((one.procedure, one.person), []).append(one.at)
    return [(names.person(person), len(times), max(times)) for (_whose, person), times in found.items()]


def sheet(names: Names, filled: dict[str, Any], form: str, unnamed: bool) -> list[tuple[str, str]]:
    """The filled columns of a paper in their order, with the paper's own labels."""
    paper = names.rules.procedure.forms[form]
    found = []
    for column, label in paper.columns.items():
        value = filled.get(column)
        if value in (None, "", [], ()) or (unnamed and column in PERSONAL):
            continue
        found.append((label.get(names.language) or names.field(column), _shown(names, column, value)))
    return found


def _shown(names: Names, column: str, value: Any) -> str:
    if isinstance(value, datetime):
        return short(int(value.timestamp()), names.rules.procedure.calendar.zone, names.language)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and (column.endswith("_by") or column in names.rules.procedure.roles):
        return names.person(value)
    return names.value(column.rpartition("_")[2] if column.endswith("_satisfied") else column, value)
