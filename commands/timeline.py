"""Timelines for people: one line an event, with weekday, who, what and the clause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from commands.console import draw
from complaints.procedure.model import Procedure
from complaints.vocabulary import ACTIONS

_LOUD = {"overdue": "bold red", "escalated": "red", "deemed_approved": "bold yellow", "closed": "bold green"}
_TOLD = ("unit", "why", "admissible", "ground", "validity", "amount", "satisfied", "outcome", "person", "does", "was")
_INSTANTS = ("was", "until", "since")


def table(title: str, rows: Sequence[dict[str, Any]], procedure: Procedure) -> None:
    """Prints rows of a timeline: `at` (ISO), `event`, `stage`, and clock, by, to, due, details where they apply."""
    clauses = _clauses(procedure)
    out = Table("Day", "Time", "Event", "Who", "What", "Stage", "Clause", title=title, title_justify="left", box=None)
    day = ""
    for row in rows:
        at = datetime.fromisoformat(row["at"])
        this = f"{at:%a %Y-%m-%d}"
        details = row.get("details", {})
        out.add_row(
            "" if this == day else this,
            f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}",
            Text(row["event"], style=_LOUD.get(row["event"], "")),
            _who(row, details),
            _what(row, details),
            row["stage"],
            str(details.get("clause") or _clause(clauses, row, details)),
        )
        day = this
    draw(out)


def _clauses(procedure: Procedure) -> dict[tuple[str, str], str]:
    """The clause behind each letter, clock and action of the procedure."""
    found = {("letter", note.letter): note.clause for note in reversed(procedure.notifications)}
    found |= {("clock", clock.id): clock.clause for clock in procedure.clocks}
    return found | {("event", ACTIONS[name].event): rule.clause for name, rule in procedure.actions.items()}


def _clause(clauses: dict[tuple[str, str], str], row: dict[str, Any], details: dict[str, Any]) -> str:
    by_clock = clauses.get(("clock", str(row.get("clock", ""))), "")
    told = clauses.get(("letter", str(details.get("letter", ""))), "")
    return told or by_clock or clauses.get(("event", str(row["event"])), "")


def _who(row: dict[str, Any], details: dict[str, Any]) -> str:
    role, to = str(details.get("role", "")), row.get("to", "")
    if row.get("by"):
        return f"{row['by']} ({role})" if role else str(row["by"])
    names = to if isinstance(to, str) else ", ".join(to)
    return f"→ {names}" if names else role


def _what(row: dict[str, Any], details: dict[str, Any]) -> str:
    parts = [str(row["clock"])] if row.get("clock") else []
    if "letter" in details:
        parts.append(f"{details['letter']} by {details['channel']}" if "channel" in details else details["letter"])
    if "due" in row:
        parts.append(f"due {datetime.fromisoformat(row['due']):%a %m-%d %H:%M}")
    parts += [f"{name} {details[name]}" for name in _TOLD if name in details and name not in _INSTANTS]
    return ", ".join(parts)
