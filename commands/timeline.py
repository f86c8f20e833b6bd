"""Timelines for people: one line an event, with weekday, time, who, what, the stage it led to and the clause.

Letters are told once, whatever number of channels they go by, and by the name of whom they reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commands.columns import lay_out
from complaints.procedure.model import Procedure
from complaints.vocabulary import ACTIONS

_LOUD = {
    "overdue": "bold red", "escalated": "red", "deemed_approved": "bold yellow", "closed": "bold green",
    "notified": "dim", "assigned": "dim",
}  # fmt: skip
_TOLD = ("unit", "why", "admissible", "ground", "validity", "amount", "satisfied", "outcome", "person", "does", "was")
_INSTANTS = ("was", "until", "since")
_PLACES = ("reopened", "revoked", "objected")
"""Events whose `to` is a stage entry, and nobody."""
_WORDS = {"take_over": "takes over", "inform": "is told"}


@dataclass(slots=True)
class _Line:
    """One line of a timeline, as it is printed."""

    day: str
    time: str
    event: str
    who: str
    what: str
    stage: str
    clause: str


def table(title: str, rows: Sequence[dict[str, Any]], procedure: Procedure, *, colour: bool, width: int) -> str:
    """A timeline as text, from rows with `at` (ISO), `event`, `stage`, and clock, by, to, due, details.

    `colour` says whether the terminal shows it, `width` how many columns it has.
    """
    lines = list(_lines(rows, _clauses(procedure)))
    cells = [(one.day, one.time, one.event, one.who, one.what, one.stage, one.clause) for one in lines]
    styles = [_LOUD.get(one.event, "") for one in lines]
    head = ("Day", "Time", "Event", "Who", "What", "Stage", "Clause")
    return "\n".join([title, *lay_out(head, cells, styles, flexible=4, colour=colour, width=width)])


def _lines(rows: Sequence[dict[str, Any]], clauses: dict[tuple[str, str], str]) -> Iterable[_Line]:
    day = time = stage = ""
    for row, channels in _letters_once(rows):
        at = datetime.fromisoformat(row["at"])
        this, now = f"{at:%a %Y-%m-%d}", f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
        details = row.get("details", {})
        yield _Line(
            "" if this == day else this,
            "" if (this, now) == (day, time) else now,
            row["event"],
            _who(row, details),
            _what(row, details, channels),
            "" if row["stage"] == stage else row["stage"],
            str(details.get("clause") or _clause(clauses, row, details)),
        )
        day, time, stage = this, now, row["stage"]


def _letters_once(rows: Sequence[dict[str, Any]]) -> Iterable[tuple[dict[str, Any], list[str]]]:
    """The rows with the channels of each letter; a row that only says who now holds a role is left to the letter."""
    place = 0
    while place < len(rows):
        row, channels = rows[place], []
        place += 1
        if row["event"] == "assigned" and place < len(rows) and _reaches(rows[place], row):
            continue
        if row["event"] == "notified":
            channels = [str(row["details"].get("channel", ""))]
            while place < len(rows) and _same_letter(row, rows[place]):
                channels.append(str(rows[place]["details"].get("channel", "")))
                place += 1
        yield row, channels


def _reaches(row: dict[str, Any], assigned: dict[str, Any]) -> bool:
    person, to = assigned["details"], row.get("details", {})
    plain = not ({"people", "deputy_of", "why"} & set(person))
    same = all(to.get(name) == person.get(name) for name in ("role", "person"))
    return plain and same and row["event"] == "notified" and row["at"] == assigned["at"]


def _same_letter(row: dict[str, Any], later: dict[str, Any]) -> bool:
    mine, its = row["details"], later.get("details", {})
    same = all(mine.get(name) == its.get(name) for name in ("letter", "role", "person", "round"))
    return same and later["event"] == "notified" and later["at"] == row["at"] and later["stage"] == row["stage"]


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
        return f"{row['by']} ({role})" if role and role != row["by"] else str(row["by"])
    if row["event"] in ("notified", "assigned", "notice_failed"):
        person = str(details.get("person", ""))
        return f"→ {person} ({role})" if person and person != role else f"→ {role}"
    if row["event"] in _PLACES:
        return role
    names = to if isinstance(to, str) else ", ".join(to)
    return f"→ {names}" if names else role


def _what(row: dict[str, Any], details: dict[str, Any], channels: list[str]) -> str:
    parts = [str(row["clock"])] if row.get("clock") and "letter" not in details else []
    if row["event"] in _PLACES and row.get("to"):
        parts.append(f"to {row['to']}")
    if "letter" in details:
        by = ", ".join(channels) or str(details.get("channel", ""))
        parts.append(f"{details['letter']} by {by}" if by else str(details["letter"]))
    if row.get("due") not in (None, row["at"]):
        parts.append(f"due {datetime.fromisoformat(row['due']):%a %m-%d %H:%M}")
    hidden = (*_INSTANTS, "person") if "letter" in details or row["event"] == "assigned" else _INSTANTS
    parts += [_detail(name, details[name]) for name in _TOLD if name in details and name not in hidden]
    return ", ".join(parts)


def _detail(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return name if value else f"not {name}"
    return _WORDS.get(str(value), str(value)) if name == "does" else f"{name} {value}"
