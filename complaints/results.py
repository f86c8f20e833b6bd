"""What a case's events brought to an end: limits kept or missed, decisions made, what is proposed against whom.

Figures are made of these rows alone, so each is whole by itself: it names procedure's words, people's ids and
instants, and nothing that a complainant said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from complaints.calendar import FAR
from complaints.case.flow import owner
from complaints.case.match import matches
from complaints.case.model import Ballot, Event, Running, State
from complaints.case.rules import Rules
from complaints.instants import Instant
from complaints.ledger import Entry, proposals

DECISIONS = ("approved", "returned", "voted", "deemed_approved")
OWED = "owed"
"""The answer of a case whose complainant is to be asked and has not answered."""


@dataclass(frozen=True, slots=True)
class ClockResult:
    """One limit that ended: opened by event `opened`, due and stopped when, in time or not, and whose it was.

    A limit that ended because the case did, or because it began anew, counts only where it was missed already.
    """

    clock: str
    subject: str
    opened: int
    role: str
    person: str
    unit: str
    opened_at: Instant
    due: Instant
    stopped_at: Instant
    on_time: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision or vote of a person, or that person's silence: what was asked when, and what came when."""

    seq: int
    event: str
    person: str
    role: str
    unit: str
    asked_at: Instant
    decided_at: Instant


class Results:
    """Looks on while a case's events are folded and notes what they bring to an end."""

    def __init__(self, rules: Rules, revisit: str = "") -> None:
        self.clocks: list[ClockResult] = []
        self.decisions: list[Decision] = []
        self.proposals: list[Entry] = []
        self.revisit = revisit
        """How the complainant answered when asked: nothing, `owed` once that stage is reached, then the answer."""
        self._rules = rules
        self._running: dict[str, Running] = {}
        self._held: dict[str, str] = {}
        self._ballot: Ballot | None = None
        self._unit = self._turn = ""

    def before(self, state: State) -> None:
        """Keeps what the next event may end; running clocks stay the same objects until they are taken away."""
        self._running = dict(state.clocks)
        self._held = {role: held.person for role, held in state.assigned.items()}
        self._ballot, self._unit = state.ballot, state.unit
        self._turn = owner(self._rules, state) if state.path else ""

    def after(self, state: State, event: Event) -> None:
        """Notes what the event ended."""
        for key, running in self._running.items():
            now = state.clocks.get(key)
            if now is None or now.seq != running.seq:
                self._ended(running, state, event)
        if event.event in DECISIONS and self._ballot is not None:
            self._decided(self._ballot, state, event)
        self.proposals += proposals(self._rules, event, state)
        if event.event == "revisited":
            self.revisit = str(event.data.get("satisfied", ""))
        elif state.stage == "revisit" and not self.revisit:
            self.revisit = OWED

    def under(self, rules: Rules) -> None:
        """Goes on under other rules, as the case does."""
        self._rules = rules

    def _ended(self, running: Running, state: State, event: Event) -> None:
        clock = self._rules.clocks[running.rule].clock
        if clock.kind != "limit" or running.due >= FAR:
            return
        done = any(
            rule.index == running.rule and matches(pattern, event, state)
            for rule, pattern in self._rules.closes.get(event.event, ())
        )
        late = running.overdue or event.at > running.due
        if not done and not late:
            return
        role = self._whose(clock.owner)
        person = self._held.get(role, "") or (event.by if event.role == role else "")
        unit = self._unit or state.unit
        self.clocks.append(
            ClockResult(
                running.clock, running.subject, running.seq, role, person, unit,
                running.start, running.due, event.at, not late,
            )
        )  # fmt: skip

    def _whose(self, role: str) -> str:
        if role == "@approver":
            return self._ballot.role if self._ballot is not None else ""
        return self._turn if role == "@owner" else role

    def _decided(self, ballot: Ballot, state: State, event: Event) -> None:
        person = event.by or (self._held.get(ballot.role, "") if event.event == "deemed_approved" else "")
        if person:  # the sum of votes is nobody's decision
            unit = self._unit or state.unit
            self.decisions.append(Decision(event.seq, event.event, person, ballot.role, unit, ballot.since, event.at))


def week_of(at: Instant, zone: str) -> int:
    """The week of an instant in that zone, counted from Monday 1 January of the year 1."""
    return (datetime.fromtimestamp(at, ZoneInfo(zone)).toordinal() - 1) // 7


def monday(week: int, zone: str) -> Instant:
    """The instant at which that week begins in that zone."""
    first = date.fromordinal(week * 7 + 1)
    return int(datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone)).timestamp())
