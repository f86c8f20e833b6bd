"""What of a case's state is copied into columns, so that lists and counts never open a state."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert

from complaints.case import attributes, awaited, canonical, dump_state
from complaints.case.model import Event, State
from complaints.case.rules import Rules
from complaints.instants import Instant
from records.tables import awaiting
from records.values import NEVER

_FORGET = delete(awaiting).where(awaiting.c.case_id == bindparam("case"))
_AWAIT = insert(awaiting)
_FACTS = ("kind", "category", "validity", "channel")


def project(rules: Rules, state: State, closed_at: Instant | None, revisit: str) -> dict[str, Any]:
    """The columns of the case row that follow from its state, and how the complainant answered when asked."""
    shown = attributes(rules, state)
    waiting = [[wait.role, wait.person or "", wait.due or 0] for wait in awaited(rules, state)]
    return {
        "stage": shown.stage,
        "severity": shown.severity,
        "unit": shown.unit,
        **{name: str(state.facts.get(name) or "") for name in _FACTS},
        "outcome": state.outcome,
        "revisit": revisit,
        "due": shown.due or NEVER,
        "awaited": canonical(waiting),
        "closed_at": closed_at,
        "seq": state.seq,
        "head": state.head,
        "state": dump_state(state),
    }


def closing(state: State, events: Sequence[Event], before: Instant | None) -> Instant | None:
    """When the case was closed: by the last `closed` among the events, else as before; None while it is open."""
    if state.stage != "closed":
        return None
    closed = [event.at for event in events if event.event == "closed"]
    return closed[-1] if closed else before


def save_awaited(connection: Connection, case_id: str, awaited_json: str, before: str | None) -> None:
    """Write anew whom the case waits for (`awaited` columns after and before), if that changed."""
    if awaited_json == before:
        return
    if before is not None:
        connection.execute(_FORGET, {"case": case_id})
    pairs = sorted({(role, person) for role, person, _due in json.loads(awaited_json)})
    if pairs:
        connection.execute(_AWAIT, [{"case_id": case_id, "role": r, "person": p} for r, p in pairs])
