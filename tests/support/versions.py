"""Other versions of a procedure and other calendars, made of those that a case has."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from complaints.case import Message, Rules, canonical
from complaints.case.model import Actor
from complaints.instants import Instant

SYSTEM = Actor("system")


def version(rules: Rules, change: Callable[[dict[str, Any]], object]) -> Rules:
    """The same procedure after `change` was made in its plain JSON."""
    plain = json.loads(rules.frozen[0])
    change(plain)
    return Rules.thaw(json.dumps(plain, ensure_ascii=False), rules.frozen[1])


def days_off(rules: Rules, *days: str) -> Rules:
    """The same procedure in a calendar in which these days are holidays."""
    facts = rules.calendar.freeze()
    first = date.fromisoformat(facts["first"])
    numbers = [(date.fromisoformat(day) - first).days for day in days]
    return Rules.thaw(rules.frozen[0], canonical(facts | {"holidays": facts["holidays"] | {"Announced": numbers}}))


def part(plain: dict[str, Any], name: str, ident: str) -> dict[str, Any]:
    """The clock, approval … of that id."""
    found: dict[str, Any] = next(one for one in plain[name] if one["id"] == ident)
    return found


def limit(ident: str, of: str) -> Callable[[dict[str, Any]], object]:
    """A change of one clock's limit."""
    return lambda plain: part(plain, "clocks", ident).update(limit={"limit": of})


def without(name: str, ident: str) -> Callable[[dict[str, Any]], object]:
    """A change that takes a clock, approval … away."""
    return lambda plain: plain[name].remove(part(plain, name, ident))


def move(to: Rules, at: Instant, key: str = "move-1") -> Message:
    """The message that moves a case to these rules."""
    procedure, calendar = to.frozen
    return Message("moved", at, SYSTEM, {"procedure": procedure, "calendar": calendar, "asked_by": "admin"}, key=key)


def recount(to: Rules, at: Instant, key: str = "calendar-1") -> Message:
    """The message that tells a case of the calendar of these rules."""
    return Message("calendar_changed", at, SYSTEM, {"calendar": to.frozen[1]}, key=key)
