"""What a dossier tells of a case beside its papers: people, what happened, limits, letters, what was refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from api.views import INSTANTS
from complaints.case import Event
from complaints.reckoning import Reckoned, reckon
from complaints.vocabulary import COMPLAINANT
from records.values import Attempt, Dossier, NoticeRow
from templates.clocks import clock_name
from templates.columns import Columns
from templates.engine import word
from templates.limits import limit

_TOLD = (
    "number", "channel", "unit", "units", "clock", "to", "does", "rung", "letter", "category", "severity", "validity",
    "kind", "admissible", "ground", "medium", "written", "person", "amount", "due", "until", "satisfied", "rating",
    "outcome", "why",
)  # fmt: skip
"""What events carry that a reader is told, in this order."""


def people(file: Dossier, words: Columns) -> list[dict[str, str]]:
    """Who held which role in the case."""
    found = []
    for role, held in file.state.assigned.items():
        names = [words.name(person) or person for person in held.people or (held.person,)]
        found.append(
            {"role": words.role(role), "names": "、".join(names) if words.language == "zh-CN" else ", ".join(names)}
        )
    return found


def story(file: Dossier, words: Columns) -> list[dict[str, Any]]:
    """Every event in order: number, instant, what, by whom, what it carried, what was written with it."""
    return [
        {
            "seq": event.seq,
            "at": event.at,
            "event": word("event", event.event, language=words.language),
            "by": _by(event, words),
            "told": _told(event, words),
            "texts": [(words.label(name), text) for name, text in file.words(event).items()],
        }
        for event in file.events
    ]


def limits(file: Dossier, words: Columns) -> list[dict[str, Any]]:
    """Every limit that the case had, day by day; those without a day's counting by their dates alone."""
    return [_limit(one, words) for one in reckon(file.rules, file.record.case_id, file.events)]


def letters(rows: Iterable[NoticeRow], words: Columns) -> list[dict[str, Any]]:
    """Every letter: to whom, how, and what became of it."""
    return [
        {
            "letter": word("letter", row.letter, language=words.language),
            "role": words.role(row.role),
            "person": "" if row.role == COMPLAINANT else words.name(row.person),
            "channel": word("sent_by", row.channel, language=words.language),
            "status": word("letter_status", row.status, language=words.language),
            "at": row.sent_at or row.created_at,
            "error": row.error,
        }
        for row in rows
    ]


def tried(attempts: Iterable[Attempt], words: Columns) -> list[dict[str, Any]]:
    """Every refused action."""
    return [
        {
            "at": attempt.at,
            "action": word("action", attempt.action, language=words.language),
            "by": words.name(attempt.person) or words.role(attempt.role),
            "text": attempt.text,
        }
        for attempt in attempts
    ]


def _by(event: Event, words: Columns) -> str:
    name = "" if event.role == COMPLAINANT else words.name(event.by)
    role = words.role(event.role) if event.role else ""
    return f"{role} {name}".strip()


def _told(event: Event, words: Columns) -> str:
    carried = {**event.data.get("facts", {}), **event.data}
    parts = []
    for name in _TOLD:
        value = carried.get(name)
        if value in (None, "", [], ()):
            continue
        parts.append(f"{words.label(name)}: {_value(name, value, carried, words)}")
    return "；".join(parts) if words.language == "zh-CN" else "; ".join(parts)


def _value(name: str, value: Any, carried: Mapping[str, Any], words: Columns) -> str:
    if name in INSTANTS and isinstance(value, int) and not isinstance(value, bool):
        return words.shown("until", value)
    if name == "clock":
        return clock_name(words.procedure, str(value), words.language)
    if name == "to" and isinstance(value, str):
        return words.role(value)
    if name == "medium" or (name == "channel" and "letter" in carried):
        return word("sent_by", str(value), language=words.language)
    if name == "letter":
        return word("letter", str(value), language=words.language)
    if name == "person":
        return words.name(str(value)) or str(value)
    if name == "why":
        return word("event", str(value), language=words.language)
    return words.shown(name, value)


def _limit(one: Reckoned, words: Columns) -> dict[str, Any]:
    found = one.explanation
    left_out = [line for line in found.lines if not line.counted]
    return {
        "name": clock_name(words.procedure, found.clock, words.language),
        "subject": words.unit(found.subject) if found.subject else "",
        "owner": words.role(found.owner) if found.owner else "",
        "limit": limit(found.limit, words.language) if found.limit else "",
        "clause": found.clause,
        "default": found.default,
        "origin": word("event", found.origin.event, language=words.language),
        "since": found.since,
        "due": found.due,
        "overdue": found.overdue,
        "counted": [line.date for line in found.lines if line.counted],
        "left_out": [(line.date, line.name or word("day", line.reason, language=words.language)) for line in left_out],
        "pauses": found.pauses,
        "outages": found.outages,
        "extensions": found.extensions,
        "ended": word("event", one.ended.event, language=words.language) if one.ended is not None else "",
        "ended_at": one.ended.at if one.ended is not None else None,
    }
