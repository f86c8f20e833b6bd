"""A past case told again in the core by a given procedure: its people act as they did, letters arrive at once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from complaints.case import Notice, apply, receive
from complaints.case.apply import Submission
from complaints.case.authority import BALLOT
from complaints.case.model import Actor, Message
from complaints.case.rules import Rules
from complaints.errors import CalendarEnd, Refused
from complaints.people import Directory, roles_of
from complaints.scenario.story import delivered, resolve_role
from complaints.scenario.telling import Telling
from complaints.vocabulary import ACTIONS, COMPLAINANT, STAFF
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


class _Again(Telling):
    """One telling."""

    def __init__(self, rules: Rules, directory: Directory, past: Past) -> None:
        given = Submission(
            "again", past.name, past.received_at, past.at, past.facts, past.content, past.by, past.recused
        )
        super().__init__(rules, receive(rules, given))
        self.directory, self.past = directory, past
        self.tally = Tally()

    def run(self) -> None:
        """All acts in their order, then time until it is known no further."""
        self.deliver()
        for act in self.past.acts:
            self.advance(act.at)
            if act.do in ACTIONS:
                self._act(act)
            else:
                self.tell(act.do, int(act.data.get("until", act.at)) if act.do == "outage" else act.at, act.data)
            self.deliver()
        self.advance(self.past.until)

    def _act(self, act: Act) -> None:
        try:
            self.take(apply(self.rules, self.state, self._message(act, self._actor(act))))
        except Refused as refusal:
            if refusal.code in _NOT_HIS and act.do in BALLOT and act.by is not None:
                self._in_place_of(act, refusal)
            elif (act.do, refusal.code) not in _NO_LONGER_NEEDED:
                self.tally.refuse(self.past.name, act.do, refusal.code)

    def _in_place_of(self, act: Act, refusal: Refused) -> None:
        """Another decides by this file than did then: that one decides the same, at the same instant."""
        try:
            self.take(apply(self.rules, self.state, self._message(act, self._decider())))
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

    def answer(self, notice: Notice) -> dict[str, Any]:
        """As the directory has it: letters arrive at once."""
        return delivered(self.directory, notice)
