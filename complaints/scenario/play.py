"""Plays a story in the pure core: virtual time, notices delivered at once, nobody but the story acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from complaints.case import Event, Notice, State, apply, receive
from complaints.errors import BadInput, Refused
from complaints.instants import Instant
from complaints.scenario.model import Step
from complaints.scenario.story import Story
from complaints.scenario.telling import Telling

LONGEST = int(timedelta(days=400).total_seconds())
"""How far virtual time runs when a scenario does not say."""


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


class Play(Telling):
    """One telling of a story."""

    def __init__(self, story: Story) -> None:
        super().__init__(story.rules, receive(story.rules, story.submission))
        self.story = story
        self.played = Played(self.events)
        self.failed: set[int] = set()

    def run(self) -> Played:
        """Plays all steps, then lets time run to the scenario's end."""
        story = self.story
        steps = story.scenario.steps
        self.deliver()
        for place, step in enumerate(steps):
            at = story.moment(step.at)
            self.advance(at)
            if step.do == "outage":
                assert step.until is not None
                self.tell("outage", story.moment(step.until), {"since": at, "until": story.moment(step.until)})
            elif step.do == "absent":
                person = story.person(self.state, step.who)
                until = story.moment(step.until) if step.until else at + LONGEST
                self.tell("absent", at, {"person": person, "until": until})
            elif step.do == "notice_fails":
                self._fail(at, place, step)
            else:
                self._act(place, step)
            self.deliver()
        last = story.moment(story.scenario.until) if story.scenario.until else self._latest()
        self.advance(last)
        self.played.state = self.state
        return self.played

    def _latest(self) -> Instant:
        return self.story.submission.received_at + LONGEST

    def _act(self, place: int, step: Step) -> None:
        code = text = ""
        try:
            message = self.story.message(self.state, place, step)
            self.take(apply(self.rules, self.state, message))
        except (Refused, BadInput) as refusal:
            code, text = refusal.code, refusal.text
        self.played.judge(place + 1, step, code, text)

    def answer(self, notice: Notice) -> dict[str, Any]:
        """As the story's directory has it, unless a step of this instant refuses the notice."""
        answer = self.story.answer(notice)
        return (
            answer | {"failed": True, "code": "refused"} if fails_at_once(self.story, notice, self.failed) else answer
        )

    def _fail(self, at: Instant, place: int, step: Step) -> None:
        if place in self.failed:
            return
        self.failed.add(place)
        data = bounce(self.story, self.state, step.to)
        if data is None:
            self.played.failures.append(f"notice_fails: no notice went to {step.to} yet")
        else:
            self.tell("notice_failed", at, data)


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
