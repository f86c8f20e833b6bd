"""Cases of the reference procedure driven by any sequence of acts, happenings and pauses, for property tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from complaints.case import (
    Actor,
    Content,
    Event,
    Message,
    Rules,
    State,
    Submission,
    Transition,
    apply,
    next_due,
    questions,
    receive,
    settle,
)
from complaints.errors import Refused
from complaints.people import Directory, recused_by, roles_of
from complaints.scenario.play import LONGEST
from complaints.scenario.story import delivered, tell

ROOT = Path(__file__).parents[2]
STORY = tell(ROOT / "tests/scenarios/property-developer/plain-way-to-closed.yaml", ROOT / "procedures")
RULES: Rules = STORY.rules
DIRECTORY: Directory = STORY.directory
START = STORY.submission.received_at
PEOPLE = [p.id for p in DIRECTORY.people]
SYSTEM = Actor("system")
COMPLAINANT = Actor("complainant", ("complainant",))

TEXTS = ("cause", "measures", "reason", "done", "reply", "question", "instruction", "text", "explanation")
GIVEN: dict[str, list[dict[str, Any]]] = {
    "assess": [{"admissible": True}, {"admissible": False, "ground": "in_court"}, {"validity": "invalid"},
               {"admissible": True, "severity": "urgent"}],
    "dispatch": [{"unit": "engineering"}, {"unit": "property"}],
    "appoint": [{"person": "eng-1"}, {"person": "eng-head"}],
    "revisit": [{"satisfied": "fully"}, {"satisfied": "not"}],
    "reopen": [{}, {"to": "implementation"}, {"to": "assessment"}, {"to": "approval"}],
    "refer": [{"to": "legal"}, {"to": "court", "takes_over": True}],
    "reclassify": [{"severity": "major"}, {"severity": "general"}, {"category": "repair"}],
    "close": [{"outcome": "resolved"}, {"outcome": "settled"}],
    "report": [{"medium": "oral"}],
    "recuse": [{}, {"person": "leader-1"}, {"person": "eng-head"}],
    "substitute": [{}, {"role": "responsible"}],
    "approve": [{}, {"round": 1}],
    "merge": [{"into": "20261102-0009"}],
    "serve": [{"what": "decision"}],
    "open_case": [{"relation": "follows"}],
}  # fmt: skip


def received(subject: str = "", severity: str = "general") -> Transition:
    """A new case, perhaps about one of the house."""
    facts = {**STORY.submission.facts, "severity": severity, **({"subject": subject} if subject else {})}
    recused = recused_by(DIRECTORY, subject, with_line=False)
    given = Submission("story", "20261102-0001", START, START, facts, None, Actor("csd-1", ("csd",)), recused)
    return receive(RULES, given)


def actor(state: State, person: str) -> Actor:
    """Somebody with the roles that the directory gives for this case."""
    if person == "complainant":
        return COMPLAINANT
    return Actor(person, roles_of(DIRECTORY, person, unit=state.unit, at=state.at))


def message(state: State, do: str, person: str, at: int, choice: int, *, bare: bool, key: str) -> Message:
    """An act with one of its usual contents, or with none."""
    choices = GIVEN.get(do, [{}])
    data = {} if bare else dict(choices[choice % len(choices)])
    if do == "promise" and not bare:
        data |= {"until": at + 3600 * (choice - 1), "kind": ("reply", "remedy")[choice % 2]}
    if do == "explain" and not bare:
        data["overdue"] = next(iter(state.overdue), "none@0")
    content = None if bare else Content(f"c{key}", "0" * 64, TEXTS)
    return Message(do, at, actor(state, person), data, content, key)


class Case:
    """A case with all its events; letters arrive when `deliver` says so."""

    def __init__(self, subject: str = "", severity: str = "general") -> None:
        first = received(subject, severity)
        self.state, self.events = first.state, list(first.events)
        self.now = START

    def take(self, transition: Transition) -> None:
        """Keep what came of something."""
        self.state = transition.state
        self.events += transition.events

    def tell(self, do: str, data: dict[str, Any], at: int | None = None) -> None:
        """Something that the shell reports."""
        self.take(apply(RULES, self.state, Message(do, self.now if at is None else at, SYSTEM, data)))

    def deliver(self, *, fails: bool = False) -> None:
        """Let all letters arrive, or the first be refused."""
        while self.state.owed:
            answer = delivered(DIRECTORY, next(iter(self.state.owed.values())))
            if fails:
                answer |= {"failed": True, "code": "refused"}
                fails = False
            self.tell("notice_failed" if answer.pop("failed", False) else "notified", answer)

    def wait(self, seconds: int) -> None:
        """Let time pass, with every clock's step on the way."""
        until = min(self.now + seconds, START + LONGEST)
        while (due := next_due(self.state)) is not None and due < until:
            self.now = max(self.now, due)
            self.take(settle(RULES, self.state, due, inclusive=True))
            for asked in questions(RULES, self.state, due + 1):
                self.tell("facts", {"key": asked.key, "due": asked.due}, due)
            self.deliver()
        self.now = max(self.now, until)

    def act(self, do: str, person: str, choice: int = 0, *, bare: bool = False, key: str = "") -> list[Event] | Refused:
        """An act now: its events, or why it was refused."""
        asked = message(self.state, do, person, self.now, choice, bare=bare, key=key)
        try:
            done = apply(RULES, self.state, asked)
        except Refused as refusal:
            return refusal
        self.take(done)
        return list(done.events)
