"""A case told in virtual time by the core alone: what falls due happens, letters arrive as soon as they are owed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from complaints.case import Event, Message, Notice, Transition, alive, apply, next_due, questions, settle
from complaints.case.model import Actor, Data
from complaints.case.rules import Rules
from complaints.instants import Instant
from complaints.vocabulary import SYSTEM

_SYSTEM = Actor(SYSTEM)


class Telling(ABC):
    """One case under `rules`, from its first transition on; `state` and `events` grow as it is told."""

    def __init__(self, rules: Rules, first: Transition) -> None:
        self.rules = rules
        self.state = first.state
        self.events: list[Event] = [*first.events]

    @abstractmethod
    def answer(self, notice: Notice) -> dict[str, Any]:
        """How a letter fares: person, role and channel; `failed` with a code where it does not arrive."""

    def advance(self, to: Instant) -> None:
        """Lets virtual time run up to (not including) `to`, with everything that falls due on the way."""
        while alive(self.rules, self.state):
            due = next_due(self.state)
            if due is None or due >= to:
                return
            self.take(settle(self.rules, self.state, due, inclusive=True))
            self.deliver()
            for question in questions(self.rules, self.state, due + 1):
                self.tell("facts", question.due, {"key": question.key, "due": question.due})
                self.deliver()

    def deliver(self) -> None:
        """Delivers what is owed, in order, as soon as it is owed."""
        while self.state.owed:
            notice = next(iter(self.state.owed.values()))
            answer = self.answer(notice)
            what = "notice_failed" if answer.pop("failed", False) else "notified"
            self.tell(what, notice.at, answer)

    def tell(self, what: str, at: Instant, data: Data) -> None:
        """Something that the system reports."""
        self.take(apply(self.rules, self.state, Message(what, at, _SYSTEM, dict(data))))

    def take(self, transition: Transition) -> None:
        """Goes on from where a transition leads."""
        self.state = transition.state
        self.events += transition.events
