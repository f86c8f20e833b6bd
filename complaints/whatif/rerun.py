"""A past case told again in the core by a given procedure: its people act as they did, letters arrive at once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from complaints.case import alive, apply, next_due, questions, receive, settle
from complaints.case.apply import Submission
from complaints.case.authority import BALLOT
from complaints.case.model import Actor, Data, Event, Message, State, Transition
from complaints.case.rules import Rules
from complaints.errors import CalendarEnd, Refused
from complaints.instants import Instant
from complaints.people import Directory, roles_of
from complaints.scenario.story import delivered, resolve_role
from complaints.vocabulary import ACTIONS, COMPLAINANT, STAFF, SYSTEM
from complaints.whatif.past import Act, Past
from complaints.whatif.tally import Tally

_NO_LONGER_NEEDED = {("explain", "nothing_to_explain")}
"""Refusals that are good news: nothing was late."""
_NOT_HIS = ("not_your_role", "not_assigned")


@dataclass(frozen=True, slots=True)
class House:
    """A procedure with its people, frozen: the calendar of each year that cases came in, as texts."""

    procedure: str
    calendars: Mapping[int, str]
    directory: Directory

    def rules(self, year: int) -> Rules:
        """The rules for cases of that year."""
        return Rules.thaw(self.procedure, self.calendars[year])


def rerun(house: House, past: Past, year: int) -> Tally:
    """One case told again, counted. What the procedure refuses is counted and left out; the case goes on."""
    again = _Again(house.rules(year), house.directory, past)
    with suppress(CalendarEnd):  # what lies beyond the calendar's years cannot be counted
        again.run()
    again.tally.count(past.received_at, again.events)
    return again.tally


class _Again:
    """One telling."""

    def __init__(self, rules: Rules, directory: Directory, past: Past) -> None:
        self.rules, self.directory, self.past = rules, directory, past
        self.tally = Tally()
        given = Submission(
            "again", past.name, past.received_at, past.at, past.facts, past.content, past.by, past.recused
        )
        first = receive(rules, given)
        self.state: State = first.state
        self.events: list[Event] = [*first.events]

    def run(self) -> None:
        """All acts in their order, then time until it is known no further."""
        self._deliver()
        for act in self.past.acts:
            self._advance(act.at)
            if act.do in ACTIONS:
                self._act(act)
            else:
                self._tell(act.do, int(act.data.get("until", act.at)) if act.do == "outage" else act.at, act.data)
            self._deliver()
        self._advance(self.past.until)

    def _act(self, act: Act) -> None:
        try:
            self._take(apply(self.rules, self.state, self._message(act, self._actor(act))))
        except Refused as refusal:
            if refusal.code in _NOT_HIS and act.do in BALLOT and act.by is not None:
                self._in_place_of(act, refusal)
            elif (act.do, refusal.code) not in _NO_LONGER_NEEDED:
                self.tally.refuse(self.past.name, act.do, refusal.code)

    def _in_place_of(self, act: Act, refusal: Refused) -> None:
        """Another decides by this file than did then: that one decides the same, at the same instant."""
        try:
            self._take(apply(self.rules, self.state, self._message(act, self._decider())))
            self.tally.taken_over += 1
        except Refused:
            self.tally.refuse(self.past.name, act.do, refusal.code)

    def _message(self, act: Act, by: Actor) -> Message:
        return Message(act.do, act.at, by, dict(act.data), act.content)

    def _actor(self, act: Act) -> Actor:
        if act.by is None:
            return self._decider() if act.do in BALLOT else self._holder(self._usual(act.do))
        if COMPLAINANT in act.by.roles:
            return act.by
        if not act.by.person:
            return self._holder(act.by.roles[0])
        own = roles_of(self.directory, act.by.person, unit=self.state.unit, at=act.at)
        return Actor(act.by.person, tuple(dict.fromkeys((*act.by.roles, *own))))

    def _usual(self, action: str) -> str:
        """Who does this first of all: by the procedure, and if anybody of the staff may, whose turn it is."""
        roles = self.rules.actions[action].by
        return next((role for role in roles if role != STAFF), "csd")

    def _decider(self) -> Actor:
        ballot = self.state.ballot
        if ballot is None:
            return Actor("", ())
        held = self.state.assigned.get(ballot.role)
        waiting = [p for p in held.people if p not in ballot.votes] if held is not None else []
        return Actor(waiting[0], (ballot.role,)) if waiting else self._holder(ballot.role)

    def _holder(self, role: str) -> Actor:
        if role == COMPLAINANT:
            return Actor(COMPLAINANT, (COMPLAINANT,))
        held = self.state.assigned.get(role)
        if held is not None:
            return Actor(held.person, (role,))
        state = self.state
        found = resolve_role(self.rules, self.directory, state, (role,), state.unit, tuple(state.recused), state.at)
        return Actor(found.person if found is not None else role, (role,))

    def _advance(self, to: Instant) -> None:
        while alive(self.rules, self.state):
            due = next_due(self.state)
            if due is None or due >= to:
                return
            self._take(settle(self.rules, self.state, due, inclusive=True))
            self._deliver()
            for question in questions(self.rules, self.state, due + 1):
                self._tell("facts", question.due, {"key": question.key, "due": question.due})
                self._deliver()

    def _deliver(self) -> None:
        while self.state.owed:
            notice = next(iter(self.state.owed.values()))
            answer = delivered(self.directory, notice)
            what = "notice_failed" if answer.pop("failed", False) else "notified"
            self._tell(what, notice.at, answer)

    def _tell(self, what: str, at: Instant, data: Data) -> None:
        self._take(apply(self.rules, self.state, Message(what, at, Actor(SYSTEM), dict(data))))

    def _take(self, transition: Transition) -> None:
        self.state = transition.state
        self.events += transition.events
