"""What happens if nobody acts: the coming events of a case's clocks, without a server and without a clock."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from complaints.case import alive, apply, next_due, questions, settle
from complaints.case.evolve import copy_state, evolve
from complaints.case.model import Actor, Data, Event, Message, State, Transition
from complaints.case.rules import Rules
from complaints.errors import CalendarEnd
from complaints.instants import Instant
from complaints.vocabulary import SYSTEM

HORIZON = int(timedelta(days=400).total_seconds())
"""How far a forecast looks, in seconds."""

_LETTERS = ("notified", "notice_failed", "assigned")
"""What only says that a letter went: it follows from the event before and tells nobody anything new."""

_ASIDE = ("clock", "to", "key", "step", "passed_over")


@dataclass(frozen=True, slots=True)
class ForecastLine:
    """One coming event: when, by which clock, whom it concerns (a role), the stage after it, and its data."""

    at: Instant
    event: str
    clock: str
    role: str
    stage: str
    details: Data


def forecast(
    rules: Rules, state: State, now: Instant, *, horizon: int = HORIZON, most: int = 40
) -> tuple[ForecastLine, ...]:
    """The events from `now` on if nobody acts, earliest first: at most `most` of them, within `horizon` seconds.

    Letters that are owed count as delivered at once to whoever holds the role, and silence as fairly offered. What fell
    due before `now` is no forecast and left out. Counting stops where the calendar ends.
    """
    coming = _Coming(rules, state, now, most)
    with suppress(CalendarEnd):  # what lies beyond the calendar's years cannot be counted yet
        coming.run(now + horizon)
    return tuple(coming.lines[:most])


class _Coming:
    """A case that is left alone."""

    def __init__(self, rules: Rules, state: State, now: Instant, most: int) -> None:
        self.rules, self.state, self.now, self.most = rules, state, now, most
        self.lines: list[ForecastLine] = []

    def run(self, end: Instant) -> None:
        """Lets the clocks run until `end`, until nothing runs any more, or until there are lines enough."""
        self._take(settle(self.rules, self.state, self.now))
        self._deliver()
        while len(self.lines) < self.most and alive(self.rules, self.state):
            due = next_due(self.state)
            if due is None or due > end:
                return
            before = self.state.seq
            self._take(settle(self.rules, self.state, due, inclusive=True))
            self._deliver()
            for question in questions(self.rules, self.state, due + 1):
                self._tell("facts", max(question.due, self.now), {"key": question.key, "due": question.due})
                self._deliver()
            if self.state.seq == before:
                return

    def _deliver(self) -> None:
        while self.state.owed:
            notice = next(iter(self.state.owed.values()))
            told = {"notice": notice.id, "person": notice.person, "channel": notice.channel}
            self._tell("notified", max(notice.at, self.now), told)

    def _tell(self, what: str, at: Instant, data: Data) -> None:
        self._take(apply(self.rules, self.state, Message(what, at, Actor(SYSTEM), data)))

    def _take(self, transition: Transition) -> None:
        after = copy_state(self.state)
        for event in transition.events:
            evolve(self.rules, after, event)
            if event.at >= self.now and event.event not in _LETTERS and "passed_over" not in event.data:
                self.lines.append(self._line(event, after.stage))
        self.state = transition.state

    def _line(self, event: Event, stage: str) -> ForecastLine:
        data = event.data
        clock, to = str(data.get("clock", "")), data.get("to") or data.get("role") or ""
        if not to and clock:
            to = next((rule.clock.owner for rule in self.rules.clocks if rule.clock.id == clock), "")
        details = {name: value for name, value in data.items() if name not in _ASIDE}
        return ForecastLine(event.at, event.event, clock, str(to), stage, details)
