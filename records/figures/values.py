"""What figures are asked of, and what they are: plain values, no SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from complaints.instants import Instant
from complaints.results import monday, week_of


@dataclass(frozen=True, slots=True)
class Scope:
    """One procedure, perhaps one unit of it, in the `weeks` whole weeks that end with the week of `at`."""

    procedure: str
    zone: str
    at: Instant
    weeks: int = 12
    unit: str = ""

    @property
    def last(self) -> int:
        """The week of `at`."""
        return week_of(self.at, self.zone)

    @property
    def first(self) -> int:
        """The first week of the period."""
        return self.last - self.weeks + 1

    @property
    def since(self) -> Instant:
        """When the period begins."""
        return monday(self.first, self.zone)

    @property
    def before(self) -> Instant:
        """When the period of equal length before it begins."""
        return monday(self.first - self.weeks, self.zone)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many open cases stand in a stage at a unit, and how many of these are overdue."""

    stage: str
    unit: str
    cases: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Kept:
    """How many limits of a clock ended in a week, and how many of them in time."""

    week: int
    clock: str
    ended: int
    on_time: int


@dataclass(frozen=True, slots=True)
class Closed:
    """How many cases were closed after so many days with that answer to the follow-up; `now` or the period before."""

    now: bool
    days: int
    revisit: str
    cases: int


@dataclass(frozen=True, slots=True)
class Recurring:
    """How many complaints of a category fell to a unit, now and in the period before."""

    category: str
    unit: str
    cases: int
    before: int


@dataclass(frozen=True, slots=True)
class Load:
    """What waits for a person in approvals, how many were decided in the period, and the median hours that took."""

    person: str
    waiting: int
    decided: int
    hours: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the figures of one scope are drawn from."""

    standing: tuple[Standing, ...]
    overdue_before: int
    received: int
    kept: tuple[Kept, ...]
    closed: tuple[Closed, ...]
    recurring: tuple[Recurring, ...]
    load: tuple[Load, ...]


What = Literal["open", "overdue", "received", "closed", "limits", "missed", "decided", "waiting"]
"""The lists behind figures: rows are cases; of `limits` and `missed` limits; of `decided` decisions."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which list of a scope: every given field narrows. `unit` may be empty: cases that no unit has yet.

    `days` are the whole days to the closing: from, and to (None: any more).
    """

    scope: Scope
    what: What
    unit: str | None = None
    stage: str = ""
    clock: str = ""
    week: int | None = None
    category: str = ""
    revisits: tuple[str, ...] = ()
    person: str = ""
    days: tuple[int, int | None] | None = None
    skip: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list: the case, and the limit or decision that the row is about (`what`), begun and ended when."""

    number: str
    stage: str
    unit: str
    category: str
    severity: str
    received_at: Instant
    due: Instant | None
    closed_at: Instant | None
    what: str = ""
    ended_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of a list and how many rows the whole has."""

    rows: tuple[Line, ...]
    total: int
