"""The three ways a case moves: it is received, a message comes in, time passes."""

from __future__ import annotations

from dataclasses import dataclass

from complaints.case.authority import authorise, require
from complaints.case.decide import act
from complaints.case.draft import Draft
from complaints.case.happen import HAPPEN
from complaints.case.model import Actor, Content, Data, Message, State, Transition
from complaints.case.react import react
from complaints.case.rules import Rules
from complaints.case.settle import settle_until
from complaints.errors import CalendarEnd, Refused
from complaints.instants import Instant
from complaints.vocabulary import COMPLAINANT


@dataclass(frozen=True, slots=True)
class Submission:
    """A complaint as the core takes it: coded facts, the content id of its texts, who is complained about.

    `received_at` is when the institution received it, `at` when it was entered; `recused` gives people and why.
    """

    case: str
    number: str
    received_at: Instant
    at: Instant
    facts: Data
    content: Content | None
    by: Actor
    recused: dict[str, str]
    key: str = ""


def receive(rules: Rules, submission: Submission) -> Transition:
    """A new case: `received` and `registered`, and what follows of these.

    Raises `Refused` where a day that was given lies outside the calendar, so that a limit cannot be counted.
    """
    draft = Draft(rules, State(case=submission.case, procedure=rules.procedure.id))
    role = next(iter(submission.by.roles), COMPLAINANT)
    facts = _with_defaults(rules, submission.facts)
    facts["received_by"] = "complainant" if role == COMPLAINANT else "staff"
    received: Data = {"facts": facts, "procedure": rules.procedure.id, "version": rules.version}
    if submission.recused:
        received["recused"] = submission.recused
    by = submission.by.person if role != COMPLAINANT else ""
    try:
        draft.emit(
            "received", submission.received_at, received, by=by, role=role, content=submission.content,
            key=submission.key,
        )  # fmt: skip
        draft.emit("registered", submission.at, {"number": submission.number})
        react(draft, 0)
    except CalendarEnd as end:
        raise Refused("beyond_calendar", end.text) from end
    return draft.done()


def apply(rules: Rules, state: State, message: Message) -> Transition:
    """The case after a message: first everything that fell due before `message.at`, then what the message does.

    Raises `Refused` and changes nothing when the case does not allow it. A message whose key was seen before gives the
    state as it is, no events, and `repeated`. An instant before the last event's counts as that one.
    """
    if message.key and message.key in state.seen:
        return Transition(state, (), repeated=True)
    draft = Draft(rules, state)
    happening = HAPPEN.get(message.do)
    if happening is not None:
        happening(draft, message)
        return draft.done()
    settle_until(draft, message.at)
    before = len(draft.events)
    role = authorise(rules, draft.state, message)
    require(rules, draft.state, message, role)
    try:
        act(draft, message, role)
        react(draft, before)
    except CalendarEnd as end:  # a limit that would run from or to a day that somebody gave
        raise Refused("beyond_calendar", end.text) from end
    return draft.done()


def settle(rules: Rules, state: State, now: Instant, *, inclusive: bool = False) -> Transition:
    """The case when nobody acts until `now`: every clock's step due before it (at it too, if `inclusive`)."""
    draft = Draft(rules, state)
    settle_until(draft, now, inclusive=inclusive)
    return draft.done()


def _with_defaults(rules: Rules, facts: Data) -> Data:
    out = dict(facts)
    for name in ("kind", "category", "severity", "validity"):
        values = rules.procedure.classification.of(name)
        if values is not None and values.default and not out.get(name):
            out[name] = values.default
    return out
