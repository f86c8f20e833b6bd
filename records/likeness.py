"""Complaints of one kind at one place: a mark for each, to count the open ones without reading what anybody wrote."""

from __future__ import annotations

import hashlib
import unicodedata

from sqlalchemy import Connection, func, insert, select

from complaints.case.match import case_is
from complaints.case.model import State
from complaints.case.rules import Rules
from records.tables import cases, likeness
from records.values import Sealed

_MOST = 100
"""More than so many are not counted."""


def mark(procedure_id: str, category: str, place: str) -> str:
    """The same for all spellings of a place that differ in width, case, blanks and signs only; "" for no place."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", place).casefold() if c.isalnum())
    return hashlib.sha256(f"{procedure_id}\n{category}\n{plain}".encode()).hexdigest() if plain else ""


def remember(connection: Connection, rules: Rules, state: State, sealed: Sealed | None) -> None:
    """Mark a new case by its kind and place; one that is confidential leaves no mark."""
    procedure = rules.procedure
    place = (sealed.texts.get("place") if sealed is not None else "") or str(state.facts.get("place", ""))
    if procedure.confidential and case_is(procedure.confidential, state):
        return
    made = mark(procedure.id, str(state.facts.get("category", "")), place)
    if made:
        connection.execute(insert(likeness), {"mark": made, "case_id": state.case})


def count(connection: Connection, procedure_id: str, category: str, place: str) -> int:
    """How many open cases there are of that kind at that place, up to a hundred."""
    made = mark(procedure_id, category, place)
    if not made:
        return 0
    found = (
        select(cases.c.id)
        .join(likeness, likeness.c.case_id == cases.c.id)
        .where(likeness.c.mark == made, cases.c.closed_at.is_(None))
        .limit(_MOST)
    )
    return int(connection.execute(select(func.count()).select_from(found.subquery())).scalar_one())
