"""The search attributes of a case: unencrypted and seen by every operator, so never anything of a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

from complaints.case import Attributes

NUMBER = SearchAttributeKey.for_keyword("HuiyinNumber")
PROCEDURE = SearchAttributeKey.for_keyword("HuiyinProcedure")
STAGE = SearchAttributeKey.for_keyword("HuiyinStage")
SEVERITY = SearchAttributeKey.for_keyword("HuiyinSeverity")
UNIT = SearchAttributeKey.for_keyword("HuiyinUnit")
DUE = SearchAttributeKey.for_datetime("HuiyinDue")
OVERDUE = SearchAttributeKey.for_bool("HuiyinOverdue")

KEYS = (NUMBER, PROCEDURE, STAGE, SEVERITY, UNIT, DUE, OVERDUE)
"""All of them; `huiyin setup` registers these, and a worker refuses to start while one is missing."""

_NONE = "-"
"""Stands where a case has no severity or unit yet: an operator can filter for it."""


def at_start(found: Attributes) -> TypedSearchAttributes:
    """All attributes of a new case (without `HuiyinDue` when no clock runs)."""
    pairs: list[SearchAttributePair[str] | SearchAttributePair[datetime] | SearchAttributePair[bool]] = [
        SearchAttributePair(NUMBER, found.number),
        SearchAttributePair(PROCEDURE, found.procedure),
        SearchAttributePair(STAGE, found.stage),
        SearchAttributePair(SEVERITY, found.severity or _NONE),
        SearchAttributePair(UNIT, found.unit or _NONE),
        SearchAttributePair(OVERDUE, found.overdue),
    ]
    if found.due:
        pairs.append(SearchAttributePair(DUE, _utc(found.due)))
    return TypedSearchAttributes(pairs)


def changes(before: Attributes, now: Attributes) -> list[SearchAttributeUpdate[Any]]:
    """What an upsert has to carry, empty when nothing changed."""
    out: list[SearchAttributeUpdate[Any]] = []
    if now.stage != before.stage:
        out.append(STAGE.value_set(now.stage))
    if now.severity != before.severity:
        out.append(SEVERITY.value_set(now.severity or _NONE))
    if now.unit != before.unit:
        out.append(UNIT.value_set(now.unit or _NONE))
    if now.overdue != before.overdue:
        out.append(OVERDUE.value_set(now.overdue))
    if now.due != before.due:
        out.append(DUE.value_set(_utc(now.due)) if now.due else DUE.value_unset())
    return out


def _utc(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)
