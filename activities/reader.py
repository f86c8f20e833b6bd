"""Whom a letter goes to."""

from __future__ import annotations

from dataclasses import dataclass

COMPLAINANT = "complainant"


@dataclass(frozen=True, slots=True)
class Reader:
    """The person, the role by which, in whose place; `asked` is the role that the letter was meant for."""

    person: str
    role: str
    asked: str
    deputy_of: str = ""
