"""Plays a story in the pure core: virtual time, notices delivered at once, nobody but the story acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from complaints.case import (
    Event,
    Message,
    Notice,
    State,
    Transition,
    alive,
    apply,
    next_due,
    questions,
    receive,
    settle,
)
from complaints.case.model import Actor
from complaints.errors import BadInput, Refused
from complaints.instants import Instant
from complaints.scenario.model import Step
from complaints.scenario.story import Story
from complaints.vocabulary import SYSTEM

LONGEST = int(timedelta(days=400).total_seconds())
"""How far virtual time runs when a scenario does not say."""

_SYSTEM = Actor(SYSTEM)


@dataclass(slots=True)
class Played:
    """What came of a story: its events, its last state, what was refused, what went wrong."""

    events: list[Event] = field(default_factory=list)
    state: State | None = None
    refusals: list[dict[str, Any]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def judge(self, number: int, step: Step, code: str, text: str) -> None:
        """Notes how a step ended: a refusal that should not have been, or the reverse, is a failure."""
        if code:
            self.refusals.append({"step": number, "do": step.do, "code": code, "text": text})
        if code and not step.refused:
            self.failures.append(f"step {number} ({step.do} by {step.by}) was refused: {text}")
        elif step.refused and not code:
            self.failures.append(f"step {number} ({step.do} by {step.by}) should have been refused, but was not")
        elif isinstance(step.refused, str) and step.refused and step.refused != code:
            self.failures.append(f"step {number} was refused for {code}, not for {step.refused}")


class Play:
    """One telling of a story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.rules = story.rules
        self.played = Played()
        self.failed: set[int] = set()
        first = receive(story.rules, story.submission)
        self.state = first.state
        self.played.events += first.events

    def run(self) -> Played:
        """Plays all steps, then lets time run to the scenario's end."""
        story = self.story
        steps = story.scenario.steps
        self._deliver()
        for place, step in enumerate(steps):
            at = story.moment(step.at)
            self.advance(at)
            if step.do == "outage":
                assert step.until is not None
                self._tell("outage", story.moment(step.until), {"since": at, "until": story.moment(step.until)})
            elif step.do == "absent":
                person = story.person(self.state, step.who)
                until = story.moment(step.until) if step.until else at + LONGEST
                self._tell("absent", at, {"person": person, "until": until})
            elif step.do == "notice_fails":
                self._fail(at, place, step)
            else:
                self._act(place, step)
            self._deliver()
        last = story.moment(story.scenario.until) if story.scenario.until else self._latest()
        self.advance(last)
        self.played.state = self.state
        return self.played

    def advance(self, to: Instant) -> None:
        """Lets virtual time run up to (not including) `to`, with everything that falls due on the way."""
        while alive(self.rules, self.state):
            due = next_due(self.state)
            if due is None or due >= to:
                return
            self._take(settle(self.rules, self.state, due, inclusive=True))
            self._deliver()
            for question in questions(self.rules, self.state, due + 1):
                self._tell("facts", question.due, {"key": question.key, "due": question.due})
                self._deliver()

    def _latest(self) -> Instant:
        return self.story.submission.received_at + LONGEST

    def _act(self, place: int, step: Step) -> None:
        code = text = ""
        try:
            message = self.story.message(self.state, place, step)
            self._take(apply(self.rules, self.state, message))
        except (Refused, BadInput) as refusal:
            code, text = refusal.code, refusal.text
        self.played.judge(place + 1, step, code, text)

    def _tell(self, what: str, at: Instant, data: dict[str, Any]) -> None:
        self._take(apply(self.rules, self.state, Message(what, at, _SYSTEM, dict(data))))

    def _deliver(self) -> None:
        """Delivers what is owed, in order, as soon as it is owed."""
        while self.state.owed:
            notice = next(iter(self.state.owed.values()))
            answer = self.story.answer(notice)
            if fails_at_once(self.story, notice, self.failed):
                answer |= {"failed": True, "code": "refused"}
            what = "notice_failed" if answer.pop("failed", False) else "notified"
            self._tell(what, notice.at, answer)

    def _fail(self, at: Instant, place: int, step: Step) -> None:
        if place in self.failed:
            return
        self.failed.add(place)
        data = bounce(self.story, self.state, step.to)
        if data is None:
            self.played.failures.append(f"notice_fails: no notice went to {step.to} yet")
        else:
            self._tell("notice_failed", at, data)

    def _take(self, transition: Transition) -> None:
        self.state = transition.state
        self.played.events += transition.events


def fails_at_once(story: Story, notice: Notice, failed: set[int]) -> bool:
    """Whether a step of this very instant refuses the notice; each step, then noted in `failed`, refuses one."""
    for place, step in enumerate(story.scenario.steps):
        mine = step.do == "notice_fails" and step.to == notice.to and story.moment(step.at) == notice.at
        if mine and place not in failed:
            failed.add(place)
            return True
    return False


def bounce(story: Story, state: State, role: str) -> dict[str, Any] | None:
    """What the refusal or the return of the last notice to a role says; None when there was none."""
    owed = [n.id for n in state.owed.values() if n.to == role]
    sent = [ident for key, ident in state.sent.items() if key.startswith(f"{role}/")]
    if not owed and not sent:
        return None
    notice = (owed or sent)[-1]
    letter = notice.split("-", 2)[1]
    return {"notice": notice, "letter": letter, "role": role, "person": story.person(state, role), "code": "bounced"}
