"""What a case is made of: messages that come in, events that stay, the state they fold to, the notices it owes.

All of these are plain values that turn into JSON. Instants are whole UTC seconds. None of them holds free text or
personal data: what people wrote is in the records, and a `Content` names it by id and salted hash.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from complaints.case.rules import Rules
from complaints.instants import Instant

Data = dict[str, Any]
"""Codes, references, amounts, instants: JSON values only."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person's id and the roles that person holds for this case (by directory)."""

    person: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """Texts stored in the records: their id, the salted hash of all of them, and the names of the fields given."""

    id: str
    hash: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """Something asked of a case or told to it; `key` is the sender's idempotency key."""

    do: str
    at: Instant
    by: Actor
    data: Data = field(default_factory=dict)
    content: Content | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One link of the case's chain; `hash` covers everything else and `prev`, the hash of the event before."""

    seq: int
    at: Instant
    event: str
    by: str
    role: str
    data: Data
    content: Content | None = None
    key: str = ""
    prev: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A letter or message owed to somebody; the id is unique in the case and stays over every retry.

    The shell resolves `to` (trying `candidates` in order) at the unit, passing over `exclude`, unless `person` is
    fixed.
    """

    id: str
    letter: str
    to: str
    at: Instant
    cause: int
    channel: str = "mail"
    candidates: tuple[str, ...] = ()
    person: str = ""
    unit: str = ""
    exclude: tuple[str, ...] = ()
    everyone: bool = False
    clock: str = ""
    approval: str = ""
    round: int = 0
    counts_as: str = ""


@dataclass(slots=True)
class Assignment:
    """Who holds a role in this case: a person, or the people of a panel; in whose place and why."""

    person: str
    deputy_of: str = ""
    why: str = ""
    people: tuple[str, ...] = ()


@dataclass(slots=True)
class Running:
    """One running instance of a clock: for what, since which event, due when, and how much of its ladder has fired.

    `rule` is the clock's place in the procedure, `plan` the instants of its ladder's steps (-1: does not apply),
    `skips` the pauses as (start, end), an open one ending at `FAR`; `not_before` an instant that silence may not end
    earlier than, `fixed` a due instant that a field gave.
    """

    clock: str
    rule: int
    subject: str
    seq: int
    start: Instant
    limit: str
    due: Instant
    plan: tuple[Instant, ...]
    fired: int = 0
    overdue: bool = False
    skips: tuple[tuple[Instant, Instant], ...] = ()
    extended: tuple[str, ...] = ()
    not_before: Instant = 0
    fixed: Instant = 0


@dataclass(slots=True)
class Overdue:
    """A step that was late, to be explained at closing by its owner."""

    clock: str
    subject: str
    role: str
    person: str
    at: Instant
    explained: bool = False


@dataclass(slots=True)
class Ballot:
    """An approval under way: its level, and the votes of `all` and `panel` by person."""

    approval: str
    level: int
    round: int
    role: str
    since: Instant = 0
    votes: dict[str, Data] = field(default_factory=dict)


@dataclass(slots=True)
class State:
    """A case as its events say, in JSON values only; `complaints.case.fold` is the only thing that makes one."""

    case: str
    procedure: str
    number: str = ""
    seq: int = 0
    head: str = ""
    at: Instant = 0
    received_at: Instant = 0
    facts: Data = field(default_factory=dict)
    path: str = ""
    entry: str = ""
    stage: str = "registration"
    steps: tuple[str, ...] = ()
    outcome: str = ""
    pending: str = ""
    unit: str = ""
    units: tuple[str, ...] = ()
    rounds: dict[str, int] = field(default_factory=dict)
    assigned: dict[str, Assignment] = field(default_factory=dict)
    recused: dict[str, str] = field(default_factory=dict)
    absent: dict[str, Instant] = field(default_factory=dict)
    passed_over: tuple[str, ...] = ()
    clocks: dict[str, Running] = field(default_factory=dict)
    paused: dict[str, Instant] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    owed: dict[str, Notice] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    ballot: Ballot | None = None
    decided: Data = field(default_factory=dict)
    rung: int = -1
    taken: str = ""
    overdue: dict[str, Overdue] = field(default_factory=dict)
    outages: tuple[tuple[Instant, Instant], ...] = ()
    contents: dict[str, str] = field(default_factory=dict)
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transition:
    """What came of a message: the state after it and the events to record (none when the message was a repeat).

    `rules` are those that hold from now on, where the message brought others; else None.
    """

    state: State
    events: tuple[Event, ...]
    repeated: bool = False
    rules: Rules | None = None
