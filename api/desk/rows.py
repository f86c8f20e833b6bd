"""Lines of the worklist as people read them: when it is due, what it is about, whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.context import House
from api.permissions import unnamed
from api.security import Principal, actor
from complaints.case import Awaited, awaited
from complaints.instants import Instant
from records.desk import DeskRow
from templates.dates import until
from templates.engine import word
from templates.languages import pick

SOON = 4
"""A case is due soon in the last quarter of its time."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a list, when and in which language."""

    the: House
    who: Principal
    now: Instant
    language: str


def line(reader: Reader, found: DeskRow) -> dict[str, Any]:
    """One line: plain words for the template."""
    row, procedure, language = found.row, found.rules.procedure, reader.language
    passed_over = reader.who.person in found.state.recused
    reads = bool(reader.who.procedure) and not passed_over
    turn, mine = (None, False) if row.closed_at is not None else _turn(reader, found)
    severity = procedure.classification.severity.values.get(row.severity)
    return {
        "number": row.number,
        "zone": procedure.calendar.zone,
        "closed": row.closed_at,
        "due": row.due if row.closed_at is None else None,
        "overdue": row.overdue,
        "soon": _soon(found, reader.now),
        "relative": until(row.due, reader.now, language) if row.due is not None else "",
        "about": found.about if reads else "",
        "place": found.place if reads else "",
        "hidden": not reads,
        "stage": row.stage,
        "severity": pick(severity, language) if severity else word("severity", row.severity, language=language),
        "unit": unit_name(reader.the, row.procedure_id, row.unit, language),
        "action": turn.actions[0] if turn is not None and turn.actions else "",
        "mine": mine and not passed_over,
        "role": role_name(reader.the, row.procedure_id, turn.role, language) if turn is not None else "",
    }


def may_be_found(reader: Reader, found: DeskRow) -> bool:
    """Whether a search may show the case to this reader.

    Who is passed over must not learn by searching what is written about him; nor anybody who complains by whose name a
    case is found, where the complainant is not for that reader to know.
    """
    the, who, state = reader.the, reader.who, found.state
    if who.person in state.recused:
        return False
    return found.by_words or not unnamed(the, who, found.rules.procedure, state, anonymous=False)


def _turn(reader: Reader, found: DeskRow) -> tuple[Awaited | None, bool]:
    """What is awaited first of this person, else first of anybody; and whether it is this person's."""
    all_awaited = awaited(found.rules, found.state)
    if not reader.who.procedure:
        return (all_awaited[0] if all_awaited else None), False
    held = actor(reader.the, reader.who, found.row.procedure_id, found.state, reader.now).roles
    roles = found.rules.procedure.roles
    for one in all_awaited:
        shared = one.role in roles and roles[one.role].shared
        if one.role in held and (shared or one.person in ("", reader.who.person)):
            return one, True
    return (all_awaited[0] if all_awaited else None), False


def _soon(found: DeskRow, now: Instant) -> bool:
    due = found.row.due
    if due is None or due < now or found.row.closed_at is not None:
        return False
    begun = [running.start for running in found.state.clocks.values() if running.due == due]
    return bool(begun) and (due - now) * SOON <= due - max(begun)


def unit_name(the: House, procedure: str, unit: str, language: str) -> str:
    """A unit by its name in the directory; the id itself where it is not there."""
    directory = the.directory(procedure)
    known = directory.unit(unit) if directory is not None else None
    return pick(known.name, language) if known is not None else unit


def role_name(the: House, procedure: str, role: str, language: str) -> str:
    """A role by the procedure's own name for it, else by the house's."""
    if procedure in the.directories.ids():
        known = the.directories.procedure(procedure).roles.get(role)
        if known is not None:
            return pick(known.name, language)
    return word("role", role, language=language)
