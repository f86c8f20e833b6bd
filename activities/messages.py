"""What the workflow sends to its activities and gets back: references and codes only, never people's text."""

from __future__ import annotations

from dataclasses import dataclass

from complaints.case.model import Event, Notice
from complaints.instants import Instant


@dataclass(frozen=True, slots=True)
class Record:
    """Events of one case to be recorded, in the order of their sequence numbers."""

    case: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The last sequence number that the records hold now."""

    seq: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """A refused message that came by signal: who tried what when, the code and the text of the refusal."""

    case: str
    at: Instant
    person: str
    role: str
    action: str
    code: str
    text: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """Words that an operator sent by signal, to be stored; the same `key` is stored once."""

    case: str
    texts: dict[str, str]
    by: str
    key: str


@dataclass(frozen=True, slots=True)
class Deliver:
    """One notice of one case, to be delivered."""

    case: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class Delivered:
    """How a delivery ended: accepted for whom at which instant, or `error`, a stable code of a permanent failure.

    `person` is who got it (the first of `people` when it went to several), `deputy_of` and `why` say in whose place.
    """

    ok: bool
    person: str
    role: str
    at: Instant
    deputy_of: str = ""
    why: str = ""
    people: tuple[str, ...] = ()
    channel: str = "mail"
    error: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """A letter that failed for good and is to be tried once more: its case, and the id of its row in the records."""

    case: str
    row: str


@dataclass(frozen=True, slots=True)
class FactsAsked:
    """Before silence counts: what happened between the notice (`since`) and the end of the period (`due`)?"""

    case: str
    notice: str
    since: Instant
    due: Instant


@dataclass(frozen=True, slots=True)
class Facts:
    """Spans (start, end) in which no answer could be given, and whether the notice came back."""

    outages: tuple[tuple[Instant, Instant], ...] = ()
    bounced: bool = False
