"""What is counted of cases that were told again: limits missed, letters, decisions asked for, days, refusals."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import ceil
from statistics import median

from complaints.case.model import Event
from complaints.instants import Instant

DAY = 86_400
EXAMPLES = 3
"""How many cases are named for each kind of refusal."""


@dataclass(slots=True)
class Tally:
    """Counts over cases under one procedure; two tallies add up.

    `missed` counts by clock, `asked` by (role, person) how often a decision was asked for, `days` holds the days from
    receipt to closing, `refused` counts by (action, code) with the names of some cases in `examples`, `taken_over` the
    decisions that another had to take than who took them then.
    """

    cases: int = 0
    late_cases: int = 0
    closed: int = 0
    mails: int = 0
    other_letters: int = 0
    taken_over: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    days: list[float] = field(default_factory=list)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Takes the counts of further cases in."""
        self.cases += other.cases
        self.late_cases += other.late_cases
        self.closed += other.closed
        self.mails += other.mails
        self.other_letters += other.other_letters
        self.taken_over += other.taken_over
        self.missed.update(other.missed)
        self.asked.update(other.asked)
        self.days += other.days
        self.refused.update(other.refused)
        for what, names in other.examples.items():
            self.examples[what] = [*self.examples.get(what, []), *names][:EXAMPLES]

    def refuse(self, name: str, action: str, code: str) -> None:
        """An action of the case `name` was refused."""
        self.refused[action, code] += 1
        self.examples.setdefault((action, code), [name])

    def count(self, received_at: Instant, events: list[Event]) -> None:
        """Counts the events of one case; a decision asked for by several channels is asked for once."""
        self.cases += 1
        asked: set[tuple[int, str, str]] = set()
        panels: dict[str, tuple[str, ...]] = {}
        closed: Instant | None = None
        late = False
        for event in events:
            data = event.data
            if event.event == "overdue":
                self.missed[str(data["clock"])] += 1
                late = True
            elif event.event == "assigned":
                panels[str(data["role"])] = tuple(data.get("people", ()))
            elif event.event == "notified":
                self.mails += data["channel"] == "mail"
                self.other_letters += data["channel"] != "mail"
                if data["letter"] == "approval_request":
                    role = str(data["role"])
                    people = panels.get(role) or (str(data.get("person", "")),)
                    asked |= {(int(data.get("round", 0)), role, person) for person in people}
            elif event.event == "closed":
                closed = event.at
        self.late_cases += late
        self.asked.update((role, person) for _, role, person in asked)
        if closed is not None:
            self.closed += 1
            self.days.append((closed - received_at) / DAY)

    @property
    def median(self) -> float | None:
        """The days to close of the case in the middle; None when none was closed."""
        return median(self.days) if self.days else None

    @property
    def p90(self) -> float | None:
        """The days within which nine in ten of those closed were: the smallest such figure of a case."""
        return sorted(self.days)[ceil(0.9 * len(self.days)) - 1] if self.days else None
